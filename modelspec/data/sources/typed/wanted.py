"""Which columns with a type of their own make up what is wanted, and the raw column of them.

A column of lists is an input of that shape by itself; of numbers, there is one column for each number of the shape.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from modelspec.data.problems import Problems
from modelspec.data.sources.csv.columns import columns_of
from modelspec.data.sources.typed.column import TypedColumn
from modelspec.data.table import PlaceOf, RawColumn
from modelspec.diagnostics import Diagnostic
from modelspec.diagnostics import Path as SpecPath
from modelspec.language.sections.sources import Wanted

if TYPE_CHECKING:
    from modelspec.data.arrays import Array

PlacesOf = Callable[[tuple[str, ...]], PlaceOf]
"""The places of the values of some columns."""


class WantedColumns(NamedTuple):
    """The columns for what is wanted, and the shape that they fill; None: the one column has its own."""

    want: Wanted
    names: tuple[str, ...]
    shape: tuple[int, ...] | None


def choose(wanted: Iterable[Wanted], names: Iterable[str], shown: str) -> list[WantedColumns]:
    """The columns for each that is wanted. Raises `SpecError` with each that is not there."""
    places = {name: index for index, name in enumerate(names)}
    listed = list(places)
    problems, found = Problems(), list[WantedColumns]()
    for want in wanted:
        asked = want.column_names
        if len(asked) == 1 and asked[0] in places:
            found.append(WantedColumns(want, asked, None))
            continue
        several = columns_of(want, places, None, shown)
        if isinstance(several, Diagnostic):
            problems.add(several, key=(want.role, want.name))
        else:
            found.append(WantedColumns(want, tuple(listed[index] for index in several[0]), several[1]))
    problems.stop()
    return found


def raw_columns(
    chosen: Iterable[WantedColumns], columns: Mapping[str, TypedColumn], places: PlacesOf, where: SpecPath
) -> dict[tuple[str, str], RawColumn]:
    """The raw columns. Raises `SpecError` with each that cannot be put together."""
    problems, found = Problems(), dict[tuple[str, str], RawColumn]()
    for want, names, shape in chosen:
        place, parts = places(names), [columns[name] for name in names]
        values, gaps = parts[0].values, parts[0].gaps
        if shape is not None:
            wrong = next((index for index, part in enumerate(parts) if part.values.ndim > 1), None)
            texts = [part.values.dtype.kind == "U" for part in parts]
            if wrong is None and len(set(texts)) > 1:
                wrong = texts.index(not texts[0])
            if wrong is not None:
                what, kind = parts[wrong].what, "text" if texts[0] else "a number"
                message = f"{want.what}, column '{names[wrong]}': expected {kind} in each row, found {what}"
                help = "of several columns, each holds one number"
                problems.add(Diagnostic("MS731", message, place(0, wrong)[1], want.path or where, help), key=want.name)
                continue
            values, gaps = _beside(parts, shape)
        if want.role == "split" and gaps is not None and gaps.any():
            at, span = place(int(gaps.reshape(len(values), -1).any(axis=1).argmax()), 0)
            message = f"{want.what}, {at}: expected a value to divide rows by, found nothing"
            problems.add(
                Diagnostic("MS714", message, span, want.path or where, "fill it in or drop the row"), key=want.name
            )
            continue
        raw = RawColumn(values, place, gaps=gaps)
        if want.role == "kept":
            raw = _kept(TypedColumn(values, gaps, parts[0].texts if shape is None else None), place)
        found[want.role, want.name] = raw
    problems.stop()
    return found


def _beside(parts: list[TypedColumn], shape: tuple[int, ...]) -> tuple[Array, Array | None]:
    """One row of the values of several columns."""
    rows = len(parts[0].values)
    dtype = np.result_type(*(part.values.dtype for part in parts))
    values = np.empty((rows, len(parts)), dtype, order="F")
    for index, part in enumerate(parts):
        values[:, index] = part.values
    if all(part.gaps is None for part in parts):
        return values.reshape(rows, *shape), None
    gaps = np.stack([np.zeros(rows, bool) if part.gaps is None else part.gaps for part in parts], axis=1)
    return values.reshape(rows, *shape), gaps.reshape(rows, *shape)


def _kept(column: TypedColumn, place: PlaceOf) -> RawColumn:
    """A column that goes along: dates as they are written; where there is nothing, nothing is written."""
    values, gaps = column.values, column.gaps
    if column.texts is None and (gaps is None or not gaps.any()):
        return RawColumn(values, place)
    texts = values.astype(np.str_) if column.texts is None else column.texts
    texts = texts if gaps is None else np.where(gaps, "", texts)
    numbers = values.dtype.kind not in "Ub" and column.texts is None
    return RawColumn(np.where(gaps, np.nan, values) if numbers and gaps is not None else texts, place, texts)
