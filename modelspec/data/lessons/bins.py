"""Boundaries that put equally many numbers into each bin: exact quantiles, where Keras approximates them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from modelspec.data.lessons.lesson import NotLearned

if TYPE_CHECKING:
    from modelspec.data.arrays import Array

_WAITING = 1 << 20
"""So many numbers wait, or as many as are counted already, before they are counted with the others."""


class Bins:
    """Counts how often each number comes, in float32 as Keras does; it takes memory for the different ones."""

    def __init__(self, bins: int) -> None:
        self._bins = bins
        self._values: Array = np.empty(0, np.float32)
        self._counts: Array = np.empty(0, np.int64)
        self._waiting: list[Array] = []
        self._number = 0

    def see(self, values: Array) -> None:
        """More numbers, of any shape."""
        with np.errstate(over="ignore"):
            flat = values.reshape(-1).astype(np.float32)
        if not np.isfinite(flat).all():
            raise NotLearned("a number that it would learn from is NaN, infinite or beyond float32")
        self._waiting.append(flat + np.float32(0))  # no negative zero beside zero
        self._number += flat.size
        if self._number > max(_WAITING, len(self._values)):
            self._count()

    def _count(self) -> None:
        values, counts = np.unique(np.concatenate([*self._waiting, np.empty(0, np.float32)]), return_counts=True)
        merged, places = np.unique(np.concatenate([self._values, values]), return_inverse=True)
        total = np.zeros(len(merged), np.int64)
        np.add.at(total, places.reshape(-1), np.concatenate([self._counts, counts]))
        self._values, self._counts, self._waiting, self._number = merged, total, [], 0

    def finish(self) -> dict[str, Any]:
        """`bin_boundaries`: one fewer than there are bins, each number of them in float32.

        The boundary of a share p lies between the numbers at whose places p of all are reached, as Keras interpolates.
        """
        self._count()
        if not len(self._values):
            raise NotLearned("there is no number to learn from")
        upto = np.cumsum(self._counts)
        number = int(upto[-1])

        def at(place: int) -> float:
            """The number at a place of all of them, sorted."""
            return float(self._values[np.searchsorted(upto, place, side="right")])

        boundaries = []
        for share in range(1, self._bins):
            place, rest = divmod(share * number, self._bins)
            below = at(max(place - 1, 0))
            above = at(min(max(place, 0), number - 1)) if place else below
            boundaries.append(float(np.float32(below + (above - below) * rest / self._bins)))
        return {"bin_boundaries": tuple(boundaries)}
