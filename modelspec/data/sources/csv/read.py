"""A CSV file -> a table in memory."""

from __future__ import annotations

from pathlib import Path

from modelspec.data.arrays import RowsFingerprint
from modelspec.data.files import open_data_file
from modelspec.data.sources.csv.file import CsvTable
from modelspec.data.sources.csv.places import Places
from modelspec.data.sources.csv.raw_columns import raw_columns
from modelspec.data.table import Asked, MemoryTable, Table
from modelspec.diagnostics import Diagnostic, Span, SpecError
from modelspec.language.sections.sources import Csv


def read_csv(source: Csv, asked: Asked) -> Table:
    """The wanted columns of a CSV file; raises SpecError with everything that is wrong with its text."""
    wanted, reach, where = asked.wanted, asked.reach, asked.where
    shown = str(Path(reach.folder) / source.path)
    with open_data_file(source.path, reach, where) as file:
        table = CsvTable(file, source, shown, where)
        header = table.read_header()
        shapes = table.choose(wanted, header)
        table.read_rows(None if source.header else header)
    rows = len(table.row_lines)
    if rows == 0:
        table.problems.stop()
        message = f"'{source.path}' has a header but no rows"
        raise SpecError([Diagnostic("MS707", message, Span(shown, 1, 1, 1, 2), where, "write the rows first")])
    place_of = Places(source, reach, where, shown, table.name_at, table.row_lines, table.row_starts)
    columns = raw_columns(table, wanted, shapes, rows, place_of)
    table.problems.stop()
    fingerprint = RowsFingerprint(kind="csv", path=source.path, size=table.lines.size, sha256=table.lines.sha256)
    return MemoryTable(columns, rows, fingerprint)
