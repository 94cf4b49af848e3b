"""A file of the user's -> what its columns are. Must not know what is made of them."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from modelspec.data.files import open_data_file
from modelspec.data.first_spec.columns import NUMBER_OR_GAP, UnderstoodColumn, understood
from modelspec.data.load import Located, opened
from modelspec.data.sources.csv.file import CsvTable
from modelspec.data.sources.frames.formats import FORMATS
from modelspec.data.sources.frames.polars import Failed, failures, polars
from modelspec.data.sources.jsonl.rows import JsonRows
from modelspec.data.table import RawColumn
from modelspec.data.unpacking import unpacked
from modelspec.diagnostics import Diagnostic, SpecError
from modelspec.expansion.files.paths import Reach
from modelspec.language.sections.sources import SOURCES, Csv, Source, TextTable, Wanted

if TYPE_CHECKING:
    from modelspec.data.arrays import Array

_LOOKED_AT = 1 << 16
_DELIMITERS = ",;\t|"
_KINDS = ("csv", "tsv", "jsonl", "parquet", "arrow")


class UnderstoodTable(NamedTuple):
    """A source with the options that it is read by, and what its columns are."""

    source: Source
    rows: int
    columns: tuple[UnderstoodColumn, ...]


def understood_table(path: str) -> UnderstoodTable:
    """What the file holds; all of it is read. Raises `SpecError` where it cannot be, or is of another kind."""
    source = _source(path)
    located = Located(source, os.path.dirname(os.path.abspath(path)), None)
    wanted = [Wanted(name, "kept") for name in _names(source, Reach(located.root, None))]
    raw = opened(located, wanted, "train")
    comma = getattr(source, "decimal", ".") == ","
    columns = tuple(understood(want.name, _cells(raw.columns["kept", want.name], comma)) for want in wanted)
    return UnderstoodTable(source, raw.count, columns)


def _cells(column: RawColumn, comma: bool) -> Array:
    """The values of a column: of a file of text as they stand there, else with nothing in the gaps.

    Where numbers have a decimal `comma`, a column of nothing but numbers and gaps has points in its place.
    """
    values = column.values if column.texts is None or column.values.dtype.kind in "if" else column.texts
    if comma and values.dtype.kind == "U":
        pointed = np.char.replace(values, ",", ".")
        values = pointed if all(map(NUMBER_OR_GAP.fullmatch, set(pointed.reshape(-1).tolist()))) else values
    if column.gaps is None or not column.gaps.any():
        return values.reshape(len(values))
    nothing = "" if values.dtype.kind in "US" else np.nan
    filled: Array = np.where(column.gaps, nothing, values)
    return filled.reshape(len(values))


def _source(path: str) -> Source:
    name = os.path.basename(path)
    kind = next((kind for kind in _KINDS if path.endswith(SOURCES[kind].endings)), None)
    if kind is None:
        help = f"name a file that ends in one of {', '.join(ending for kind in _KINDS for ending in SOURCES[kind].endings)}"
        raise SpecError([Diagnostic("MS726", f"--from {path}: expected a table", help=help)])
    if kind != "csv":
        return SOURCES[kind].model_validate({"path": name})
    with open_data_file(name, Reach(os.path.dirname(os.path.abspath(path)), None), ()) as file:
        start = unpacked(file, name).read(_LOOKED_AT).decode("utf-8", "replace")
    first, _, rest = start.partition("\n")
    delimiter = max(_DELIMITERS, key=first.count)
    if delimiter not in first or delimiter == ",":
        return Csv(path=name)
    cells = [cell.strip() for line in rest.splitlines()[:-1] for cell in line.split(delimiter)]
    commas = sum(cell.replace(",", "", 1).lstrip("-").isdigit() and "," in cell for cell in cells)
    points = sum(cell.replace(".", "", 1).lstrip("-").isdigit() and "." in cell for cell in cells)
    return Csv(path=name, delimiter=delimiter, decimal="," if commas > points else ".")


def _names(source: Source, reach: Reach) -> list[str]:
    """The columns of a file that hold one value in a row. Raises `SpecError` where it does not tell them."""
    (path,) = source.paths
    with open_data_file(path, reach, ()) as file:
        if isinstance(source, TextTable):
            table = CsvTable(unpacked(file, path), source, path, ())
            table.read_header()
            table.problems.stop()
            return list(table.names)
        if source.kind == "jsonl":
            first: dict[str, Any] = {}
            rows = JsonRows(lambda row: first.update(row) or ())
            rows.read(unpacked(file, path), path, path)
            return [name for name in rows.keys if not isinstance(first.get(name), dict | list)]
        pl = polars(path)
        try:
            with failures():
                schema = FORMATS[source.kind].schema(pl, file)
        except Failed as error:
            message = f"'{path}' is no whole {FORMATS[source.kind].name} file: {error}"
            raise SpecError([Diagnostic("MS724", message, help="it may be cut off: write or get it again")]) from None
        return [name for name, kind in schema.items() if not kind.is_nested()]
