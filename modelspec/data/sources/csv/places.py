"""Where the values of a CSV table stand: a row is read again where a message tells of one of its cells."""

from __future__ import annotations

import csv
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from modelspec.data.files import open_data_file
from modelspec.data.sources.csv.cells import CsvLines
from modelspec.data.table import PlaceOf, WrittenAt
from modelspec.data.unpacking import unpacked
from modelspec.diagnostics import Path as SpecPath
from modelspec.diagnostics import Span
from modelspec.expansion.files.paths import Reach
from modelspec.language.sections.sources import TextTable

SHOWN = 40
"""Characters of a cell that a message shows."""


class _Row(NamedTuple):
    """A row that was read again: its lines, None where they are gone, and its cells."""

    lines: CsvLines | None
    cells: list[str]


class FileOfRows(NamedTuple):
    """A file that some of the rows come from: its path, how messages call it, and the number of its first row."""

    path: str
    shown: str
    first: int


@dataclass(frozen=True)
class Places:
    """Finds the cell of a value again by reading its row once more, which only the few values in messages need."""

    source: TextTable
    reach: Reach
    where: SpecPath
    files: Sequence[FileOfRows]
    name_at: Mapping[int, str]
    row_lines: Sequence[int]
    """The line on which each row begins, and the byte of the file."""
    row_starts: Sequence[int]
    last: dict[int, _Row] = field(default_factory=dict)
    """The row that was asked for last, by its number: each of many columns may tell of a value of it."""

    def of(self, columns: list[int]) -> PlaceOf:
        """The places of the values of these columns."""

        def place(row: int, number: int) -> tuple[str, Span | None]:
            index = columns[number]
            line, lines, file = self.row_lines[row], self._row(row).lines, self._file_of(row)
            span = Span(file.shown, line, 1, line, 2) if lines is None else lines.cell_span(index, self.source.between)
            return f"row {row - file.first + 1}, column '{self.name_at[index]}'", span

        return place

    def written(self, columns: list[int]) -> WrittenAt:
        """The cells of these columns as they stand there."""

        def cell(row: int, number: int) -> str:
            texts = self._row(row).cells
            found = texts[columns[number]].strip() if columns[number] < len(texts) else ""
            return found if len(found) <= SHOWN else found[:SHOWN] + "..."

        return cell

    def _row(self, row: int) -> _Row:
        found = self.last.get(row)
        if found is None:
            self.last.clear()
            found = self.last[row] = self._read(row)
        return found

    def _file_of(self, row: int) -> FileOfRows:
        return self.files[bisect_right(self.files, row, key=lambda file: file.first) - 1]

    def _read(self, row: int) -> _Row:
        found = self._file_of(row)
        with open_data_file(found.path, self.reach, self.where) as file:
            lines = CsvLines(unpacked(file, found.path), found.shown)
            lines.skip_to(self.row_lines[row], self.row_starts[row])
            quotes = 1  # an even number of them ends the row
            for text in lines:
                quotes += text.count('"')
                if quotes % 2:
                    break
            if not lines.row:
                return _Row(None, [])
            return _Row(lines, next(csv.reader(lines.row, delimiter=self.source.between), []))
