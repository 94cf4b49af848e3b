"""What may be resumed, what is refused and why, and that nothing is lost by asking."""

import json
import os
import shutil

import pytest

from tests.chosen import spread
from tests.runtime.killing import COMMAND, RESUME, come_to, digest, newest, position, prepare, write_rows
from tests.seams.names import STORED_ROWS, TRAINING_EPOCH_DONE, TRAINING_SAVE
from tests.seams.seam import program

CHOICE = {"layers": "dropout", "rate": "plateau", "every": "4 steps", "epochs": 4}


DIE = program(
    """
import os
save = Training.save
def save_and_die(self):
    save(self)
    if self.position.epoch >= 2 and 0 < self.position.step < self.stage.epochs.steps:
        self.saver.finish()
        os._exit(86)
Training.save = save_and_die
""",
    TRAINING_SAVE,
)


@pytest.fixture(scope="module")
def runs(nursery, tmp_path_factory):
    """Folders with a finished run and with one that was killed in its third epoch."""
    folder = tmp_path_factory.mktemp("runs")
    finished = prepare(folder / "finished", **CHOICE)
    assert nursery.run(finished, *COMMAND).code == 0
    killed = prepare(folder / "killed", **CHOICE)
    assert nursery.run(killed, *COMMAND, before=DIE).code == 86
    return finished, killed


@pytest.fixture
def finished(runs, tmp_path):
    return shutil.copytree(runs[0], tmp_path / "finished")


@pytest.fixture
def killed(runs, tmp_path):
    return shutil.copytree(runs[1], tmp_path / "killed")


def files(run):
    """What is in a run directory; not the lock of a dead process, which every resume takes over."""
    found = [path for path in run.rglob("*") if path.is_file() and path.name != "run.lock"]
    return {str(path): (digest(path.read_bytes()), path.stat().st_mtime_ns) for path in found}


def change(folder, old, new):
    text = (folder / "spec.yaml").read_text()
    assert old in text
    (folder / "spec.yaml").write_text(text.replace(old, new))


AGAIN = (*COMMAND, "--resume")


@pytest.mark.parametrize("command", [RESUME, AGAIN])
def test_a_finished_run_says_so_and_is_left_alone(nursery, finished, command):
    before = files(finished / "run")
    child = nursery.run(finished, *command)
    assert (child.code, child.err) == (0, "")
    assert child.out == "all 4 epochs are done\nrun is complete: there is nothing left to train\n"
    assert files(finished / "run") == before


def test_saying_so_takes_no_tensorflow(program, finished):
    done = program(*RESUME, cwd=finished, env={"KERAS_BACKEND": "none"})
    assert done.code == 0, done.err


def test_a_run_that_stopped_early_is_finished_also_for_more_epochs(nursery, tmp_path):
    folder = prepare(tmp_path / "early", **{**CHOICE, "rate": "constant", "stop": "early", "epochs": 30})
    assert nursery.run(folder, *COMMAND).code == 0
    history = (folder / "run" / "history.jsonl").read_text()
    assert len(history.splitlines()) < 30
    change(folder, "epochs: 30", "epochs: 40")
    before = files(folder / "run")
    child = nursery.run(folder, *AGAIN)
    assert (child.code, child.err) == (0, "")
    assert child.out.endswith("run is complete: there is nothing left to train\n")
    assert files(folder / "run") == before


def test_more_epochs_go_on_as_if_there_had_been_so_many(nursery, finished, tmp_path):
    change(finished, "epochs: 4", "epochs: 7")
    child = nursery.run(finished, *AGAIN)
    assert child.code == 0, child.err
    assert "resuming from checkpoints/" in child.out
    assert "epoch 5/7" in child.out
    assert "epoch 4/" not in child.out
    longer = prepare(tmp_path / "longer", **{**CHOICE, "epochs": 7})
    assert nursery.run(longer, *COMMAND).code == 0
    assert come_to(finished / "run") == come_to(longer / "run")
    info = json.loads((finished / "run" / "run.json").read_text())
    assert (info["status"], info["epochs"], info["resumed"][0]["epoch"], info["resumed"][0]["changed"]) == (
        "finished",
        7,
        5,
        [],
    )
    assert "epochs: 7" in (finished / "run" / "spec.yaml").read_text()


def test_more_epochs_are_refused_where_the_end_changed_the_averages(nursery, tmp_path):
    choice = {**CHOICE, "rate": "average", "stop": "swap"}
    folder = prepare(tmp_path / "swapped", **choice)
    assert nursery.run(folder, *COMMAND).code == 0
    change(folder, "epochs: 4", "epochs: 6")
    refused(
        nursery, folder, "MS762", "train.epochs from 4 to 6, and SwapEMAWeights ends its averages at the last epoch"
    )


def test_epochs_can_be_added_on_the_command_line(nursery, finished):
    child = nursery.run(finished, *RESUME, "--set", "train.epochs=5")
    assert child.code == 0, child.err
    assert len((finished / "run" / "history.jsonl").read_text().splitlines()) == 5
    said = "all 5 epochs are done\nrun is complete: there is nothing left to train\n"
    assert nursery.run(finished, *RESUME).out == said


def refused(nursery, folder, code, *words, command=AGAIN):
    before = files(folder / "run")
    child = nursery.run(folder, *command)
    assert child.code == 1, (child.out, child.err)
    assert f"error[{code}]" in child.err
    assert child.err.count("error[") == 1
    for word in words:
        assert word in child.err
    assert files(folder / "run") == before


def test_fewer_epochs_are_refused(nursery, finished):
    change(finished, "epochs: 4", "epochs: 3")
    refused(nursery, finished, "MS761", "was planned for 4 epochs and has done 4; the spec says 3")


def test_fewer_epochs_than_meant_are_refused_too(nursery, killed):
    change(killed, "epochs: 4", "epochs: 3")
    refused(nursery, killed, "MS761", "was planned for 4 epochs and has done 2; the spec says 3")


@pytest.mark.parametrize(
    ("old", "new", "words"),
    spread([
        ("batch_size: 8", "batch_size: 16", "train.batch_size from 8 to 16"),
        ("seed: 11", "seed: 12", "train.seed from 11 to 12"),
        ("Dropout: 0.4", "Dropout: 0.5", "layers[1].Dropout.rate from 0.4 to 0.5"),
        ("RMSprop: 1e-2", "RMSprop: 1e-3", "train.optimizer.RMSprop.learning_rate from 0.01 to 0.001"),
        ("split: 0.2", "split: 0.3", "data.validation.split from 0.2 to 0.3"),
    ], 2),
)  # fmt: skip
def test_another_spec_is_refused_with_what_differs(nursery, killed, old, new, words):
    change(killed, old, new)
    refused(nursery, killed, "MS762", words, "--allow-changed")


def test_all_that_differs_is_told_at_once(nursery, killed):
    change(killed, "batch_size: 8", "batch_size: 16")
    change(killed, "units: 16", "units: 17")
    write_rows(killed, seed=6)
    refused(
        nursery,
        killed,
        "MS762",
        "train.batch_size from 8",
        "layers[0].Dense.units from 16 to 17",
        "rows.train: other bytes",
    )


def test_other_rows_are_refused(nursery, killed):
    write_rows(killed, seed=6)
    refused(nursery, killed, "MS762", "rows.train: other bytes")


@pytest.mark.parametrize(
    ("before", "words"),
    [
        ("from importlib import metadata\nreal = metadata.version\nmetadata.version = lambda name: '9.9' if name == 'keras' else real(name)", "versions.keras from 3."),
        ("import os\nos.sched_setaffinity(0, {min(os.sched_getaffinity(0))})", "device.cores from "),
        ("import os\nos.environ['XLA_FLAGS'] = '--xla_cpu_enable_fast_math=true'", "environment.XLA_FLAGS from "),
        (program("order.STORED = 20\n", STORED_ROWS), "order of rows from nothing to computed"),
    ],
)  # fmt: skip
def test_another_machine_or_version_is_refused(nursery, killed, before, words):
    if "affinity" in before and len(os.sched_getaffinity(0)) < 2:
        pytest.skip("there is one core only")
    child = nursery.run(killed, *RESUME, before=before)
    assert child.code == 1
    assert "error[MS762]" in child.err
    assert words in child.err


def test_what_differs_can_be_allowed_and_is_written_down(nursery, killed):
    change(killed, "RMSprop: 1e-2", "RMSprop: 1e-3")
    child = nursery.run(killed, *AGAIN, "--allow-changed")
    assert child.code == 0, child.err
    line = "train.optimizer.RMSprop.learning_rate from 0.01 to 0.001"
    assert f"note: changed since the run: {line}\n" in child.out
    info = json.loads((killed / "run" / "run.json").read_text())
    assert info["resumed"][0]["changed"] == [line]
    assert info["status"] == "finished"
    assert len((killed / "run" / "history.jsonl").read_text().splitlines()) == 4


def test_another_model_does_not_fit_even_if_allowed(nursery, killed):
    change(killed, "units: 16", "units: 17")
    before = come_to(killed / "run")
    child = nursery.run(killed, *AGAIN, "--allow-changed")
    assert child.code == 1
    assert "error[MS761]" in child.err
    assert (
        "does not belong to this model: model/00000/kernel is float32 of shape (6, 16), and the model's float32 of shape (6, 17)"
        in child.err
    )
    assert come_to(killed / "run") == before


def test_allowing_changes_is_for_resuming(cli, tmp_path):
    assert cli("train", "spec.yaml", "--allow-changed").code == 2


def test_the_newest_checkpoint_that_is_whole_is_used(nursery, killed, finished):
    whole = come_to(finished / "run")
    last = newest(killed / "run")
    arrays = killed / "run" / "checkpoints" / f"{last:06d}" / "arrays.safetensors"
    data = bytearray(arrays.read_bytes())
    data[len(data) // 2] ^= 1
    arrays.write_bytes(data)
    at = position(killed / "run")
    child = nursery.run(killed, *RESUME)
    assert child.code == 0, child.err
    assert f"note: skipped checkpoints/{last:06d}: arrays.safetensors has changed since it was written\n" in child.out
    assert f"resuming from checkpoints/{last - 1:06d}: epoch {at[0] + 1}, after step {at[1]}\n" in child.out
    assert come_to(killed / "run") == whole


def test_no_whole_checkpoint_is_refused(nursery, killed):
    for item in (killed / "run" / "checkpoints").iterdir():
        (item / "state.json").unlink()
    refused(nursery, killed, "MS761", "is whole", "state.json is missing", command=RESUME)


@pytest.mark.parametrize(
    ("gone", "words"),
    [("run.json", "it has no run.json"), ("spec.yaml", "it has no spec.yaml"), ("resolved.yaml", "resolved.yaml")],
)
def test_half_a_run_directory_is_told(nursery, killed, gone, words):
    (killed / "run" / gone).unlink()
    child = nursery.run(killed, *RESUME)
    assert child.code == 1
    assert "error[MS752]" in child.err
    assert words in child.err


def test_without_checkpoints_training_begins_anew_and_ends_the_same(nursery, killed, finished):
    shutil.rmtree(killed / "run" / "checkpoints")
    child = nursery.run(killed, *RESUME)
    assert child.code == 0, child.err
    assert "note: run has no checkpoint yet: training starts from the beginning\n" in child.out
    mine, whole = come_to(killed / "run"), come_to(finished / "run")
    assert mine == whole


@pytest.mark.parametrize("name", ["elsewhere", "."])
def test_what_is_no_run_is_not_resumed(nursery, killed, name):
    (killed / "elsewhere").mkdir()
    (killed / "elsewhere" / "mine.txt").write_text("mine")
    child = nursery.run(killed, "train", "--resume", name)
    assert child.code == 1
    assert "error[MS752]" in child.err
    child = nursery.run(killed, "train", "spec.yaml", "--run-dir", "elsewhere", "--resume")
    assert child.code == 1
    assert os.listdir(killed / "elsewhere") == ["mine.txt"]


def test_the_same_command_begins_where_there_is_nothing_yet(nursery, tmp_path, finished):
    folder = prepare(tmp_path / "new", **CHOICE)
    child = nursery.run(folder, *AGAIN)
    assert child.code == 0, child.err
    assert child.err == "note: there is no run to resume: a new training starts\n"
    assert come_to(folder / "run") == come_to(finished / "run")


@pytest.mark.slow
def test_a_directory_that_was_only_made_is_used(nursery, tmp_path, finished):
    folder = prepare(tmp_path / "new", **CHOICE)
    (folder / "run").mkdir()
    (folder / "run" / "run.lock").write_text("")
    child = nursery.run(folder, *AGAIN)
    assert child.code == 0, child.err
    assert come_to(folder / "run") == come_to(finished / "run")


def test_without_a_directory_the_newest_run_of_the_spec_is_meant(nursery, tmp_path, finished):
    folder = prepare(tmp_path / "new", **CHOICE)
    assert nursery.run(folder, "train", "spec.yaml").code == 0
    assert nursery.run(folder, "train", "spec.yaml", before=DIE).code == 86
    child = nursery.run(folder, "train", "spec.yaml", "--resume")
    assert child.code == 0, child.err
    first, second = sorted((folder / "runs" / "killed").iterdir(), key=lambda item: (len(item.name), item.name))
    assert come_to(second) == come_to(first) == come_to(finished / "run")


HELD = program(
    """
import os, time
done = Training.epoch_done
def wait_and_do(self, *arguments):
    while not os.path.exists("go"):
        time.sleep(0.01)
    return done(self, *arguments)
Training.epoch_done = wait_and_do
""",
    TRAINING_EPOCH_DONE,
)


def locked_by(run):
    """The process that the lock names; that of the killed one until another takes it over."""
    try:
        return json.loads((run / "run.lock").read_text())["pid"]
    except (FileNotFoundError, ValueError):
        return None


def test_two_trainings_do_not_share_a_directory(nursery, killed, cli, monkeypatch):
    monkeypatch.chdir(killed)
    first = nursery.start(killed, *RESUME, before=HELD)
    try:
        first.wait_until(lambda: locked_by(killed / "run") == first.pid)
        second = cli(*RESUME)
    finally:
        (killed / "go").touch()
        code = first.wait()
    assert second.code == 1
    assert f"error[MS760] another training writes into run: process {first.pid} on " in second.err
    assert code == 0, first.err


def test_the_lines_of_the_history_after_the_checkpoint_are_gone(nursery, killed):
    history = killed / "run" / "history.jsonl"
    history.write_text(history.read_text() + '{"epoch": 3, "loss": 1.0}\n{"epoch": 4, "lo')
    assert nursery.run(killed, *RESUME).code == 0
    assert [json.loads(line)["epoch"] for line in history.read_text().splitlines()] == [1, 2, 3, 4]


def test_a_moved_run_another_folder_time_zone_and_hash_seed_change_nothing(nursery, killed, finished, tmp_path):
    shutil.move(killed / "run", killed / "moved")
    child = nursery.run(
        killed,
        "train",
        "--resume",
        "moved",
        before="import os, time\nos.environ.update(TZ='Asia/Tokyo', LANG='C')\ntime.tzset()",
    )
    assert child.code == 0, child.err
    assert come_to(killed / "moved") == come_to(finished / "run")
