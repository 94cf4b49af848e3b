"""A CSV file -> raw columns of numbers, read line by line; every bad cell is found, the first of a kind is reported.

No pandas: its guesses (`NA`, thousands, mixed columns) are what this reader refuses.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from array import array
from collections.abc import Sequence
from decimal import Decimal
from functools import cached_property
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import numpy as np

from modelspec.data.arrays import RowsFingerprint
from modelspec.data.files import open_data_file
from modelspec.data.problems import Problems
from modelspec.data.sources.csv.cells import CsvLines
from modelspec.data.sources.csv.columns import columns_of
from modelspec.data.sources.csv.places import SHOWN, Places
from modelspec.data.table import Asked, MemoryTable, RawColumn, Table
from modelspec.data.whole_numbers import SURELY_EXACT, hides_a_fraction, takes_whole_numbers, whole_numbers
from modelspec.diagnostics import Diagnostic, Span, SpecError
from modelspec.diagnostics import Path as SpecPath
from modelspec.language.sections.declared_rows import MAX_ARRAY_BYTES, bytes_text, list_text
from modelspec.language.sections.sources import Csv, Wanted

if TYPE_CHECKING:
    from modelspec.data.arrays import Array

_MOST_REPEATED = 10
"""Columns of one name that are reported one by one."""
_NUMBER = re.compile(r"\s*[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?\s*", re.ASCII)
_TRUTHS = {"true": 1.0, "false": 0.0}
_NOT_FINITE = re.compile(r"\s*[-+]?(nan|inf|infinity)\s*", re.IGNORECASE)

A_FRACTION = 0.5
"""Stands for a cell that is no whole number though the nearest float is one; the cell itself is what is reported."""
_WHOLE = re.compile(r"0|-?[1-9]\d{0,18}", re.ASCII)
_PLAIN = re.compile(r"-?(0|[1-9]\d{0,18})(\.\d{1,30})?([eE][-+]?\d{1,3})?", re.ASCII)


class _Table:
    """One pass over an open CSV file."""

    def __init__(self, file: BinaryIO, source: Csv, shown: str, where: SpecPath) -> None:
        self.source, self.shown, self.where = source, shown, where
        self.lines = CsvLines(file, shown)
        self.reader = csv.reader(self.lines, delimiter=source.delimiter, strict=True)
        self.problems = Problems()
        self.names: dict[str, int] = {}
        self.width = 0
        self.numbers: list[int] = []
        self.texts: list[int] = []
        self.values = array("d")
        self.truths: set[int] = set()
        """The columns of what is true or false."""
        self.whole: list[int] = []
        """Which of `numbers` are of inputs that take whole numbers."""
        self.long_cells: dict[int, str] = {}
        """Cells of these whose number may need more digits than `values` has, by their place there."""
        self.strings: list[list[str]] = []
        self.row_lines = array("q")
        self.row_starts = array("q")
        """The bytes of the file at which the rows begin."""

    @cached_property
    def name_at(self) -> dict[int, str]:
        """The names of the columns by their places; asked for once the header is read."""
        return {index: name for name, index in self.names.items()}

    def next_row(self) -> list[str] | None:
        """The next row, None at the end; raises SpecError where the text is not CSV."""
        self.lines.begin_row()
        try:
            return next(self.reader, None)
        except csv.Error as error:
            lone = any("\r" in line.rstrip("\r\n") for line in self.lines.row)
            found = "a lone carriage return" if lone else str(error)
            help = "quote a cell that contains the delimiter, a quote or a line break; double each quote inside it"
            span = self.lines.row_span()
            raise SpecError([Diagnostic("MS711", f"this row is not CSV: {found}", span, self.where, help)]) from None

    def read_header(self) -> list[str]:
        """Name the columns; the first row is returned so that it can be read as data where there is no header."""
        row = self.next_row()
        if row is None or not any(cell.strip() for cell in row):
            message = "expected a header that names the columns, found an empty line"
            raise SpecError([Diagnostic("MS712", message, self.lines.row_span(), self.where)])
        self.width = len(row)
        repeated = 0
        for index, cell in enumerate(row):
            name = cell.strip() if self.source.header else str(index)
            if name in self.names:
                repeated += 1
                example = ("equal", min(repeated, _MOST_REPEATED))
                if self.problems.again("MS712", example):  # looking for each of a million places takes minutes
                    continue
                help = f"the first one is column {self.names[name] + 1}; rename or remove one of them"
                span = self.lines.cell_span(index, self.source.delimiter)
                message = f"column '{name}' appears twice"
                self.problems.add(Diagnostic("MS712", message, span, self.where, help), key=example)
            elif name:
                self.names[name] = index
        return row

    def choose(self, wanted: Sequence[Wanted], header: list[str]) -> list[tuple[int, ...]]:
        """Find the wanted columns; the shape (without rows) of each is returned."""
        shapes: list[tuple[int, ...]] = []
        help = self._help_missing(header)
        span = self.lines.row_span()
        for want in wanted:
            found = columns_of(want, self.names, span, self.shown, help)
            if isinstance(found, Diagnostic):
                help = (
                    "" if found.code == "MS720" else help
                )  # of several, the first is reported, and looked for among the names
                self.problems.add(found)
                continue
            if takes_whole_numbers(want):
                self.whole.extend(range(len(self.numbers), len(self.numbers) + len(found[0])))
            if want.dtype == "bool" or want.kind == "binary":
                self.truths.update(found[0])
            (self.texts if _is_text(want) else self.numbers).extend(found[0])
            shapes.append(found[1])
        self.problems.stop()
        self.strings = [[] for _ in self.texts]
        return shapes

    def _help_missing(self, header: list[str]) -> str | None:
        for other in ";\t|,":
            if len(header) == 1 and other != self.source.delimiter and other in header[0]:
                return f"the columns seem to be separated by {other!r}: write {{path: ..., delimiter: {other!r}}}"
        if self.source.header and all(_NUMBER.fullmatch(cell) for cell in header):
            return "the first line holds numbers: with `header: false` columns are named 0, 1, ..."
        if not self.source.header:
            return f"without a header columns are named by their position: {list_text(list(self.names))}"
        return None

    def read_rows(self, first: list[str] | None) -> None:
        """Read the rows into `values` and `strings`."""
        limit = MAX_ARRAY_BYTES // 8
        blank: Span | None = None
        row = first if first is not None else self.next_row()
        while row is not None:
            if not row:
                blank = blank or self.lines.row_span()
            elif blank is not None:
                message = "expected a row, found an empty line with more rows after it"
                self.problems.add(Diagnostic("MS713", message, blank, self.where, "remove the empty line"))
                blank = None
            if row:
                self._add(row)
            if len(self.values) > limit:
                message = f"the wanted columns take more than {bytes_text(MAX_ARRAY_BYTES)} of memory"
                raise SpecError([Diagnostic("MS708", message, self.lines.row_span(), self.where, "use fewer rows")])
            row = self.next_row()

    def _add(self, row: list[str]) -> None:
        if len(row) != self.width:
            self._ragged(row)
            return
        numbers = [row[index] for index in self.numbers]
        count = len(self.values)
        try:
            self.values.extend(map(float, numbers))
            fine = not self.lines.odd
        except ValueError:
            fine = False
        if not fine:
            del self.values[count:]
            self.values.extend(self._number(index, cell) for index, cell in zip(self.numbers, numbers, strict=True))
        for index in self.whole:
            cell = numbers[index]
            if len(cell) > SURELY_EXACT:
                self.long_cells[count + index] = cell
                if isfinite(self.values[count + index]) and hides_a_fraction(cell):
                    self.values[count + index] = A_FRACTION
        for index, strings in zip(self.texts, self.strings, strict=True):
            strings.append(row[index])
        self.row_lines.append(self.lines.row_line)
        self.row_starts.append(self.lines.row_start)

    def _number(self, index: int, cell: str) -> float:
        """The number in a cell that is not certain to hold one."""
        if _NUMBER.fullmatch(cell) or _NOT_FINITE.fullmatch(cell):
            return float(cell)
        truth = _TRUTHS.get(cell.strip().lower())
        if truth is not None and index in self.truths:
            return truth
        code = "MS715" if cell.strip() else "MS714"
        if self.problems.again(code, index):
            return 0.0
        name = self.name_at.get(index, str(index))
        span = self.lines.cell_span(index, self.source.delimiter)
        if code == "MS714":
            message, help = f"column '{name}': expected a number, found an empty cell", "fill it in or drop the row"
            self.problems.add(Diagnostic(code, message, span, self.where, help), key=index)
            return 0.0
        help = (
            "if the input is text, declare it with `dtype: string`, and let StringLookup or TextVectorization turn it into "
            "numbers; a target is a number"
        )
        help = _as_number(cell) or help
        expected = "a number"
        if index in self.truths:
            expected, help = "true or false (1 or 0)", "write true or false, or 1 or 0"
        elif truth is not None:
            help = "write 1 for true and 0 for false, or declare the input with `dtype: bool`"
        shown = cell if len(cell) <= SHOWN else cell[:SHOWN] + "..."
        message = f"column '{name}': expected {expected}, found {shown!r}"
        self.problems.add(Diagnostic(code, message, span, self.where, help), key=index)
        return 0.0

    def _ragged(self, row: list[str]) -> None:
        if self.problems.again("MS713", "ragged"):
            return
        other = "the header" if self.source.header else "the first row"
        message = f"expected {self.width} cells as in {other}, found {len(row)}"
        help = "a row has one cell per column"
        if len(row) > self.width:
            help = "quote a cell that contains the delimiter; numbers use a decimal point, not a comma"
        self.problems.add(Diagnostic("MS713", message, self.lines.row_span(), self.where, help), key="ragged")


def _as_number(cell: str) -> str | None:
    """How to write a cell that people read as a number, in ASCII digits and with a decimal point."""
    written = "".join(str(unicodedata.decimal(char)) if char.isdecimal() else char for char in cell.strip())
    if re.fullmatch(r"[-+]?[1-9]\d{0,2}(,\d{3})+(\.\d+)?", written):
        point = f", or {written.replace(',', '.')} if the comma is a decimal one" if written.count(",") == 1 else ""
        return f"write {written.replace(',', '')}{'' if '.' in written else point}"
    if re.fullmatch(r"[-+]?\d*,\d+", written):
        return f"write a decimal point: {written.replace(',', '.')}"
    if written != cell.strip() and _NUMBER.fullmatch(written):
        return f"write it in ASCII digits: {written}"
    return f"write {written.replace('_', '')}" if re.fullmatch(r"[-+]?\d[\d_]*", written) else None


def read_csv(source: Csv, asked: Asked) -> Table:
    """The wanted columns of a CSV file; raises SpecError with everything that is wrong with its text."""
    wanted, reach, where = asked.wanted, asked.reach, asked.where
    shown = str(Path(reach.folder) / source.path)
    with open_data_file(source.path, reach, where) as file:
        table = _Table(file, source, shown, where)
        header = table.read_header()
        shapes = table.choose(wanted, header)
        table.read_rows(None if source.header else header)
    table.problems.stop()
    rows = len(table.row_lines)
    if rows == 0:
        message = f"'{source.path}' has a header but no rows"
        raise SpecError([Diagnostic("MS707", message, Span(shown, 1, 1, 1, 2), where, "write the rows first")])
    place_of = Places(source, reach, where, shown, table.name_at, table.row_lines, table.row_starts)
    columns = _columns(table, wanted, shapes, rows, place_of)
    fingerprint = RowsFingerprint(kind="csv", path=source.path, size=table.lines.size, sha256=table.lines.sha256)
    return MemoryTable(columns, rows, fingerprint)


def _columns(
    table: _Table, wanted: Sequence[Wanted], shapes: list[tuple[int, ...]], rows: int, places: Places
) -> dict[tuple[str, str], RawColumn]:
    matrix = np.frombuffer(table.values, dtype=np.float64).reshape(rows, len(table.numbers))
    columns: dict[tuple[str, str], RawColumn] = {}
    number = text = 0
    for want, shape in zip(wanted, shapes, strict=True):
        width = int(np.prod(shape, dtype=np.int64))
        if _is_text(want):
            _refuse_long_texts(table, table.strings[text : text + width], want)
            values: Array = np.array(table.strings[text : text + width], dtype=np.str_).T.reshape(rows, *shape)
            texts = values if want.role == "kept" else None
            values = values if texts is None else numbers_of(texts)
            place, written = places.of(table.texts[text : text + width]), None
            text += width
        else:
            values, texts = matrix[:, number : number + width], None
            if takes_whole_numbers(want):
                values = whole_numbers(values, number, len(table.numbers), table.long_cells)
            values = values.reshape(rows, *shape)
            place = places.of(table.numbers[number : number + width])
            written = places.written(table.numbers[number : number + width])
            number += width
        columns[want.role, want.name] = RawColumn(values, place, texts, written)
    return columns


def _is_text(want: Wanted) -> bool:
    """Whether the cells are read as they stand."""
    return want.dtype == "string" or want.role == "kept"


def numbers_of(texts: Array) -> Array:
    """A column of cells as numbers, where each of them says just what a number does; else the texts.

    `007` stays a string, and so does what has more digits than a number of 64 bits.
    """
    cells = texts.tolist()
    if not all(_PLAIN.fullmatch(cell) for cell in cells):
        return texts
    if all(_WHOLE.fullmatch(cell) for cell in cells):
        numbers = [int(cell) for cell in cells]
        return np.array(numbers, dtype=np.int64) if all(-(2**63) <= number < 2**63 for number in numbers) else texts
    decimals = np.array(cells, dtype=np.float64)
    same = all(Decimal(repr(float(cell))) == Decimal(cell) for cell in cells)
    return decimals if np.isfinite(decimals).all() and same else texts


def _refuse_long_texts(table: _Table, strings: list[list[str]], want: Wanted) -> None:
    """numpy gives every text the length of the longest."""
    longest = max((len(text) for column in strings for text in column), default=0)
    needed = 4 * longest * sum(map(len, strings))
    if needed > MAX_ARRAY_BYTES:
        message = f"{want.what}: strings of up to {longest:,} characters take {bytes_text(needed)} of memory"
        raise SpecError([Diagnostic("MS708", message, Span(table.shown, 1, 1, 1, 2), want.path, "shorten the strings")])
