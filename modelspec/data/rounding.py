"""What becomes of numbers in the dtypes of inputs: which are too large for one, and which it does not have.

Knows nothing of where they come from.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from modelspec.data.arrays import Array

_LARGEST_BFLOAT16 = 3.3895313892515355e38


def numpy_dtype(name: str) -> str:
    """The numpy dtype for one of Keras's; bfloat16, which numpy lacks, is given as float32."""
    return {"bfloat16": "float32", "string": "str_"}.get(name, name)


def largest(dtype: str) -> float:
    """The largest number of a dtype of floats."""
    return _LARGEST_BFLOAT16 if dtype == "bfloat16" else float(np.finfo(dtype).max)


def rounded(values: Array, dtype: str) -> Array:
    """Finite numbers as a dtype of floats has them: the nearest ones, or infinities."""
    with np.errstate(over="ignore"):
        found = values.astype(numpy_dtype(dtype))
    if dtype != "bfloat16":
        return found
    bits = found.view(np.uint32)
    even = (bits >> np.uint32(16)) & np.uint32(1)  # of two that are as near, the even one
    whole: Array = ((bits + np.uint32(0x7FFF) + even) & np.uint32(0xFFFF0000)).view(np.float32)
    return whole


def overflowing(values: Array, dtype: str) -> Array:
    """Which of them a dtype of floats has no number for: they would become infinite."""
    high = largest(dtype)
    narrower = values.dtype.kind == "f" and float(np.finfo(values.dtype).max) <= high
    if narrower or (values.min() >= -high and values.max() <= high):
        return np.zeros(values.shape, dtype=bool)
    return ~np.isfinite(rounded(values, dtype))


def exactly(values: Array, dtype: str) -> Array:
    """Which whole numbers a dtype of floats has as they are."""
    return np.asarray(rounded(values, dtype) == values)
