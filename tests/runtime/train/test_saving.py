"""When a checkpoint is due, and which are never written."""

import numpy as np
import pytest

from modelspec.diagnostics import SpecError
from modelspec.language.sections.checkpoint import Every
from modelspec.runs.checkpoints.snapshot import Position, Snapshot
from modelspec.runs.checkpoints.store import Store
from modelspec.runtime.train.saving import Saver
from tests.runtime.faults import faults

STEPS = 10


class Clock:
    """A clock that a test moves."""

    now = 0.0

    def __call__(self):
        return self.now


def made(tmp_path, every, clock=None, value=1.0):
    def take(position):
        return Snapshot(position, {}, {"model/0": np.full(3, value, "float32")})

    return Saver(Store(tmp_path / "checkpoints", 3), every, take, clock or Clock())


def due_at(saver, start, last):
    """The positions of all steps at which it saves."""
    found = []
    for steps in range(start, last + 1):
        position = Position(steps // STEPS, steps % STEPS)
        if saver.due(position, steps):
            found.append(steps)
            saver.save(position, steps)
    saver.finish()
    return found


@pytest.mark.parametrize(
    ("every", "found"),
    [
        (Every(7, "steps", ""), [7, 14, 21, 28]),
        (Every(1, "steps", ""), list(range(1, 31))),
        (Every(1, "epochs", ""), [10, 20, 30]),
        (Every(2, "epochs", ""), [20]),
    ],
)
def test_it_is_due_at_multiples_also_after_training_went_on(tmp_path, every, found):
    saver = made(tmp_path, every)
    saver.began(Position(0, 0), 0)
    assert due_at(saver, 0, 30) == found
    for start in (3, 11, 25):
        again = made(tmp_path / str(start), every)
        again.store.folder.parent.mkdir()
        again.began(Position(start // STEPS, start % STEPS), start)
        assert due_at(again, start, 30) == [step for step in found if step > start]


def test_by_the_clock_it_is_due_so_long_after_the_last_one(tmp_path):
    clock = Clock()
    saver = made(tmp_path, Every(60, "seconds", "1 minute"), clock)
    found = []
    for step in range(1, 300):
        clock.now += 1
        if saver.due(Position(0, step), step):
            found.append(step)
            saver.save(Position(0, step), step)
            saver.writer.wait()
    assert found == [60, 120, 180, 240]


def test_a_position_is_saved_once(tmp_path):
    saver = made(tmp_path, Every(1, "epochs", ""))
    for _ in range(3):
        saver.save(Position(1, 2), 12)
    saver.finish()
    assert saver.store.names() == ["000001"]


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_weights_that_are_not_finite_never_take_the_place_of_others(tmp_path, value):
    before = made(tmp_path, Every(1, "epochs", ""))
    before.save(Position(0, 1), 1)
    before.finish()
    saver = made(tmp_path, Every(1, "epochs", ""), value=value)
    saver.trained = {"model/0": "dense/kernel"}
    saver.save(Position(0, 2), 2)
    with pytest.raises(SpecError, match="MS764") as raised:
        saver.finish()
    (problem,) = raised.value.diagnostics
    assert problem.message == "the weight dense/kernel is NaN or infinite at epoch 1, step 2"
    assert saver.store.newest().snapshot.position == Position(0, 1)


def test_what_cannot_be_written_is_told_with_the_one_that_is_there(tmp_path):
    saver = made(tmp_path, Every(1, "steps", ""))
    saver.save(Position(0, 1), 1)
    saver.finish()
    with faults(tmp_path, 4, "ENOSPC"):
        saver.save(Position(0, 2), 2)
        with pytest.raises(SpecError) as raised:
            saver.finish()
    (problem,) = raised.value.diagnostics
    assert problem.code == "MS763"
    assert "no space left on device; the disk has " in problem.message
    assert problem.message.endswith("the one before it, checkpoints/000001, is whole")
