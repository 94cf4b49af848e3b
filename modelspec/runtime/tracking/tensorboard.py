"""Losses and metrics of each epoch as TensorBoard reads them: `tensorboard/train` and `tensorboard/validation`."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from modelspec.runtime.backend import Summaries, telling_summaries

VALIDATION = "val_"


class TensorBoardFiles:
    """Scalars by epoch, named `epoch_loss` as Keras's own callback names them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._files = Summaries(folder)

    def begin(self, history: list[dict[str, Any]]) -> None:
        """Write the epochs so far. What a killed training had written past them is gone, and no epoch is there twice."""
        if self.folder.exists():
            shutil.rmtree(self.folder)
        with telling_summaries(self.folder):
            for row in history:
                self._write(row)
            self._files.flush()

    def epoch(self, row: dict[str, Any]) -> None:
        """Write an epoch; at once, so that it can be seen."""
        with telling_summaries(self.folder):
            self._write(row)
            self._files.flush()

    def end(self) -> None:
        """Close the files."""
        with telling_summaries(self.folder):
            self._files.close()

    def _write(self, row: dict[str, Any]) -> None:
        for name, value in row.items():
            if name in ("epoch", "stage") or value is None:
                continue
            part = "validation" if name.startswith(VALIDATION) else "train"
            self._files.write(part, f"epoch_{name.removeprefix(VALIDATION)}", value, row["epoch"])
