"""Cells of a table as whole numbers of 64 bits, where numbers with a fraction have too few digits for them.

Knows nothing of files.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from math import isfinite
from typing import TYPE_CHECKING

import numpy as np

from modelspec.data.rounding import numpy_dtype
from modelspec.language.sections.sources import Wanted

if TYPE_CHECKING:
    from modelspec.data.arrays import Array

SURELY_EXACT = 12
"""A cell of so many characters that holds a whole number of 64 bits holds one that a float has too."""


def takes_whole_numbers(want: Wanted) -> bool:
    """Whether it is an input, or a target, of whole numbers; 0 and 1 of truths are some."""
    return want.dtype != "string" and np.dtype(numpy_dtype(want.dtype)).kind in "iub"


def whole_numbers(values: Array, first: int, width: int, cells: Mapping[int, str]) -> Array:
    """The columns from `first` on of a table so wide, as whole numbers where a float would change one of them.

    As they are, where some are no whole numbers of 64 bits: that is reported later. `cells` are long cells, by their number.
    """
    large = np.argwhere(np.abs(values) >= 2.0**53).tolist()
    if not large or (values != np.floor(values)).any() or (np.abs(values) > 2.0**64).any():
        return values
    numbers: list[int] = []
    for row, column in large:
        number = _whole(cells.get(row * width + first + column), values[row, column])
        if number is None:
            return values
        numbers.append(number)
    low, high = min(*numbers, int(values.min())), max(*numbers, 0)
    if min(numbers) < -(2**63) or high >= 2**64 or (high >= 2**63 and low < 0):
        return values
    dtype = np.uint64 if high >= 2**63 else np.int64
    exact: Array = np.where(np.abs(values) < 2.0**53, values, 0).astype(dtype)
    exact[tuple(np.transpose(large))] = np.array(numbers, dtype)
    return exact


def _whole(cell: str | None, value: float) -> int | None:
    """The whole number in a cell, which as a float is the value; None where it is none."""
    number = Decimal(cell.strip()) if cell is not None else Decimal(float(value))
    return int(number) if number == number.to_integral_value() else None


def hides_a_fraction(cell: str) -> bool:
    """Whether a long cell that holds a number has so small a fraction that its float has none."""
    plain = cell.strip().lstrip("+-").isdigit()
    return not plain and isfinite(float(cell)) and float(cell).is_integer() and _whole(cell, 0.0) is None
