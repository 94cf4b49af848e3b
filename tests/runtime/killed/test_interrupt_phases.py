"""Ctrl-C and SIGTERM in every phase of a training, sent to real processes: it leaves quickly, and goes on exactly."""

import json
import signal
import time

import pytest

from tests.chosen import chosen
from tests.runtime.killing import COMMAND, RESUME, come_to, prepare
from tests.seams.names import (
    BUILD_TO_TRAIN,
    LOAD_LAST,
    LOAD_ROWS,
    LOAD_SPEC,
    MAKE_LAYER,
    SAVE_START,
    STEPS_CALL,
    TRACKING_END,
    TRAINING,
    TRAINING_CLOSE,
    WRITE,
    WRITE_END,
)
from tests.seams.seam import program

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
    "the spec is read": LOAD_SPEC,
    "rows are read": LOAD_ROWS,
    "the model is built": BUILD_TO_TRAIN,
    "Keras makes a layer": MAKE_LAYER,
}
WHILE_WRITING = {
    "the run is described": SAVE_START,
    "the training is prepared": TRAINING,
    "a file is written beside": WRITE,
    "the end is written down": TRACKING_END,
}


def waiting(seam):
    """A program in which a function waits when it is called."""
    return program(f"{WAIT}{seam.said} = waits({seam.said})\n", seam)


def stopped(nursery, folder, before, *numbers):
    """Start, wait for the phase, and send the signals; the exit code and what was printed on stderr."""
    child = nursery.start(folder, *COMMAND, before=before)
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


def by_turns(phases):
    """Each phase with each signal; of each phase one signal is quick, now the one and now the other."""
    return [
        pytest.param(phase, *signalled, marks=pytest.mark.slow if (at + turn) % len(SIGNALS) else [])
        for at, phase in enumerate(phases)
        for turn, signalled in enumerate(SIGNALS)
    ]


@pytest.mark.parametrize(("phase", "number", "code"), by_turns(BEFORE_ANYTHING))
def test_before_there_is_a_run_nothing_is_left(nursery, tmp_path, phase, number, code):
    folder = prepare(tmp_path / "project", **CHOICE)
    before = {path for path in folder.iterdir() if not path.name.startswith(".")}
    assert stopped(nursery, folder, waiting(BEFORE_ANYTHING[phase]), number) == (code, "interrupted\n")
    assert {path for path in folder.iterdir() if not path.name.startswith(".")} == before


@pytest.mark.parametrize(("phase", "number", "code"), by_turns(WHILE_WRITING))
def test_a_run_that_is_being_written_is_left_whole_and_goes_on(nursery, tmp_path, whole, phase, number, code):
    folder = prepare(tmp_path / "project", **CHOICE)
    assert stopped(nursery, folder, waiting(WHILE_WRITING[phase]), number) == (code, "interrupted\n")
    assert not [path.name for path in (folder / "run").iterdir() if path.name.startswith(".")]
    child = nursery.run(folder, *COMMAND, "--resume")
    assert child.code == 0, child.err
    assert come_to(folder / "run") == whole


AT_THE_END = """
import time
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
    "the final evaluation": ("CompiledSteps.__call__ = briefly(CompiledSteps.__call__)", STEPS_CALL),
    "the last weights are loaded": ("training.load_weights = briefly(training.load_weights)", LOAD_LAST),
    "the model is saved": ("self.plan.model.save = briefly(self.plan.model.save)",),
}


def at_the_end(phase, seconds):
    """A program in which something of the end takes its time."""
    patch, *seams = LAST[phase]
    return program(AT_THE_END.format(patch=patch, seconds=seconds), TRAINING_CLOSE, *seams)


@pytest.mark.parametrize(("phase", "number", "code"), by_turns(LAST))
def test_after_the_last_epoch_the_first_signal_waits_for_what_is_under_way(
    nursery, tmp_path, whole, phase, number, code
):
    folder = prepare(tmp_path / "project", **CHOICE)
    left, err = stopped(nursery, folder, at_the_end(phase, 0.5), number)
    assert (left, err.splitlines()[0]) == (code, "stopped after 3 whole epochs; the run is in run")
    run = folder / "run"
    assert json.loads((run / "run.json").read_text())["status"] == "interrupted"
    assert json.loads((run / "metrics.json").read_text()) == {}
    assert (run / "model.keras").exists()
    child = nursery.run(folder, *RESUME)
    assert child.code == 0, child.err
    assert come_to(run) == whole
    assert json.loads((run / "run.json").read_text())["status"] == "finished"


@pytest.mark.parametrize(("phase", "number", "code"), by_turns(LAST))
def test_a_second_signal_does_not_wait(nursery, tmp_path, whole, phase, number, code):
    folder = prepare(tmp_path / "project", **CHOICE)
    before = at_the_end(phase, 600)
    assert stopped(nursery, folder, before, number, number) == (code, "interrupted\n")
    assert not [path.name for path in (folder / "run").iterdir() if path.name.startswith(".")]
    child = nursery.run(folder, *RESUME)
    assert child.code == 0, child.err
    assert come_to(folder / "run") == whole


@pytest.mark.parametrize("first", chosen([signal.SIGINT, signal.SIGTERM], [signal.SIGTERM]))
def test_a_third_signal_leaves_without_cleaning_up(nursery, tmp_path, whole, first):
    folder = prepare(tmp_path / "project", **CHOICE)
    before = at_the_end("the model is saved", 600) + waiting(WRITE_END)
    child = nursery.start(folder, *COMMAND, before=before)
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
