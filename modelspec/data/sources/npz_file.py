"""An npz file -> raw arrays. Never unpickles: an array's header is read and checked against its size before its numbers.

A small file may claim to hold any amount of data (a zip bomb), so sizes are added up before anything is allocated.
"""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Sequence
from math import prod
from typing import IO, TYPE_CHECKING, Any, BinaryIO

import numpy as np
from numpy.lib import format as npy

from modelspec.data.arrays import RowsFingerprint
from modelspec.data.files import closest, hashing, open_data_file
from modelspec.data.limits import MAX_HEADER_BYTES
from modelspec.data.problems import Problems
from modelspec.data.sources.csv.columns import did_you_mean
from modelspec.data.table import Asked, MemoryTable, PlaceOf, RawColumn, Table
from modelspec.diagnostics import Diagnostic, Span, SpecError
from modelspec.diagnostics import Path as SpecPath
from modelspec.language.sections.declared_rows import MAX_ARRAY_BYTES, bytes_text, list_text, several_for_one
from modelspec.language.sections.sources import Npz, Role, Wanted
from modelspec.source.array_file import LONGEST_HEADER, read_start

if TYPE_CHECKING:
    from modelspec.data.arrays import Array

_UNREADABLE = (zipfile.BadZipFile, zlib.error, EOFError, ValueError, NotImplementedError, RuntimeError, KeyError)
"""What zipfile and numpy raise for a damaged file."""
_CONVERTED = {
    "c": "write its parts as two arrays, `array.real` and `array.imag`",
    "M": "write numbers, such as days: `array.astype('datetime64[D]').astype('int64')`",
    "m": "write numbers, such as seconds: `array.astype('timedelta64[s]').astype('int64')`",
    "V": "write an array for each field, or, for bfloat16, `array.astype('float32')`",
}
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
    rows = _equal_rows(arrays, source.path, where)
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
            raise _refusal("MS721", f"'{shown}' is a single npy array, not an npz file", where, _HELP) from None
        raise _refusal("MS721", f"'{shown}' is not an npz file: {error}", where, _HELP) from None
    with archive:
        members = _members(archive, names, shown, where, kept)
        total = sum(member.file_size for member in members.values())
        if total > MAX_ARRAY_BYTES:
            message = (
                f"the arrays of '{shown}' take {bytes_text(total)}; at most {bytes_text(MAX_ARRAY_BYTES)} are read"
            )
            raise _refusal("MS708", message, where, "split the file")
        return {name: _read(archive, member, name, shown, where) for name, member in members.items()}


def _members(
    archive: zipfile.ZipFile, names: Sequence[str], shown: str, where: SpecPath, kept: frozenset[str]
) -> dict[str, zipfile.ZipInfo]:
    found: dict[str, zipfile.ZipInfo] = {}
    for member in archive.infolist():
        name = member.filename.removesuffix(".npy")
        if name in found:
            raise _refusal("MS721", f"'{shown}' holds two arrays named '{name}'", where, _HELP)
        found[name] = member
    missing = [name for name in names if name not in found]
    if missing:
        close = closest(missing[0], found)
        role: Role = "kept" if missing[0] in kept else "input"
        help = did_you_mean(close, Wanted(missing[0], role)) if close else None
        asked = f"--keep {missing[0]}: " if role == "kept" else ""
        message = f"{asked}'{shown}' has no array '{missing[0]}'; it holds {list_text(sorted(found)) or 'none'}"
        raise _refusal("MS720", message, where, help)
    return {name: found[name] for name in names}


def _read(archive: zipfile.ZipFile, member: zipfile.ZipInfo, name: str, shown: str, where: SpecPath) -> Array:
    label = f"array '{name}' of '{shown}'"
    try:
        with archive.open(member) as stream:
            shape, dtype, header = _header(stream, label)
            if dtype.hasobject:
                message = f"{label} holds Python objects, which are never unpickled: expected numbers"
                raise _refusal("MS722", message, where, "convert it, for instance with array.astype('float32')")
            if dtype.kind not in "biufUS":
                message = f"{label} has dtype {dtype}: expected {'real ' if dtype.kind == 'c' else ''}numbers"
                raise _refusal("MS722", message, where, _CONVERTED.get(dtype.kind, "convert it to a number"))
            count = prod(shape) * dtype.itemsize
            if count != member.file_size - header:
                message = (
                    f"{label} is damaged: its shape {shape} takes {count} bytes, found {member.file_size - header}"
                )
                raise _refusal("MS721", message, where, _HELP)
        with archive.open(member) as stream:
            values: Array = npy.read_array(stream, allow_pickle=False, max_header_size=MAX_HEADER_BYTES)
        if values.dtype.kind == "S":
            values = _decoded(values, label, where)
    except _UNREADABLE as error:
        raise _refusal("MS721", f"{label} is damaged or not an array: {error}", where, _HELP) from None
    return values.astype(values.dtype.newbyteorder("="), copy=False)


def _decoded(values: Array, label: str, where: SpecPath) -> Array:
    """Bytes as the text that they are."""
    try:
        return np.char.decode(values, "utf-8")
    except UnicodeDecodeError as error:
        shown = bytes(error.object[:20])
        message = f"{label} holds bytes that are not UTF-8 text: {shown!r}"
        raise _refusal(
            "MS721", message, where, "write strings, as `numpy.char.decode(array, 'latin-1')` gives"
        ) from None


def _header(stream: IO[bytes], label: str) -> tuple[tuple[int, ...], np.dtype[Any], int]:
    shape, said, length = read_start(stream.read(LONGEST_HEADER + 12), label)
    try:
        dtype = npy.descr_to_dtype(said)
    except (TypeError, ValueError, LookupError, OverflowError, SyntaxError, AttributeError):
        raise ValueError(f"{label} has a dtype that numpy does not know") from None
    if dtype.itemsize == 0 and not dtype.hasobject:
        raise ValueError(f"{label} has entries of size 0")
    return shape, dtype, length


def _equal_rows(arrays: dict[str, Array], shown: str, where: SpecPath) -> int:
    for name, values in arrays.items():
        if values.ndim == 0:
            raise _refusal("MS730", f"array '{name}' of '{shown}' is a single value: expected rows", where, None)
    rows = {name: len(values) for name, values in arrays.items()}
    if len(set(rows.values())) > 1:
        found = ", ".join(f"'{name}' has {count}" for name, count in rows.items())
        help = "every array needs one entry for each row, in the same order"
        raise _refusal("MS723", f"the arrays of '{shown}' differ in rows: {found}", where, help)
    count = next(iter(rows.values()), 0)
    if count == 0:
        raise _refusal("MS707", f"the arrays of '{shown}' have no rows", where, "write the rows first")
    return count


def _place(name: str, shown: str) -> PlaceOf:
    def place(row: int, number: int) -> tuple[str, Span | None]:
        return f"row {row} of array '{name}' in '{shown}'", None

    return place


def _refusal(code: str, message: str, where: SpecPath, help: str | None) -> SpecError:
    return SpecError([Diagnostic(code, message, path=where, help=help)])
