"""What trainings, evaluations and comparisons come to, as values. Must not know how they are done."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

Results = dict[str, Any]
"""`{"loss": total, "outputs": {name: {"loss": ..., metric: ...}}}`"""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a training came to. `best_by` is the name in the history that the best epoch is the best by.

    Without a `best_by` nothing was measured that could tell, and the last epoch counts as the best.
    """

    reason: str
    epochs: int
    best_epoch: int | None
    best_by: str | None = None
    best_value: float | None = None

    @property
    def values(self) -> dict[str, Any]:
        """Its parts as run.json, metrics.json and events have them."""
        return {
            "reason": self.reason,
            "epochs": self.epochs,
            "best_epoch": self.best_epoch,
            "best_by": self.best_by,
            "best_value": self.best_value,
        }

    @property
    def best_text(self) -> str | None:
        """A line on the best epoch, where there is one."""
        if self.best_epoch is None:
            return None
        if self.best_by is None or self.best_value is None:
            return f"best epoch: {self.best_epoch}, the last one, since there was no validation"
        return f"best epoch: {self.best_epoch}, by {self.best_by} {self.best_value:.4g}"


@dataclass(frozen=True, slots=True)
class TrainResult:
    """How training ended. `metrics` holds `validation` and `test`, where the spec has such rows.

    `complete` says that there was nothing left to do.
    """

    run_dir: Path
    history: tuple[dict[str, Any], ...]
    metrics: dict[str, Results]
    interrupted: bool
    signal: int | None = None
    complete: bool = False
    outcome: Outcome | None = None
    """Why it ended and which epoch is the best; None where there was nothing left to do."""


@dataclass(frozen=True, slots=True)
class EvaluateResult:
    """The loss and the metrics of a trained model on some rows."""

    split: str
    """`train`, `validation` or `test`; of other rows, what names them."""
    metrics: Results
    notes: tuple[str, ...] = ()
    """What is worth knowing about the rows."""

    @property
    def loss(self) -> float:
        """The loss of all outputs together, as Keras's `evaluate` gives it."""
        return float(self.metrics["loss"])


@dataclass(frozen=True, slots=True)
class ReproduceResult:
    """How a run that was trained again compares with the first."""

    run_dir: Path
    """The run directory of the second training."""
    differences: tuple[str, ...]
    """A line for each thing that is not the same; empty where weights, history and metrics are equal, bit for bit."""
    interrupted: bool = False
    """Whether it was stopped before there was anything to compare."""
    signal: int | None = None

    @property
    def equal(self) -> bool:
        """Whether both runs ended with the same bits."""
        return not self.interrupted and not self.differences
