"""Losses and metrics of each epoch as TensorBoard reads them: `tensorboard/train` and `tensorboard/validation`.

TensorFlow writes the files, so the package tensorboard is needed to look at them only.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import tensorflow as tf

from modelspec.runtime.train.writing_callbacks import telling_summaries

VALIDATION = "val_"


class TensorBoardFiles:
    """Scalars by epoch, named `epoch_loss` as Keras's own callback names them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._writers: dict[str, Any] = {}

    def begin(self, history: list[dict[str, Any]]) -> None:
        """Write the epochs so far. What a killed training had written past them is gone, and no epoch is there twice."""
        if self.folder.exists():
            shutil.rmtree(self.folder)
        with telling_summaries(self.folder):
            for row in history:
                self._write(row)
            self._flush()

    def epoch(self, row: dict[str, Any]) -> None:
        """Write an epoch; at once, so that it can be seen."""
        with telling_summaries(self.folder):
            self._write(row)
            self._flush()

    def end(self) -> None:
        """Close the files."""
        with telling_summaries(self.folder):
            for writer in self._writers.values():
                writer.close()
        self._writers = {}

    def _write(self, row: dict[str, Any]) -> None:
        for name, value in row.items():
            if name in ("epoch", "stage") or value is None:
                continue
            part = "validation" if name.startswith(VALIDATION) else "train"
            if part not in self._writers:
                self._writers[part] = tf.summary.create_file_writer(str(self.folder / part))
            with self._writers[part].as_default():
                tag = f"epoch_{name.removeprefix(VALIDATION)}"
                tf.summary.write(tag, tf.constant(value, tf.float32), step=row["epoch"], metadata=_scalar())

    def _flush(self) -> None:
        for writer in self._writers.values():
            writer.flush()


def _scalar() -> Any:
    """What makes TensorBoard draw a tensor as a curve."""
    kind = tf.compat.v1.SummaryMetadata
    return kind(plugin_data=kind.PluginData(plugin_name="scalars"))
