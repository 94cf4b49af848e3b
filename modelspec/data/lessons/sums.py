"""Exact sums of floats, batch by batch, so that neither batches nor order matter.

Of each batch, the upper bits of all numbers are cut off at one place and added up, which rounds nothing, then those of what
is left, until nothing is (Rump, Ogita, Oishi: "Accurate floating-point summation", 2008). What the batches come to is added
up in integers of any length.
"""

from __future__ import annotations

from fractions import Fraction
from math import frexp
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from modelspec.data.arrays import Array

_BITS = 53
_UNIT = 1074 + _BITS
"""Sums are counted in units of 2 to the power of minus this: every float64 is a whole number of them."""
_LARGEST = 2.0**900
"""Above, cutting bits off would overflow."""


class ExactSums:
    """The sum of each column of all batches."""

    def __init__(self, columns: int) -> None:
        self._totals = [0] * columns

    def see(self, values: Array) -> None:
        """More rows of finite float64: (rows, columns)."""
        room = len(values).bit_length() + 1
        while (largest := np.abs(values).max(axis=0, initial=0.0)).any():
            if largest.max() > _LARGEST:
                for row in values:
                    self._add(row)
                return
            upper = np.ldexp(1.0, np.frexp(largest)[1] + room)
            cut = (values + upper) - upper
            self._add(cut.sum(axis=0))
            values = values - cut

    def _add(self, numbers: Array) -> None:
        for column, number in enumerate(numbers.tolist()):
            fraction, power = frexp(number)
            self._totals[column] += int(fraction * 2.0**_BITS) << (power - _BITS + _UNIT)

    def finish(self) -> list[Fraction]:
        """The sums."""
        return [Fraction(total, 1 << _UNIT) for total in self._totals]
