"""`events.jsonl` of a run directory: what happened in a training, one JSON object a line, for other programs to follow.

Each line has `event` and `time` (ISO 8601, with its offset). Epochs and stages count from 1, steps within their epoch.

started      run, spec, epochs, steps (of an epoch), seed        the first line
resumed      epoch, step, checkpoint                             the training goes on from there
stage        stage, name, epoch                                  a stage begins, with that epoch
epoch        epoch, seconds, metrics                             an epoch is done; `metrics` as in history.jsonl
validation   epoch, metrics                                      its validation, names without `val_`
checkpoint   epoch, step, path                                   the state was saved, so many steps into the epoch
stage_ended  stage, epoch, reason                                a stage came to its end with that epoch
evaluated    split, metrics                                      at the end, with the best weights
finished     epochs, reason, best_epoch, best_by, best_value     the end of it
interrupted  the same, signal                                    it was stopped, and can be resumed
failed       the same                                            it failed; what was saved is there

A resumed training takes back what a killed one had reported past the checkpoint, so that no epoch is reported twice.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

from modelspec.files.writing import append_line, write_text
from modelspec.runs.checkpoints.snapshot import Position
from modelspec.runs.recorded import MOST_BYTES_OF_LINES, from_json, read_bytes

OF_AN_EPOCH = ("epoch", "validation")
TIMELESS = ("interrupted", "failed", "finished", "resumed")
"""Events that happened to the process, wherever the training stood."""


class Events:
    """Writes the events of one run. The thread that saves checkpoints tells of them while training goes on."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.Lock()

    def tell(self, event: str, **fields: Any) -> None:
        """Add an event. Raises OSError where it cannot be written."""
        time = datetime.now().astimezone().isoformat(timespec="milliseconds")
        line = json.dumps({"event": event, "time": time, **fields}, allow_nan=False)
        with self._lock:
            append_line(self.path, line)

    def go_back(self, position: Position) -> None:
        """Take back what was reported past a position of the training, and a line that a kill cut off."""
        with self._lock:
            try:
                text = read_bytes(self.path, MOST_BYTES_OF_LINES, self.path.parent).decode("utf-8", "replace")
            except FileNotFoundError:
                return
            lines = text.splitlines(keepends=True)
            kept = [line for line in lines if line.endswith("\n") and _stays(line, position)]
            if kept != lines:
                write_text(self.path, "".join(kept))

    def restart(self) -> None:
        """Forget all: the training begins anew."""
        with self._lock:
            self.path.unlink(missing_ok=True)


def read_events(lines: Iterable[str]) -> list[dict[str, Any]]:
    """The events of some lines. A last line without its end is passed over."""
    return [json.loads(line) for line in lines if line.endswith("\n")]


def _stays(line: str, position: Position) -> bool:
    try:
        event = from_json(line)
        kind = event["event"]
        if kind in TIMELESS or kind == "started":
            return True
        if kind in OF_AN_EPOCH:
            return bool(event["epoch"] <= position.epoch)
        if kind == "stage":
            return bool(event["stage"] - 1 <= position.stage)
        if kind == "stage_ended":
            return bool(event["stage"] - 1 < position.stage)
        if kind == "checkpoint":
            return (event["epoch"] - 1, event["step"]) <= (position.epoch, position.step)
    except (ValueError, KeyError, TypeError):
        return False
    return False
