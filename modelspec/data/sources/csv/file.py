"""CSV files -> raw columns of numbers, read line by line; every bad cell is found, the first of a kind is reported.

No pandas: its guesses (`NA`, thousands, mixed columns) are what this reader refuses.
"""

from __future__ import annotations

import csv
from array import array
from collections.abc import Sequence
from functools import cached_property
from math import isfinite
from typing import TYPE_CHECKING, BinaryIO

from modelspec.data.problems import FILL_IN, Problems
from modelspec.data.sources.csv.cells import CsvLines
from modelspec.data.sources.csv.columns import columns_of
from modelspec.data.sources.csv.numbers import as_number
from modelspec.data.sources.csv.places import SHOWN
from modelspec.data.sources.csv.words import NOT_FINITE, NOTHING_THERE, NUMBER, TRUTHS, Words, pointed
from modelspec.data.table import PlaceOf
from modelspec.data.whole_numbers import SURELY_EXACT, hides_a_fraction, takes_whole_numbers
from modelspec.diagnostics import Diagnostic, Span, SpecError
from modelspec.diagnostics import Path as SpecPath
from modelspec.language.sections.declared_rows import MAX_ARRAY_BYTES, bytes_text, list_text
from modelspec.language.sections.sources import TextTable, Wanted

if TYPE_CHECKING:
    from modelspec.data.arrays import Array

_MOST_REPEATED = 10
"""Columns of one name that are reported one by one."""
A_FRACTION = 0.5
"""Stands for a cell that is no whole number though the nearest float is one; the cell itself is what is reported."""


class CsvTable:
    """One pass over an open CSV file, or over several, one after the other."""

    def __init__(self, file: BinaryIO, source: TextTable, shown: str, where: SpecPath, most: int = 1) -> None:
        self.source, self.shown, self.where = source, shown, where
        self.go_on_with(file, shown)
        self.problems = Problems(most)
        self.names: dict[str, int] = {}
        self.header: list[str] = []
        self.comma = source.decimal == ","
        self.width = 0
        self.header_span = Span(shown, 1, 1, 1, 2)
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
        self.words: dict[int, Words] = {}
        """The columns of targets that may be in words."""
        self.missing = frozenset(source.missing)
        self.told_missing = "missing" in source.model_fields_set
        self.like_numbers = any(NUMBER.fullmatch(cell) or NOT_FINITE.fullmatch(cell) for cell in source.missing)
        """Whether a cell that says that nothing is there could be taken for a number."""
        self.may_miss: set[int] = set()
        """The columns in which nothing may be there."""
        self.text_gaps: list[array[int]] = []
        """The rows without a text, for each of `texts`."""
        self.gaps = array("q")
        """The places in `values` where nothing is there."""
        self.row_lines = array("q")
        self.row_starts = array("q")
        """The bytes of the file at which the rows begin."""

    def go_on_with(self, file: BinaryIO, shown: str, line: int = 0, start: int = 0) -> None:
        """Read on in another file, or in the same after so many lines and bytes."""
        self.lines = CsvLines(file, shown)
        self.lines.line, self.lines.size = line, start
        self.reader = csv.reader(self.lines, delimiter=self.source.between, strict=True)

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
        self.width, self.header = len(row), [cell.strip() for cell in row]
        repeated = 0
        for index, cell in enumerate(row):
            name = cell.strip() if self.source.header else str(index)
            if name in self.names:
                repeated += 1
                example = ("equal", min(repeated, _MOST_REPEATED))
                if self.problems.again("MS712", example):  # looking for each of a million places takes minutes
                    continue
                help = f"the first one is column {self.names[name] + 1}; rename or remove one of them"
                span = self.lines.cell_span(index, self.source.between)
                message = f"column '{name}' appears twice"
                self.problems.add(Diagnostic("MS712", message, span, self.where, help), key=example)
            elif name:
                self.names[name] = index
        return row

    def read_header_again(self) -> None:
        """The header of another file, which is the same. Raises `SpecError` with both files where it is not."""
        row = self.next_row()
        found = [cell.strip() for cell in row or ()]
        if found == self.header:
            return
        at = next(i for i in range(len(found) + 1) if found[i : i + 1] != self.header[i : i + 1])
        lacking = [name for name in self.header if name not in found]
        more = [name for name in found if name not in self.header]
        what = f"column {at + 1} is {_named(found, at)}, where '{self.shown}' has {_named(self.header, at)}"
        if lacking or more:
            said = [f"lacks {list_text(lacking)}"] if lacking else []
            said += [f"also has {list_text(more)}"] if more else []
            what = f"it {' and '.join(said)}"
        span = self.lines.cell_span(min(at, max(len(found) - 1, 0)), self.source.between)
        message = f"the header differs from that of '{self.shown}': {what}"
        help = "files whose rows are taken together have the same columns in the same order"
        raise SpecError([Diagnostic("MS712", message, span, self.where, help)])

    def choose(self, wanted: Sequence[Wanted], header: list[str]) -> list[tuple[int, ...]]:
        """Find the wanted columns; the shape (without rows) of each is returned."""
        shapes: list[tuple[int, ...]] = []
        help = self._help_missing(header)
        span = self.header_span = self.lines.row_span()
        for want in wanted:
            if want.words and (index := self._of_words(want)) is not None:
                self.words[index] = Words(self.comma)
                shapes.append(())
                continue
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
            if want.takes_gaps:
                self.may_miss.update(found[0])
            (self.texts if want.reads_text else self.numbers).extend(found[0])
            shapes.append(found[1])
        self.problems.stop()
        self.strings = [[] for _ in self.texts]
        self.text_gaps = [array("q") for _ in self.texts]
        return shapes

    def _of_words(self, want: Wanted) -> int | None:
        """The place of the one column of a target that may be in words; None where its numbers are in several."""
        name = want.column_names[0]
        return None if name not in self.names or f"{name}_0" in self.names else self.names[name]

    def _help_missing(self, header: list[str]) -> str | None:
        for other in ";\t|,":
            if len(header) == 1 and other != self.source.between and other in header[0]:
                if self.source.kind == "tsv":
                    return f"the columns seem to be separated by {other!r}: write `csv: {{path: ..., delimiter: {other!r}}}`"
                return f"the columns seem to be separated by {other!r}: write {{path: ..., delimiter: {other!r}}}"
        if self.source.header and all(NUMBER.fullmatch(cell) for cell in header):
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
                self.add(row)
            if len(self.values) > limit:
                message = f"the wanted columns take more than {bytes_text(MAX_ARRAY_BYTES)} of memory"
                raise SpecError([Diagnostic("MS708", message, self.lines.row_span(), self.where, "use fewer rows")])
            row = self.next_row()

    def add(self, row: list[str]) -> None:
        """Another row; what is wrong with it is noted."""
        if len(row) != self.width:
            self._ragged(row)
            return
        numbers = [row[index] for index in self.numbers]
        if self.comma:
            numbers = list(map(pointed, numbers))
        count = len(self.values)
        try:
            self.values.extend(map(float, numbers))
            fine = not self.lines.odd and not self.like_numbers
        except ValueError:
            fine = False
        if not fine:
            del self.values[count:]
            for index in self.numbers:
                self.values.append(self._number(index, row[index]))
        for index in self.whole:
            cell = numbers[index]
            if len(cell) > SURELY_EXACT and NUMBER.fullmatch(cell):
                self.long_cells[count + index] = cell
                if isfinite(self.values[count + index]) and hides_a_fraction(cell):
                    self.values[count + index] = A_FRACTION
        for index, strings, gaps in zip(self.texts, self.strings, self.text_gaps, strict=True):
            if (self.told_missing or index in self.may_miss) and row[index].strip() in self.missing:
                gaps.append(len(strings))
            strings.append(row[index])
        for index, words in self.words.items():
            words.add(row[index])
        self.row_lines.append(self.lines.row_line)
        self.row_starts.append(self.lines.row_start)

    def _number(self, index: int, cell: str) -> float:
        """The number in a cell that is not certain to hold one."""
        empty = not cell.strip() or cell.strip() in self.missing
        if empty and index in self.may_miss and cell.strip() in self.missing:
            self.gaps.append(len(self.values))
            return 0.0
        number = self._number_in(index, cell)
        if number is not None:
            return number
        code, message, help = self._refused(index, cell)
        if not self.problems.again(code, index):
            span = self.lines.cell_span(index, self.source.between)
            self.problems.add(Diagnostic(code, message, span, self.where, help), key=index)
        return 0.0

    def _number_in(self, index: int, cell: str) -> float | None:
        """The number that a cell says; None where it says none."""
        if cell.strip() in self.missing:
            return None
        plain = pointed(cell) if self.comma else cell
        if NUMBER.fullmatch(plain) or NOT_FINITE.fullmatch(plain):
            return float(plain)
        return TRUTHS.get(cell.strip().lower()) if index in self.truths else None

    def _refused(self, index: int, cell: str) -> tuple[str, str, str]:
        """Code, message and help for a cell that says no number."""
        name = self.name_at.get(index, str(index))
        shown = repr(cell if len(cell) <= SHOWN else cell[:SHOWN] + "...")
        if not cell.strip() or cell.strip() in self.missing:
            shown = f"{shown}, which says that nothing is there" if cell.strip() else "an empty cell"
            return "MS714", f"column '{name}': expected a number, found {shown}", FILL_IN
        help = (
            "if the input is text, declare it with `dtype: string`, and let StringLookup or TextVectorization turn it into "
            "numbers; a target is a number, or each of its cells is a word"
        )
        help, expected = as_number(cell, self.comma) or help, "a number"
        if index in self.truths:
            expected, help = "true or false (1 or 0)", "write true or false, or 1 or 0"
        elif cell.strip().lower() in NOTHING_THERE:
            cells = f"missing: ['', {cell.strip()!r}]"
            help = (
                f"if it says that nothing is there, list it: `{self.source.kind}: {{path: …, {cells}}}`, and give the "
            )
            help += "input `missing: mean` (or `median`, `drop`, a number)"
        elif cell.strip().lower() in TRUTHS:
            help = "write 1 for true and 0 for false, or declare the input with `dtype: bool`"
        return "MS715", f"column '{name}': expected {expected}, found {shown}", help

    def numbers_of_words(self, want: Wanted, index: int, place: PlaceOf) -> Array:
        """A column that could have been in words and is in numbers; what is wrong with it is noted."""
        words, numbers = self.words[index], list[float]()
        for cell in words.distinct:
            number, plain = self._number_in(index, cell), pointed(cell) if self.comma else cell
            if number is None:
                code, message, help = self._refused(index, cell)
                row, count = words.first_row(cell)
                self.problems.add(Diagnostic(code, message, place(row, 0)[1], self.where, help), key=index, count=count)
            elif (
                takes_whole_numbers(want) and len(cell) > SURELY_EXACT and isfinite(number) and hides_a_fraction(plain)
            ):
                number = A_FRACTION
            numbers.append(0.0 if number is None else number)
        fits = columns_of(want, self.names, self.header_span, self.shown)
        if isinstance(fits, Diagnostic):
            self.problems.add(fits)
        return words.each(numbers)

    def _ragged(self, row: list[str]) -> None:
        if self.problems.again("MS713", "ragged"):
            return
        other = "the header" if self.source.header else "the first row"
        message = f"expected {self.width} cells as in {other}, found {len(row)}"
        help = "a row has one cell per column"
        if len(row) > self.width:
            help = "quote a cell that contains the delimiter"
            if not self.comma and self.source.between == ",":
                help += "; numbers use a decimal point, not a comma"
        self.problems.add(Diagnostic("MS713", message, self.lines.row_span(), self.where, help), key="ragged")


def _named(header: list[str], at: int) -> str:
    return f"'{header[at]}'" if at < len(header) else "none"
