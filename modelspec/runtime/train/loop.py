"""The training loop: epochs and steps over Keras's own train step, callbacks and metrics.

Must not know where rows come from or where results go. Between two calls of the compiled steps a training is whole: its
position, Keras's variables (weights, optimizer, random states, running sums) and what the callbacks remember are all.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from typing import Any

import keras

from modelspec.runs.checkpoints.snapshot import Position
from modelspec.runs.reporting import Logs, Reporter
from modelspec.runtime.backend.distribution import built_for, strategy_of
from modelspec.runtime.backend.failing import of_the_model
from modelspec.runtime.backend.feeding import Feed
from modelspec.runtime.backend.steps import Steps
from modelspec.runtime.backend.symbolic import make_variables
from modelspec.runtime.state.states import reset_states
from modelspec.runtime.train.callbacks import count_batches, count_steps, let_go
from modelspec.runtime.train.pace import Pace


class Loop:
    """Trains a compiled model epoch by epoch."""

    def __init__(
        self,
        model: Any,
        callbacks: list[Any],
        feed: Feed,
        order: Callable[[int], Any],
        validation: Callable[[], Logs] | None,
        *,
        epochs: int,
        validation_batches: int = 0,
        validation_freq: int,
        pace: Pace,
        reporter: Reporter,
        stop: Callable[[], bool],
        first: int = 0,
        planned: int | None = None,
    ) -> None:
        """`order` gives the rows of an epoch; `validation` evaluates; `stop` is asked after every call of the steps.

        A stage of a longer training has the epochs from `first` up to `epochs`, of `planned` that the training is to have.
        """
        self.model = model
        self.feed = feed
        self.order = order
        self.validation = validation
        self.first = first
        self.epochs = epochs
        self.planned = epochs if planned is None else planned
        self.validation_batches = validation_batches
        self.validation_freq = validation_freq
        self.pace = pace
        self.reporter = reporter
        self.stop = stop
        rows = len(order(first))
        self.steps = feed.steps(rows)
        self.train = Steps(model, model.train_step, feed.batch_size, full=rows % feed.batch_size == 0)
        self.callbacks = keras.callbacks.CallbackList(
            callbacks, add_history=False, add_progbar=False, model=model, epochs=epochs, steps=self.steps, verbose=0
        )

    def run(
        self,
        epoch_done: Callable[[int, Logs], None],
        steps_done: Callable[[Position, float], None] = lambda position, loss: None,
        *,
        start: Position | None = None,
        begun: Callable[[], None] = lambda: None,
    ) -> bool:
        """Train from `start` on, or from the first epoch; returns whether all of it was done, not stopped.

        `begun` is called once, when all variables exist and the callbacks were told that training begins: there
        a training that goes on gets back what it had. `steps_done` is called after every call of the steps and before a
        validation, with the running loss, which is not finite from the first step on whose loss is not; `epoch_done`
        after each whole epoch.
        """
        try:
            return self._run(epoch_done, steps_done, start or Position(self.first, 0), begun)
        except BaseException:
            let_go(self.callbacks.callbacks)
            raise

    def _run(
        self,
        epoch_done: Callable[[int, Logs], None],
        steps_done: Callable[[Position, float], None],
        start: Position,
        begun: Callable[[], None],
    ) -> bool:
        model = self.model
        # The variables of optimizer, losses and metrics are made before the steps are compiled, as `fit` does.
        with built_for(strategy_of(model)), of_the_model():
            make_variables(model, self.feed.symbolic_batch())
        model.stop_training = False
        self.callbacks.on_train_begin()
        begun()
        self.reporter.begin(self.planned, self.steps, start.epoch)
        finished = True
        try:
            for epoch in range(start.epoch, self.epochs):
                if model.stop_training:
                    break  # by a callback, perhaps before this training went on
                begin = start if epoch == start.epoch else Position(epoch, 0, None, start.stage)
                logs = self.one_epoch(begin, steps_done)
                if logs is None:
                    finished = False
                    break
                self.callbacks.on_epoch_end(epoch, logs)
                epoch_done(epoch, logs)
                self.reporter.epoch(epoch, logs)
        finally:
            self.reporter.end()
        if finished:
            model.optimizer.finalize_variable_values(model.trainable_weights)
        self.callbacks.on_train_end()
        return finished

    def one_epoch(self, begin: Position, steps_done: Callable[[Position, float], None]) -> Logs | None:
        """The losses and metrics of an epoch, or of the rest of it; None where it was stopped on the way."""
        epoch = begin.epoch
        if begin.step == 0:
            self.model.reset_metrics()
            reset_states(self.model)
        self.callbacks.on_epoch_begin(epoch)
        logs = begin.logs if begin.logs is not None else self.train_steps(begin, steps_done)
        if logs is None:
            return None
        result = dict(logs)
        if self.validation is not None and (epoch + 1) % self.validation_freq == 0:
            if begin.logs is None:
                steps_done(Position(epoch, self.steps, logs, begin.stage), logs["loss"])
            self.callbacks.on_test_begin()
            measured = self.validation()
            count_batches(self.callbacks.callbacks, self.validation_batches, self.pace.told or 1)
            self.callbacks.on_test_end(measured)
            result.update({f"val_{name}": value for name, value in measured.items()})
            if self.stop():
                return None
        return result

    def train_steps(self, begin: Position, steps_done: Callable[[Position, float], None]) -> Logs | None:
        """Run the steps of an epoch; returns their losses and metrics, or None where they were stopped."""
        epoch, step, at_once = begin.epoch, begin.step, self.pace.told or 1
        logs = self.model.get_metrics_result()
        loss = float(logs["loss"])
        for window in self.feed.windows(self.order(epoch), step):
            first, last = step, step + window.steps
            while step < last:
                count = self.pace.steps((epoch - self.first) * self.steps + step, last - step, step)
                if step % at_once == 0:
                    self.callbacks.on_train_batch_begin(step)
                began = time.perf_counter()
                done, logs = self.train(window.arrays, window.rows, step - first, count, halt=math.isfinite(loss))
                loss = float(logs["loss"])
                self.pace.took(done, time.perf_counter() - began)
                step += done
                if self.pace.told is None:
                    count_steps(self.callbacks.callbacks, done - 1)
                self.tell(Position(epoch, step, None, begin.stage), logs, loss, steps_done)
                if self.stop():
                    return None
                if self.reporter.wants_step():
                    self.reporter.step(epoch, step, numbers(logs))
                if self.model.stop_training:
                    return numbers(logs)
        return numbers(logs)

    def tell(self, position: Position, logs: Any, loss: float, steps_done: Callable[[Position, float], None]) -> None:
        """Tell of steps that are done: callbacks where `fit` does, and who saves after every call."""
        step, at_once = position.step, self.pace.told or 1
        if not math.isfinite(loss):
            # A callback may raise an error of its own; who saves can say where it was.
            steps_done(position, loss)
            self.callbacks.on_train_batch_end(step - 1, logs)
            return
        if step % at_once == 0 or step == self.steps:
            last = -(-step // at_once) * at_once - 1  # as Keras counts, also where an epoch has no such batch
            self.callbacks.on_train_batch_end(last, logs)
        steps_done(position, loss)


def numbers(logs: Any) -> Logs:
    """Logs as plain numbers; this waits for the device."""
    return {name: float(value) for name, value in logs.items()}
