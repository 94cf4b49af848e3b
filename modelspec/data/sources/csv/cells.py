"""CSV text as lines and cells with their places; knows nothing of numbers or of what is wanted."""

from __future__ import annotations

import re
from array import array
from bisect import bisect_right
from collections.abc import Iterator
from typing import BinaryIO, Literal, NoReturn

from modelspec.data.limits import MAX_LINE_BYTES
from modelspec.diagnostics import Diagnostic, Span, SpecError
from modelspec.language.sections.declared_rows import bytes_text

_LOOKED_AT = 1024
_BOM = b"\xef\xbb\xbf"
_ROWS = "save its rows as CSV, for instance with `pandas.DataFrame.to_csv(..., index=False)`"
_JSON_LINES = rb"[ \t]*\{[^\n]*\}\s*\Z"
_FOREIGN = (
    (rb"PK\x03\x04.{26}[^\n]{1,200}?\.npy", "MS711", "an npz file, not CSV text", "write `npz:` in place of `csv:`"),
    (
        rb"PK\x03\x04.{26}(\[Content_Types\]|_rels|xl/|docProps)",
        "MS711",
        "a spreadsheet (xlsx), not CSV text",
        "save it as CSV from there",
    ),
    (rb"PK\x03\x04", "MS711", "a zip file, not CSV text", "unpack it first, with `unzip`"),
    (rb"\xd0\xcf\x11\xe0", "MS711", "a spreadsheet (xls), not CSV text", "save it as CSV"),
    (rb"PAR1", "MS711", "a Parquet file, not CSV text", "write `parquet:` in place of `csv:`"),
    (rb"ARROW1|\xff\xff\xff\xff", "MS711", "an Arrow file, not CSV text", "write `arrow:` in place of `csv:`"),
    (rb"\x93NUMPY", "MS711", "an npy array, not CSV text", "save it under a name with `numpy.savez`, and write `npz:`"),
    (rb"\x89HDF", "MS711", "an HDF5 file, not CSV text", _ROWS),
    (rb"SQLite format 3", "MS711", "an SQLite database, not CSV text", _ROWS),
    (rb"%PDF", "MS711", "a PDF document, not CSV text", _ROWS),
    (
        rb"(?i)\s*<(!doctype|html|\?xml)",
        "MS711",
        "HTML or XML, not CSV text",
        "get the file itself, not the page that links to it",
    ),
    (_JSON_LINES, "MS711", "JSON, not CSV text", "write `jsonl:` in place of `csv:`, with one object a line"),
    (
        rb"(?s)\s*(\{\s*(\"|\}|\Z)|\[\s*(\{|\[|\Z))",
        "MS711",
        "JSON, not CSV text",
        "write `jsonl:` if each line is an object; else save its rows as CSV",
    ),
    (rb"\xff\xfe|\xfe\xff", "MS710", "UTF-16 text, not UTF-8", "save it as UTF-8"),
)
"""How files begin that are no text of rows, whatever their names say."""
Text = Literal["CSV", "JSON Lines"]


class CsvLines(Iterator[str]):
    """The decoded lines of an open file for `csv.reader`, which may take several for one row.

    `row` holds the lines taken since `begin_row`, the first of them being line `row_line`; `odd` says that they hold
    something (an underscore, a non-ASCII character) that Python's `float` would read more generously than CSV should.
    """

    def __init__(self, file: BinaryIO, shown: str, kind: Text = "CSV") -> None:
        self._file = file
        self._shown = shown
        self._kind = kind
        self._key = "csv:" if kind == "CSV" else "jsonl:"
        self.size = 0
        self.line = 0
        self.row: list[str] = []
        self.row_line = 1
        self.row_start = 0
        self.odd = False
        self._cells: Cells | None = None

    def begin_row(self) -> None:
        """Forget the row before."""
        self.row.clear()
        self.row_line = self.line + 1
        self.row_start = self.size
        self.odd = False

    def skip_to(self, line: int, start: int) -> None:
        """Go on with the line that begins at this byte of the file, of which nothing was taken yet."""
        if self._file.seekable():
            self._file.seek(start)
        else:
            while start > 0 and (piece := self._file.read(min(start, 1 << 20))):
                start -= len(piece)
        self.line = line - 1
        self.begin_row()

    def __next__(self) -> str:
        raw = self._file.readline(MAX_LINE_BYTES + 1)
        if not raw:
            raise StopIteration
        self.size += len(raw)
        self.line += 1
        if self.line == 1:
            raw = self._first(raw)
        if len(raw) > MAX_LINE_BYTES:
            self._refuse("MS708", f"this line is longer than {bytes_text(MAX_LINE_BYTES)}", "is this a table?", 1)
        text = self._decode(raw)
        self.row.append(text)
        self._cells = None
        if b"_" in raw or not raw.isascii():
            self.odd = True
        return text

    def _first(self, raw: bytes) -> bytes:
        for magic, code, what, help in _FOREIGN:
            if self._kind != "CSV" and what.startswith("JSON"):
                continue
            if re.match(magic, raw.removeprefix(_BOM)[:_LOOKED_AT], re.DOTALL):
                what, help = what.replace("CSV", self._kind), help.replace("csv:", self._key)
                self._refuse(code if self._kind == "CSV" else "MS724", f"'{self._shown}' is {what}", help, 1)
        return raw.removeprefix(_BOM)

    def _decode(self, raw: bytes) -> str:
        if b"\0" in raw:
            place = raw.index(b"\0")
            self._refuse("MS710", "expected text, found a NUL byte", "is this a text file?", place + 1)
        try:
            return raw.decode()
        except UnicodeDecodeError as error:
            column = len(raw[: error.start].decode()) + 1
            found = raw[error.start]
            message = f"expected UTF-8 text, found byte 0x{found:02x} (Latin-1 for {chr(found)!r})"
            self._refuse("MS710", message, "save the file as UTF-8", column)

    def _refuse(self, code: str, message: str, help: str, column: int) -> NoReturn:
        span = Span(self._shown, self.line, column, self.line, column + 1)
        raise SpecError([Diagnostic(code, message, span, help=help)])

    def row_span(self) -> Span:
        """The first line of the row."""
        text = self.row[0] if self.row else ""
        return Span(self._shown, self.row_line, 1, self.row_line, max(len(text.rstrip("\r\n")), 1) + 1)

    def cell_span(self, index: int, delimiter: str) -> Span:
        """The cell `index` of the row, quotes included."""
        if self._cells is None:
            self._cells = Cells("".join(self.row), delimiter)
        return self._cells.span(self._shown, self.row_line, index)


class Cells:
    """Where the cells of a row stand, found once for all of them: each of many may be reported."""

    def __init__(self, text: str, delimiter: str) -> None:
        self._starts = array("q", [0])
        """Where in the text each cell begins; the last of all, where one more would."""
        self._lines = array("q", [0])
        """Where each line begins."""
        quoted = False
        end = len(text)
        for found in re.finditer(f'["\n{re.escape(delimiter)}]', text):
            if found.group() == '"':
                quoted = not quoted
            elif found.group() == "\n":
                if not quoted:
                    end = found.start()
                    break
                self._lines.append(found.end())
            elif not quoted:
                self._starts.append(found.end())
        if not quoted:
            end -= len(text[:end]) - len(text[:end].rstrip("\r"))
        self._starts.append(end + 1)

    def span(self, shown: str, line: int, index: int) -> Span:
        """Where cell `index` of a row stands that begins on this line; a quoted one may go over several lines."""
        beyond = index >= len(self._starts) - 1
        last = self._starts[-1] - 1
        first = self._place(last if beyond else self._starts[index])
        end = self._place(last if beyond else self._starts[index + 1] - 1)
        end = end if end > first else (first[0], first[1] + 1)
        return Span(shown, line + first[0], first[1], line + end[0], end[1])

    def _place(self, offset: int) -> tuple[int, int]:
        line = bisect_right(self._lines, offset) - 1
        return line, offset - self._lines[line] + 1
