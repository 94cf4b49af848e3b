"""What a user may not read or write: told with its file and what to do, nothing left behind, nothing lost."""

import json
import os
import shutil

import pytest

from tests.chosen import chosen, spread
from tests.nobody import ALL_OF_IT, GIVING_UP, NOBODY, give, open_folder
from tests.tiny import COLUMNS, TINY, write, write_rows

AS_ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="only root can have files of another user's")


@pytest.fixture(scope="module")
def place(nursery):
    """A folder of nobody's with a spec and a finished run."""
    with open_folder() as folder:
        write(folder)
        write(folder, COLUMNS, "columns.yaml")
        write_rows(folder)
        give(folder)
        done = nursery.run(folder, "train", "spec.yaml", "--run-dir", "run", before=GIVING_UP)
        assert done.code == 0, done.err
        yield folder


@pytest.fixture
def nobody(nursery, place):
    """Runs a command as nobody in the folder; every file that it leaves must be one that was asked for."""

    def run(*arguments, code=1, home=None):
        done = nursery.run(place, *arguments, before=ALL_OF_IT + "\n" + GIVING_UP)
        err = done.err
        assert done.code == code, (arguments, err)
        assert "bug" not in err
        assert "Traceback" not in err
        assert ".part" not in err
        assert not [item for item in place.rglob("*") if ".part" in item.name]
        return err

    return run


WRITING = {
    "build": ("build", "spec.yaml", "-o", "locked/model.keras"),
    "predict": ("predict", "run", "-o", "locked/out.csv"),
    "init": ("init", "-o", "locked/new.yaml"),
    "schema": ("schema", "-o", "locked/schema.json"),
    "train": ("train", "spec.yaml", "--run-dir", "locked/run"),
    "reproduce": ("reproduce", "run", "--run-dir", "locked/run"),
    "npz": ("predict", "run", "-o", "locked/out.npz"),
    "parquet": ("predict", "run", "-o", "locked/out.parquet"),
}


@pytest.mark.parametrize("command", chosen(WRITING, ["build", "init", "train", "npz"]))
def test_a_read_only_folder_is_told_with_the_file(nobody, place, command):
    locked = place / "locked"
    locked.mkdir(exist_ok=True)
    locked.chmod(0o555)
    give(locked)
    err = nobody(*WRITING[command])
    assert WRITING[command][-1] in err, err
    assert "permission denied" in err.lower(), err
    assert "write elsewhere" in err or "--run-dir" in err, err
    assert "epoch" not in err
    assert not list(locked.iterdir())


@pytest.mark.parametrize("command", chosen(WRITING, ["schema", "reproduce", "parquet"]))
def test_a_folder_that_is_not_there_is_told_or_made(nobody, place, command):
    shutil.rmtree(place / "locked", ignore_errors=True)
    makes = command in ("train", "reproduce")
    err = nobody(*WRITING[command], code=0 if makes else 1)
    assert makes or ("locked" in err and "folder" in err), err
    shutil.rmtree(place / "locked", ignore_errors=True)


@pytest.mark.parametrize("command", chosen([name for name in WRITING if name != "init"], ["build", "predict", "train"]))
def test_a_folder_in_the_place_of_a_file_is_told(nobody, place, command):
    target = place / WRITING[command][-1]
    target.mkdir(parents=True)
    give(place / "locked")
    err = nobody(*WRITING[command])
    assert WRITING[command][-1] in err, err
    assert (
        "it is a folder, not a regular file; move it away" in err.replace("\n  help: ", "; ") or "already exists" in err
    ), err
    assert list(place.joinpath("locked").rglob("*")) == [target]
    shutil.rmtree(place / "locked")


@AS_ROOT
@pytest.mark.parametrize(
    ("file", "command"),
    [
        ("spec.yaml", ("validate", "spec.yaml")), ("rows.csv", ("train", "columns.yaml", "--run-dir", "none")),
        ("run/run.json", ("evaluate", "run")), ("run/resolved.yaml", ("predict", "run")),
        ("run/best.safetensors", ("evaluate", "run")), ("run/spec.yaml", ("train", "--resume", "run", "--set", "train.epochs=3")),
        ("run/history.jsonl", ("reproduce", "run", "--run-dir", "none")),
    ],
)  # fmt: skip
def test_a_file_that_may_not_be_read_is_told(nobody, place, file, command):
    os.chown(place / file, 0, 0)
    (place / file).chmod(0o600)
    err = nobody(*command)
    (place / file).chmod(0o644)
    give(place / file)
    assert file.rpartition("/")[2] in err, err
    assert "permission denied" in err.lower(), err
    assert "help: " in err, err
    shutil.rmtree(place / "none", ignore_errors=True)


@AS_ROOT
def test_a_run_of_another_user_is_evaluated_and_not_gone_on_with(nobody, place):
    theirs = place / "theirs"
    shutil.copytree(place / "run", theirs)
    before = {item: item.read_bytes() for item in theirs.rglob("*") if item.is_file()}
    nobody("evaluate", "theirs", code=0)
    err = nobody("train", "--resume", "theirs", "--set", "train.epochs=3")
    assert "cannot write theirs/run.lock: permission denied in the folder theirs; " in err, err
    assert {item: item.read_bytes() for item in theirs.rglob("*") if item.is_file()} == before
    theirs.chmod(0o700)
    for command in (("evaluate", "theirs"), ("train", "--resume", "theirs")):
        err = nobody(*command)
        assert "theirs" in err
        assert "ermission denied" in err
    shutil.rmtree(theirs)


@AS_ROOT
def test_the_lock_of_another_users_process_is_believed(nobody, place):
    from modelspec.runs.lock import _this_process

    lock = place / "run" / "run.lock"
    lock.write_text(json.dumps(_this_process()))
    err = nobody("train", "--resume", "run", "--set", "train.epochs=3")
    assert f"error[MS760] another training writes into run: process {os.getpid()}" in err, err
    assert lock.exists()
    lock.unlink()


@AS_ROOT
def test_one_file_that_may_not_be_written_is_no_obstacle_where_the_folder_may(nobody, place):
    shutil.copytree(place / "run", place / "mixed")
    give(place / "mixed")
    for name in ("history.jsonl", "metrics.json", "run.json", "events.jsonl"):
        os.chown(place / "mixed" / name, 0, 0)
        (place / "mixed" / name).chmod(0o444)
    nobody("train", "--resume", "mixed", "--set", "train.epochs=3", code=0)
    shutil.rmtree(place / "mixed")


def test_nothing_needs_a_home(nobody, place):
    assert TINY
    nobody("validate", "spec.yaml", code=0)
    nobody("smoke", "spec.yaml", code=0)
    nobody("train", "spec.yaml", "--run-dir", "homeless", code=0)
    shutil.rmtree(place / "homeless")


@pytest.fixture
def kept_by_root(place):
    """Makes a file or folder root's alone, and gives it back at the end."""
    made = []

    def keep(path, mode):
        made.append((path, path.stat().st_mode & 0o777))
        os.chown(path, 0, 0)
        path.chmod(mode)

    yield keep
    for path, mode in reversed(made):
        path.chmod(mode)
        os.chown(path, NOBODY, NOBODY)


MORE = ("train", "--resume", "part", "--set", "train.epochs=3")
KEPT = {
    "part/checkpoints": [(0o700, MORE), (0o755, MORE), (0o700, ("reproduce", "part", "--run-dir", "none"))],
    "part/run.lock": [(0o600, MORE)],
    "part/log.csv": [(0o600, MORE), (0o644, MORE)],
    "part/events.jsonl": [(0o600, MORE)],
    "part/board": [(0o700, MORE)],
    "part/board/train": [(0o755, MORE)],
    "part/best.safetensors": [(0o600, ("evaluate", "part"))],
    "part": [(0o700, MORE), (0o700, ("evaluate", "part")), (0o700, ("train", "part.yaml", "--run-dir", "part/new"))],
    "runs/part": [(0o700, ("train", "part.yaml")), (0o700, ("train", "part.yaml", "--resume"))],
    "closed": [
        (0o700, ("validate", "closed")), (0o700, ("validate", ".")), (0o700, ("validate", "closed/spec.yaml")), (0o700, ("summary", "closed/spec.yaml")),
        (0o700, ("evaluate", "part", "--data", "csv:closed/rows.csv")), (0o700, ("predict", "part", "--data", "csv:closed/rows.csv")),
        (0o700, ("build", "spec.yaml", "-o", "closed/model.keras")), (0o700, ("schema", "-o", "closed/schema.json")),
        (0o700, ("init", "-o", "closed/spec.yaml")), (0o700, ("train", "spec.yaml", "--run-dir", "closed/run")),
        (0o700, ("train", "--resume", "closed/run")),
    ],
    "columns.yaml": [(0o600, ("smoke", "columns.yaml")), (0o600, ("validate", "over.yaml"))],
    ".modelspecignore": [(0o600, ("validate", "."))],
}  # fmt: skip
WRITERS = "[{CSVLogger: log.csv}, {TensorBoard: board}]"


@pytest.fixture(scope="module")
def trained(nursery, place):
    """A finished run with callbacks that write."""
    text = TINY.replace("\ntrain: {", f"\ntrain: {{callbacks: {WRITERS}, ").replace("name: tiny", "name: part")
    write(place, text, "part.yaml")
    give(place)
    done = nursery.run(place, "train", "part.yaml", "--run-dir", "trained", before=GIVING_UP)
    assert done.code == 0, done.err
    return place / "trained"


@pytest.fixture
def part(place, trained):
    """A copy of that run, and more that may be kept from nobody."""
    write(place, "extends: columns.yaml\n", "over.yaml")
    (place / ".modelspecignore").write_text("none\n")
    for folder in ("closed/run", "runs/part"):
        (place / folder).mkdir(parents=True)
    write(place / "closed")
    write_rows(place / "closed")
    shutil.copytree(trained, place / "part")
    (place / "part" / "run.lock").write_text('{"pid": 1, "host": "here", "boot": null, "began": null}')
    give(place)
    yield place
    for name in ("part", "closed", "runs"):
        shutil.rmtree(place / name)
    for name in ("over.yaml", ".modelspecignore"):
        (place / name).unlink()


@AS_ROOT
@pytest.mark.parametrize("kept", spread(KEPT, 3, first=1))
def test_what_another_user_keeps_is_named_with_what_to_do(nobody, part, kept_by_root, kept):
    if kept != "part/run.lock":
        (part / "part" / "run.lock").unlink()
    for mode, command in KEPT[kept]:
        kept_by_root(part / kept, mode)
        before = _seen(part)
        usage = command in (("validate", "."), ("validate", "closed"))
        err = nobody(*command, code=2 if usage else 1)
        told = "part/board" if kept.startswith("part/board") else kept.rpartition("/")[2]
        assert told in err, (command, err)
        assert "ermission denied" in " ".join(err.replace("│", "").split()), (command, err)
        assert usage or "help: " in err or "; get permission" in err, (command, err)
        assert _seen(part) == before, command


def _seen(folder):
    """What there is, but for what the nursery and TensorBoard write under names of their own."""
    return {item for item in folder.rglob("*") if not item.name.startswith((".out", ".err", "events.out"))}
