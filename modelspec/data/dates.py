"""Cells with dates -> days since 1970-01-01, with a fraction where they have a time. Knows nothing of files."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timezone

import numpy as np

from modelspec.data.problems import FILL_IN, Problems
from modelspec.data.table import RawColumn
from modelspec.diagnostics import Diagnostic
from modelspec.language.sections.sources import Wanted

_DAY = 86_400.0


def dated(column: RawColumn, want: Wanted, problems: Problems) -> RawColumn:
    """The column in days; cells that are no dates of the format are noted. As it is where it holds no texts."""
    if want.parse is None or column.values.dtype.kind not in "US":
        return column
    distinct, places = np.unique(column.values.astype(np.str_), return_inverse=True)
    gaps = np.zeros(column.values.shape, dtype=bool) if column.gaps is None else column.gaps
    found = [_days(text, want.parse) for text in distinct.tolist()]
    days = np.array([0.0 if day is None else day for day in found])[places.reshape(column.values.shape)]
    bad = np.array([day is None for day in found], dtype=bool)[places.reshape(column.values.shape)] & ~gaps
    examples = np.flatnonzero(bad)[: problems.most].tolist()
    for place in examples:
        row, number = divmod(place, max(bad.size // len(bad), 1))
        text = str(column.values.reshape(-1)[place])
        where, span = column.place(row, number)
        code, said = ("MS749", repr(text[:40])) if text.strip() else ("MS714", "an empty cell")
        message = f"{want.what}, {where}: expected a date such as {_example(want.parse)}, found {said}"
        help = f"its format is {want.parse!r}, as Python's strptime reads it" if text.strip() else FILL_IN
        more = int(bad.sum()) - len(examples) if place == examples[-1] else 0
        problems.add(Diagnostic(code, message, span, want.path, help), key=want.name, count=1 + more)
    return replace(column, values=days, gaps=column.gaps, texts=None, written=None)


def _days(text: str, format: str) -> float | None:
    try:
        moment = datetime.strptime(text.strip(), format)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=timezone.utc)
    return moment.timestamp() / _DAY


def _example(format: str) -> str:
    return datetime(2026, 11, 30, 16, 5, 9).strftime(format)
