"""A shuffling of many numbers that is computed, not stored: any part of it can be had at once.

A Feistel network over a rectangle that is hardly larger than the numbers: each round moves the rows of the rectangle by what
a table says of their column, or the columns by what one says of their row. The tables are random and have about the square
root of so many entries. What comes to lie outside of the numbers goes round once more (Black and Rogaway, 2002).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isqrt
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Indices = NDArray[np.int64]

_ROUNDS = 8
"""Four are enough in theory (Luby and Rackoff) where little of a shuffling is seen; an epoch sees all of it."""
_PIECE = 1 << 17
"""So many are computed at once: their arrays stay in a processor's cache."""


@dataclass(frozen=True, slots=True)
class Permutation:
    """The numbers below `count` in an order: a function of their places."""

    count: int
    height: int
    width: int
    tables: tuple[Indices, ...]

    def between(self, first: int, end: int) -> Indices:
        """The numbers at the places from `first` on, up to the one before `end`."""
        found = np.empty(max(end - first, 0), dtype=np.int64)
        for begin in range(first, end, _PIECE):
            places = np.arange(begin, min(begin + _PIECE, end), dtype=np.int64)
            found[begin - first : begin - first + len(places)] = self._at(places)
        return found

    def _at(self, places: Indices) -> Indices:
        numbers = self._once(places)
        outside = np.flatnonzero(numbers >= self.count)
        while len(outside):
            numbers[outside] = self._once(numbers[outside])
            outside = outside[numbers[outside] >= self.count]
        return numbers

    def _once(self, numbers: Indices) -> Indices:
        row, column = np.divmod(numbers, self.width)
        for index, table in enumerate(self.tables):
            if index % 2 == 0:
                row += table[column]
                row -= self.height * (row >= self.height)
            else:
                column += table[row]
                column -= self.width * (column >= self.width)
        row *= self.width
        row += column
        return row


def permutation(count: int, key: Sequence[int]) -> Permutation:
    """The shuffling of so many numbers that belongs to a key. Only raw bits are used, whose streams numpy promises to keep."""
    height = max(isqrt(max(count - 1, 0)) + 1, 1)
    width = max(-(-count // height), 1)
    bits = np.random.Philox(np.random.SeedSequence(list(key))).random_raw(_ROUNDS * height)
    tables = []
    for number, drawn in enumerate(bits.reshape(_ROUNDS, height)):
        size, below = (width, height) if number % 2 == 0 else (height, width)
        tables.append((drawn[:size] % np.uint64(below)).astype(np.int64))
    return Permutation(count, height, width, tuple(tables))
