"""An npz file -> raw arrays. Never unpickles: an array's header is read and checked against its size before its numbers.

A small file may claim to hold any amount of data (a zip bomb), so sizes are added up before anything is allocated.
"""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Sequence
from math import prod
from typing import TYPE_CHECKING, BinaryIO

from numpy.lib import format as npy

from modelspec.data.arrays import RowsFingerprint
from modelspec.data.files import closest, hashing, open_data_file
from modelspec.data.limits import MAX_HEADER_BYTES
from modelspec.data.problems import Problems
from modelspec.data.sources.array_checks import decoded, equal_rows, header_of, refusal, refuse_other_kinds
from modelspec.data.sources.csv.columns import did_you_mean
from modelspec.data.table import Asked, MemoryTable, PlaceOf, RawColumn, Table
from modelspec.diagnostics import Diagnostic, Span
from modelspec.diagnostics import Path as SpecPath
from modelspec.language.sections.declared_rows import MAX_ARRAY_BYTES, bytes_text, list_text, several_for_one
from modelspec.language.sections.sources import Npz, Role, Wanted

if TYPE_CHECKING:
    from modelspec.data.arrays import Array

_UNREADABLE = (zipfile.BadZipFile, zlib.error, EOFError, ValueError, NotImplementedError, RuntimeError, KeyError)
"""What zipfile and numpy raise for a damaged file."""
_HELP = "write it with numpy.savez(path, name=array, ...)"


def read_npz(source: Npz, asked: Asked) -> Table:
    """The wanted arrays of an npz file; raises SpecError with everything that is wrong with it."""
    where, problems = asked.where, Problems(asked.most)
    names: dict[tuple[str, str], str] = {}
    for want in asked.wanted:
        if (several := several_for_one(want, "an npz file", " array")) is not None:
            problems.add(Diagnostic("MS730", several[0], path=want.path, help=several[1]), key=want.name)
        names[want.role, want.name] = want.column_names[0]
    problems.stop()
    with open_data_file(source.path, asked.reach, where) as file, hashing(file) as fingerprint:
        kept = frozenset(name for (role, _), name in names.items() if role == "kept")
        arrays = read_arrays(file, tuple(dict.fromkeys(names.values())), source.path, where, kept)
        size, sha256 = fingerprint()
    rows = equal_rows(arrays, {name: f"'{name}'" for name in arrays}, f"the arrays of '{source.path}'", where)
    columns = {key: RawColumn(arrays[name], _place(name, source.path)) for key, name in names.items()}
    return MemoryTable(columns, rows, RowsFingerprint(kind="npz", path=source.path, size=size, sha256=sha256))


def read_arrays(
    file: BinaryIO, names: Sequence[str], shown: str, where: SpecPath, kept: frozenset[str] = frozenset()
) -> dict[str, Array]:
    """The named arrays of an open npz file, of numbers or text; raises SpecError. Those `kept` are the user's own wish."""
    try:
        archive = zipfile.ZipFile(file)
    except _UNREADABLE as error:
        file.seek(0)
        if file.read(6) == npy.MAGIC_PREFIX:
            raise refusal("MS721", f"'{shown}' is a single npy array, not an npz file", where, _HELP) from None
        raise refusal("MS721", f"'{shown}' is not an npz file: {error}", where, _HELP) from None
    with archive:
        members = _members(archive, names, shown, where, kept)
        total = sum(member.file_size for member in members.values())
        if total > MAX_ARRAY_BYTES:
            message = (
                f"the arrays of '{shown}' take {bytes_text(total)}; at most {bytes_text(MAX_ARRAY_BYTES)} are read"
            )
            raise refusal("MS708", message, where, "split the file")
        return {name: _read(archive, member, name, shown, where) for name, member in members.items()}


def _members(
    archive: zipfile.ZipFile, names: Sequence[str], shown: str, where: SpecPath, kept: frozenset[str]
) -> dict[str, zipfile.ZipInfo]:
    found: dict[str, zipfile.ZipInfo] = {}
    for member in archive.infolist():
        name = member.filename.removesuffix(".npy")
        if name in found:
            raise refusal("MS721", f"'{shown}' holds two arrays named '{name}'", where, _HELP)
        found[name] = member
    missing = [name for name in names if name not in found]
    if missing:
        close = closest(missing[0], found)
        role: Role = "kept" if missing[0] in kept else "input"
        help = did_you_mean(close, Wanted(missing[0], role)) if close else None
        asked = f"--keep {missing[0]}: " if role == "kept" else ""
        message = f"{asked}'{shown}' has no array '{missing[0]}'; it holds {list_text(sorted(found)) or 'none'}"
        raise refusal("MS720", message, where, help)
    return {name: found[name] for name in names}


def _read(archive: zipfile.ZipFile, member: zipfile.ZipInfo, name: str, shown: str, where: SpecPath) -> Array:
    label = f"array '{name}' of '{shown}'"
    try:
        with archive.open(member) as stream:
            shape, dtype, _, header = header_of(stream, label)
            refuse_other_kinds(dtype, label, where)
            count = prod(shape) * dtype.itemsize
            if count != member.file_size - header:
                message = (
                    f"{label} is damaged: its shape {shape} takes {count} bytes, found {member.file_size - header}"
                )
                raise refusal("MS721", message, where, _HELP)
        with archive.open(member) as stream:
            values: Array = npy.read_array(stream, allow_pickle=False, max_header_size=MAX_HEADER_BYTES)
        if values.dtype.kind == "S":
            values = decoded(values, label, where)
    except _UNREADABLE as error:
        raise refusal("MS721", f"{label} is damaged or not an array: {error}", where, _HELP) from None
    return values.astype(values.dtype.newbyteorder("="), copy=False)


def _place(name: str, shown: str) -> PlaceOf:
    def place(row: int, number: int) -> tuple[str, Span | None]:
        return f"row {row} of array '{name}' in '{shown}'", None

    return place
