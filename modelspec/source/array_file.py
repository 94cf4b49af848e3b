"""The header of an array in an npz file: its shape and dtype, read without numpy and without the numbers behind it.

A spec may come from a stranger: nothing blocks, nothing is unpickled. Must not know where a file may lie.
"""

from __future__ import annotations

import ast
import os
import re
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from difflib import get_close_matches
from math import prod
from typing import Any, BinaryIO, NamedTuple

from modelspec.files.reading import Changed, NotAFile, opened

MAGIC = b"\x93NUMPY"
LONGEST_HEADER = 65_535
"""Bytes; numpy reads no longer one either."""
_MOST_AXES, _MOST_NUMBERS = 32, 2**60
"""Bounds of every numpy; what lies above them no memory holds."""
_LONG = re.compile(r"(?<=\d)L(?=[,)\s])")
"""How Python 2 wrote some numbers."""
_NUMBERS = re.compile(r"[<>|=]?(b1|[iu][1248]|f(2|4|8|16))")
_DAMAGE = (
    zipfile.BadZipFile, zlib.error, EOFError, ValueError, NotImplementedError, RuntimeError, KeyError, SyntaxError, OSError,
    MemoryError, RecursionError,
)  # fmt: skip
"""What zipfile and a damaged header raise."""
_WRITTEN = "write it with numpy.savez(path, name=array)"


class ArrayHeader(NamedTuple):
    """One array of an npz file, without its numbers. `file` is the real path."""

    file: str
    array: str
    shape: tuple[int, ...]
    dtype: str


class ArrayStart(NamedTuple):
    """What a npy array says of itself; `dtype` is anything that Python can write, `fortran` whether the first axis is the
    fastest, `length` where the numbers begin.
    """

    shape: tuple[int, ...]
    dtype: Any
    fortran: bool
    length: int


class ArrayProblem(Exception):
    """Why an array cannot be taken: the code, the message and the help of a diagnostic."""

    def __init__(self, code: str, message: str, help: str | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.help = help


class NoFile(ArrayProblem):
    """There is no file, so that nothing can be said of the array."""


def read_header(path: str, file: str, array: str | None) -> ArrayHeader:
    """The header of an array of a file. Raises `ArrayProblem`.

    `path` is how the spec names it, `file` where that leads. Without a name the file has one array only.
    """
    with _opened(file, path) as stream:
        try:
            with zipfile.ZipFile(stream) as archive:
                member = _member(archive, path, array)
                with archive.open(member) as numbers:
                    shape, dtype = _header(numbers.read(LONGEST_HEADER + 12), f"array '{member[:-4]}' of '{path}'")
        except _DAMAGE as error:
            stream.seek(0)
            single = stream.read(len(MAGIC)) == MAGIC
            what = "is a single npy array, not an npz file" if single else f"is not an npz file, or is damaged: {error}"
            raise ArrayProblem("MS721", f"'{path}' {what}", _WRITTEN) from None
    return ArrayHeader(file, member[:-4], shape, dtype)


@contextmanager
def _opened(file: str, path: str) -> Iterator[BinaryIO]:
    try:
        with ExitStack() as opening:
            try:
                stream = opening.enter_context(opened(file))
            except (OSError, ValueError) as error:
                raise _unopened(error, file, path) from None
            yield stream
    except Changed:
        raise ArrayProblem("MS706", f"'{path}' changed while it was read", "wait until it is written") from None


def _unopened(error: OSError | ValueError, file: str, path: str) -> ArrayProblem:
    if isinstance(error, NotAFile):
        return ArrayProblem("MS705", f"'{path}' is {error.what}, not a regular file", "name an npz file")
    if isinstance(error, FileNotFoundError | NotADirectoryError):
        return NoFile("MS704", f"there is no file '{path}'", _similar(file))
    reason = error.strerror if isinstance(error, OSError) and error.strerror else "not a file name"
    return ArrayProblem("MS706", f"'{path}' cannot be opened: {reason}", "check its permissions")


def _similar(file: str) -> str:
    try:
        names = os.listdir(os.path.dirname(file))
    except PermissionError:
        return "its folder cannot be listed: check the name, or get permission to list it"
    except OSError:
        return "its folder does not exist either; paths are relative to the file that names them"
    close = get_close_matches(os.path.basename(file), names[:1000], n=1)
    return f"did you mean '{close[0]}'?" if close else "paths are relative to the folder of the file that names them"


def _member(archive: zipfile.ZipFile, path: str, array: str | None) -> str:
    names = [name[:-4] for name in archive.namelist() if name.endswith(".npy")]
    shown = ", ".join(sorted(names)[:8]) or "none"
    if array is None and len(names) == 1:
        return f"{names[0]}.npy"
    if array is None:
        help = f"name one of them, `array: {sorted(names)[0]}`" if names else _WRITTEN
        raise ArrayProblem("MS720", f"'{path}' holds {len(names)} arrays: which one is meant?", help)
    if array not in names:
        close = get_close_matches(array, names[:1000], n=1)
        help = f"did you mean '{close[0]}'?" if close else f"its arrays: {shown}"
        raise ArrayProblem("MS720", f"'{path}' has no array '{array}'; it holds {shown}", help)
    return f"{array}.npy"


def read_start(start: bytes, label: str) -> ArrayStart:
    """What stands before the numbers of a npy array. Raises ValueError, and nothing else, where numpy writes no such thing."""
    if start[: len(MAGIC)] != MAGIC or start[6:8] not in (b"\x01\x00", b"\x02\x00", b"\x03\x00"):
        raise ValueError(f"{label} has no numpy header")
    wide = start[6] > 1
    length, begin = (int.from_bytes(start[8:12], "little"), 12) if wide else (int.from_bytes(start[8:10], "little"), 10)
    if length > LONGEST_HEADER or len(start) < begin + length:
        raise ValueError(f"the header of {label} is too long")
    try:
        fields = ast.literal_eval(_LONG.sub("", start[begin : begin + length].decode("latin-1").strip()))
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        # Python's words name what it made of the text, with its address in memory.
        raise ValueError("its header does not describe an array") from None
    if not isinstance(fields, dict) or fields.keys() != {"descr", "fortran_order", "shape"}:
        raise ValueError(f"the header of {label} does not have the keys of an array header")
    shape = fields["shape"]
    if not isinstance(shape, tuple) or not all(type(size) is int and size >= 0 for size in shape):
        raise ValueError(f"{label} gives no shape")
    if len(shape) > _MOST_AXES or prod(size or 1 for size in shape) > _MOST_NUMBERS:
        raise ValueError(f"{label} gives a shape that no array can have")
    if type(fields["fortran_order"]) is not bool:
        raise ValueError(f"{label} does not give the order of its numbers")
    return ArrayStart(shape, fields["descr"], fields["fortran_order"], begin + length)


def _header(start: bytes, label: str) -> tuple[tuple[int, ...], str]:
    """The shape and dtype that stand before the numbers of a npy array."""
    shape, dtype, _, _ = read_start(start, label)
    if not isinstance(dtype, str) or not _NUMBERS.fullmatch(dtype):
        shown = dtype if isinstance(dtype, str) else "several fields"
        objects = "Python objects, which are never unpickled" if shown[1:2] == "O" else f"dtype {shown[:40]}"
        raise ArrayProblem(
            "MS722", f"{label} holds {objects}: expected numbers", "write it with array.astype('float32')"
        )
    return shape, dtype
