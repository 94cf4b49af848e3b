"""The spec's callbacks -> Keras callbacks; what they write goes into the run directory."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from modelspec.catalogue.entry import Entry
from modelspec.runtime.objects import to_keras


def make_callbacks(entries: tuple[Entry, ...], folder: Path) -> list[Any]:
    """Keras callbacks in the spec's order; what they write goes into the folder."""
    return [_made(entry, folder) for entry in entries]


def _made(entry: Any, folder: Path) -> Any:
    name = entry.writes_to
    return to_keras(entry if name is None else entry.model_copy(update={name: str(folder / getattr(entry, name))}))
