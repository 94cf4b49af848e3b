"""Many steps in one call: bit for bit what `fit` does, for any number of steps, rows in memory or in windows, and any entry."""

import math
from functools import cache

import keras
import numpy as np
import pytest

from modelspec.catalogue.callbacks import ModelCheckpoint, TensorBoard, TerminateOnNaN
from modelspec.data.order import Order
from modelspec.data.rows import ArrayRows
from modelspec.runs.checkpoints.snapshot import Position
from modelspec.runs.reporting import Silent
from modelspec.runtime.backend import Feed
from modelspec.runtime.backend.pace import Pace, periods
from modelspec.runtime.evaluate.evaluation import Evaluation
from modelspec.runtime.state.variables import assign, values_of
from modelspec.runtime.train.loop import Loop
from modelspec.runtime.train.plan import Epochs, Hooks
from tests.chosen import chosen
from tests.seams.names import FIRST_ROWS, MOST_ROWS, WINDOW_BYTES

BATCH = 16


def model(learning_rate=0.1):
    keras.utils.set_random_seed(1)
    inputs = keras.Input((6,), name="x")
    x = keras.layers.Dense(8, activation="relu", kernel_regularizer="l2")(inputs)
    x = keras.layers.BatchNormalization()(x)
    x = keras.layers.Dropout(0.3)(x)
    made = keras.Model({"x": inputs}, {"y": keras.layers.Dense(3, activation="softmax", name="y")(x)})
    schedule = keras.optimizers.schedules.ExponentialDecay(learning_rate, 5, 0.9)
    made.compile(
        keras.optimizers.Adam(schedule),
        {"y": "categorical_crossentropy"},
        metrics={"y": ["accuracy", "auc"]},
        weighted_metrics={"y": ["mse"]},
    )
    return made


def small():
    """A model that is traced soon, where what is computed is not the point."""
    inputs = keras.Input((6,), name="x")
    made = keras.Model({"x": inputs}, {"y": keras.layers.Dense(3, name="y")(inputs)})
    made.compile("sgd", {"y": "mse"})
    return made


def rows(count, weights=False):
    random = np.random.default_rng(0)
    x = {"x": random.normal(size=(count, 6)).astype("float32")}
    y = {"y": np.eye(3, dtype="float32")[random.integers(0, 3, count)]}
    return (x, y, {"y": random.uniform(size=count).astype("float32")}) if weights else (x, y)


def order_of(count):
    return Order(count, seed=3)


def feed_of(arrays, count=70, **settings):
    return Feed(ArrayRows(arrays, count), BATCH, **settings)


class Stop:
    """Asks to stop after so many calls of the steps."""

    def __init__(self, calls=math.inf):
        self.calls = calls

    def __call__(self):
        self.calls -= 1
        return self.calls < 0


def loop(made, feed, pace, *, epochs=2, validation=None, **hooks):
    order = order_of(feed.rows.count)
    return Loop(made, Epochs(feed, order, epochs, validation=validation), Hooks(Silent(), **hooks), pace)


def trained(count, pace, *, weights=False, resident=True, epochs=2, validate=False):
    """(history, all variables) of a training by the loop."""
    made, history = model(), []
    arrays = rows(count, weights)
    feed = feed_of(arrays, count, resident=resident)
    validation = Evaluation(made, feed_of(arrays, count)) if validate else None
    done = lambda epoch, logs: history.append(logs)  # noqa: E731
    loop(made, feed, pace, epochs=epochs, validation=validation, epoch_done=done).run()
    return history, values_of(made)


@cache
def fitted(count, weights=False, epochs=2, validate=False):
    """(history, all variables) of a training by Keras's own `fit`, on the rows in the same order."""
    made, history = model(), []
    arrays = rows(count, weights)
    for epoch in range(epochs):
        order = order_of(count).epoch(epoch)
        ordered = [{name: array[order] for name, array in part.items()} for part in arrays]
        validation = arrays if validate else None
        done = made.fit(
            *ordered[:2], sample_weight=ordered[2] if weights else None, batch_size=BATCH, epochs=1, shuffle=False,
            verbose=0, validation_data=validation,
        )  # fmt: skip
        history.append({name: values[0] for name, values in done.history.items()})
    return history, values_of(made)


def same(first, second):
    """Whether histories and variables are equal, bit for bit; variables come in one order."""
    assert first[0] == second[0]
    assert len(first[1]) == len(second[1]) > 10
    for (name, one), two in zip(first[1].items(), second[1].values(), strict=True):
        assert one.tobytes() == two.tobytes(), name


@cache
def step_by_step():
    """A whole training of seventy rows in ten calls."""
    return trained(70, Pace(1))


PACES = [(count, told) for told in (1, 3, 1000, None) for count in (64, 70, 5)]


@pytest.mark.parametrize(("count", "told"), chosen(PACES, [(70, 3), (70, None)]))
def test_any_number_of_steps_in_a_call_is_what_fit_does(count, told):
    same(trained(count, Pace(told)), fitted(count))


@pytest.mark.parametrize("count", chosen([64, 70], [70]))
def test_validation_and_sample_weights_are_those_of_fit(count):
    same(trained(count, Pace(), weights=True, validate=True), fitted(count, weights=True, validate=True))


@pytest.mark.parametrize("count", chosen([64, 70], [70]))
def test_rows_that_come_in_windows_train_as_those_in_memory(count, monkeypatch):
    monkeypatch.setattr(WINDOW_BYTES.path, 2000)  # three batches
    assert len(list(feed_of(rows(count), count, resident=False).windows(Order(count, shuffle=False).of(0)))) == 2
    same(trained(count, Pace(2), resident=False), trained(count, Pace(2)))


@pytest.mark.parametrize("resident", [True, False])
def test_texts_are_fed_as_texts(resident):
    feed = feed_of(({"x": np.array(["a", "é, b"])},), 2, resident=resident)
    assert feed.symbolic_batch()[0]["x"].dtype == "string"
    (window,) = feed.windows(Order(2, shuffle=False).of(0))
    assert window.arrays[0]["x"].numpy().tolist() == [b"a", "é, b".encode()]


@pytest.mark.parametrize("resident", [True, False])
def test_a_pass_may_begin_at_any_step(resident):
    feed = feed_of(rows(70), resident=resident)
    order = order_of(70).epoch(0)
    for first in range(6):
        windows = list(feed.windows(order_of(70).of(0), first))
        assert sum(window.steps for window in windows) == 5 - first
        taken = [window.arrays[0]["x"].numpy()[window.rows.numpy()] for window in windows]
        expected = rows(70)[0]["x"][order[first * BATCH :]]
        assert np.array_equal(np.concatenate(taken) if taken else expected[:0], expected)


@pytest.mark.parametrize("resident", [True, False])
@pytest.mark.parametrize("first", [0, 3])
def test_many_rows_come_in_several_windows_of_which_the_first_is_small(resident, first, monkeypatch):
    monkeypatch.setattr(MOST_ROWS.path, 2 * BATCH)
    monkeypatch.setattr(FIRST_ROWS.path, BATCH)
    windows = list(feed_of(rows(70), resident=resident).windows(order_of(70).of(0), first))
    assert [window.steps for window in windows] == ([1, 2, 2] if first == 0 else [1, 1])
    taken = [window.arrays[0]["x"].numpy()[window.rows.numpy()] for window in windows]
    assert np.array_equal(np.concatenate(taken), rows(70)[0]["x"][order_of(70).epoch(0)[first * BATCH :]])


@pytest.mark.parametrize("calls", chosen(range(1, 10), [7]))
def test_a_training_that_goes_on_in_another_model_ends_the_same(calls):
    """Stopped after any of its ten steps, and continued from position and variables alone."""
    whole = step_by_step()
    seen, history = [], []
    first, second = model(), model()
    hooks = {
        "epoch_done": lambda epoch, logs: history.append(logs),
        "steps_done": lambda position, loss: seen.append(position),
    }
    feed = feed_of(rows(70))
    assert not loop(first, feed, Pace(1), stop=Stop(calls - 1), **hooks).run()
    assert len(seen) == calls

    def give_back():
        assign(second, dict(zip(_names(second), values_of(first).values(), strict=True)))

    loop(second, feed, Pace(3), begun=give_back, **hooks).run(seen[-1])
    same((history, values_of(second)), whole)


def _names(made):
    return list(values_of(made))


def test_calls_end_at_the_multiples_of_every_period():
    seen = []
    done = lambda position, loss: seen.append(position.epoch * 5 + position.step)  # noqa: E731
    loop(small(), feed_of(rows(70)), Pace(1000, (4, 3)), epochs=2, steps_done=done).run()
    assert seen == [3, 4, 5, 6, 8, 9, 10]


def test_a_loss_that_is_not_finite_ends_the_call_at_its_step():
    seen, ends = [], []
    arrays = rows(70)
    arrays[1]["y"][order_of(70).epoch(0)[2 * BATCH]] = np.nan

    class Ends(keras.callbacks.TerminateOnNaN):
        def on_train_batch_end(self, batch, logs=None):
            ends.append(batch)
            super().on_train_batch_end(batch, logs)

    done = lambda position, loss: seen.append((position, loss))  # noqa: E731
    loop(small(), feed_of(arrays), Pace(1000), callbacks=(Ends(),), steps_done=done).run()
    assert ends == [2]
    assert [position for position, _ in seen] == [Position(0, 3)]
    assert not math.isfinite(seen[0][1])


def test_without_a_callback_a_loss_that_is_not_finite_does_not_end_the_training():
    arrays = rows(70)
    arrays[1]["y"][order_of(70).epoch(0)[2 * BATCH]] = np.nan
    seen = []
    done = lambda position, loss: seen.append(position.step)  # noqa: E731
    loop(small(), feed_of(arrays), Pace(1000), epochs=1, steps_done=done).run()
    assert seen == [3, 5]


def test_the_steps_of_a_call_are_chosen_by_their_time():
    pace = Pace()
    pace.took(1, 3.0)  # compilation
    assert pace.steps(0, 100) == 1
    pace.took(1, 0.01)
    assert pace.steps(0, 100) == 10
    assert pace.steps(0, 7) == 7
    pace.took(10, 0.0001)
    assert pace.steps(0, 1000) == 160
    pace.took(160, 40)
    assert pace.steps(0, 1000) == 1
    assert Pace(8).steps(0, 100) == 8


@pytest.mark.parametrize(
    ("callbacks", "expected"),
    [
        ([TensorBoard(), ModelCheckpoint(filepath="a.keras"), TerminateOnNaN()], ()),
        ([ModelCheckpoint(filepath="a.keras", save_freq=7)], (7,)),
        ([TensorBoard(update_freq=5)], (1,)),
        ([TensorBoard(profile_batch=2)], (1,)),
    ],
)
def test_only_callbacks_that_act_within_an_epoch_bound_the_calls(callbacks, expected):
    assert periods(callbacks) == expected


def test_a_checkpoint_callback_saves_at_the_same_steps_for_any_pace_of_ours(tmp_path):
    entry = ModelCheckpoint(filepath=str(tmp_path / "unused.keras"), save_freq=3)
    saved = {}
    for told in (1, None, 1000):
        seen = saved[told] = []

        class Saves(keras.callbacks.ModelCheckpoint):
            def _save_model(self, epoch, batch, logs, seen=seen):
                seen.append((epoch, batch))

        callback = Saves(entry.filepath, save_freq=entry.save_freq)
        pace = Pace(told, periods([entry]))
        loop(small(), feed_of(rows(70)), pace, callbacks=(callback,)).run()
    assert saved[1] == saved[None] == [(0, 2), (1, 0), (1, 3)]
    assert saved[1000] == [(0, 999), (1, 999)]  # as `fit` with `steps_per_execution`, which tells of a whole call only
