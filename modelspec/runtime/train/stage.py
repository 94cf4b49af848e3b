"""One stage of a training, and what is made for its settings: callbacks, batches of its size, compiled steps.

A training without stages has one. Must not know what the stages before it came to, but how long they took.
"""

from __future__ import annotations

from typing import NamedTuple

from modelspec.data.order import Order
from modelspec.data.rows import Rows, weighted
from modelspec.data.splits import Splits
from modelspec.runs.checkpoints.snapshot import Position
from modelspec.runtime.backend import Feed, choose_kernels
from modelspec.runtime.build.compile import compile_model
from modelspec.runtime.evaluate.evaluation import Evaluation
from modelspec.runtime.train.callbacks import make_callbacks
from modelspec.runtime.train.chief import Chief
from modelspec.runtime.train.plan import Epochs, TrainPlan


class Begin(NamedTuple):
    """Where a stage begins: its number, from 0, and the epochs and steps of the training that are done before it."""

    number: int
    epochs: int
    steps: int


class TrainStage:
    """One of the networks of `graph.stages`, ready to be trained."""

    def __init__(self, plan: TrainPlan, splits: Splits, begin: Begin, chief: Chief) -> None:
        """The model is frozen and compiled as the stage wants it; for the first one it is so already."""
        self.number = begin.number
        self.network = plan.stages[begin.number]
        self.train = train = self.network.train
        self.steps_before = begin.steps
        if begin.number:
            plan.built.freezing.apply(self.network)
            compile_model(plan.model, self.network)
            choose_kernels(self.network, plan.model)
        before = plan.stages[: begin.number]
        earlier = tuple(callback for network in before for callback in network.train.callbacks)
        self.callbacks = tuple(make_callbacks(train.callbacks, chief.run.path, earlier))

        def evaluation(part: Rows | None) -> Evaluation | None:
            if part is None:
                return None
            return Evaluation(
                plan.model, Feed(part, train.validation_batch_size or train.batch_size), chief.asked_to_stop
            )

        self.test = evaluation(splits.test)
        count = splits.train.count
        stretch = None if train.steps_per_epoch is None else train.steps_per_epoch * train.batch_size
        self.epochs = Epochs(
            Feed(weighted(splits.train, self.network), train.batch_size),
            Order(count, train.seed, train.shuffle, stretch),
            end=begin.epochs + train.epochs,
            first=begin.epochs,
            planned=begin.epochs + sum(network.train.epochs for network in plan.stages[begin.number :]),
            validation=evaluation(splits.validation),
            validation_freq=train.validation_freq,
        )

    def steps_of(self, position: Position) -> int:
        """The steps of the whole training up to a position in this stage."""
        return self.steps_before + (position.epoch - self.epochs.first) * self.epochs.steps + position.step
