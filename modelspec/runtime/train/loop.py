"""The training loop: epochs and steps over Keras's own train step, callbacks and metrics.

Must not know where rows come from or where results go. Between two calls of the compiled steps a training is whole: its
position, Keras's variables (weights, optimizer, random states, running sums) and what the callbacks remember are all.
"""

from __future__ import annotations

import math
import time
from typing import Any

import keras

from modelspec.runs.checkpoints.snapshot import Position
from modelspec.runs.reporting import Logs
from modelspec.runtime.backend import CompiledSteps, built_for, numbers, of_the_model, strategy_of
from modelspec.runtime.backend.pace import Pace
from modelspec.runtime.backend.symbolic import make_variables
from modelspec.runtime.state.states import reset_states
from modelspec.runtime.train.callbacks import count_batches, count_steps, let_go
from modelspec.runtime.train.plan import Epochs, Hooks


class Loop:
    """Trains a compiled model epoch by epoch."""

    def __init__(self, model: Any, epochs: Epochs, hooks: Hooks, pace: Pace) -> None:
        self.model = model
        self.epochs = epochs
        self.hooks = hooks
        self.pace = pace
        self.steps = epochs.steps
        size = epochs.feed.batch_size
        self.train = CompiledSteps(model, model.train_step, size, full=epochs.rows % size == 0)
        self.callbacks = keras.callbacks.CallbackList(
            list(hooks.callbacks), add_history=False, add_progbar=False, model=model, epochs=epochs.end,
            steps=self.steps, verbose=0,
        )  # fmt: skip

    def run(self, start: Position | None = None) -> bool:
        """Train from `start` on, or from the first epoch; returns whether all of it was done, not stopped."""
        try:
            return self._run(start or Position(self.epochs.first, 0))
        except BaseException:
            let_go(self.callbacks.callbacks)
            raise

    def _run(self, start: Position) -> bool:
        model = self.model
        # The variables of optimizer, losses and metrics are made before the steps are compiled, as `fit` does.
        with built_for(strategy_of(model)), of_the_model():
            make_variables(model, self.epochs.feed.symbolic_batch())
        model.stop_training = False
        self.callbacks.on_train_begin()
        self.hooks.begun()
        end, reporter = self.epochs.end, self.hooks.reporter
        reporter.begin(end if self.epochs.planned is None else self.epochs.planned, self.steps, start.epoch)
        finished = True
        try:
            for epoch in range(start.epoch, end):
                if model.stop_training:
                    break  # by a callback, perhaps before this training went on
                begin = start if epoch == start.epoch else Position(epoch, 0, None, start.stage)
                logs = self.one_epoch(begin)
                if logs is None:
                    finished = False
                    break
                self.callbacks.on_epoch_end(epoch, logs)
                self.hooks.epoch_done(epoch, logs)
                reporter.epoch(epoch, logs)
        finally:
            reporter.end()
        if finished:
            model.optimizer.finalize_variable_values(model.trainable_weights)
        self.callbacks.on_train_end()
        return finished

    def one_epoch(self, begin: Position) -> Logs | None:
        """The losses and metrics of an epoch, or of the rest of it; None where it was stopped on the way."""
        epoch = begin.epoch
        if begin.step == 0:
            self.model.reset_metrics()
            reset_states(self.model)
        self.callbacks.on_epoch_begin(epoch)
        logs = begin.logs if begin.logs is not None else self.train_steps(begin)
        if logs is None:
            return None
        result = dict(logs)
        validation = self.epochs.validation
        if validation is not None and (epoch + 1) % self.epochs.validation_freq == 0:
            if begin.logs is None:
                self.hooks.steps_done(Position(epoch, self.steps, logs, begin.stage), logs["loss"])
            self.callbacks.on_test_begin()
            measured = validation()
            count_batches(self.callbacks.callbacks, validation.steps, self.pace.told or 1)
            self.callbacks.on_test_end(measured)
            result.update({f"val_{name}": value for name, value in measured.items()})
            if self.hooks.stop():
                return None
        return result

    def train_steps(self, begin: Position) -> Logs | None:
        """Run the steps of an epoch; returns their losses and metrics, or None where they were stopped."""
        epoch, step, at_once = begin.epoch, begin.step, self.pace.told or 1
        logs = self.model.get_metrics_result()
        loss = float(logs["loss"])
        for window in self.epochs.feed.windows(self.epochs.order.of(epoch), step):
            first, last = step, step + window.steps
            while step < last:
                count = self.pace.steps((epoch - self.epochs.first) * self.steps + step, last - step, step)
                if step % at_once == 0:
                    self.callbacks.on_train_batch_begin(step)
                began = time.perf_counter()
                done, logs = self.train(window.arrays, window.rows, step - first, count, halt=math.isfinite(loss))
                loss = float(logs["loss"])
                self.pace.took(done, time.perf_counter() - began)
                step += done
                if self.pace.told is None:
                    count_steps(self.callbacks.callbacks, done - 1)
                self.tell(Position(epoch, step, None, begin.stage), logs, loss)
                if self.hooks.stop():
                    return None
                if self.hooks.reporter.wants_step():
                    self.hooks.reporter.step(epoch, step, numbers(logs))
                if self.model.stop_training:
                    return numbers(logs)
        return numbers(logs)

    def tell(self, position: Position, logs: Any, loss: float) -> None:
        """Tell of steps that are done: callbacks where `fit` does, and who saves after every call."""
        step, at_once = position.step, self.pace.told or 1
        if not math.isfinite(loss):
            # A callback may raise an error of its own; who saves can say where it was.
            self.hooks.steps_done(position, loss)
            self.callbacks.on_train_batch_end(step - 1, logs)
            return
        if step % at_once == 0 or step == self.steps:
            last = -(-step // at_once) * at_once - 1  # as Keras counts, also where an epoch has no such batch
            self.callbacks.on_train_batch_end(last, logs)
        self.hooks.steps_done(position, loss)
