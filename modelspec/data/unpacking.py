"""A file that may be packed by gzip or Zstandard -> its bytes, unpacked while they are read.

A small file may hold any amount of data (a decompression bomb), so what comes out is counted. Knows nothing of rows.
"""

from __future__ import annotations

import gzip
import io
import os
import zlib
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, BinaryIO

from modelspec.data.limits import MAX_UNPACKED_BYTES, MAX_UNPACKED_RATIO, SURELY_NO_BOMB
from modelspec.diagnostics import Diagnostic, SpecError
from modelspec.diagnostics.installing import install
from modelspec.language.sections.declared_rows import bytes_text

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

_GZIP, _ZSTD = b"\x1f\x8b", b"\x28\xb5\x2f\xfd"
_PIECE = 4096
"""Zstandard makes at most 32,000 times as much of it."""


def unpacked(file: BinaryIO, given: str) -> BinaryIO:
    """The open file, unpacked where its first bytes say that it is packed. Raises `SpecError`, also while it is read."""
    start = file.read(len(_ZSTD))
    file.seek(0)
    if start.startswith(_GZIP):
        return _reading(gzip.GzipFile(fileobj=file).read, file, given)
    return _reading(_zstd(file, given), file, given) if start == _ZSTD else file


def _reading(read: Callable[[int], bytes], file: BinaryIO, given: str) -> BinaryIO:
    return io.BufferedReader(_Unpacking(read, os.fstat(file.fileno()).st_size, given), 1 << 16)


class _Unpacking(io.RawIOBase):
    """The unpacked bytes as a file that is read from its start; it seeks by reading on."""

    def __init__(self, read: Callable[[int], bytes], packed: int, given: str) -> None:
        self._read, self._packed, self._given = read, packed, given
        self._came = 0

    def readable(self) -> bool:
        """It is."""
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        """The next bytes; none at the end."""
        view = memoryview(buffer).cast("B")
        try:
            data = self._read(len(view))
        except EOFError:
            raise self._refusal("MS711", "is cut off", "get the whole file again") from None
        except (gzip.BadGzipFile, zlib.error, ValueError) as error:
            raise self._refusal("MS711", f"cannot be unpacked: {error}", "get the file again") from None
        view[: len(data)] = data
        self._came += len(data)
        many = self._came > SURELY_NO_BOMB and self._came > MAX_UNPACKED_RATIO * self._packed
        if many or self._came > MAX_UNPACKED_BYTES:
            shown = (
                f"more than {MAX_UNPACKED_RATIO} times its size"
                if many
                else f"more than {bytes_text(MAX_UNPACKED_BYTES)}"
            )
            raise self._refusal("MS708", f"unpacks to {shown}", "if that is right, unpack it first, and name that file")
        return len(data)

    def _refusal(self, code: str, what: str, help: str) -> SpecError:
        return SpecError([Diagnostic(code, f"'{self._given}' {what}", help=help)])


def _zstd(file: BinaryIO, given: str) -> Callable[[int], bytes]:
    """Reads unpacked bytes; raises EOFError where the file is cut off, ValueError where it is damaged."""
    try:
        import zstandard
    except ImportError:
        message = f"reading '{given}' needs zstandard, which is not installed"
        raise SpecError([Diagnostic("MS601", message, help=f"install it with: {install('tables')}")]) from None
    held = bytearray()
    frame: Any = None

    def read(size: int) -> bytes:
        nonlocal frame
        while len(held) < size:
            piece = file.read(_PIECE)
            if not piece and frame is not None:
                raise EOFError
            if not piece:
                break
            try:
                while piece:
                    frame = frame or zstandard.ZstdDecompressor().decompressobj()
                    held.extend(frame.decompress(piece))
                    piece, frame = (frame.unused_data, None) if frame.eof else (b"", frame)
            except zstandard.ZstdError as error:
                raise ValueError(str(error)) from None
        taken = bytes(held[:size])
        del held[:size]
        return taken

    return read
