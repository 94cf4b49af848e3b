"""Cells of a table as whole numbers of 64 bits, where numbers with a fraction have too few digits for them.

Knows nothing of files.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING

import numpy as np

from modelspec.data.values import numpy_dtype
from modelspec.spec.sources import Wanted

if TYPE_CHECKING:
    from modelspec.data.arrays import Array

SURELY_EXACT = 12
"""A cell of so many characters that holds a whole number of 64 bits holds one that a float has too."""


def takes_whole_numbers(want: Wanted) -> bool:
    """Whether it is an input of whole numbers."""
    return want.role == "input" and want.dtype != "string" and np.dtype(numpy_dtype(want.dtype)).kind in "iu"


def whole_numbers(values: Array, first: int, width: int, cells: Mapping[int, str]) -> Array:
    """The columns from `first` on of a table so wide, as whole numbers where a float would change one of them.

    As they are, where some are no whole numbers of 64 bits: that is told later.
    """
    large = np.argwhere(np.abs(values) >= 2.0**53).tolist()
    if not large or (values != np.floor(values)).any() or (np.abs(values) > 2.0**63).any():
        return values
    exact = np.where(np.abs(values) < 2.0**53, values, 0).astype(np.int64)
    for row, column in large:
        cell = cells.get(row * width + first + column)
        number = Decimal(cell.strip()) if cell is not None else Decimal(float(values[row, column]))
        if number != number.to_integral_value() or not -(2**63) <= number < 2**63:
            return values
        exact[row, column] = int(number)
    return exact
