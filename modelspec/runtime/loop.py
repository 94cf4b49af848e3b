"""The training loop: epochs and steps over Keras's own compiled train step, callbacks and metrics.

Must not know where rows come from or where results go.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

import keras

from modelspec.runtime.feeding import Feed

Logs = dict[str, float]


class Reporter(Protocol):
    """What wants to know how training goes: a progress bar, plain lines, or nobody."""

    def begin(self, epochs: int, steps: int) -> None:
        """Training begins."""

    def wants_step(self) -> bool:
        """Whether a step should be reported now; asking is cheap, and reporting waits for the device."""

    def step(self, epoch: int, step: int, logs: Logs) -> None:
        """So many steps of an epoch (from 0) are done; `logs` are the running means."""

    def epoch(self, epoch: int, logs: Logs) -> None:
        """An epoch is done; `logs` hold its losses and metrics, those of validation with `val_` before them."""

    def end(self) -> None:
        """Training ended."""


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
        validation_freq: int,
        reporter: Reporter,
        stop: Callable[[], bool],
    ) -> None:
        """`order` gives the rows of an epoch; `validation` evaluates; `stop` is asked after every step."""
        self.model = model
        self.feed = feed
        self.order = order
        self.validation = validation
        self.epochs = epochs
        self.validation_freq = validation_freq
        self.reporter = reporter
        self.stop = stop
        self.callbacks = keras.callbacks.CallbackList(
            callbacks, add_history=False, add_progbar=False, model=model, epochs=epochs, steps=feed.steps(), verbose=0
        )

    def run(self, epoch_done: Callable[[int, Logs], None]) -> bool:
        """Train; `epoch_done` is called after each whole epoch. Returns whether all of it was done, not stopped."""
        model = self.model
        self.prepare()
        model.stop_training = False
        self.callbacks.on_train_begin()
        self.reporter.begin(self.epochs, self.feed.steps(len(self.order(0))))
        finished = True
        try:
            for epoch in range(self.epochs):
                logs = self.one_epoch(epoch)
                if logs is None:
                    finished = False
                    break
                self.callbacks.on_epoch_end(epoch, logs)
                epoch_done(epoch, logs)
                self.reporter.epoch(epoch, logs)
                if model.stop_training:
                    break
        finally:
            self.reporter.end()
        self.callbacks.on_train_end()
        return finished

    def prepare(self) -> None:
        """Make the variables of optimizer, losses and metrics before the step is compiled, as `fit` does."""
        batch = next(iter(self.feed.ordered(self.order(0)[: self.feed.batch_size])))
        self.model._symbolic_build(data_batch=batch)
        self.model.make_train_function()

    def one_epoch(self, epoch: int) -> Logs | None:
        """The epoch's losses and metrics, or None where it was stopped on the way."""
        model = self.model
        model.reset_metrics()
        self.callbacks.on_epoch_begin(epoch)
        order = self.order(epoch)
        iterator = iter(self.feed.ordered(order))
        steps, step = self.feed.steps(len(order)), 0
        logs: Any = {}
        while step < steps:
            self.callbacks.on_train_batch_begin(step)
            logs = model.train_function(iterator)
            step += min(model.steps_per_execution, steps - step)
            self.callbacks.on_train_batch_end(step - 1, logs)
            if self.stop():
                return None
            if self.reporter.wants_step():
                self.reporter.step(epoch, step, numbers(logs))
            if model.stop_training:
                break
        result = numbers(logs)
        if self.validation is not None and (epoch + 1) % self.validation_freq == 0:
            result.update({f"val_{name}": value for name, value in self.validation().items()})
            if self.stop():
                return None
        return result


def numbers(logs: Any) -> Logs:
    """Logs as plain numbers; this waits for the device."""
    return {name: float(value) for name, value in logs.items()}
