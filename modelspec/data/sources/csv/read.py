"""CSV and TSV files -> a table in memory."""

from __future__ import annotations

from pathlib import Path

from modelspec.data.arrays import fingerprint_of
from modelspec.data.files import hashing, open_data_file
from modelspec.data.named_files import named_files
from modelspec.data.sources.csv.file import CsvTable
from modelspec.data.sources.csv.places import FileOfRows, Places
from modelspec.data.sources.csv.quick import read_rows
from modelspec.data.sources.csv.raw_columns import raw_columns
from modelspec.data.table import Asked, MemoryTable, Table
from modelspec.data.unpacking import unpacked
from modelspec.diagnostics import Diagnostic, Span, SpecError
from modelspec.language.sections.sources import TextTable


def read_csv(source: TextTable, asked: Asked) -> Table:
    """The wanted columns of the files; raises SpecError with everything that is wrong with their text."""
    wanted, reach, where = asked.wanted, asked.reach, asked.where
    table: CsvTable | None = None
    shapes: list[tuple[int, ...]] = []
    files: list[FileOfRows] = []
    prints: list[tuple[int, str]] = []
    for path in named_files(source.paths, reach, where):
        shown = str(Path(reach.folder) / path)
        with open_data_file(path, reach, where) as file, hashing(file) as fingerprint:
            text = unpacked(file, path)
            files.append(FileOfRows(path, shown, 0 if table is None else len(table.row_lines)))
            first = None
            if table is None:
                table = CsvTable(text, source, shown, where, asked.most)
                header = table.read_header()
                shapes = table.choose(wanted, header)
                first = None if source.header else header
            else:
                table.go_on_with(text, shown)
                if source.header:
                    table.read_header_again()
            read_rows(table, text, shown, first)
            prints.append(fingerprint())
    assert table is not None
    rows = len(table.row_lines)
    if rows == 0:
        table.problems.stop()
        has = f"'{files[0].path}' has" if len(files) == 1 else f"the {len(files)} files have"
        message = f"{has} a header but no rows"
        raise SpecError([Diagnostic("MS707", message, Span(files[0].shown, 1, 1, 1, 2), where, "write the rows first")])
    place_of = Places(source, reach, where, files, table.name_at, table.row_lines, table.row_starts)
    columns = raw_columns(table, wanted, shapes, rows, place_of)
    table.problems.stop()
    return MemoryTable(columns, rows, fingerprint_of(source.kind, source.paths, prints))
