"""What npz and npy files have in common: the header of an array, what its entries may be, and that all have the same rows.

A header is read and checked before its numbers; nothing is unpickled.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import IO, TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.lib import format as npy

from modelspec.diagnostics import Diagnostic, SpecError
from modelspec.diagnostics import Path as SpecPath
from modelspec.source.array_file import LONGEST_HEADER, read_start

if TYPE_CHECKING:
    from modelspec.data.arrays import Array

_CONVERTED = {
    "c": "write its parts as two arrays, `array.real` and `array.imag`",
    "M": "write numbers, such as days: `array.astype('datetime64[D]').astype('int64')`",
    "m": "write numbers, such as seconds: `array.astype('timedelta64[s]').astype('int64')`",
    "V": "write an array for each field, or, for bfloat16, `array.astype('float32')`",
}


class Header(NamedTuple):
    """What stands before the numbers; `length` is where these begin, in bytes."""

    shape: tuple[int, ...]
    dtype: np.dtype[Any]
    fortran: bool
    length: int


def header_of(stream: IO[bytes], label: str) -> Header:
    """The header of the npy array that begins here. Raises ValueError where there is none that numpy writes."""
    shape, said, fortran, length = read_start(stream.read(LONGEST_HEADER + 12), label)
    try:
        dtype = npy.descr_to_dtype(said)
    except (TypeError, ValueError, LookupError, OverflowError, SyntaxError, AttributeError):
        raise ValueError(f"{label} has a dtype that numpy does not know") from None
    if dtype.itemsize == 0 and not dtype.hasobject:
        raise ValueError(f"{label} has entries of size 0")
    return Header(shape, dtype, fortran, length)


def refuse_other_kinds(dtype: np.dtype[Any], label: str, where: SpecPath) -> None:
    """Raises `SpecError` where entries are neither numbers nor text."""
    if dtype.hasobject:
        message = f"{label} holds Python objects, which are never unpickled: expected numbers"
        raise refusal("MS722", message, where, "convert it, for instance with array.astype('float32')")
    if dtype.kind not in "biufUS":
        message = f"{label} has dtype {dtype}: expected {'real ' if dtype.kind == 'c' else ''}numbers"
        raise refusal("MS722", message, where, _CONVERTED.get(dtype.kind, "convert it to a number"))


def decoded(values: Array, label: str, where: SpecPath) -> Array:
    """Bytes as the text that they are."""
    try:
        return np.char.decode(values, "utf-8")
    except UnicodeDecodeError as error:
        shown = bytes(error.object[:20])
        message = f"{label} holds bytes that are not UTF-8 text: {shown!r}"
        raise refusal(
            "MS721", message, where, "write strings, as `numpy.char.decode(array, 'latin-1')` gives"
        ) from None


def equal_rows(arrays: Mapping[str, Array], called: Mapping[str, str], what: str, where: SpecPath) -> int:
    """The rows that all arrays have. Raises `SpecError` where they differ, or there are none."""
    for name, values in arrays.items():
        if values.ndim == 0:
            raise refusal("MS730", f"{what}: {called[name]} is a single value, expected rows", where, None)
    rows = {name: len(values) for name, values in arrays.items()}
    if len(set(rows.values())) > 1:
        found = ", ".join(f"{called[name]} has {count}" for name, count in rows.items())
        help = "every array needs one entry for each row, in the same order"
        raise refusal("MS723", f"{what} differ in rows: {found}", where, help)
    count = next(iter(rows.values()), 0)
    if count == 0:
        raise refusal("MS707", f"{what} have no rows", where, "write the rows first")
    return count


def refusal(code: str, message: str, where: SpecPath, help: str | None) -> SpecError:
    """The exception with one diagnostic."""
    return SpecError([Diagnostic(code, message, path=where, help=help)])
