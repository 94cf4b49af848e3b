"""Parquet and Arrow files, or folders of them -> a table in memory."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from itertools import accumulate
from typing import Any, BinaryIO, NamedTuple

from modelspec.data.arrays import fingerprint_of
from modelspec.data.files import hashing, open_data_file
from modelspec.data.sources.frames.folders import columns_of_folders, files_of, said_by_folders
from modelspec.data.sources.frames.formats import FORMATS, Format
from modelspec.data.sources.frames.polars import Failed, failures, polars
from modelspec.data.sources.frames.series import typed
from modelspec.data.sources.typed.column import TypedColumn, Unfit, joined
from modelspec.data.sources.typed.wanted import choose, raw_columns
from modelspec.data.table import Asked, MemoryTable, PlaceOf, Table
from modelspec.diagnostics import Diagnostic, Span, SpecError
from modelspec.language.sections.declared_rows import MAX_ARRAY_BYTES, bytes_text
from modelspec.language.sections.sources import Arrow, Parquet, Wanted


class _Part(NamedTuple):
    """The rows of one file."""

    path: str
    rows: int
    columns: dict[str, TypedColumn]
    said: dict[str, str]


def read_frames(source: Parquet | Arrow, asked: Asked) -> Table:
    """The wanted columns of the files; raises SpecError with everything that is wrong with them."""
    form = FORMATS[source.kind]
    parts: list[_Part] = []
    prints: list[tuple[int, str]] = []
    for path in files_of(source.paths, asked.reach, asked.where, source.endings):
        with open_data_file(path, asked.reach, asked.where) as file, hashing(file) as fingerprint:
            parts.append(_part(file, path, form, asked.wanted, parts))
            prints.append(fingerprint())
    starts = list(accumulate((part.rows for part in parts), initial=0))
    if starts[-1] == 0:
        have = f"'{parts[0].path}' has" if len(parts) == 1 else f"the {len(parts)} files have"
        raise SpecError([Diagnostic("MS707", f"{have} no rows", help="write the rows first")])
    columns = _together(parts)
    chosen = choose(asked.wanted, columns, parts[0].path)

    def places(names: tuple[str, ...]) -> PlaceOf:
        def place(row: int, number: int) -> tuple[str, Span | None]:
            index = bisect_right(starts, row) - 1
            name = names[number] if len(names) > 1 else names[0]
            return f"row {row - starts[index] + 1} of '{parts[index].path}', column '{name}'", None

        return place

    return MemoryTable(
        raw_columns(chosen, columns, places, asked.where), starts[-1], fingerprint_of(source.kind, source.paths, prints)
    )


def _part(file: BinaryIO, path: str, form: Format, wanted: Sequence[Wanted], before: Sequence[_Part]) -> _Part:
    """The wanted columns of one file. Raises `SpecError`."""
    pl = polars(path)
    said = said_by_folders(path)
    try:
        with failures():
            schema = form.schema(pl, file)
            names = _names(pl, schema)
            chosen = choose(wanted, dict.fromkeys((*names, *said)), path)
            needed = dict.fromkeys(name for item in chosen for name in item.names if name in names)
            frame = form.read(
                pl, file, list(dict.fromkeys(names[name][0] for name in needed)), _bound(path, len(needed))
            )
    except Failed as error:
        help = f"it may be cut off: write or get it again; {form.help}"
        raise SpecError([Diagnostic("MS724", f"'{path}' is no whole {form.name} file: {error}", help=help)]) from None
    columns: dict[str, TypedColumn] = {}
    problems: list[Diagnostic] = []
    for name in needed:
        try:
            with failures():
                columns[name] = typed(_inside(frame, names[name]))
        except (Unfit, Failed) as error:
            problems.append(_told(error, path, name))
    if problems:
        raise SpecError(problems)
    return _Part(path, frame.height, columns, {name: value for name, value in said.items() if name not in names})


def _bound(path: str, columns: int) -> Any:
    def refuse(rows: int) -> None:
        needed = rows * max(columns, 1) * 8
        if needed > MAX_ARRAY_BYTES:
            most = bytes_text(MAX_ARRAY_BYTES)
            message = f"the {rows:,} rows of '{path}' take {bytes_text(needed)}; at most {most} are read"
            raise SpecError([Diagnostic("MS708", message, help="split the file")])

    return refuse


def _names(pl: Any, schema: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    """The columns, those inside records too: `user.age`."""
    found: dict[str, tuple[str, ...]] = {}
    waiting: list[tuple[tuple[str, ...], Any]] = [((name,), kind) for name, kind in schema.items()]
    for path, kind in waiting:
        found.setdefault(".".join(path), path)
        if isinstance(kind, pl.Struct):
            waiting.extend(((*path, field.name), field.dtype) for field in kind.fields)
    return found


def _inside(frame: Any, path: tuple[str, ...]) -> Any:
    series = frame[path[0]]
    for name in path[1:]:
        series = series.struct.field(name)
    return series


def _together(parts: Sequence[_Part]) -> dict[str, TypedColumn]:
    """Each column of all files. Raises `SpecError` where files differ."""
    columns: dict[str, TypedColumn] = {}
    for name in dict.fromkeys(name for part in parts for name in part.columns):
        lacking = next((part for part in parts if name not in part.columns), None)
        if lacking is not None:
            message = f"'{lacking.path}' has no column '{name}', which '{next(p for p in parts if name in p.columns).path}' has"
            raise SpecError(
                [Diagnostic("MS720", message, help="files whose rows are taken together have the same columns")]
            )
        try:
            columns[name] = joined([part.columns[name] for part in parts])
        except Unfit as error:
            raise SpecError([_told(error, parts[error.row or 0].path, name, False)]) from None
    counts = [part.rows for part in parts]
    for name in dict.fromkeys(name for part in parts for name in part.said):
        if name not in columns and all(name in part.said for part in parts):
            columns[name] = columns_of_folders([part.said[name] for part in parts], counts)
    return columns


def _told(error: Unfit | Failed, path: str, name: str, of_a_row: bool = True) -> Diagnostic:
    if isinstance(error, Failed):
        return Diagnostic(
            "MS724", f"column '{name}' of '{path}' cannot be read: {error}", help="write or get the file again"
        )
    row = f"row {error.row + 1} of " if error.row is not None and of_a_row else ""
    return Diagnostic(
        error.code,
        f"{row}'{path}', column '{name}' holds {error.found}",
        help=(error.help or "").replace("NAME", name) or None,
    )
