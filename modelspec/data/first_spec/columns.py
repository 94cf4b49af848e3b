"""What each column of a table is, and why: a number, a category, text, a date, or nothing that a model should see.

All rows are looked at, never the first ones alone. Must not know specs.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

if TYPE_CHECKING:
    from modelspec.data.arrays import Array

Kind = Literal["number", "category", "text", "date", "identifier", "constant", "image path", "empty"]
SEEN: tuple[Kind, ...] = ("number", "category", "text", "date")
"""The kinds that a model is given."""
_NUMBER = re.compile(r"\s*[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?\s*", re.ASCII)
_GAPS = ("", "NA", "N/A", "#N/A", "na", "n/a", "nan", "NaN", "NULL", "null", "None", "?", "-", "--")
"""Cells that mean that nothing is there, where the other cells are numbers or dates; an empty one always does."""
NUMBER_OR_GAP = re.compile(rf"{_NUMBER.pattern}|\s*({'|'.join(map(re.escape, _GAPS))})\s*", re.ASCII)
DATES = ("%Y-%m-%d", "%Y/%m/%d", "%d.%m.%Y", "%m/%d/%Y", "%d/%m/%Y", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%b %d %Y",
         "%Y-%m-%d %H:%M", "%Y%m%d")  # fmt: skip
_MOST_CATEGORIES = 50
_IMAGE = re.compile(r".+\.(jpe?g|png|webp|gif|bmp|tiff?)", re.IGNORECASE)
_AN_ID = re.compile(r"(?i)(.*[_ ])?(id|key|index|uuid|guid|nr|no|number|name|ticket)|unnamed: 0|")


@dataclass(frozen=True, slots=True)
class UnderstoodColumn:
    """A column: what it is, in words why, the cells that say that nothing is there and how many there are.

    `values` are the distinct values of a category, sorted; `format` is that of dates; `whole` says that numbers have no fraction.
    """

    name: str
    kind: Kind
    why: str
    rows: int
    gaps: int = 0
    gap_cells: tuple[str, ...] = ()
    values: tuple[str, ...] = ()
    counts: tuple[int, ...] = ()
    format: str | None = None
    whole: bool = False
    low: float = 0.0
    high: float = 0.0
    mean: float = 0.0
    deviation: float = 0.0


def understood(name: str, cells: Array) -> UnderstoodColumn:
    """What a column is, by all its cells: texts, or numbers that a file has as such."""
    if cells.dtype.kind in "biuf":
        texts = None
        gaps = np.isnan(cells) if cells.dtype.kind == "f" else np.zeros(len(cells), dtype=bool)
        numbers = cells[~gaps].astype(np.float64)
        return _of_numbers(name, numbers, len(cells), int(gaps.sum()), ())
    texts = [str(cell) for cell in cells.tolist()]
    distinct = sorted(set(texts))
    said = [text for text in distinct if text.strip() not in _GAPS]
    lacking = tuple(text for text in distinct if text.strip() in _GAPS)
    if not said:
        return UnderstoodColumn(name, "empty", "no row has a value", len(texts), len(texts), lacking)
    if all(map(_NUMBER.fullmatch, said)):
        numbers = np.array([float(text) for text in texts if text.strip() not in _GAPS])
        return _of_numbers(name, numbers, len(texts), len(texts) - len(numbers), lacking)
    format = _format(said)
    if format is not None:
        missing = sum(text in set(lacking) for text in texts)
        return UnderstoodColumn(
            name, "date", f"every cell is a date such as {said[0]}", len(texts), missing, lacking, format=format
        )
    return _of_texts(name, texts)


def _of_numbers(name: str, numbers: Array, rows: int, gaps: int, gap_cells: tuple[str, ...]) -> UnderstoodColumn:
    facts: dict[str, Any] = {
        "rows": rows, "gaps": gaps, "gap_cells": gap_cells, "whole": bool((numbers == np.floor(numbers)).all()),
        "low": float(numbers.min()), "high": float(numbers.max()), "mean": float(numbers.mean()),
        "deviation": float(numbers.std()),
    }  # fmt: skip
    distinct, counts = np.unique(numbers, return_counts=True)
    if len(distinct) <= _MOST_CATEGORIES and facts["whole"]:
        facts |= {"values": tuple(str(int(value)) for value in distinct), "counts": tuple(counts.tolist())}
    span = f"{_short(facts['low'])} to {_short(facts['high'])}"
    if len(distinct) == 1:
        return UnderstoodColumn(name, "constant", f"always {_short(facts['low'])}", **facts)
    steps = np.diff(numbers) if not gaps and facts["whole"] and len(distinct) == rows else np.zeros(1)
    if len(distinct) == rows and facts["whole"] and rows > 2 and ((steps == 1).all() or _AN_ID.fullmatch(name)):
        return UnderstoodColumn(
            name, "identifier", "another whole number in each row, in order or by its name", **facts
        )
    return UnderstoodColumn(name, "number", f"{'whole ' if facts['whole'] else ''}numbers, {span}", **facts)


def _of_texts(name: str, texts: Sequence[str]) -> UnderstoodColumn:
    distinct, counts = np.unique(np.array(texts), return_counts=True)
    values, rows = tuple(distinct.tolist()), len(texts)
    gaps = int(sum(count for value, count in zip(values, counts.tolist(), strict=True) if not value.strip()))
    named = tuple(value for value in values if value.strip())
    facts: dict[str, Any] = {
        "rows": rows,
        "gaps": gaps,
        "gap_cells": tuple(value for value in values if not value.strip()),
    }
    if len(values) == 1:
        return UnderstoodColumn(name, "constant", f"always {values[0][:30]!r}", **facts)
    if all(map(_IMAGE.fullmatch, named)):
        return UnderstoodColumn(name, "image path", f"paths of images such as {named[0][:40]}", **facts)
    words = float(np.mean([len(text.split()) for text in named]))
    if len(named) <= min(_MOST_CATEGORIES, max(2, rows // 2)) and words < 6:
        facts |= {
            "values": named,
            "counts": tuple(count for value, count in zip(values, counts.tolist(), strict=True) if value.strip()),
        }
        return UnderstoodColumn(name, "category", f"{len(named)} different words", **facts)
    if words >= 3:
        return UnderstoodColumn(name, "text", f"texts of {words:.0f} words on average", **facts)
    return UnderstoodColumn(
        name, "identifier", f"{len(named):,} different values in {rows:,} rows, too many to be categories", **facts
    )


def _format(said: Sequence[str]) -> str | None:
    """The format of dates that all of these have."""
    if not said[0].strip()[:1].isalnum() or not any(char.isdigit() for char in said[0]):
        return None
    for format in DATES:
        if format == "%Y%m%d" and not all(len(text.strip()) == 8 for text in said):
            continue
        try:
            for text in said:
                datetime.strptime(text.strip(), format)
        except ValueError:
            continue
        return format
    return None


def _short(number: float) -> str:
    return f"{number:,.0f}" if number == int(number) and abs(number) < 1e9 else f"{number:.4g}"
