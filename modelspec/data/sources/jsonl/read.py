"""JSON Lines files -> a table in memory."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from itertools import takewhile
from pathlib import Path
from typing import Any

from modelspec.data.arrays import fingerprint_of
from modelspec.data.files import hashing, open_data_file
from modelspec.data.named_files import named_files
from modelspec.data.sources.csv.cells import CsvLines
from modelspec.data.sources.jsonl.places import place_of
from modelspec.data.sources.jsonl.rows import JsonRows
from modelspec.data.sources.typed.wanted import choose, raw_columns
from modelspec.data.table import Asked, MemoryTable, PlaceOf, Table
from modelspec.data.unpacking import unpacked
from modelspec.diagnostics import Diagnostic, Span, SpecError
from modelspec.language.sections.sources import Jsonl, Wanted

_EXPECTED = {
    "MS708": "less text",
    "MS722": "numbers, text or lists",
    "MS725": "the same kind in each row",
}  # fmt: skip


def read_jsonl(source: Jsonl, asked: Asked) -> Table:
    """The wanted columns of the files; raises SpecError with everything that is wrong with them."""
    rows = JsonRows(partial(_names, asked.wanted))
    prints: list[tuple[int, str]] = []
    for path in named_files(source.paths, asked.reach, asked.where):
        shown = str(Path(asked.reach.folder) / path)
        with open_data_file(path, asked.reach, asked.where) as file, hashing(file) as fingerprint:
            rows.read(unpacked(file, path), path, shown)
            prints.append(fingerprint())
    count = len(rows.lines)
    if count == 0:
        raise SpecError([Diagnostic("MS707", f"'{rows.files[0].path}' has no rows", help="write the rows first")])
    chosen = choose(asked.wanted, _known(rows), rows.files[0].shown)
    columns = rows.columns()

    def places(names: tuple[str, ...]) -> PlaceOf:
        def place(row: int, number: int) -> tuple[str, Span | None]:
            name = names[number] if len(names) > 1 else names[0]
            return f"row {row - rows.file_of(row).first + 1}, column '{name}'", _span(rows, row, name, asked)

        return place

    problems = [
        Diagnostic(
            error.code,
            f"column '{name}': expected {_EXPECTED[error.code]}, found {error.found}",
            _span(rows, row, name, asked),
            help=(error.help or "").replace("NAME", name) or None,
        )
        for name, (row, error) in rows.wrong.items()
    ]
    if problems:
        raise SpecError(problems)
    return MemoryTable(
        raw_columns(chosen, columns, places, asked.where), count, fingerprint_of(source.kind, source.paths, prints)
    )


def _names(wanted: Sequence[Wanted], first: dict[str, Any]) -> tuple[str, ...]:
    """The columns to read, numbered ones where the first row has `x_0` for `x`."""
    found: dict[str, None] = {}
    for want in wanted:
        name = want.column_names[0]
        if len(want.column_names) == 1 and name not in first and f"{name}_0" in first:
            numbered = (f"{name}_{index}" for index in range(len(first)))
            found.update(dict.fromkeys(takewhile(first.__contains__, numbered)))
        else:
            found.update(dict.fromkeys(want.column_names))
    return tuple(found)


def _known(rows: JsonRows) -> list[str]:
    """The keys that there are, and names of what is inside them; without numbered ones that the first row lacks."""
    unread = tuple(f"{name}_" for name in rows.names if name not in rows.found)
    keys = [key for key in rows.keys if key in rows.found or not key.startswith(unread)]
    return list(dict.fromkeys((*keys, *(name for name in rows.names if name in rows.found))))


def _span(rows: JsonRows, row: int, name: str, asked: Asked) -> Span:
    """Where a value stands; its line is read again, which only the few values in messages need."""
    found, line = rows.file_of(row), rows.lines[row]
    with open_data_file(found.path, asked.reach, asked.where) as file:
        lines = CsvLines(unpacked(file, found.path), found.shown, "JSON Lines")
        lines.skip_to(line, rows.starts[row])
        text = next(lines, "")
    try:
        start, end = place_of(text, name)
    except ValueError:  # the file is another one by now
        start, end = 0, 1
    return Span(found.shown, line, start + 1, line, max(end, start + 1) + 1)
