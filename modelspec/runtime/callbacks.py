"""The spec's callbacks -> Keras callbacks; what they write goes into the run directory."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path, PurePosixPath
from typing import Any

import keras

from modelspec.catalogue.entry import Entry
from modelspec.diagnostics import Diagnostic, SpecError
from modelspec.runtime.objects import to_keras

_FILE_ARGUMENTS = ("filepath", "filename", "log_dir")


def make_callbacks(entries: tuple[Entry, ...], folder: Path) -> list[Any]:
    """Keras callbacks in the spec's order. Raises `SpecError` for a file outside the run directory."""
    return [_made(entry, folder) for entry in entries]


def stop_evaluation(asked: Callable[[], bool]) -> Any:
    """A callback that ends an evaluation after the batch in which `asked` has become true."""

    class StopEvaluation(keras.callbacks.Callback):  # type: ignore[misc]
        def on_test_batch_end(self, batch: int, logs: Any = None) -> None:
            if asked():
                self.model.stop_evaluating = True

    return StopEvaluation()


def _made(entry: Entry, folder: Path) -> Any:
    moved: dict[str, str] = {}
    for name in _FILE_ARGUMENTS:
        if name in type(entry).model_fields:
            path = PurePosixPath(str(getattr(entry, name)))
            if path.is_absolute() or ".." in path.parts or "://" in str(path):
                message = f"{type(entry).__name__}.{name}: {str(path)!r} is not inside the run directory"
                raise SpecError([Diagnostic("MS753", message, help="give a path below the run directory")])
            moved[name] = str(folder / path)
    if not moved:
        return to_keras(entry)
    return to_keras(entry.model_copy(update=moved))
