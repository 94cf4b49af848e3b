"""The mean and variance of numbers, each the float that is nearest to the exact one."""

from __future__ import annotations

from fractions import Fraction
from math import prod
from typing import TYPE_CHECKING, Any

import numpy as np

from modelspec.data.lessons.lesson import NotLearned
from modelspec.data.lessons.sums import ExactSums

if TYPE_CHECKING:
    from modelspec.data.arrays import Array

_SPLITTER = 134217729.0
"""2^27 + 1: splits a float64 into two halves whose products are exact (Veltkamp, Dekker)."""
_EXACT = 4
"""Of a number in so many bytes, float64 holds the square without rounding it."""
_LARGEST = float(np.finfo(np.float32).max)
_SQUARED = 2.0**450
_AT_ONCE = 1 << 16
"""So many numbers are taken at once."""


class RunningMoments:
    """The mean and variance of each position along the axes that are kept; without any, of all numbers together."""

    def __init__(self, axes: tuple[int, ...]) -> None:
        self._axes = axes
        self._kept: tuple[int, ...] | None = None
        self._count = 0
        self._sums: list[ExactSums] = []

    def see(self, values: Array) -> None:
        """More rows, or the numbers of another call of the layer."""
        kept = sorted({axis % values.ndim for axis in self._axes})
        sizes = tuple(values.shape[axis] for axis in kept)
        if self._kept is None:
            self._kept = sizes
            self._sums = [ExactSums(prod(sizes)) for _ in range(3)]
        if self._kept != sizes:
            raise NotLearned(f"the sizes along its `axis` differ: {self._kept} and {sizes}")
        rest = [axis for axis in range(values.ndim) if axis not in kept]
        rows = np.transpose(values, [*rest, *kept]).reshape(-1, prod(sizes))
        step = max(1, _AT_ONCE // max(1, rows.shape[1]))
        for start in range(0, len(rows), step):
            self._add(rows[start : start + step].astype(np.float64), rounded=values.dtype.itemsize > _EXACT)

    def _add(self, rows: Array, *, rounded: bool) -> None:
        if not np.isfinite(rows).all():
            raise NotLearned("a number that it would learn from is NaN or infinite")
        if rows.size and np.abs(rows).max() > _SQUARED:
            raise NotLearned("the square of a number that it would learn from is beyond float64")
        self._count += len(rows)
        squares = rows * rows
        parts = (rows, squares, _errors(rows, squares)) if rounded else (rows, squares)
        for sums, part in zip(self._sums, parts, strict=False):
            sums.see(part)

    def finish(self) -> dict[str, Any]:
        """`mean` and `variance`, nested as the kept axes are."""
        if not self._count or self._kept is None:
            raise NotLearned("there is no row to learn from")
        sums, squares, errors = (part.finish() for part in self._sums)
        means = [total / self._count for total in sums]
        variances = [
            max((square + error) / self._count - mean * mean, Fraction(0))
            for square, error, mean in zip(squares, errors, means, strict=True)
        ]
        found = {"mean": [float(mean) for mean in means], "variance": [float(item) for item in variances]}
        if any(abs(value) > _LARGEST for part in found.values() for value in part):
            raise NotLearned(
                "the variance of the numbers is beyond float32", "scale them first, by Rescaling for instance"
            )
        return {name: nested(values, self._kept) for name, values in found.items()}


def _errors(values: Array, squares: Array) -> Array:
    """By how much each square is smaller than the exact one."""
    stretched = values * _SPLITTER
    high = stretched - (stretched - values)
    low = values - high
    return low * low - ((squares - high * high) - 2 * high * low)


def nested(values: list[float], sizes: tuple[int, ...]) -> Any:
    """The numbers as tuples of these sizes, one in the other; without sizes, the one number."""
    if not sizes:
        return values[0]
    if len(sizes) == 1:
        return tuple(values)
    step = prod(sizes[1:])
    return tuple(nested(values[start : start + step], sizes[1:]) for start in range(0, len(values), step))
