"""Keras's callbacks that write, writing as everything else does: own files of the run, whole or not at all.

What they write, and when, is Keras's. They keep Keras's names: a checkpoint knows what they remember by these.
"""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import h5py
import keras

from modelspec.files.reading import opened, read_start
from modelspec.files.writing import (
    NotWritten,
    make_folder,
    not_written,
    open_text,
    opened_to_write,
    replace_file,
)
from modelspec.runs.own_files import check_file, check_tree
from modelspec.runtime.backend import private, telling_summaries

_PIECE = 1 << 20


class CSVLogger(keras.callbacks.CSVLogger):  # type: ignore[misc]
    """Opens its table as a file of the run."""

    csv_file: Any

    def __init__(self, run: Path, **arguments: Any) -> None:
        super().__init__(**arguments)
        self.run = run

    def on_train_begin(self, logs: Any = None) -> None:
        """Open the table, from its end on where it is gone on with."""
        path = Path(self.filename)
        make_folder(path.parent)
        check_file(path, self.run)
        if self.csv_file and not self.csv_file.closed:
            self.csv_file.close()
        self.csv_file = open_text(path, self.append)
        self.append_header = not read_start(path, 1, self.run)
        self.writer = None
        self.keys = None

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        """Add a line."""
        with _naming(self.filename):
            super().on_epoch_end(epoch, logs)


class ModelCheckpoint(private.SavingCheckpoint):
    """Puts each file into its place when it is whole."""

    def __init__(self, run: Path, **arguments: Any) -> None:
        super().__init__(**arguments)
        self.run = run

    def save(self, path: Path, epoch: int) -> None:
        """Write the model, or its weights."""
        check_file(path, self.run)
        make_folder(path.parent)
        save = _save_weights if self.save_weights_only else _save_model
        replace_file(path, lambda beside: save(self.model, beside))
        if self.verbose > 0:
            keras.utils.io_utils.print_msg(f"\nEpoch {epoch + 1}: finished saving model to {path}")


class TensorBoard(keras.callbacks.TensorBoard):  # type: ignore[misc]
    """Writes below a folder of the run; TensorFlow writes the files, each under a name of its own."""

    def __init__(self, run: Path, **arguments: Any) -> None:
        super().__init__(**arguments)
        self.run = run

    def set_model(self, model: Any) -> None:
        """Begin."""
        check_tree(Path(self.log_dir), self.run)
        with telling_summaries(self.log_dir):
            super().set_model(model)

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        """Write the numbers of an epoch."""
        with telling_summaries(self.log_dir):
            super().on_epoch_end(epoch, logs)

    def on_test_end(self, logs: Any = None) -> None:
        """Write those of an evaluation."""
        with telling_summaries(self.log_dir):
            super().on_test_end(logs)

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        """Write those of a step, where they are asked for."""
        with telling_summaries(self.log_dir):
            super().on_train_batch_end(batch, logs)

    def on_train_end(self, logs: Any = None) -> None:
        """Close the files."""
        with telling_summaries(self.log_dir):
            super().on_train_end(logs)


def _save_model(model: Any, beside: Path) -> None:
    """As `model.save` does. HDF5 kills the process where it finds the disk full: what it writes, it writes into memory."""
    if beside.suffix != ".h5":
        model.save(str(beside), overwrite=True)
        return
    with h5py.File(beside.name, "w", driver="core", backing_store=False) as file:
        private.save_as_hdf5(model, file)
        image = file.id.get_file_image()
    with opened_to_write(beside) as stream:
        stream.write(image)


def _save_weights(model: Any, beside: Path) -> None:
    """As `model.save_weights` does, out of a `.keras` file, for the same reason."""
    whole = beside.with_name(f"{beside.name}.keras")
    try:
        model.save(str(whole))
        with (
            opened(whole) as stream,
            zipfile.ZipFile(stream) as archive,
            archive.open("model.weights.h5") as weights,
            opened_to_write(beside) as target,
        ):
            shutil.copyfileobj(weights, target, _PIECE)
    finally:
        whole.unlink(missing_ok=True)


WRITING: dict[str, Any] = {kind.__name__: kind for kind in (CSVLogger, ModelCheckpoint, TensorBoard)}


@contextmanager
def _naming(path: str) -> Iterator[None]:
    try:
        yield
    except NotWritten:
        raise
    except OSError as error:
        raise not_written(path, error) from error
