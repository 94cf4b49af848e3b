"""Files that TensorBoard reads. TensorFlow writes them, so the package tensorboard is needed to look at them only."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import tensorflow as tf


class Summaries:
    """Curves of numbers, each in a part (a folder) of a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._open: dict[str, Any] = {}

    def write(self, part: str, tag: str, value: float, step: int) -> None:
        """A point of a curve."""
        if part not in self._open:
            self._open[part] = tf.summary.create_file_writer(str(self.folder / part))
        with self._open[part].as_default():
            tf.summary.write(tag, tf.constant(value, tf.float32), step=step, metadata=_scalar())

    def flush(self) -> None:
        """Have all of it in the files."""
        for writer in self._open.values():
            writer.flush()

    def close(self) -> None:
        """Close the files; what is written next begins new ones."""
        for writer in self._open.values():
            writer.close()
        self._open = {}


def _scalar() -> Any:
    """What makes TensorBoard draw a tensor as a curve."""
    kind = tf.compat.v1.SummaryMetadata
    return kind(plugin_data=kind.PluginData(plugin_name="scalars"))
