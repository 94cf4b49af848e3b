"""What rows hold as something to look at: a table for a terminal, JSON, a page of its own. Must not know files."""

from __future__ import annotations

import html
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass

from modelspec.diagnostics import Diagnostic
from modelspec.diagnostics.render.escape import printable
from modelspec.diagnostics.render.json import render_json

_BARS = "▁▂▃▄▅▆▇█"
_HEAD = ("column", "for", "type", "gaps", "distinct", "range", "mean", "")
_NUMBERS = {3, 4, 6}
"""Columns of the table that are flush right."""


@dataclass(frozen=True, slots=True)
class ColumnProfile:
    """One input, target or weight: its numbers all together, where a row has several.

    Of numbers: `minimum` to `histogram`, of those that are there and finite. Of words and classes: the commonest `values` with
    how many rows have them.
    """

    name: str
    role: str
    type: str
    shape: tuple[int, ...]
    gaps: int
    not_finite: int
    distinct: int
    minimum: float | None = None
    maximum: float | None = None
    mean: float | None = None
    deviation: float | None = None
    histogram: tuple[int, ...] = ()
    values: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class SplitProfile:
    """The rows of a split."""

    name: str
    rows: int
    columns: tuple[ColumnProfile, ...]


def rows_text(splits: Iterable[SplitProfile], width: int, *, bars: bool = True) -> Iterator[str]:
    """The lines of a table for each split; `bars` says that histograms can be printed."""
    for index, split in enumerate(splits):
        if index:
            yield ""
        yield f"{split.name}: {split.rows:,} row{'s' if split.rows != 1 else ''}"
        rows = [_HEAD, *(_cells(column, bars) for column in split.columns)]
        wide = [max(len(row[place]) for row in rows) for place in range(len(_HEAD))]
        for row in rows:
            cells = [f"{cell:>{size}}" if place in _NUMBERS else f"{cell:<{size}}"
                     for place, (cell, size) in enumerate(zip(row, wide, strict=True))]  # fmt: skip
            line = f"  {'  '.join(cells)}".rstrip()
            yield line if len(line) <= width else line[: width - 1] + "…"


def rows_json(
    splits: Sequence[SplitProfile], labels: Mapping[str, Sequence[str]], problems: Sequence[Diagnostic]
) -> str:
    """All of it, for programs: the report of diagnostics, with the splits and the labels beside them."""
    report = json.loads(render_json(problems, 1))
    return (
        json.dumps({**report, "splits": [asdict(split) for split in splits], "labels": dict(labels)}, indent=2) + "\n"
    )


def rows_html(title: str, splits: Sequence[SplitProfile], problems: Sequence[Diagnostic]) -> str:
    """A page that needs nothing else: a table and bars for each split, and what does not fit."""
    body = [f"<h1>{html.escape(printable(title))}</h1>"]
    for problem in problems:
        place = "" if problem.span is None else f"{problem.span.file}:{problem.span.line}:{problem.span.column}: "
        text = html.escape(printable(f"{place}{problem.severity}[{problem.code}] {problem.message}"))
        body.append(f'<p class="{problem.severity}">{text}</p>')
    for split in splits:
        body.append(f"<h2>{split.name}: {split.rows:,} rows</h2>\n<table>")
        body.append("<tr>" + "".join(f"<th>{name}</th>" for name in _HEAD) + "</tr>")
        for column in split.columns:
            cells = "".join(f"<td>{html.escape(printable(cell))}</td>" for cell in _cells(column, False)[:-1])
            body.append(f"<tr>{cells}<td>{_svg(column.histogram)}</td></tr>")
        body.append("</table>")
    return _PAGE.format(title=html.escape(printable(title)), body="\n".join(body))


def _cells(column: ColumnProfile, bars: bool) -> tuple[str, ...]:
    shape = "" if column.shape in ((), (1,)) else f" {list(column.shape)}"
    gaps = f"{column.gaps:,}" if not column.not_finite else f"{column.gaps:,} + {column.not_finite:,} not finite"
    mean = "" if column.mean is None else _short(column.mean)
    drawn = _drawn(column.histogram) if bars else ""
    return (
        column.name, column.role, f"{column.type}{shape}", gaps, f"{column.distinct:,}", _range(column), mean, drawn
    )  # fmt: skip


def _range(column: ColumnProfile) -> str:
    if column.values:
        known = sum(count for _, count in column.values)
        shown = ", ".join(f"{_cut(value)} {count:,}" for value, count in column.values[:4])
        return (
            shown + (", …" if len(column.values) > 4 or len(column.values) < column.distinct else "") if known else ""
        )
    if column.minimum is None or column.maximum is None:
        return ""
    return f"{_short(column.minimum)} to {_short(column.maximum)}"


def _cut(text: str) -> str:
    return text if len(text) <= 16 else text[:15] + "…"


def _short(number: float) -> str:
    return f"{number:,.0f}" if number == int(number) and abs(number) < 1e9 else f"{number:.4g}"


def _drawn(histogram: tuple[int, ...]) -> str:
    most = max(histogram, default=0)
    return "".join(_BARS[-(-count * (len(_BARS) - 1) // most)] for count in histogram) if most else ""


def _svg(histogram: tuple[int, ...]) -> str:
    most = max(histogram, default=0)
    if not most:
        return ""
    bars = "".join(
        f'<rect x="{8 * place}" y="{24 - 24 * count / most:.1f}" width="7" height="{24 * count / most:.1f}"/>'
        for place, count in enumerate(histogram)
    )
    return f'<svg width="{8 * len(histogram)}" height="24" role="img" aria-label="histogram">{bars}</svg>'


_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>{title}</title>
<style>
body {{ font-family: system-ui, sans-serif; margin: 2rem; color: #222; background: #fff; }}
table {{ border-collapse: collapse; }}
th, td {{ text-align: left; padding: 0.2rem 0.8rem 0.2rem 0; border-bottom: 1px solid #ddd; }}
rect {{ fill: #456; }}
.error {{ color: #a00; }}
.warning {{ color: #850; }}
@media (prefers-color-scheme: dark) {{ body {{ color: #ddd; background: #111; }} rect {{ fill: #9bd; }} }}
</style>
</head>
<body>
{body}
</body>
</html>
"""
