"""Links, pipes, devices and folders in the place of a run's files: told with the file, never waited for or written through."""

import os
import shutil
import signal
import socket

import pytest

from modelspec.runs.own_files import FILES, FOLDERS
from tests.chosen import chosen, spread
from tests.tiny import TINY, write

CALLBACKS = "[{CSVLogger: log.csv}, {ModelCheckpoint: saved/best.keras}, {TensorBoard: board}]"
SPEC = TINY.replace("\ntrain: {", f"\ntrain: {{callbacks: {CALLBACKS}, ")
RESUME = ("train", "--resume", "run", "--set", "train.epochs=3", "--tensorboard")
READING = {
    "evaluate": ("evaluate", "run"),
    "predict": ("predict", "run", "-o", "out.csv"),
    "reproduce": ("reproduce", "run", "--run-dir", "other"),
}
KINDS = {
    "out": "a link",
    "zero": "a link",
    "itself": "a link",
    "pipe": "a named pipe",
    "socket": "a socket",
    "folder": "a folder",
}


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """A finished run with callbacks that write."""
    import modelspec

    folder = tmp_path_factory.mktemp("whole")
    modelspec.train(write(folder, SPEC), run_dir=str(folder / "run"), tensorboard=True)
    return folder / "run"


@pytest.fixture
def run(whole, tmp_path, monkeypatch):
    """A copy of the run in the current folder, beside a file that must stay as it is."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "precious.txt").write_text("precious")
    return shutil.copytree(whole, tmp_path / "run")


@pytest.fixture(autouse=True)
def _ends():
    """Nothing waits for ever."""
    signal.alarm(400)
    yield
    signal.alarm(0)


def put(path, kind):
    """Put something strange in the place of a file or folder."""
    if path.is_dir():
        shutil.rmtree(path)
    path.unlink(missing_ok=True)
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "folder":
        path.mkdir()
    elif kind == "socket":
        with socket.socket(socket.AF_UNIX) as made:
            made.bind(os.path.relpath(path))
    else:
        target = {"out": os.path.abspath("precious.txt"), "zero": "/dev/zero", "itself": path.name}[kind]
        path.symlink_to(target)


def untouched(run):
    return (run.parent / "precious.txt").read_text() == "precious" and not [
        item for item in run.rglob("*") if ".part" in item.name
    ]


@pytest.mark.parametrize("name", spread([*FILES, "log.csv", "saved/best.keras"], 3))
def test_a_resume_tells_what_stands_in_the_place_of_a_file(cli, run, name):
    for kind, words in KINDS.items():
        put(run / name, kind)
        done = cli(*RESUME)
        assert done.code == 1, (kind, done.err)
        assert f"error[MS752] run/{name} cannot be used: it is {words}, not a regular file" in done.err, (
            kind,
            done.err,
        )
        assert "  help: " in done.err
        assert untouched(run)


@pytest.mark.parametrize("name", [*FOLDERS, "board", "saved", "board/train"])
def test_a_resume_tells_what_stands_in_the_place_of_a_folder(cli, run, name):
    for kind, words in KINDS.items():
        if kind == "folder":
            continue
        put(run / name, kind)
        done = cli(*RESUME)
        assert done.code == 1, (kind, done.err)
        assert "error[MS752] run/" in done.err
        assert words in done.err
        assert name in done.err
        assert untouched(run)


def test_a_resume_leaves_no_folder_by_a_link(cli, run, tmp_path):
    (tmp_path / "elsewhere").mkdir()
    for name in (*FOLDERS, "board", "saved"):
        shutil.move(run / name, tmp_path / "kept")
        (run / name).symlink_to(tmp_path / "elsewhere", target_is_directory=True)
        done = cli(*RESUME)
        assert done.code == 1, done.err
        assert f"run/{name}" in done.err
        (run / name).unlink()
        shutil.move(tmp_path / "kept", run / name)
    assert not list((tmp_path / "elsewhere").iterdir())
    assert cli(*RESUME).code == 0
    assert (run / "log.csv").read_text().count("\n") == 4


def contents(folder):
    """The bytes of each file below a folder."""
    return {item: item.read_bytes() for item in folder.rglob("*") if item.is_file()}


def test_a_copy_that_was_made_of_links_stays_as_it_is(cli, run, tmp_path):
    backup = shutil.copytree(run, tmp_path / "backup", copy_function=os.link)
    before = contents(backup)
    done = cli(*RESUME)
    assert done.code == 0, done.err
    assert contents(backup) == before
    assert (run / "log.csv").read_text().count("\n") == 4
    assert len((run / "events.jsonl").read_text()) > len((backup / "events.jsonl").read_text())


@pytest.mark.parametrize("name", spread([*FILES, "log.csv", "saved/best.keras"], 3, first=2))
def test_a_file_that_is_elsewhere_too_is_not_written_there(cli, run, tmp_path, name):
    (run / name).unlink(missing_ok=True)
    os.link(tmp_path / "precious.txt", run / name)
    done = cli(*RESUME)
    assert done.code in (0, 1), done.err
    assert "bug" not in done.err
    assert untouched(run)


SWAPPED = [
    "history.jsonl",
    "history.csv",
    "events.jsonl",
    "last.safetensors",
    "log.csv",
    "checkpoints",
    "saved",
    "run.json",
]


@pytest.mark.parametrize("name", chosen(SWAPPED, ["last.safetensors", "checkpoints"]))
def test_a_link_that_comes_while_the_training_runs_leads_nowhere(cli, tmp_path, monkeypatch, name):
    from modelspec.runtime.train.training import Training

    monkeypatch.chdir(tmp_path)
    write(tmp_path, SPEC.replace("epochs: 2", "epochs: 4, checkpoint: {every: 1 epoch, keep: 1}"))
    (tmp_path / "precious.txt").write_text("precious")
    elsewhere, before = tmp_path / "elsewhere", {}
    done = Training.epoch_done

    def swapped(self, epoch, logs):
        place = self.chief.run.path / name
        self.saver.finish()
        if epoch == 1 and place.is_dir():
            shutil.move(place, elsewhere)
            place.symlink_to(elsewhere, target_is_directory=True)
            before.update(contents(elsewhere))
        elif epoch == 1:
            put(place, "out")
        done(self, epoch, logs)

    monkeypatch.setattr(Training, "epoch_done", swapped)
    ended = cli("train", "spec.yaml", "--run-dir", "run")
    assert ended.code in (0, 1), ended.err
    assert "bug" not in ended.err
    assert ended.code == 0 or name in ended.err, ended.err
    assert untouched(tmp_path / "run")
    assert not elsewhere.exists() or contents(elsewhere) == before


@pytest.mark.parametrize("command", READING)
@pytest.mark.parametrize("name", ["resolved.yaml", "run.json", "best.safetensors"])
def test_who_reads_a_run_tells_what_is_no_file(cli, run, command, name):
    for kind, words in KINDS.items():
        put(run / name, kind)
        done = cli(*READING[command])
        assert done.code == 1, (kind, done.err)
        assert "error[MS7" in done.err
        assert name in done.err
        assert words in done.err
        assert not os.path.exists("out.csv")


def test_parts_of_a_checkpoint_are_no_links(cli, run):
    newest = max((run / "checkpoints").iterdir())
    for name in ("state.json", "arrays.safetensors", "manifest.json", "best.safetensors"):
        shutil.move(newest / name, run.parent / "kept")
        for kind, words in KINDS.items():
            put(newest / name, kind)
            done = cli("train", "--resume", "run", "--set", "train.epochs=2")
            assert done.code in (0, 1), done.err
            assert f"{name} is {words}, not a regular file" in done.err + done.out or done.out.endswith("to train\n")
            assert "bug" not in done.err
        put(newest / name, "folder")
        (newest / name).rmdir()
        shutil.move(run.parent / "kept", newest / name)


def test_what_a_killed_training_left_is_removed_whatever_it_is(cli, run, tmp_path):
    for number, kind in enumerate(("out", "pipe", "socket", "itself")):
        put(run / f".history.{number}.part.jsonl", kind)
        put(run / "checkpoints" / f".000009.{number}.part", kind)
    put(run / f".run.{os.getpid()}.part.json", "out")
    done = cli(*RESUME)
    assert done.code == 0, done.err
    assert untouched(run)
    assert not [item for item in (run / "checkpoints").iterdir() if item.name.startswith(".")]
