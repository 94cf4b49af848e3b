"""One stage of a training, and what is made for its settings: callbacks, batches of its size, compiled steps.

A training without stages has one. Must not know what the stages before it came to, but how long they took.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from modelspec.data.order import epoch_order, stretch_order
from modelspec.data.tables import Rows, weighted
from modelspec.graph import ShapedNetwork
from modelspec.runs.checkpoints.snapshot import Position
from modelspec.runs.directory import RunDir
from modelspec.runtime.backend.determinism import choose_kernels
from modelspec.runtime.backend.feeding import Feed
from modelspec.runtime.build.compile import compile_model
from modelspec.runtime.build.model import BuiltModel
from modelspec.runtime.evaluate.evaluation import Evaluation
from modelspec.runtime.train.callbacks import make_callbacks
from modelspec.runtime.train.splits import Splits


class Stage:
    """One of the networks of `graph.stages`, ready to be trained."""

    def __init__(
        self,
        networks: tuple[ShapedNetwork, ...],
        number: int,
        built: BuiltModel,
        splits: Splits,
        run: RunDir,
        stop: Callable[[], bool],
        *,
        first: int,
        steps_before: int,
    ) -> None:
        """`number` counts from 0; `first` epochs and `steps_before` steps of the training are done before it begins.

        The model is frozen and compiled as the stage wants it; for the first one it is so already. `stop` ends an
        evaluation.
        """
        self.number = number
        self.network = networks[number]
        self.train = self.network.network.spec.train
        self.first = first
        self.steps_before = steps_before
        if number:
            built.freezing.apply(self.network)
            compile_model(built.model, self.network)
            choose_kernels(self.network, built.model)
        earlier = tuple(callback for before in networks[:number] for callback in before.network.spec.train.callbacks)
        self.callbacks = make_callbacks(self.train.callbacks, run.path, earlier)
        rows, size = splits.train, self.train.batch_size
        self.feed = Feed(weighted(rows, self.network), rows.count, size)

        def evaluation(part: Rows | None) -> Evaluation | None:
            if part is None:
                return None
            feed = Feed(part.arrays, part.count, self.train.validation_batch_size or size)
            return Evaluation(built.model, feed, stop)

        self.validation = evaluation(splits.validation)
        self.test = evaluation(splits.test)
        self.steps = self.feed.steps(len(self.order(first)))

    @property
    def end(self) -> int:
        """The epochs that are done when it ends, if no callback ends it before."""
        return self.first + self.train.epochs

    def order(self, epoch: int) -> Any:
        """The rows of an epoch; with `steps_per_epoch`, the next so many of an endless row of passes."""
        train, count = self.train, self.feed.rows
        if train.steps_per_epoch is None:
            return epoch_order(count, train.seed, epoch, train.shuffle)
        return stretch_order(count, train.seed, train.shuffle, epoch, train.steps_per_epoch * train.batch_size)

    def steps_of(self, position: Position) -> int:
        """The steps of the whole training up to a position in this stage."""
        return self.steps_before + (position.epoch - self.first) * self.steps + position.step
