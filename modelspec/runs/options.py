"""What a caller asks of a training beside its spec. No Keras, and nothing of how it is done."""

from __future__ import annotations

from dataclasses import dataclass

from modelspec.runs.differences import Fingerprint
from modelspec.runs.directory import RunDir


@dataclass(frozen=True, slots=True)
class Trackers:
    """Whom a training tells beside its events: files for TensorBoard, an MLflow server by its address."""

    tensorboard: bool = False
    mlflow: str | None = None


@dataclass(frozen=True, slots=True)
class TrainOptions:
    """Where a training writes, what it goes on with, and what it may do."""

    run_dir: str | None = None
    """The folder of a new run; None: one below `runs/`."""
    resume: RunDir | None = None
    """The run to go on with, from its newest whole checkpoint."""
    allow_changed: bool = False
    """Go on also where something changed, and the end will be another one."""
    allow_download: bool = False
    """Keras may download the weights that an application asks for."""
    tracking: Trackers = Trackers()
    before: Fingerprint | None = None
    """That of a run which this one repeats: what differs is reported."""


AS_USUAL = TrainOptions()
