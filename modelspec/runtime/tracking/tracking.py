"""Everything that is reported about one training: events always, TensorBoard and MLflow if requested.

A run that goes on tells whom it told before, without being asked again.
"""

from __future__ import annotations

import time
from typing import Any

from modelspec.runs.checkpoints.snapshot import Position
from modelspec.runs.directory import RunDir
from modelspec.runs.events import Events
from modelspec.runs.options import Trackers
from modelspec.runs.reporting import TrainReporter
from modelspec.runtime.tracking.mlflow import Mlflow
from modelspec.runtime.tracking.tensorboard import VALIDATION, TensorBoardFiles


class Tracking:
    """Tells of one run."""

    def __init__(self, run: RunDir, tensorboard: bool, mlflow: Mlflow | None) -> None:
        self.run = run
        self.events = Events(run.events)
        self.tensorboard = TensorBoardFiles(run.tensorboard) if tensorboard or run.tensorboard.is_dir() else None
        self.mlflow = mlflow
        self.results: dict[str, float] = {}
        self.since = time.monotonic()

    def begin(self, facts: dict[str, Any]) -> None:
        """The training begins, or begins anew; `facts` are the fields of the event."""
        self.events.restart()
        self.events.tell("started", **facts)
        self._begun([])

    def go_on(self, position: Position, checkpoint: str, history: list[dict[str, Any]]) -> None:
        """The training goes on from a checkpoint with the epochs so far."""
        self.events.go_back(position)
        self.events.tell("resumed", epoch=position.epoch + 1, step=position.step, checkpoint=checkpoint)
        self._begun(history)

    def _begun(self, history: list[dict[str, Any]]) -> None:
        if self.tensorboard is not None:
            self.tensorboard.begin(history)
        if self.mlflow is not None:
            self.mlflow.epochs(history)
        self.since = time.monotonic()

    def epoch(self, history: list[dict[str, Any]]) -> None:
        """The last epoch of the history is done."""
        row = history[-1]
        now = time.monotonic()
        seconds, self.since = round(now - self.since, 3), now
        metrics = {name: value for name, value in row.items() if name not in ("epoch", "stage")}
        validation = {
            name.removeprefix(VALIDATION): value for name, value in metrics.items() if name.startswith(VALIDATION)
        }
        if validation:
            self.events.tell("validation", epoch=row["epoch"], metrics=validation)
        self.events.tell("epoch", epoch=row["epoch"], seconds=seconds, metrics=metrics)
        if self.tensorboard is not None:
            self.tensorboard.epoch(row)
        if self.mlflow is not None:
            self.mlflow.epochs(history)

    def stage(self, number: int, name: str | None, epoch: int) -> None:
        """A stage begins with this epoch, both counted from 1."""
        self.events.tell("stage", stage=number, name=name, epoch=epoch)

    def stage_ended(self, number: int, epoch: int, reason: str) -> None:
        """A stage came to its end with this epoch, both counted from 1."""
        self.events.tell("stage_ended", stage=number, epoch=epoch, reason=reason)

    def checkpoint(self, position: Position, path: str) -> None:
        """A checkpoint was saved. Called by the thread that saved it."""
        self.events.tell("checkpoint", epoch=position.epoch + 1, step=position.step, path=path)

    def evaluated(self, split: str, logs: dict[str, float | None]) -> None:
        """The best weights were evaluated."""
        self.events.tell("evaluated", split=split, metrics=logs)
        self.results.update({f"{split}/{name}": value for name, value in logs.items() if value is not None})

    def end(self, status: str, history: list[dict[str, Any]], **fields: Any) -> None:
        """The training ended as `status`; all files of the run are written."""
        self.events.tell(status, **fields)
        if self.tensorboard is not None:
            self.tensorboard.end()
        if self.mlflow is not None:
            self.mlflow.end(status, self.run.path, history, self.results)


def connect(asked: Trackers, before: dict[str, Any], reporter: TrainReporter) -> Mlflow | None:
    """The MLflow server that is asked for, or that the run was told to before; raises `SpecError` (MS769, MS601)."""
    uri = asked.mlflow or before.get("mlflow", {}).get("uri")
    return None if uri is None else Mlflow(uri, reporter.note)
