"""The order in which rows are used: the one home of shuffling, batching and splitting.

An order is a function of (seed, epoch) and of nothing that went before, so a run that continues in the middle of an
epoch sees the very rows that an uninterrupted one would. Only the raw bits of Philox and SeedSequence are used, whose
streams numpy promises to keep.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from modelspec.diagnostics import Diagnostic
from modelspec.language.sections.declared_rows import empty_part, rows_to_train_on

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Indices = NDArray[np.int64]


def epoch_order(rows: int, seed: int, epoch: int, shuffle: bool = True) -> Indices:
    """The row numbers 0 .. rows - 1 in the order of one epoch (counted from 0); without `shuffle`, as they are."""
    if not shuffle:
        return np.arange(rows, dtype=np.int64)
    keys = np.random.Philox(np.random.SeedSequence((seed, epoch))).random_raw(rows)
    return np.argsort(keys, kind="stable").astype(np.int64, copy=False)


def stretch_order(rows: int, seed: int, shuffle: bool, epoch: int, length: int) -> Indices:
    """The rows from `epoch * length` on of an endless row of passes, each pass in an order of its own."""
    start = epoch * length
    passes = range(start // rows, -(-(start + length) // rows))
    endless = np.concatenate([epoch_order(rows, seed, number, shuffle) for number in passes])
    offset = start - passes.start * rows
    return endless[offset : offset + length]


def steps(rows: int, batch_size: int) -> int:
    """How many batches an epoch has; the last one may be smaller."""
    return -(-rows // batch_size)


def batches(
    rows: int, batch_size: int, *, seed: int = 0, epoch: int = 0, shuffle: bool = True, start: int = 0
) -> Iterator[Indices]:
    """The row numbers of each batch of an epoch, from step `start` (counted from 0) to the end of the epoch."""
    order = epoch_order(rows, seed, epoch, shuffle)
    for step in range(start, steps(rows, batch_size)):
        yield order[step * batch_size : (step + 1) * batch_size]


def split_rows(rows: int, fraction: float) -> tuple[tuple[range, range] | None, tuple[Diagnostic, ...]]:
    """(training rows, validation rows): Keras's `validation_split`, the last part of the rows before any shuffling.

    Keras computes `floor(rows * (1 - fraction))` training rows and refuses where either part is empty; so does this.
    """
    empty = empty_part(rows, fraction)
    if empty is None:
        at = rows_to_train_on(rows, fraction)
        return (range(at), range(at, rows)), ()
    return None, (Diagnostic("MS741", empty[0], path=("data", "validation", "split"), help=empty[1]),)
