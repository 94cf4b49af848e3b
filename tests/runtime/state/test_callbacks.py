"""What callbacks remember is kept as a whole: every attribute that training changes is in the table, or made anew."""

import copy
import csv
import types
import warnings

import keras
import numpy as np
import pytest

from modelspec.catalogue.names import CALLBACKS
from modelspec.runs.checkpoints.snapshot import Position, Snapshot, from_text, to_text
from modelspec.runtime.backend.private import CALLBACK_STATE, REMADE
from modelspec.runtime.state.callbacks import capture_callbacks, restore_callbacks
from modelspec.runtime.state.variables import DoesNotFit, assign, values_of
from tests.chosen import spread

LOSSES = [5.0, 4.0, 4.5, 4.4, 3.0, 3.5, 3.4, 3.3, 3.2, 3.1, 3.0, 2.9]
"""Validation losses with stretches that are no better."""


def made(name, folder):
    if name == "TensorBoard":
        pytest.importorskip("tensorboard")
    arguments = {
        "CSVLogger": {"filename": str(folder / "log.csv")},
        "EarlyStopping": {"patience": 4, "restore_best_weights": True, "verbose": 0},
        "ModelCheckpoint": {
            "filepath": str(folder / "best.weights.h5"),
            "save_weights_only": True,
            "save_best_only": True,
        },
        "ReduceLROnPlateau": {"patience": 2, "factor": 0.5, "cooldown": 3},
        "SwapEMAWeights": {"swap_on_epoch": True},
        "TensorBoard": {"log_dir": str(folder / "logs"), "update_freq": 2, "write_graph": False},
        "TerminateOnNaN": {},
    }[name]
    return getattr(keras.callbacks, name)(**arguments)


def model():
    keras.utils.set_random_seed(1)
    made = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3), keras.layers.Dense(1)])
    made.compile(optimizer=keras.optimizers.SGD(1e-2, use_ema=True), loss="mse")
    made._symbolic_build(data_batch=data())
    made.make_train_function()
    return made


def data():
    return np.ones((8, 4), "float32"), np.ones((8, 1), "float32")


class Run:
    """A training with one callback, epoch by epoch, as the loop calls it."""

    def __init__(self, name, folder):
        self.model = model()
        self.callbacks = [made(name, folder)]
        self.list = keras.callbacks.CallbackList(
            self.callbacks,
            add_history=False,
            add_progbar=False,
            model=self.model,
            epochs=len(LOSSES),
            steps=2,
            verbose=0,
        )
        self.model.stop_training = False
        self.list.on_train_begin()

    def epoch(self, number):
        self.list.on_epoch_begin(number)
        for step in range(2):
            self.list.on_train_batch_begin(step)
            logs = self.model.train_function(iter([data()]))
            self.list.on_train_batch_end(step, {key: float(value) for key, value in logs.items()})
        self.list.on_epoch_end(number, {"loss": 1.0 + number, "val_loss": LOSSES[number]})

    def state(self):
        values, arrays = capture_callbacks(self.callbacks)
        return values, arrays, {name: value.tobytes() for name, value in values_of(self.model).items()}


def through_text(values):
    return from_text(to_text(Snapshot(Position(0, 0), {"callbacks": values}, {})))[1]["callbacks"]


@pytest.fixture(autouse=True)
def _tidy(monkeypatch):
    """No warnings of Keras about numbers that are not there, and no file left open."""
    begun = []
    real = Run.__init__

    def begin(self, *arguments):
        real(self, *arguments)
        begun.append(self)

    monkeypatch.setattr(Run, "__init__", begin)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield
        for run in reversed(begun):  # TensorBoard's writers lie on a stack
            run.list.on_train_end()


def test_every_callback_of_the_catalogue_has_a_row():
    assert set(CALLBACK_STATE) == set(CALLBACKS)
    assert set(REMADE) <= set(CALLBACKS)


@pytest.mark.parametrize("name", CALLBACKS)
def test_every_attribute_that_training_changes_is_kept_or_made_anew(tmp_path, name):
    run = Run(name, tmp_path)
    callback = run.callbacks[0]
    changed = set()
    for number in range(6):
        before = {key: shallow(value) for key, value in vars(callback).items()}
        run.epoch(number)
        after = {key: shallow(value) for key, value in vars(callback).items()}
        changed |= {key for key in {*before, *after} if not same(before.get(key), after.get(key))}
    known = {*CALLBACK_STATE[name], *REMADE.get(name, ())}
    assert changed <= known | {"_model", "params", "validation_data"}
    for kept in known:
        assert hasattr(callback, kept) or (name, kept) in {("TensorBoard", "_epoch_start_time")}, kept


def shallow(value):
    if isinstance(value, list):
        return [np.array(item) if isinstance(item, np.ndarray) else item for item in value]
    return copy.copy(value) if isinstance(value, dict | types.SimpleNamespace) else value


def same(left, right):
    if isinstance(left, list) and isinstance(right, list) and len(left) == len(right):
        return all(np.array_equal(one, other) for one, other in zip(left, right, strict=True))
    return left is right or (type(left) is type(right) and not isinstance(left, list) and bool(left == right))


STOPS = [(name, stop) for stop in (1, 3, 6) for name in CALLBACKS]


@pytest.mark.parametrize(("name", "stop"), spread(STOPS, 4))
def test_a_callback_that_is_given_what_it_remembered_goes_on_the_same(tmp_path, name, stop):
    whole = Run(name, tmp_path / "whole" if (tmp_path / "whole").mkdir() is None else None)
    for number in range(stop):
        whole.epoch(number)
    values, arrays = capture_callbacks(whole.callbacks)
    values = through_text(values)
    variables = values_of(whole.model)
    rest = []
    for number in range(stop, 10):
        whole.epoch(number)
        rest.append((whole.model.stop_training, comparable(whole.state(), tmp_path)))

    (tmp_path / "again").mkdir()
    again = Run(name, tmp_path / "again")
    assign(again.model, variables)
    restore_callbacks(again.callbacks, values, arrays)
    for number in range(stop, 10):
        again.epoch(number)
        assert (again.model.stop_training, comparable(again.state(), tmp_path)) == rest[number - stop], number


def comparable(state, folder):
    values, arrays, variables = state
    return repr(values), {name: array.tobytes() for name, array in arrays.items()}, variables


NEEDED = [
    ("EarlyStopping", "wait"), ("EarlyStopping", "best"), ("ReduceLROnPlateau", "wait"),
    ("ReduceLROnPlateau", "cooldown_counter"), ("ModelCheckpoint", "best"), ("SwapEMAWeights", "_ema_weights_in_model"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "attribute"), spread(NEEDED, 2, first=1))
def test_without_an_attribute_it_goes_another_way(tmp_path, name, attribute):
    stop = {"cooldown_counter": 4}.get(attribute, 3)
    whole = Run(name, tmp_path)
    for number in range(stop):
        whole.epoch(number)
    values, arrays = capture_callbacks(whole.callbacks)
    variables = values_of(whole.model)
    again = Run(name, tmp_path)
    assign(again.model, variables)
    del values[0]["state"][attribute]
    restore_callbacks(again.callbacks, values, arrays)
    ways = []
    for run in (whole, again):
        way = []
        for number in range(stop, 10):
            run.epoch(number)
            way.append((run.model.stop_training, comparable(run.state(), tmp_path)))
        ways.append(way)
    assert ways[0] != ways[1]


def test_a_log_has_each_epoch_once_and_no_half_line(tmp_path):
    run = Run("CSVLogger", tmp_path)
    for number in range(3):
        run.epoch(number)
    values, arrays = capture_callbacks(run.callbacks)
    run.epoch(3)
    with open(tmp_path / "log.csv", "a") as stream:
        stream.write("4,0.")
    again = Run("CSVLogger", tmp_path)
    restore_callbacks(again.callbacks, values, arrays)
    for number in range(3, 6):
        again.epoch(number)
    with open(tmp_path / "log.csv", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [row["epoch"] for row in rows] == ["0", "1", "2", "3", "4", "5"]
    assert b"\r\r" not in (tmp_path / "log.csv").read_bytes()


def test_other_callbacks_than_those_of_the_checkpoint_are_refused(tmp_path):
    values, arrays = capture_callbacks(Run("EarlyStopping", tmp_path).callbacks)
    with pytest.raises(DoesNotFit, match="EarlyStopping"):
        restore_callbacks(Run("CSVLogger", tmp_path).callbacks, values, arrays)
