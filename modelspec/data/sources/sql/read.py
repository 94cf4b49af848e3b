"""A query -> a table in memory. The fingerprint is that of all that the query gives, so that other rows are noticed."""

from __future__ import annotations

import hashlib
import os
import sqlite3
from dataclasses import dataclass, field
from typing import Any

from modelspec.data.arrays import RowsFingerprint
from modelspec.data.files import open_data_file
from modelspec.data.sources.jsonl.values import column_of
from modelspec.data.sources.sql.sqlite import FAILURES, connected
from modelspec.data.sources.typed.column import TypedColumn, Unfit, joined, refuse_another_kind
from modelspec.data.sources.typed.wanted import WantedColumns, choose, raw_columns
from modelspec.data.table import Asked, MemoryTable, PlaceOf, Table
from modelspec.diagnostics import Diagnostic, Span, SpecError
from modelspec.diagnostics import Path as SpecPath
from modelspec.language.sections.declared_rows import MAX_ARRAY_BYTES, bytes_text
from modelspec.language.sections.sources import Sql

_BLOCK = 4096
_EXPECTED = {"MS708": "less text", "MS722": "numbers or text", "MS725": "the same kind in each row"}


def read_sql(source: Sql, asked: Asked) -> Table:
    """The wanted columns of the rows of a query; raises SpecError with everything that is wrong with them."""
    (path,), where = source.paths, asked.where
    with open_data_file(path, asked.reach, where) as file:
        try:
            with connected(file, os.path.realpath(asked.reach.path(path))) as connection:
                cursor = connection.execute(source.query)
                rows = _QueryRows(path, where, tuple(name for name, *_ in cursor.description or ()))
                rows.refuse_doubles()
                chosen = choose(asked.wanted, rows.names, path)
                rows.read(cursor, chosen)
        except FAILURES as error:
            message, help = (
                f"'{path}' cannot be read: {error}",
                "check the query: it may read the tables of this database",
            )
            raise SpecError([Diagnostic("MS727", message, path=where, help=help)]) from None
    if rows.count == 0:
        message = f"the query of '{path}' gives no rows"
        raise SpecError(
            [Diagnostic("MS707", message, path=where, help="check its conditions, or write the rows first")]
        )

    def places(names: tuple[str, ...]) -> PlaceOf:
        def place(row: int, number: int) -> tuple[str, Span | None]:
            return (
                f"row {row + 1} of the query of '{path}', column '{names[number] if len(names) > 1 else names[0]}'",
                None,
            )

        return place

    fingerprint = RowsFingerprint(kind=source.kind, path=path, size=rows.size, sha256=rows.digest.hexdigest())
    return MemoryTable(raw_columns(chosen, rows.columns(), places, where), rows.count, fingerprint)


@dataclass(slots=True)
class _QueryRows:
    """The rows of a query, taken in blocks."""

    path: str
    where: SpecPath
    names: tuple[str, ...]
    count: int = 0
    size: int = 0
    digest: Any = field(default_factory=hashlib.sha256)
    blocks: dict[str, list[TypedColumn]] = field(default_factory=dict)
    wrong: dict[str, tuple[int, Unfit]] = field(default_factory=dict)
    """The first row of each column that does not go with those before, and why."""

    def refuse_doubles(self) -> None:
        """Raises `SpecError` where two columns have one name."""
        twice = next((name for index, name in enumerate(self.names) if name in self.names[:index]), None)
        if twice is not None:
            message = f"the query of '{self.path}' gives two columns '{twice}'"
            raise SpecError(
                [Diagnostic("MS712", message, path=self.where, help=f"name one of them: `{twice} AS other`")]
            )

    def read(self, cursor: sqlite3.Cursor, chosen: list[WantedColumns]) -> None:
        """All rows, of which the chosen columns are kept. Raises `SpecError` where they are too many."""
        needed = dict.fromkeys(name for item in chosen for name in item.names)
        places = {name: self.names.index(name) for name in needed}
        self._hash(self.names)
        while block := cursor.fetchmany(_BLOCK):
            self._hash(block)
            for name, place in places.items():
                self._keep(name, [row[place] for row in block])
            self.count += len(block)
            if self.count * max(len(places), 1) * 8 > MAX_ARRAY_BYTES:
                message = f"the query of '{self.path}' gives more than {bytes_text(MAX_ARRAY_BYTES)} of rows"
                raise SpecError(
                    [Diagnostic("MS708", message, path=self.where, help="take fewer rows: `LIMIT 1000000`")]
                )

    def _hash(self, values: Any) -> None:
        text = repr(values).encode()
        self.digest.update(text)
        self.size += len(text)

    def _keep(self, name: str, values: list[Any]) -> None:
        if name in self.wrong:
            return
        before = self.blocks.setdefault(name, [])
        try:
            row = next((row for row, value in enumerate(values) if type(value) is bytes), None)
            if row is not None:
                raise Unfit("MS722", "bytes", "write numbers or text", row)
            part = column_of(values)
            refuse_another_kind(before, part)
            before.append(part)
        except Unfit as error:
            self.wrong[name] = (self.count + (error.row or 0), error)

    def columns(self) -> dict[str, TypedColumn]:
        """The columns. Raises `SpecError` with each that is none."""
        if self.wrong:
            raise SpecError([self._told(name, row, error) for name, (row, error) in self.wrong.items()])
        return {name: joined(parts) for name, parts in self.blocks.items()}

    def _told(self, name: str, row: int, error: Unfit) -> Diagnostic:
        message = (
            f"row {row + 1} of the query of '{self.path}', column '{name}': expected {_EXPECTED[error.code]}, "
            f"found {error.found}"
        )
        return Diagnostic(error.code, message, path=self.where, help=error.help)
