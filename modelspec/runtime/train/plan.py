"""What is to be trained, as values: a whole training, and the epochs of one loop. Nothing here changes while it runs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from modelspec.data.order import Order
from modelspec.graph import ShapedNetwork
from modelspec.graph.questions.stages import planned_epochs, stages
from modelspec.runs.checkpoints.snapshot import Position
from modelspec.runs.differences import Fingerprint
from modelspec.runs.reporting import Logs, Reporter
from modelspec.runtime.backend import Feed
from modelspec.runtime.build.built import BuiltModel
from modelspec.runtime.evaluate.evaluation import Evaluation


@dataclass(frozen=True)
class TrainPlan:
    """A training: the model that was built for a spec, and what it is known by."""

    network: ShapedNetwork
    built: BuiltModel
    fingerprint: Fingerprint
    """Of what it depends on; kept with each checkpoint."""
    stages: tuple[ShapedNetwork, ...] = field(init=False)
    """The network of each stage; of a training without stages, one."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "stages", stages(self.network))

    @property
    def model(self) -> Any:
        """The Keras model."""
        return self.built.model

    @property
    def fixed(self) -> dict[str, Any]:
        """What each checkpoint says of the training."""
        return {"fingerprint": self.fingerprint, "epochs": planned_epochs(self.network)}


@dataclass(frozen=True, slots=True)
class Epochs:
    """The epochs of a loop, from `first` to the one before `end`, of `planned` that the training is to have."""

    feed: Feed
    order: Order
    end: int
    first: int = 0
    planned: int | None = None
    validation: Evaluation | None = None
    validation_freq: int = 1

    @property
    def rows(self) -> int:
        """The rows of each."""
        return self.order.length

    @property
    def steps(self) -> int:
        """The steps of each."""
        return self.feed.steps(self.rows)


def _nothing(*_: Any) -> None:
    """What a hook does that nobody hung anything on."""


@dataclass(frozen=True, slots=True)
class Hooks:
    """Who hears how a loop gets on, and who may end it."""

    reporter: Reporter
    callbacks: tuple[Any, ...] = ()
    """Keras's."""
    stop: Callable[[], bool] = lambda: False
    """Asked after every call of the steps."""
    begun: Callable[[], None] = _nothing
    """Called once, when all variables exist and the callbacks were told that training begins: there a training that goes on
    gets back what it had."""
    steps_done: Callable[[Position, float], None] = _nothing
    """Called after every call of the steps and before a validation, with the running loss, which is not finite from the first
    step on whose loss is not."""
    epoch_done: Callable[[int, Logs], None] = _nothing
    """Called after each whole epoch."""
