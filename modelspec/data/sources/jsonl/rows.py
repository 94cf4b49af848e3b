"""The lines of JSON Lines files -> the values of some columns, with where each row stands."""

from __future__ import annotations

import json
from array import array
from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, BinaryIO, NamedTuple, NoReturn

from modelspec.data.sources.csv.cells import CsvLines
from modelspec.data.sources.jsonl.values import column_of
from modelspec.data.sources.typed.column import TypedColumn, Unfit, joined, refuse_another_kind
from modelspec.diagnostics import Diagnostic, Span, SpecError

_BLOCK = 4096
_MOST_KEYS = 1000
_NOTHING = object()


class RowsFile(NamedTuple):
    """A file that some of the rows come from: its path, how messages call it, and the number of its first row."""

    path: str
    shown: str
    first: int


@dataclass(slots=True)
class JsonRows:
    """One pass over files: the values of columns, in blocks; every key that there is."""

    names_of: Callable[[dict[str, Any]], tuple[str, ...]]
    """The columns to read, from the first row."""
    names: tuple[str, ...] = ()
    files: list[RowsFile] = field(default_factory=list)
    lines: array[int] = field(default_factory=lambda: array("q"))
    starts: array[int] = field(default_factory=lambda: array("q"))
    keys: dict[str, None] = field(default_factory=dict)
    found: set[str] = field(default_factory=set)
    """Those of the names that a row has."""
    blocks: dict[str, list[TypedColumn]] = field(default_factory=dict)
    wrong: dict[str, tuple[int, Unfit]] = field(default_factory=dict)
    """The first row of each column whose value does not go with those before, and why."""
    waiting: dict[str, list[Any]] = field(default_factory=dict)

    def read(self, file: BinaryIO, path: str, shown: str) -> None:
        """The rows of another file."""
        self.files.append(RowsFile(path, shown, len(self.lines)))
        lines = CsvLines(file, shown, "JSON Lines")
        while True:
            lines.begin_row()
            text = next(lines, None)
            if text is None:
                break
            if text.strip():
                self._add(decoded(text, lines), lines)

    def _add(self, row: dict[str, Any], lines: CsvLines) -> None:
        if not self.lines:
            self.names = self.names_of(row)
        if len(self.keys) < _MOST_KEYS:
            self.keys.update(dict.fromkeys(row))
        for name in self.names:
            value = inside(row, name)
            if value is not _NOTHING:
                self.found.add(name)
            self.waiting.setdefault(name, []).append(None if value is _NOTHING else value)
        self.lines.append(lines.row_line)
        self.starts.append(lines.row_start)
        if len(self.lines) % _BLOCK == 0:
            self._convert()

    def _convert(self) -> None:
        for name, values in self.waiting.items():
            first = len(self.lines) - len(values)
            if name not in self.wrong:
                try:
                    part = column_of(values)
                    joined_before = self.blocks.setdefault(name, [])
                    refuse_another_kind(joined_before, part)
                    joined_before.append(part)
                except Unfit as error:
                    self.wrong[name] = (first + (error.row or 0), error)
            values.clear()

    def columns(self) -> dict[str, TypedColumn]:
        """The columns of all rows, without those that are wrong."""
        self._convert()
        return {
            name: joined([part for part in parts if len(part.values)])
            for name, parts in self.blocks.items()
            if name not in self.wrong
        }

    def file_of(self, row: int) -> RowsFile:
        """The file that a row is in."""
        return self.files[bisect_right(self.files, row, key=lambda file: file.first) - 1]


def inside(row: dict[str, Any], name: str) -> Any:
    """The value of a column: of the key of this name, or, with dots, of what is inside."""
    if name in row:
        return row[name]
    value: Any = row
    for part in name.split("."):
        if not isinstance(value, dict) or part not in value:
            return _NOTHING
        value = value[part]
    return value


def decoded(text: str, lines: CsvLines) -> dict[str, Any]:
    """The object of a line. Raises `SpecError` where it is none."""
    try:
        value = _DECODER.decode(text)
    except json.JSONDecodeError as error:
        help = 'write one object a line, such as {"x": 1, "y": 0}'
        _refuse(
            lines,
            f"this line is not JSON: {error.msg[0].lower()}{error.msg[1:]}",
            help,
            min(error.pos, len(text.rstrip())) + 1,
        )
    except _Twice as error:
        _refuse(lines, f"this object has the key '{error}' twice", "remove one of them", 1)
    except RecursionError:
        _refuse(lines, "this line has too many brackets within brackets", "is this a table?", 1)
    except ValueError as error:
        _refuse(lines, f"this line holds a number that is too long: {str(error)[:60]}", "write it with fewer digits", 1)
    if not isinstance(value, dict):
        what = "a list" if isinstance(value, list) else f"{text.strip()[:40]}"
        _refuse(lines, f"expected an object, found {what}", 'write one object a line, such as {"x": 1, "y": 0}', 1)
    return value


def _refuse(lines: CsvLines, message: str, help: str, column: int) -> NoReturn:
    span = lines.row_span()
    at = Span(span.file, span.line, column, span.line, column + 1)
    raise SpecError([Diagnostic("MS724", message, at, help=help)])


class _Twice(Exception):
    """A key that stands twice in an object."""


def _without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise _Twice(
            next(key for number, (key, _) in enumerate(pairs) if key in [other for other, _ in pairs[:number]])
        )
    return found


_DECODER = json.JSONDecoder(object_pairs_hook=_without_doubles)
