"""A file of the user's -> what its columns are. Must not know what is made of them."""

from __future__ import annotations

import os
from typing import NamedTuple

from modelspec.data.files import open_data_file
from modelspec.data.first_spec.columns import Column, understood
from modelspec.data.load import Located, opened
from modelspec.data.sources.csv.file import CsvTable
from modelspec.data.unpacking import unpacked
from modelspec.diagnostics import Diagnostic, SpecError
from modelspec.expansion.files.paths import Reach
from modelspec.language.sections.sources import SOURCES, Csv, Source, TextTable, Tsv, Wanted

_LOOKED_AT = 1 << 16
_DELIMITERS = ",;\t|"


class UnderstoodTable(NamedTuple):
    """A source with the options that it is read by, and what its columns are."""

    source: Source
    rows: int
    columns: tuple[Column, ...]


def understood_table(path: str) -> UnderstoodTable:
    """What the file holds; all of it is read. Raises `SpecError` where it cannot be, or is of another kind."""
    source = _source(path)
    located = Located(source, os.path.dirname(os.path.abspath(path)), None)
    wanted = [Wanted(name, "kept") for name in _names(source, located.root)]
    raw = opened(located, wanted, "train")
    columns = []
    for want in wanted:
        column = raw.columns["kept", want.name]
        cells = column.values if column.texts is None or column.values.dtype.kind in "if" else column.texts
        columns.append(understood(want.name, cells.reshape(raw.count)))
    return UnderstoodTable(source, raw.count, tuple(columns))


def _source(path: str) -> Source:
    name = os.path.basename(path)
    kind = next((kind for kind in ("csv", "tsv") if path.endswith(SOURCES[kind].endings)), None)
    if kind is None:
        help = f"name a file that ends in one of {', '.join((*Csv.endings, *Tsv.endings))}"
        raise SpecError([Diagnostic("MS756", f"--from {path}: expected a table", help=help)])
    if kind == "tsv":
        return Tsv(path=name)
    reach = Reach(os.path.dirname(os.path.abspath(path)), None)
    with open_data_file(name, reach, ()) as file:
        start = unpacked(file, name).read(_LOOKED_AT).decode("utf-8", "replace")
    first, _, rest = start.partition("\n")
    delimiter = max(_DELIMITERS, key=first.count)
    if delimiter not in first or delimiter == ",":
        return Csv(path=name)
    cells = [cell.strip() for line in rest.splitlines()[:-1] for cell in line.split(delimiter)]
    commas = sum(cell.replace(",", "", 1).lstrip("-").isdigit() and "," in cell for cell in cells)
    points = sum(cell.replace(".", "", 1).lstrip("-").isdigit() and "." in cell for cell in cells)
    return Csv(path=name, delimiter=delimiter, decimal="," if commas > points else ".")


def _names(source: Source, root: str) -> list[str]:
    """The columns of a file of text. Raises `SpecError` where it has no good header."""
    assert isinstance(source, TextTable)
    (path,) = source.paths
    with open_data_file(path, Reach(root, None), ()) as file:
        table = CsvTable(unpacked(file, path), source, path, ())
        table.read_header()
        table.problems.stop()
    return list(table.names)
