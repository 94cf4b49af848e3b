"""Reads CSV text by Polars, where that gives the very values that `CsvTable` would, and hands it everything else.

The text is taken in pieces of whole rows. What is odd in a piece (a cell that says no number, a row that is too short, a quote
that is not closed) is not judged here: the reader of single cells reads the piece again, and tells the exact place.
"""

from __future__ import annotations

import re
from io import BytesIO
from typing import TYPE_CHECKING, Any, BinaryIO, cast

import numpy as np

from modelspec.data.sources.csv.file import A_FRACTION, CsvTable
from modelspec.data.whole_numbers import SURELY_EXACT, hides_a_fraction
from modelspec.language.sections.declared_rows import MAX_ARRAY_BYTES

if TYPE_CHECKING:
    from modelspec.data.arrays import Array

FEWEST_BYTES = 1 << 21
"""Of less text, importing Polars takes longer than reading it."""
PIECE = 1 << 24
_LONGEST_LINE = 1 << 17
"""Python's csv module refuses longer cells."""
_EXACT = 2**53
_NEW_LINE, _RETURN = b"\n\r"


class _Odd(Exception):
    """The text may not be split into these rows at all: everything that follows is read by the other reader."""


class _Doubtful(Exception):
    """The rows are well-formed, but a cell may not be what it should be."""


class _Rest:
    """Lines that were taken from a file already, and those that follow there."""

    def __init__(self, held: bytes, file: BinaryIO) -> None:
        self._held, self._file = BytesIO(held), file

    def readline(self, size: int) -> bytes:
        """The next line, at most so many bytes of it."""
        line = self._held.readline(size)
        return line if line.endswith(b"\n") or len(line) == size else line + self._file.readline(size - len(line))


def read_rows(table: CsvTable, text: BinaryIO, shown: str, first: list[str] | None) -> None:
    """The rows of the text after the header into the table; `first` is one that was taken already."""
    pl = _polars()
    piece = text.read(PIECE) if pl is not None else b""
    if len(piece) < FEWEST_BYTES or table.like_numbers or ord(table.source.between) > 127:
        table.go_on_with(cast(BinaryIO, _Rest(piece, text)), shown, table.lines.line, table.lines.size)
        table.read_rows(first)
        return
    if first is not None:
        table.add(first)
    line, start = table.lines.line, table.lines.size
    while piece:
        last = len(piece) < PIECE
        rows = piece if last or piece.endswith(b"\n") else piece + text.readline(_LONGEST_LINE)
        try:
            number = _Piece(table, pl, rows.rstrip(b"\r\n") if last else rows).add(line, start)
        except _Odd:
            table.go_on_with(cast(BinaryIO, _Rest(rows, text)), shown, line, start)
            table.read_rows(None)
            return
        except _Doubtful:
            table.go_on_with(BytesIO(rows), shown, line, start)
            table.read_rows(None)
            number = rows.count(b"\n")
        line, start = line + number, start + len(rows)
        piece = b"" if last else text.read(PIECE)


def _polars() -> Any:
    try:
        import polars
    except ImportError:
        return None
    return polars if int(polars.__version__.partition(".")[0]) >= 2 else None


class _Piece:
    """Some whole rows of a file."""

    def __init__(self, table: CsvTable, pl: Any, text: bytes) -> None:
        self.table, self.pl, self.text = table, pl, text
        self.others = list(dict.fromkeys((*table.texts, *table.words)))
        self.numbers = [index for index in dict.fromkeys(table.numbers) if index not in self.others]
        """What is read as numbers; a column that is wanted as text too is read as text."""

    def add(self, line: int, start: int) -> int:
        """Add its rows to the table, which is left as it is where they are doubtful; how many there are is returned."""
        if not self.text:
            return 0
        characters = np.frombuffer(self.text, np.uint8)
        starts = np.flatnonzero(characters == _NEW_LINE) + 1
        starts = np.concatenate([[0], starts[starts < len(self.text)]])
        if np.isin(characters[starts], (_NEW_LINE, _RETURN)).any():
            raise _Odd  # an empty line
        bare = self._without_quoted()
        rows = len(starts)
        between = np.count_nonzero(np.frombuffer(bare, np.uint8) == ord(self.table.source.between))
        if between != rows * (self.table.width - 1):
            raise _Doubtful
        if len(self.table.values) + rows * len(self.table.numbers) > MAX_ARRAY_BYTES // 8:
            raise _Odd
        columns = self._read(rows)
        self._add_numbers(columns, rows)
        self._add_others(columns)
        self.table.row_lines.frombytes(np.arange(line + 1, line + 1 + rows, dtype=np.int64).tobytes())
        self.table.row_starts.frombytes((starts + start).astype(np.int64).tobytes())
        return rows

    def _without_quoted(self) -> bytes:
        """The text without its quoted cells. Raises `_Odd` where rows may not end where lines do."""
        text = self.text
        if b"\0" in text:
            raise _Odd
        if b"\r" in text:
            if text.count(b"\r") != text.count(b"\r\n"):
                raise _Odd
            text = self.text = text.replace(b"\r\n", b"\n")
        if not text.isascii():
            try:
                text.decode()
            except UnicodeDecodeError:
                raise _Odd from None
        at = 0
        while at + _LONGEST_LINE < len(text):
            end = text.rfind(b"\n", at, at + _LONGEST_LINE)
            if end < 0:
                raise _Odd
            at = end + 1
        if b'"' not in text:
            return text
        between = re.escape(self.table.source.between.encode())
        bare = re.sub(rb'(?:(?<=[\n%b])|\A)"[^"\n]*(?:""[^"\n]*)*"(?=[\n%b]|\Z)' % (between, between), b"", text)
        if b'"' in bare:
            raise _Odd
        return bare

    def _read(self, rows: int) -> dict[int, Any]:
        """The columns that are needed. Raises `_Doubtful`."""
        found: dict[int, Any] = {}
        nothing = [cell for cell in self.table.missing if cell]
        if self.table.comma and self.numbers and b"." in self.text:
            raise _Doubtful  # Polars takes a point for a decimal one too
        if nothing or not self.numbers:
            found.update(self._frame(self._kinds(self.others, []), [], rows))
            found.update(self._frame(self._kinds([], self.numbers), nothing, rows))
        else:
            found.update(self._frame(self._kinds(self.others, self.numbers), [], rows))
        for index in self.others:
            found[index] = found[index].fill_null("")
        for index in self.numbers:
            if found[index].null_count() and (index not in self.table.may_miss or "" not in self.table.missing):
                raise _Doubtful
        return found

    def _kinds(self, texts: list[int], numbers: list[int]) -> dict[int, Any]:
        whole = {self.table.numbers[place] for place in self.table.whole}
        kinds = {index: self.pl.Int64 if index in whole else self.pl.Float64 for index in numbers}
        return {**kinds, **dict.fromkeys(texts, self.pl.String)}

    def _frame(self, kinds: dict[int, Any], nothing: list[str], rows: int) -> dict[int, Any]:
        if not kinds:
            return {}
        pl = self.pl
        schema = {str(index): kinds.get(index, pl.String) for index in range(self.table.width)}
        try:
            frame = pl.read_csv(
                self.text, has_header=False, schema=schema, columns=sorted(kinds), glob=False,
                separator=self.table.source.between, quote_char='"' if b'"' in self.text else None,
                null_values=nothing or None, decimal_comma=self.table.comma,
            )  # fmt: skip
        except pl.exceptions.PolarsError:
            if pl.Int64 not in kinds.values():
                raise _Doubtful from None
            return self._frame({i: pl.String if kind == pl.Int64 else kind for i, kind in kinds.items()}, nothing, rows)
        if frame.height != rows:
            raise _Odd
        return {index: frame[str(index)] for index in kinds}

    def _add_numbers(self, columns: dict[int, Any], rows: int) -> None:
        """The numbers, row by row."""
        width, table = len(self.table.numbers), self.table
        matrix = np.empty((rows, width))
        gaps: list[Array] = []
        long_cells: dict[int, str] = {}
        count = len(table.values)
        whole = set(table.whole)
        for place, index in enumerate(table.numbers):
            series = columns[index]
            values = self._numbers(series)
            if place in whole:
                for row, cell in _long(self.pl, series):
                    long_cells[count + row * width + place] = cell
                    if hides_a_fraction(cell):
                        values[row] = A_FRACTION
            if series.null_count():
                gaps.append(np.flatnonzero(series.is_null().to_numpy()) * width + place + count)
            matrix[:, place] = values
        table.values.frombytes(matrix.tobytes())
        table.long_cells.update(long_cells)
        if gaps:
            table.gaps.frombytes(np.sort(np.concatenate(gaps)).astype(np.int64).tobytes())

    def _numbers(self, series: Any) -> Array:
        """A column in floats. Raises `_Doubtful` where one of them is not finite, or none."""
        numbers = series.cast(self.pl.Float64, strict=False) if series.dtype == self.pl.String else series
        if numbers.null_count() != series.null_count():
            raise _Doubtful
        values: Array = np.array(numbers.fill_null(0).to_numpy(), dtype=np.float64)
        if not np.isfinite([values.min(), values.max()]).all():
            raise _Doubtful
        return values

    def _add_others(self, columns: dict[int, Any]) -> None:
        """The texts, and the words of targets."""
        table = self.table
        for index, strings, gaps in zip(table.texts, table.strings, table.text_gaps, strict=True):
            cells = columns[index].to_list()
            if table.told_missing or index in table.may_miss:
                first = len(strings)
                gaps.extend(first + row for row, cell in enumerate(cells) if cell.strip() in table.missing)
            strings.extend(cells)
        for index, words in table.words.items():
            distinct = columns[index].unique(maintain_order=True)
            codes = [words.distinct.setdefault(cell, len(words.distinct)) for cell in distinct.to_list()]
            places = columns[index].cast(self.pl.Enum(distinct)).to_physical().to_numpy()
            words.codes.frombytes(np.array(codes, dtype=np.int64)[places].tobytes())


def _long(pl: Any, series: Any) -> list[tuple[int, str]]:
    """The cells of whole numbers that may need more digits than a float has, with their rows."""
    if series.dtype == pl.String:
        rows = np.flatnonzero((series.str.len_chars().fill_null(0) > SURELY_EXACT).to_numpy())
    else:
        values = series.fill_null(0).to_numpy()
        rows = np.flatnonzero((values >= _EXACT) | (values <= -_EXACT))
    return [(int(row), str(series[int(row)])) for row in rows]
