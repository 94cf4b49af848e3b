"""The spec's callbacks -> Keras callbacks; what they write goes into the run directory."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import keras

from modelspec.catalogue.callbacks import CSVLogger
from modelspec.catalogue.entry import Entry
from modelspec.diagnostics import SpecError
from modelspec.runtime.backend.private import count_test_batches, count_train_batches
from modelspec.runtime.build.objects import to_keras
from modelspec.runtime.train.writing_callbacks import WRITING
from modelspec.source import Place


def require_packages(entries: tuple[Entry, ...], place: Place) -> None:
    """Refuse a callback whose package is not there before anything is written. Raises `SpecError` (MS601)."""
    if any(type(entry).__name__ == "TensorBoard" for entry in entries) and find_spec("tensorboard") is None:
        message = "the callback TensorBoard needs the package tensorboard, which is not installed"
        raise SpecError([place.problem("MS601", message, "install it with: pip install tensorboard", key=True)])


def make_callbacks(entries: tuple[Entry, ...], folder: Path, earlier: tuple[Entry, ...] = ()) -> list[Any]:
    """Keras callbacks in the spec's order; what they write goes into the folder.

    A table of epochs that `earlier` callbacks of the same training began is gone on with.
    """
    begun = {entry.filename for entry in earlier if isinstance(entry, CSVLogger)}
    return [_made(_going_on(entry, begun), folder) for entry in entries]


def count_steps(callbacks: Iterable[Any], untold: int) -> None:
    """Have callbacks that count the calls of `on_train_batch_begin` count so many more that `fit` makes, and nobody else."""
    for callback in callbacks:
        if isinstance(callback, keras.callbacks.TensorBoard) and callback.update_freq == "epoch":
            count_train_batches(callback, untold)


def count_batches(callbacks: Iterable[Any], batches: int, at_once: int) -> None:
    """The same for the batches of a validation, of which none is told to callbacks; `fit` tells of `at_once` together."""
    calls = -(-batches // at_once)
    for callback in callbacks:
        if isinstance(callback, keras.callbacks.TensorBoard) and calls:
            count_test_batches(callback, calls - 1)
            callback.on_test_batch_begin(calls - 1)


def let_go(callbacks: Iterable[Any]) -> None:
    """Close the tables of callbacks that are not told that the training ends, since it failed."""
    for callback in callbacks:
        if isinstance(callback, keras.callbacks.CSVLogger) and callback.csv_file:
            with suppress(OSError):
                callback.csv_file.close()


def _going_on(entry: Entry, begun: set[str]) -> Entry:
    going_on = isinstance(entry, CSVLogger) and entry.filename in begun
    return entry.model_copy(update={"append": True}) if going_on else entry


def _made(entry: Any, folder: Path) -> Any:
    name = entry.writes_to
    if name is None:
        return to_keras(entry)
    arguments = {key: getattr(entry, key) for key in sorted(entry.model_fields_set)}
    return WRITING[type(entry).__name__](run=folder, **{**arguments, name: str(folder / getattr(entry, name))})
