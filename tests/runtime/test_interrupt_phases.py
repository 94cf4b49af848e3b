"""Ctrl-C and SIGTERM in every phase of a training, sent to real processes: it leaves quickly, and goes on exactly."""

import json
import signal
import time

import pytest

from tests.runtime.killing import COMMAND, RESUME, come_to, prepare

CHOICE = {"layers": "dropout", "rate": "plateau", "stop": "early", "every": "1 epoch", "epochs": 3}
SIGNALS = [(signal.SIGINT, 130), (signal.SIGTERM, 143)]
WAIT = """
import time
def waits(function):
    def instead(*given, **named):
        open("waiting", "w").close()
        end = time.monotonic() + 600
        while time.monotonic() < end:
            time.sleep(0.05)
        open("overslept", "w").close()
        return function(*given, **named)
    return instead
"""
BEFORE_ANYTHING = {
    "the spec is read": "import modelspec.cli.train\nimport modelspec.cli.specs as at\nat.load_spec = waits(at.load_spec)",
    "rows are read": "import modelspec.runtime.tables as at\nat.load = waits(at.load)",
    "the model is built": "import modelspec.runtime.train as at\nat.build_model = waits(at.build_model)",
    "Keras makes a layer": "import modelspec.runtime.build as at\nat.to_keras = waits(at.to_keras)",
}
WHILE_WRITING = {
    "the run is described": "import modelspec.runtime.rundir as at\nat.save_start = waits(at.save_start)",
    "the training is prepared": "import modelspec.runtime.train as at\nat.Training = waits(at.Training)",
    "a file is written beside": "import modelspec.files.writing as at\nat._write = waits(at._write)",
    "the end is written down": "import modelspec.runtime.train as at\nat.Tracking.end = waits(at.Tracking.end)",
}


def stopped(nursery, folder, before, *numbers):
    """Start, wait for the phase, and send the signals; the exit code and what was printed on stderr."""
    child = nursery.start(folder, *COMMAND, before=WAIT + before)
    child.wait_until((folder / "waiting").exists)
    (folder / "waiting").unlink()
    for number in numbers:
        child.kill(number)
        time.sleep(0.3)
    code = child.wait()
    assert not (folder / "overslept").exists()
    assert "Traceback" not in child.err
    assert not (folder / "run" / "run.lock").exists()
    return code, child.err


@pytest.mark.parametrize(("number", "code"), SIGNALS)
@pytest.mark.parametrize("phase", BEFORE_ANYTHING)
def test_before_there_is_a_run_nothing_is_left(nursery, tmp_path, phase, number, code):
    folder = prepare(tmp_path / "project", **CHOICE)
    before = {path for path in folder.iterdir() if not path.name.startswith(".")}
    assert stopped(nursery, folder, BEFORE_ANYTHING[phase], number) == (code, "interrupted\n")
    assert {path for path in folder.iterdir() if not path.name.startswith(".")} == before


@pytest.mark.parametrize(("number", "code"), SIGNALS)
@pytest.mark.parametrize("phase", WHILE_WRITING)
def test_a_run_that_is_being_written_is_left_whole_and_goes_on(nursery, tmp_path, whole, phase, number, code):
    folder = prepare(tmp_path / "project", **CHOICE)
    assert stopped(nursery, folder, WHILE_WRITING[phase], number) == (code, "interrupted\n")
    assert not [path.name for path in (folder / "run").iterdir() if path.name.startswith(".")]
    child = nursery.run(folder, *COMMAND, "--resume")
    assert child.code == 0, child.err
    assert come_to(folder / "run") == whole


AT_THE_END = """
from modelspec.runtime.training import Training
from modelspec.runtime.steps import Steps
close = Training.close
def closing(self, finished):
    {patch}
    return close(self, finished)
Training.close = closing
def briefly(function):
    def instead(*given, **named):
        open("waiting", "w").close()
        time.sleep({seconds})
        return function(*given, **named)
    return instead
"""
LAST = {
    "the final evaluation": "Steps.__call__ = briefly(Steps.__call__)",
    "the last weights are loaded": "import modelspec.runtime.training as at; at.load_weights = briefly(at.load_weights)",
    "the model is saved": "self.built.model.save = briefly(self.built.model.save)",
}


@pytest.mark.parametrize(("number", "code"), SIGNALS)
@pytest.mark.parametrize("phase", LAST)
def test_after_the_last_epoch_the_first_signal_waits_for_what_is_under_way(
    nursery, tmp_path, whole, phase, number, code
):
    folder = prepare(tmp_path / "project", **CHOICE)
    left, err = stopped(nursery, folder, AT_THE_END.format(patch=LAST[phase], seconds=0.5), number)
    assert (left, err.splitlines()[0]) == (code, "stopped after 3 whole epochs; what was trained is in run")
    run = folder / "run"
    assert json.loads((run / "run.json").read_text())["status"] == "interrupted"
    assert json.loads((run / "metrics.json").read_text()) == {}
    assert (run / "model.keras").exists()
    child = nursery.run(folder, *RESUME)
    assert child.code == 0, child.err
    assert come_to(run) == whole
    assert json.loads((run / "run.json").read_text())["status"] == "finished"


@pytest.mark.parametrize(("number", "code"), SIGNALS)
@pytest.mark.parametrize("phase", LAST)
def test_a_second_signal_does_not_wait(nursery, tmp_path, whole, phase, number, code):
    folder = prepare(tmp_path / "project", **CHOICE)
    before = AT_THE_END.format(patch=LAST[phase], seconds=600)
    assert stopped(nursery, folder, before, number, number) == (code, "interrupted\n")
    assert not [path.name for path in (folder / "run").iterdir() if path.name.startswith(".")]
    child = nursery.run(folder, *RESUME)
    assert child.code == 0, child.err
    assert come_to(folder / "run") == whole


@pytest.mark.parametrize("first", [signal.SIGINT, signal.SIGTERM])
def test_a_third_signal_leaves_without_cleaning_up(nursery, tmp_path, whole, first):
    folder = prepare(tmp_path / "project", **CHOICE)
    before = AT_THE_END.format(patch=LAST["the model is saved"], seconds=600) + (
        "import modelspec.runtime.train as at\nat.write_json = waits(at.write_json)\n"
    )
    child = nursery.start(folder, *COMMAND, before=WAIT + before)
    for _ in range(2):
        child.wait_until((folder / "waiting").exists)
        (folder / "waiting").unlink()
        child.kill(first)
        time.sleep(0.3)
        child.kill(first)
    assert child.wait() == 128 + first
    assert child.err == "interrupted\n"
    child = nursery.run(folder, *RESUME)
    assert child.code == 0, child.err
    assert come_to(folder / "run") == whole
