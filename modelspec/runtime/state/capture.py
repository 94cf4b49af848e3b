"""A training -> a snapshot of everything that it depends on, and back.

No global generator of Python or numpy is kept: nothing in a step draws from them. Layers draw from generators of their
own, which are variables, and the order of rows is a function of seed and epoch.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from modelspec.runs.checkpoints.snapshot import Position, Snapshot
from modelspec.runtime.state.callbacks import capture_callbacks, restore_callbacks
from modelspec.runtime.state.variables import DoesNotFit, assign, values_of


@dataclass(slots=True)
class Reached:
    """What a training has come to beside its model: a row per epoch, and the best one so far."""

    history: list[dict[str, Any]]
    best_value: float | None = None
    best_epoch: int | None = None


def capture(
    model: Any,
    callbacks: Sequence[Any],
    position: Position,
    progress: Reached,
    fixed: dict[str, Any],
    files: dict[str, Path],
) -> Snapshot:
    """Copies of all that changes in training, on the host. Waits for the device.

    `fixed` are plain values to keep with it, such as the fingerprint; `files` are kept as they are now.
    """
    remembered, arrays = capture_callbacks(callbacks)
    values = {
        **fixed,
        "history": [dict(row) for row in progress.history],
        "best": {"value": progress.best_value, "epoch": progress.best_epoch},
        "stop_training": bool(model.stop_training),
        "callbacks": remembered,
    }
    copied = {name: array.copy() for name, array in arrays.items()}
    return Snapshot(position, values, {**values_of(model), **copied}, files)


def restore(model: Any, callbacks: Sequence[Any], snapshot: Snapshot) -> Reached:
    """Give model and callbacks what the snapshot holds, and return how far the training had come.

    The model is built and its optimizer has its variables; the callbacks were told that training begins. Raises
    `DoesNotFit` where they are others than those of the snapshot; the model is then as it was.
    """
    try:
        ours = {name: array for name, array in snapshot.arrays.items() if not name.startswith("callback/")}
        assign(model, ours)
        restore_callbacks(callbacks, snapshot.values["callbacks"], snapshot.arrays)
        model.stop_training = snapshot.values["stop_training"]
        best = snapshot.values["best"]
        return Reached(list(snapshot.values["history"]), best["value"], best["epoch"])
    except (KeyError, TypeError) as error:
        raise DoesNotFit(f"it is not in the format of this modelspec: {error}") from error
