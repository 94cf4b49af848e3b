"""Files of one array each -> raw arrays, large ones mapped from disk: numbers that have the type of their input are never copied.

As of an npz file, the header of each is read and checked against the file's size first, and nothing is unpickled.
"""

from __future__ import annotations

import os
from math import prod
from typing import TYPE_CHECKING, BinaryIO

import numpy as np

from modelspec.data.arrays import fingerprint_of
from modelspec.data.files import closest, hashing, open_data_file
from modelspec.data.mapped import mapped
from modelspec.data.problems import Problems
from modelspec.data.rounding import numpy_dtype
from modelspec.data.sources.array_checks import Header, decoded, equal_rows, header_of, refusal, refuse_other_kinds
from modelspec.data.table import Asked, MemoryTable, PlaceOf, RawColumn, Table
from modelspec.diagnostics import Diagnostic, Span
from modelspec.diagnostics import Path as SpecPath
from modelspec.language.sections.declared_rows import MAX_ARRAY_BYTES, bytes_text, list_text, several_for_one
from modelspec.language.sections.sources import Npy, Wanted

if TYPE_CHECKING:
    from modelspec.data.arrays import Array

HELD_BYTES = 64 << 20
"""Files up to this size are read into memory, where steps are fastest, and may change afterwards."""
_HELP = "write it with numpy.save(path, array)"


def read_npy(source: Npy, asked: Asked) -> Table:
    """The wanted arrays of npy files; raises SpecError with everything that is wrong with them."""
    problems = Problems(asked.most)
    for want in asked.wanted:
        problem = _unnamed(source, want, asked.where)
        if problem is not None:
            problems.add(problem, key=(want.role, want.name))
    problems.stop()
    names: dict[tuple[str, str], str] = {(want.role, want.name): want.column_names[0] for want in asked.wanted}
    arrays: dict[str, Array] = {}
    prints: list[tuple[int, str]] = []
    converted = 0
    for name in dict.fromkeys(names.values()):
        path = source.arrays[name]
        label = f"the array of '{path}'"
        with open_data_file(path, asked.reach, asked.where) as file, hashing(file) as fingerprint:
            header = _header(file, label, asked.where)
            wanted = [want for want in asked.wanted if want.column_names[0] == name]
            size = os.fstat(file.fileno()).st_size
            in_place = _is_used_where_it_lies(header, wanted)
            converted += 0 if in_place else size
            if converted > MAX_ARRAY_BYTES:
                raise _too_large(path, converted, wanted[0], asked.where)
            values = _values(file, header, path, asked.where)
            arrays[name] = values if in_place and size > HELD_BYTES else np.array(values)
            prints.append(fingerprint())
    called = {name: f"'{source.arrays[name]}'" for name in arrays}
    rows = equal_rows(arrays, called, f"the arrays of {list_text(list(called.values()))}", asked.where)
    columns = {key: RawColumn(arrays[name], _place(source.arrays[name])) for key, name in names.items()}
    return MemoryTable(columns, rows, fingerprint_of("npy", [source.arrays[name] for name in arrays], prints))


def _unnamed(source: Npy, want: Wanted, where: SpecPath) -> Diagnostic | None:
    """What is wrong where the source names no array for what is wanted."""
    several = several_for_one(want, "an npy file", " array")
    if several is not None:
        return Diagnostic("MS730", several[0], path=want.path, help=several[1])
    name = want.column_names[0]
    if name in source.arrays:
        return None
    close = closest(name, source.arrays)
    help = f"add `{name}: {name}.npy` to it" if close is None else f"call '{source.arrays[close]}' `{name}`"
    message = f"{want.what}: the source names no array '{name}'; it names {list_text(list(source.arrays))}"
    return Diagnostic("MS720", message, path=where, help=help)


def _header(file: BinaryIO, label: str, where: SpecPath) -> Header:
    """The header, if the file holds as many numbers as it says."""
    try:
        header = header_of(file, label)
    except ValueError as error:
        file.seek(0)
        packed = file.read(4) == b"PK\x03\x04"
        told = f"{label}: this is an npz file, not an npy file" if packed else f"{label} cannot be read: {error}"
        help = "name it as `npz: path`; its arrays have names of their own" if packed else _HELP
        raise refusal("MS721", told, where, help) from None
    refuse_other_kinds(header.dtype, label, where)
    count, found = prod(header.shape) * header.dtype.itemsize, os.fstat(file.fileno()).st_size - header.length
    if count != found:
        message = f"{label} is damaged: its shape {header.shape} takes {count} bytes, found {found}"
        raise refusal("MS721", message, where, _HELP)
    return header


def _is_used_where_it_lies(header: Header, wanted: list[Wanted]) -> bool:
    """Whether no copy of the numbers is made for what is wanted."""
    plain = header.dtype.isnative and header.dtype.kind in "biuf" and not header.fortran
    return plain and all(want.goes_along or np.dtype(numpy_dtype(want.dtype)) == header.dtype for want in wanted)


def _values(file: BinaryIO, header: Header, path: str, where: SpecPath) -> Array:
    """The array, in the byte order of this machine. Only what has another one, and text of bytes, is copied here."""
    if 0 in header.shape:
        return np.empty(header.shape, header.dtype)  # nothing cannot be mapped
    values = mapped(file, header.dtype, header.length, header.shape, header.fortran, path)
    if values.dtype.kind == "S":
        return decoded(values, f"the array of '{path}'", where)
    return values.astype(values.dtype.newbyteorder("="), copy=False)


def _too_large(path: str, size: int, want: Wanted, where: SpecPath) -> Exception:
    limit = bytes_text(MAX_ARRAY_BYTES)
    message = (
        f"'{path}' has to be converted to {want.dtype}, and what is converted takes {bytes_text(size)}; at most {limit}"
    )
    return refusal("MS708", message, where, f"write it as `numpy.save(path, array.astype('{want.dtype}'))`")


def _place(shown: str) -> PlaceOf:
    def place(row: int, number: int) -> tuple[str, Span | None]:
        return f"row {row} of '{shown}'", None

    return place
