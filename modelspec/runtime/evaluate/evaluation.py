"""Losses and metrics of a model over rows."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from modelspec.data.order import Order
from modelspec.runs.reporting import Logs
from modelspec.runtime.backend import CompiledSteps, Feed, numbers
from modelspec.runtime.backend.pace import Pace
from modelspec.runtime.state.states import reset_states


class Evaluation:
    """Evaluates a compiled model over the rows of a feed, in their order; compiled once, for any number of times."""

    def __init__(self, model: Any, feed: Feed, stop: Callable[[], bool] = lambda: False) -> None:
        """`stop` is asked after every call of the steps."""
        self.model = model
        self.feed = feed
        self.stop = stop
        self.test = CompiledSteps(model, model.test_step, feed.batch_size, full=feed.rows.count % feed.batch_size == 0)
        self.pace = Pace()

    @property
    def steps(self) -> int:
        """The batches of one evaluation."""
        return self.feed.steps()

    def __call__(self) -> Logs:
        """Losses and metrics over all rows; over fewer where it was stopped."""
        self.model.reset_metrics()
        reset_states(self.model)
        logs: Any = {}
        for window in self.feed.windows(Order(self.feed.rows.count, shuffle=False).of(0)):
            step = 0
            while step < window.steps:
                count = self.pace.steps(step, window.steps - step)
                began = time.perf_counter()
                done, logs = self.test(window.arrays, window.rows, step, count)
                self.pace.took(done, time.perf_counter() - began)
                step += done
                if self.stop():
                    return numbers(logs)
        return numbers(logs)
