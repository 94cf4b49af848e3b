"""Which of the training rows are validation and test rows: a function of the rows, the spec and nothing else.

Test rows are taken out first, validation rows from what is left. Must not know what the rows become.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from modelspec.data.load import RawRows
from modelspec.data.order import split_rows
from modelspec.diagnostics import Diagnostic, SpecError
from modelspec.language.sections.declared_rows import empty_part
from modelspec.language.sections.parts import Cut
from modelspec.language.sections.sources import Split

if TYPE_CHECKING:
    from modelspec.data.arrays import Array

Part = range | np.ndarray[Any, Any]
"""Numbers of rows, in the order of the source."""
_NUMBERS = {"test": 1, "validation": 2}
_DATE = re.compile(r"\d{4}-\d\d(-\d\d([T ]\d\d:\d\d(:\d\d(\.\d+)?)?)?)?|\d{4}/\d\d/\d\d|\d{8}")
"""Dates whose order as texts is that in time."""


def divided(raw: RawRows, cuts: Mapping[Split, Cut]) -> dict[Split, Part]:
    """The rows of each split, with what is left to train on. Raises `SpecError` where one has none."""
    left: Part = range(raw.count)
    parts: dict[Split, Part] = {}
    for split in ("test", "validation"):
        cut = cuts.get(split)
        if cut is not None:
            left, parts[split] = _taken_out(raw, left, split, cut)
    return {"train": left, **parts}


def _taken_out(raw: RawRows, left: Part, split: Split, cut: Cut) -> tuple[Part, Part]:
    """(what is left, the part)."""
    if cut.by.how == "last":
        ranges, problems = split_rows(len(left), cut.fraction, split)
        if ranges is None:
            raise SpecError(problems)
        return tuple(_of(left, part) for part in ranges)  # type: ignore[return-value]
    chosen = _chosen(raw, np.asarray(left), split, cut)
    if not chosen.any() or chosen.all():
        raise SpecError([_empty(len(left), int(chosen.sum()), split, cut)])
    rows = np.asarray(left)
    return rows[~chosen], rows[chosen]


def _of(rows: Part, part: range) -> Part:
    return rows[part.start : part.stop]


def _empty(rows: int, chosen: int, split: Split, cut: Cut) -> Diagnostic:
    path = ("data", split, "split")
    empty = empty_part(rows, cut.fraction, split)
    if empty is not None:
        return Diagnostic("MS741", empty[0], path=path, help=empty[1])
    what = "training" if chosen else split
    by = f" by {cut.by.how} '{cut.by.column}'" if cut.by.column else ""
    message = f"taking {cut.fraction:g} of {rows} rows out{by} leaves no {what} rows"
    return Diagnostic("MS741", message, path=path, help="use another fraction, another seed, or more rows")


def _chosen(raw: RawRows, rows: Array, split: Split, cut: Cut) -> Array:
    """Which of these rows are in the part."""
    number = len(rows) - int(np.floor(len(rows) * (1.0 - cut.fraction)))
    if cut.by.how == "time":
        return _latest(raw, rows, number, split, cut)
    if cut.by.how == "group" or cut.key is not None:
        column = cut.key if cut.by.column is None else cut.by.column
        return _by_name(_values(raw, str(column))[rows], split, cut)
    keys = np.random.Philox(np.random.SeedSequence((cut.seed, _NUMBERS[split]))).random_raw(len(rows))
    if cut.by.how == "random":
        chosen = np.zeros(len(rows), dtype=bool)
        chosen[np.argsort(keys, kind="stable")[:number]] = True
        return chosen
    return _stratified(_classes(raw, cut.by.column)[rows], keys, number)


def _values(raw: RawRows, name: str) -> Array:
    return raw.columns["split", name].values.reshape(raw.count, -1)[:, 0]


def _by_name(values: Array, split: Split, cut: Cut) -> Array:
    """The rows whose group (or key) falls on this side: that depends on its name, the seed and the split alone."""
    distinct, places = np.unique(values, return_inverse=True)
    inside = [_number(f"{cut.seed}/{split}/{_text(value)}") < cut.fraction for value in distinct.tolist()]
    return np.array(inside, dtype=bool)[places.reshape(-1)]


def _number(text: str) -> float:
    """A number from 0 to 1, other for other texts."""
    return (
        int.from_bytes(hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big") / 2.0**64
    )


def _text(value: object) -> str:
    """A value as its cell would be: it is the same whether a table has it as a number or as a text."""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _latest(raw: RawRows, rows: Array, number: int, split: Split, cut: Cut) -> Array:
    """The latest rows, with all that are as late as the first of them."""
    times = _values(raw, str(cut.by.column))[rows]
    if times.dtype.kind == "U":
        strange = [row for row, text in enumerate(times.tolist()) if not _DATE.fullmatch(text.strip())]
        if strange or len({len(text.strip()) for text in times.tolist()}) > 1:
            row = strange[0] if strange else int(np.argmin(np.char.str_len(times)))
            place, span = raw.columns["split", str(cut.by.column)].place(int(rows[row]), 0)
            message = (
                f"by time '{cut.by.column}', {place}: expected a date such as 2026-11-30, found {str(times[row])!r}"
            )
            help = "write dates from the year to the day, all alike, or numbers: their order must be that in time"
            raise SpecError([Diagnostic("MS746", message, span, ("data", split, "split"), help)])
    ordered = np.sort(times, kind="stable")
    first = ordered[len(ordered) - number]
    late = np.asarray(times >= first)
    return late if not late.all() else np.asarray(times > first)


def _classes(raw: RawRows, column: str | None) -> Array:
    """A number for each row, the same for rows of one class."""
    if column is not None:
        return np.unique(_values(raw, column), return_inverse=True)[1].reshape(-1)
    target = next(want for want in raw.wanted if want.role == "target" and want.kind != "real")
    values = raw.columns["target", target.name].values.reshape(raw.count, -1)
    return np.unique(values, axis=0, return_inverse=True)[1].reshape(-1)


def _stratified(classes: Array, keys: Array, number: int) -> Array:
    """So many rows, of each class as large a share as of all: what is left of shares goes to the largest remainders."""
    distinct, counts = np.unique(classes, return_counts=True)
    shares = counts * number / len(classes)
    taken = np.floor(shares).astype(np.int64)
    order = np.argsort(-(shares - taken), kind="stable")
    taken[order[: number - int(taken.sum())]] += 1
    chosen = np.zeros(len(classes), dtype=bool)
    for name, most in zip(distinct.tolist(), taken.tolist(), strict=True):
        where = np.flatnonzero(classes == name)
        chosen[where[np.argsort(keys[where], kind="stable")[:most]]] = True
    return chosen
