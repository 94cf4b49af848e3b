"""Learns what the training rows teach before training begins, and fills the gaps of rows by it.

What is learnt depends on the rows alone, not on their order. Must not know where rows come from.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import fsum
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from modelspec.data.learned import Learned
from modelspec.data.table import Key, RawColumn
from modelspec.diagnostics import Diagnostic
from modelspec.language.sections.sources import Wanted

if TYPE_CHECKING:
    from modelspec.data.arrays import Array
    from modelspec.data.problems import Problems


class TrainingColumns(NamedTuple):
    """The columns to learn from: the training rows, and no others."""

    columns: Mapping[Key, RawColumn]
    wanted: Sequence[Wanted]


def learn(lessons: TrainingColumns, problems: Problems) -> Learned:
    """What the rows teach; what cannot be learnt from them is noted."""
    labels: dict[str, tuple[str, ...]] = {}
    fills: dict[str, tuple[float, ...]] = {}
    for want in lessons.wanted:
        column = lessons.columns[want.role, want.name]
        if want.labels is not None:
            labels[want.name] = want.labels
        elif want.words and column.values.dtype.kind == "U":
            labels[want.name] = tuple(sorted(set(column.values.reshape(-1).tolist())))
        elif want.missing in ("mean", "median") and column.values.dtype.kind in "biuf":
            numbers = _middles(column, want, problems)
            if numbers is not None:
                fills[want.name] = numbers
    return Learned(labels, fills)


def _middles(column: RawColumn, want: Wanted, problems: Problems) -> tuple[float, ...] | None:
    """The mean or the median of each number of a row, over the rows that have it."""
    values = column.values.reshape(len(column.values), -1)
    there = np.ones(values.shape, dtype=bool) if column.gaps is None else ~column.gaps.reshape(values.shape)
    found: list[float] = []
    for number in range(values.shape[1]):
        present = values[there[:, number], number].astype(np.float64)
        if not len(present):
            place, span = column.place(0, number)
            message = f"{want.what}, {place}: no training row has a number here, so it has no {want.missing}"
            help = "leave the column out, or say what stands for a gap: `missing: 0`"
            problems.add(Diagnostic("MS714", message, span, want.path, help), key=want.name)
            return None
        found.append(_mean(present) if want.missing == "mean" else float(np.median(present)))
    return tuple(found)


def _mean(values: Array) -> float:
    """The mean that is nearest to the exact one, whatever the order of the values."""
    return fsum(values.tolist()) / len(values)


def filled(column: RawColumn, want: Wanted, learned: Learned) -> RawColumn:
    """The column with something in its gaps; those that nothing stands for stay gaps."""
    if column.gaps is None or want.missing in (None, "error", "drop") or not column.gaps.any():
        return column
    if want.dtype == "string":
        values = np.where(column.gaps, str(want.missing), column.values)
        return replace(column, values=values, gaps=None)
    shape = (len(column.values), -1)
    stands = learned.fills.get(want.name) if isinstance(want.missing, str) else (float(want.missing or 0.0),)
    if stands is None:
        return column
    values = np.where(column.gaps.reshape(shape), np.asarray(stands), column.values.reshape(shape))
    return replace(column, values=values.reshape(column.values.shape), gaps=None)
