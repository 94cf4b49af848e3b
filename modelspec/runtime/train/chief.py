"""What one process of a training does alone: it has the run directory, hears the signals, and tells people.

Whoever only steps needs no `Chief`. One process is its own. Must not know how a step is done.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from modelspec.files.writing import copy_file, replace_file, write_json
from modelspec.runs.checkpoints.snapshot import Position
from modelspec.runs.directory import RunDir
from modelspec.runs.interrupt import Interruption
from modelspec.runs.reporting import TrainReporter
from modelspec.runs.resume import Start
from modelspec.runtime.build.weights import save_weights
from modelspec.runtime.evaluate.results import for_json
from modelspec.runtime.tracking.tracking import Tracking

BEST = "best.safetensors"
History = list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Chief:
    """The process that the run belongs to. It holds the run's lock for as long as it trains."""

    run: RunDir
    reporter: TrainReporter
    interruption: Interruption
    tracking: Tracking

    def asked_to_stop(self) -> bool:
        """Whether the user asked to stop."""
        return self.interruption.asked

    def begin(self, facts: dict[str, Any]) -> None:
        """The training begins."""
        self.tracking.begin(facts)

    def go_on(self, start: Start, position: Position, history: History) -> None:
        """The training goes on from a checkpoint: the run gets back the files that it had then."""
        self.run.write_history(history)
        if BEST in start.snapshot.files:
            copy_file(start.snapshot.files[BEST], self.run.best, self.run.path)
        self.tracking.go_on(position, start.checkpoint, history)

    def weights(self, history: History, weights: dict[str, Any]) -> None:
        """The weights after the last epoch of the history, or within the one after it."""
        save_weights(self.run.last, weights, {"epoch": str(len(history))})

    def best(self) -> None:
        """The last weights are the best ones so far."""
        copy_file(self.run.last, self.run.best, self.run.path)

    def model(self, model: Any) -> None:
        """The model in Keras's own format."""
        replace_file(self.run.model, lambda beside: model.save(beside))

    def metrics(self, metrics: dict[str, Any]) -> None:
        """What the training came to."""
        write_json(self.run.metrics, for_json(metrics))
