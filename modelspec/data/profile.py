"""What the columns of some rows hold, in numbers: ranges, gaps, distinct values, a small histogram. Knows no files."""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING

import numpy as np

from modelspec.data.load import RawRows
from modelspec.data.table import RawColumn
from modelspec.draw.rows import ColumnProfile, SplitProfile
from modelspec.language.sections.sources import Wanted

if TYPE_CHECKING:
    from modelspec.data.arrays import Array

BINS = 12
"""Bars of a histogram, each as wide as the others, from the smallest value to the largest."""
_MOST_SHOWN = 8
_PIECE = 2**20
"""So many bytes are counted at once."""


def profiled(name: str, raw: RawRows) -> SplitProfile:
    """What the rows hold of what is wanted of them."""
    wanted = [want for want in raw.wanted if not want.goes_along]
    columns = tuple(_column(raw.columns[want.role, want.name], want) for want in wanted)
    return SplitProfile(name, raw.count, columns)


def _column(column: RawColumn, want: Wanted) -> ColumnProfile:
    values = column.values.reshape(-1)
    gaps = 0 if column.gaps is None else int(column.gaps.sum())
    if column.gaps is not None:
        values = values[~column.gaps.reshape(-1)]
    shape = tuple(column.values.shape[1:])
    if values.dtype.kind in "US":
        distinct, counts = np.unique(values, return_counts=True)
        return ColumnProfile(
            want.name, want.role, "text", shape, gaps, 0, len(distinct), values=_commonest(distinct, counts)
        )
    return _numbers(values, want, shape, gaps)


def _numbers(values: Array, want: Wanted, shape: tuple[int, ...], gaps: int) -> ColumnProfile:
    finite = values[np.isfinite(values)] if values.dtype.kind == "f" else values
    lost = len(values) - len(finite)
    if not len(finite):
        return ColumnProfile(want.name, want.role, "number", shape, gaps, lost, 0)
    distinct, counts = _counted(finite)
    whole = finite.dtype.kind in "iub" or bool((distinct == np.floor(distinct)).all())
    kind = "true or false" if finite.dtype.kind == "b" else "whole number" if whole else "number"
    low, high = float(distinct[0]), float(distinct[-1])
    numbers, times = (distinct, counts) if finite.dtype == np.uint8 else (finite, None)
    numbers = numbers.astype(np.float64)
    bars = np.zeros(0, dtype=np.int64)
    if low < high and isfinite(high - low):
        bars = np.histogram(numbers, bins=BINS, range=(low, high), weights=times)[0].astype(np.int64)
    with np.errstate(over="ignore", invalid="ignore"):
        mean = float(np.average(numbers, weights=times))
        deviation = float(np.sqrt(np.average((numbers - mean) ** 2, weights=times)))
    return ColumnProfile(
        want.name, want.role, kind, shape, gaps, lost, len(distinct), low, high,
        mean if isfinite(mean) else None, deviation if isfinite(deviation) else None, tuple(bars.tolist()),
        _commonest(distinct, counts) if want.kind == "classes" or kind == "true or false" else (),
    )  # fmt: skip


def _counted(numbers: Array) -> tuple[Array, Array]:
    """The distinct numbers, sorted, and how often each comes; bytes, of which pictures have millions, are not sorted."""
    if numbers.dtype != np.uint8:
        return np.unique(numbers, return_counts=True)
    counts = np.zeros(256, dtype=np.int64)
    for start in range(0, len(numbers), _PIECE):
        counts += np.bincount(numbers[start : start + _PIECE], minlength=256)
    distinct = np.flatnonzero(counts)
    return distinct.astype(np.uint8), counts[distinct]


def _commonest(distinct: Array, counts: Array) -> tuple[tuple[str, int], ...]:
    order = np.argsort(-counts, kind="stable")[:_MOST_SHOWN]
    return tuple((_shown(distinct[place]), int(counts[place])) for place in order.tolist())


def _shown(value: object) -> str:
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
