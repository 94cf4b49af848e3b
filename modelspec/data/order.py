"""The order in which rows are used: the one home of shuffling, batching and splitting.

An order is a function of (seed, epoch) and of nothing that went before, so a run that continues in the middle of an
epoch sees the very rows that an uninterrupted one would. Only the raw bits of Philox and SeedSequence are used, whose
streams numpy promises to keep.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from modelspec.diagnostics import Diagnostic
from modelspec.language.sections.declared_rows import empty_part, rows_to_train_on

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Indices = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Order:
    """The order of so many rows: a function, never a state. Without `shuffle`, as they are.

    With a `stretch`, an epoch has that many rows: the next ones of an endless row of passes, each in an order of its own.
    """

    rows: int
    seed: int = 0
    shuffle: bool = True
    stretch: int | None = None

    @property
    def length(self) -> int:
        """The rows of an epoch."""
        return self.rows if self.stretch is None else self.stretch

    def epoch(self, number: int) -> Indices:
        """The row numbers of an epoch (counted from 0)."""
        if self.stretch is None:
            return self._whole(number)
        start = number * self.stretch
        passes = range(start // self.rows, -(-(start + self.stretch) // self.rows))
        endless = np.concatenate([self._whole(number) for number in passes])
        offset = start - passes.start * self.rows
        return endless[offset : offset + self.stretch]

    def step(self, epoch: int, step: int, batch_size: int) -> Indices:
        """Those of a batch of it (counted from 0); the last one may be smaller."""
        return self.epoch(epoch)[step * batch_size : (step + 1) * batch_size]

    def _whole(self, number: int) -> Indices:
        """All rows in the order of one pass."""
        if not self.shuffle:
            return np.arange(self.rows, dtype=np.int64)
        keys = np.random.Philox(np.random.SeedSequence((self.seed, number))).random_raw(self.rows)
        return np.argsort(keys, kind="stable").astype(np.int64, copy=False)


def split_rows(
    rows: int, fraction: float, split: str = "validation"
) -> tuple[tuple[range, range] | None, tuple[Diagnostic, ...]]:
    """(training rows, validation rows): Keras's `validation_split`, the last part of the rows before any shuffling.

    Keras computes `floor(rows * (1 - fraction))` training rows and refuses where either part is empty; so does this.
    """
    empty = empty_part(rows, fraction, split)
    if empty is None:
        at = rows_to_train_on(rows, fraction)
        return (range(at), range(at, rows)), ()
    return None, (Diagnostic("MS741", empty[0], path=("data", split, "split"), help=empty[1]),)
