"""A training that is killed and resumed ends as one that never was: weights, optimizer, history, callbacks, bit for bit."""

import os
import random
import shutil
import signal
import time

import pytest

from tests.chosen import spread
from tests.runtime.faults import DIED, FAILING, NAMES
from tests.runtime.killing import (
    ARRAYS,
    COMMAND,
    CSV,
    LAYERS,
    MORE_LAYERS,
    MORE_STOPS,
    RESUME,
    STOPS,
    come_to,
    newest,
    prepare,
)
from tests.seams.names import (
    COMMAND_TRAIN,
    FIRST_ROWS,
    MOST_ROWS,
    POSITION,
    RESTORE,
    RESTORE_CALLBACKS,
    STORED_ROWS,
    TRAINING_INIT,
    TRAINING_SAVE,
    VALUES_OF,
)
from tests.seams.seam import program


def killed_and_resumed(nursery, folder, kills, seed):
    """Start, and kill at random times, so often; then go on to the end. Returns how often it was killed while running."""
    draw = random.Random(seed)
    run, hit = folder / "run", 0
    command = COMMAND
    for kill in range(kills):
        child = nursery.start(folder, *command)
        before = newest(run)
        wanted = before + (draw.randint(1, 4) if kill else 1)  # the first one is there before the first step
        give_up = time.monotonic() + draw.uniform(8, 12)
        while newest(run) < wanted and time.monotonic() < give_up and not child.out.count("\nrun: "):
            time.sleep(0.002)
        time.sleep(draw.uniform(0, 0.08))
        child.kill()
        code = child.wait()
        hit += code == -signal.SIGKILL
        command = RESUME
        if not (run / "run.json").exists():
            shutil.rmtree(run, ignore_errors=True)
            command = COMMAND
    child = nursery.run(folder, *command)
    assert child.code == 0, child.err
    assert not [name for name in os.listdir(run) if name.startswith(".")]
    return hit


def is_exact(nursery, tmp_path, kills=3, seed=1, **choice):
    whole = prepare(tmp_path / "whole", **choice)
    done = nursery.run(whole, *COMMAND)
    assert done.code == 0, done.err
    again = prepare(tmp_path / "again", **choice)
    hit = killed_and_resumed(nursery, again, kills, seed)
    assert come_to(again / "run") == come_to(whole / "run")
    return hit


CHOICES = [
    {"layers": "dropout", "rate": "plateau", "stop": "early", "every": "1 epoch"},
    {"layers": "batch norm", "rate": "schedule", "stop": "files", "every": "3 steps"},
    {"layers": "recurrent dropout", "rate": "nadam", "every": "7 steps"},
    {"layers": "noise", "rate": "average", "data": CSV, "every": "3 steps"},
]


@pytest.mark.parametrize("choice", spread(CHOICES, 2, first=1), ids=lambda choice: " ".join(choice.values()))
def test_a_killed_training_ends_as_one_that_was_not(nursery, tmp_path, choice):
    assert is_exact(nursery, tmp_path, kills=2, **choice) >= 1


def test_a_killed_training_whose_layers_learned_ends_as_one_that_was_not(nursery, tmp_path):
    assert is_exact(nursery, tmp_path, kills=1, layers="learning", every="3 steps", data=CSV) == 1
    layers = [tmp_path / name / "run" / "learned.json" for name in ("whole", "again")]
    assert layers[0].read_bytes() == layers[1].read_bytes()


@pytest.mark.slow
@pytest.mark.parametrize("data", [ARRAYS, CSV], ids=["arrays", "csv"])
@pytest.mark.parametrize("stop", STOPS)
@pytest.mark.parametrize("rate", ["constant", "schedule", "plateau"])
@pytest.mark.parametrize("layers", LAYERS)
def test_every_killed_training_ends_as_one_that_was_not(nursery, tmp_path, layers, rate, stop, data):
    if data == CSV and layers in ("recurrent dropout", "augmentation"):
        pytest.skip("a CSV file has a number in each cell")
    every = {"all": "3 steps", "early": "1 epoch", "files": "2 steps"}[stop]
    choice = {"layers": layers, "rate": rate, "stop": stop, "data": data, "every": every}
    assert is_exact(nursery, tmp_path, kills=4, seed=repr(choice), **choice) >= 1


@pytest.mark.slow
@pytest.mark.parametrize("layers", MORE_LAYERS)
@pytest.mark.parametrize("rate", ["average", "nadam"])
def test_other_layers_and_optimizers_go_on_exactly_too(nursery, tmp_path, layers, rate):
    choice = {"layers": layers, "rate": rate, "every": "3 steps", "epochs": 6}
    assert is_exact(nursery, tmp_path, kills=3, seed=repr(choice), **choice) >= 1


@pytest.mark.slow
@pytest.mark.parametrize("stop", MORE_STOPS)
@pytest.mark.parametrize("every", ["1 epoch", "3 steps"])
def test_other_callbacks_go_on_exactly_too(nursery, tmp_path, stop, every):
    choice = {"layers": "dropout", "rate": "average", "stop": stop, "every": every}
    assert is_exact(nursery, tmp_path, kills=3, seed=repr(choice), **choice) >= 1


LEFT_OUT = {
    "random states of layers": ("assign", "'seed_generator_state' in name"),
    "weights": ("assign", "name.startswith('model/') and 'seed' not in name"),
    "optimizer": ("assign", "name.startswith('optimizer/')"),
    "running sums": ("assign", "name.startswith('metrics/')"),
}
WITHOUT = program(
    """
assign = capture.assign
def without(model, arrays):
    fresh = values_of(model)
    assign(model, {{name: fresh[name] if {which} else value for name, value in arrays.items()}})
capture.assign = without
""",
    RESTORE,
    VALUES_OF,
)
NO_CALLBACKS = program("capture.restore_callbacks = lambda *_: None\n", RESTORE_CALLBACKS)
NO_POSITION = program(
    """
init = Training.__init__
def begin(self, *arguments):
    init(self, *arguments)
    self.position = Position(self.position.epoch, 0)
Training.__init__ = begin
""",
    POSITION,
    TRAINING_INIT,
)
CONTROLS = {
    **{what: WITHOUT.format(which=which) for what, (_, which) in LEFT_OUT.items()},
    "callbacks": NO_CALLBACKS,
    "the step within the epoch": NO_POSITION,
}


DIE_WITHIN_AN_EPOCH = program(
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
def interrupted(nursery, tmp_path_factory):
    """A folder with a run that was killed in the middle of an epoch, and what the whole run comes to."""
    choice = {"layers": "dropout", "rate": "plateau", "stop": "early", "every": "3 steps"}
    folder = tmp_path_factory.mktemp("controls")
    whole = prepare(folder / "whole", **choice)
    assert nursery.run(whole, *COMMAND).code == 0
    part = prepare(folder / "part", **choice)
    assert nursery.run(part, *COMMAND, before=DIE_WITHIN_AN_EPOCH).code == DIED
    return part, come_to(whole / "run")


def resume_a_copy(nursery, part, folder, before=""):
    shutil.copytree(part, folder)
    child = nursery.run(folder, *RESUME, before=before)
    assert child.code == 0, child.err
    return come_to(folder / "run")


def test_with_all_parts_of_the_state_the_end_is_the_same(nursery, interrupted, tmp_path):
    part, whole = interrupted
    assert resume_a_copy(nursery, part, tmp_path / "copy") == whole


def test_an_order_that_is_computed_goes_on_exactly_within_an_epoch(nursery, interrupted, tmp_path):
    few_are_stored = program("order.STORED = 20\n", STORED_ROWS)
    windows = program("feeding.MOST_ROWS = 24\nfeeding.FIRST_ROWS = 8\n", FIRST_ROWS, MOST_ROWS)
    choice = {"layers": "dropout", "rate": "plateau", "stop": "early", "every": "3 steps"}
    whole = prepare(tmp_path / "whole", **choice)
    assert nursery.run(whole, *COMMAND, before=few_are_stored).code == 0
    part = prepare(tmp_path / "part", **choice)
    assert nursery.run(part, *COMMAND, before=few_are_stored + windows + DIE_WITHIN_AN_EPOCH).code == DIED
    assert resume_a_copy(nursery, part, tmp_path / "copy", few_are_stored + windows) == come_to(whole / "run")
    assert come_to(whole / "run") != interrupted[1]


@pytest.mark.parametrize("what", spread(CONTROLS, 2, first=1))
def test_without_a_part_of_the_state_the_end_is_another(nursery, interrupted, tmp_path, what):
    part, whole = interrupted
    assert resume_a_copy(nursery, part, tmp_path / "copy", CONTROLS[what]) != whole


FAULTY = """
import pathlib
from tests.chosen import spread
from tests.runtime.faults import faults
within = faults(pathlib.Path("run"), {at}, {kind!r})
state = within.__enter__()
faults.within = within  # alive to the end of the process
"""


COUNT = program(
    """
real = train._train
def counted(*arguments):
    code = real(*arguments)
    open("done", "w").write(" ".join(state.done))
    return code
train._train = counted
""",
    COMMAND_TRAIN,
)


def goes_on_after(nursery, tmp_path, whole, at, kind, **choice):
    """A training with a fault at one operation on its files, then resumed; whether the fault was met."""
    folder = prepare(tmp_path / f"{kind}{at}", **choice)
    child = nursery.run(folder, *COMMAND, before=FAULTY.format(at=at, kind=kind))
    if kind in ("die", "torn"):
        assert child.code in (DIED, 0), child.err
    else:
        assert child.code in (0, 1), child.err
        assert child.code == 0 or (child.err.startswith("error") and "Traceback" not in child.err), child.err
    again = nursery.run(folder, *(RESUME if (folder / "run" / "run.json").exists() else (*COMMAND, "--resume")))
    assert again.code == 0, again.err
    assert come_to(folder / "run") == whole, (at, kind)
    assert not [name for name in os.listdir(folder / "run") if name.startswith(".")]
    shutil.rmtree(folder)
    return child.code != 0


SHORT = {"layers": "dropout", "every": "6 steps", "epochs": 3}


@pytest.fixture(scope="module")
def short(nursery, tmp_path_factory):
    """What a short training comes to, and which operations on files it does."""
    folder = prepare(tmp_path_factory.mktemp("faults") / "whole", **SHORT)
    count = FAULTY.format(at=0, kind="none") + COUNT
    child = nursery.run(folder, *COMMAND, before=count)
    assert child.code == 0, child.err
    return come_to(folder / "run"), (folder / "done").read_text().split()


@pytest.mark.parametrize(
    ("kind", "part"),
    [
        pytest.param("die", 0.2, marks=pytest.mark.slow),
        ("die", 0.6),
        ("torn", 0.4),
        ("ENOSPC", 0.3),
        pytest.param("EIO", 0.8, marks=pytest.mark.slow),
    ],
)
def test_a_training_goes_on_after_a_fault_at_a_write(nursery, short, tmp_path, kind, part):
    whole, done = short
    assert len(done) > 100
    met = {"die": NAMES, "torn": ("write",)}.get(kind, FAILING)
    near = (at for at, name in enumerate(done, 1) if at >= len(done) * part and name in met)
    assert any(goes_on_after(nursery, tmp_path, whole, at, kind, **SHORT) for at in near)


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["die", "torn", "ENOSPC", "EIO", "short"])
def test_a_training_goes_on_after_a_fault_at_every_write(nursery, short, tmp_path, kind):
    whole, done = short
    met = [goes_on_after(nursery, tmp_path, whole, at, kind, **SHORT) for at in range(1, len(done) + 1, 7)]
    assert sum(met) >= len(met) // 4 or kind == "short"
