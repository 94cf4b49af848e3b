"""The spec's callbacks -> Keras callbacks; what they write goes into the run directory."""

from __future__ import annotations

from pathlib import Path, PurePosixPath
from typing import Any

from modelspec.catalogue.entry import Entry
from modelspec.diagnostics import SpecError
from modelspec.runtime.objects import to_keras
from modelspec.source import Place

_FILE_ARGUMENTS = ("filepath", "filename", "log_dir")


def check_callbacks(entries: tuple[Entry, ...], spec: Place) -> None:
    """Refuse callbacks that would write outside the run directory. Raises `SpecError` (MS753)."""
    for index, entry in enumerate(entries):
        for name, path in _files(entry).items():
            if path.is_absolute() or ".." in path.parts or "://" in str(path):
                message = f"{type(entry).__name__}.{name}: {str(path)!r} is not inside the run directory"
                place = spec.find(("train", "callbacks", index))
                raise SpecError([place.problem("MS753", message, "give a path below the run directory")])


def make_callbacks(entries: tuple[Entry, ...], folder: Path) -> list[Any]:
    """Keras callbacks in the spec's order; what they write goes into the folder."""
    return [_made(entry, folder) for entry in entries]


def _files(entry: Entry) -> dict[str, PurePosixPath]:
    names = [name for name in _FILE_ARGUMENTS if name in type(entry).model_fields]
    return {name: PurePosixPath(str(getattr(entry, name))) for name in names}


def _made(entry: Entry, folder: Path) -> Any:
    moved = {name: str(folder / path) for name, path in _files(entry).items()}
    return to_keras(entry.model_copy(update=moved) if moved else entry)
