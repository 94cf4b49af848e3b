"""The order in which rows are used: the one home of shuffling, batching and splitting.

An order is a function of (seed, epoch) and of nothing that went before, so a run that continues in the middle of an
epoch sees the very rows that an uninterrupted one would. That of many rows is computed where it is needed, so that any step
can be entered at once. Only the raw bits of Philox and SeedSequence are used, whose streams numpy promises to keep.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np

from modelspec.data.permutation import permutation
from modelspec.diagnostics import Diagnostic
from modelspec.language.sections.declared_rows import empty_part, rows_to_train_on

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Indices = NDArray[np.int64]


STORED = 1 << 20
"""The order of up to so many rows is sorted out and kept for an epoch; that of more is computed as it is needed."""


class Sequenced(Protocol):
    """The rows of one epoch in their order."""

    @property
    def length(self) -> int:
        """How many there are."""

    def between(self, first: int, end: int) -> Indices:
        """The numbers of the rows at the places from `first` on, up to the one before `end` or the last."""


@dataclass(frozen=True, slots=True)
class Sorted:
    """An order that is in memory."""

    rows: Indices

    @property
    def length(self) -> int:
        """How many rows it has."""
        return len(self.rows)

    def between(self, first: int, end: int) -> Indices:
        """Some of it."""
        return self.rows[first:end]


@dataclass(frozen=True, slots=True)
class _Computed:
    """An order of which each part is computed when it is asked for."""

    order: Order
    number: int

    @property
    def length(self) -> int:
        """How many rows it has."""
        return self.order.length

    def between(self, first: int, end: int) -> Indices:
        """Some of it."""
        return self.order.between(self.number, first, end)


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

    @property
    def computed(self) -> bool:
        """Whether it is another order than the one that is sorted out."""
        return self.shuffle and self.rows > STORED

    def of(self, number: int) -> Sequenced:
        """The order of an epoch (counted from 0), any part of which can be asked for."""
        if self.shuffle and self.rows <= STORED and self.length <= STORED:
            return Sorted(self.epoch(number))
        return _Computed(self, number)

    def epoch(self, number: int) -> Indices:
        """The row numbers of an epoch (counted from 0)."""
        return self.between(number, 0, self.length)

    def between(self, number: int, first: int, end: int) -> Indices:
        """Those of an epoch at the places from `first` on, up to the one before `end` or the last."""
        end = min(end, self.length)
        start = 0 if self.stretch is None else number * self.stretch
        place, last = start + first, start + end
        parts: list[Indices] = []
        while place < last:
            # Without a stretch, each epoch is the pass of its number.
            one, within = divmod(place, self.rows)
            until = min(self.rows, within + last - place)
            parts.append(self._some(one if self.stretch is not None else number, within, until))
            place += until - within
        if len(parts) == 1:
            return parts[0]
        return np.concatenate(parts) if parts else np.empty(0, dtype=np.int64)

    def step(self, epoch: int, step: int, batch_size: int) -> Indices:
        """Those of a batch of it (counted from 0); the last one may be smaller."""
        return self.between(epoch, step * batch_size, (step + 1) * batch_size)

    def _some(self, number: int, first: int, end: int) -> Indices:
        """Some rows of one pass."""
        if not self.shuffle:
            return np.arange(first, end, dtype=np.int64)
        if self.rows > STORED:
            return permutation(self.rows, (self.seed, number)).between(first, end)
        keys = np.random.Philox(np.random.SeedSequence((self.seed, number))).random_raw(self.rows)
        return np.argsort(keys, kind="stable").astype(np.int64, copy=False)[first:end]


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
