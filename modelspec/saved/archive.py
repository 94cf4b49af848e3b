"""A `.keras` file, opened without trust: only the members that Keras writes, each once, stored as it is, and whole.

Keras writes uncompressed members, so that nothing in a file can be larger than the file itself. Must not know what a
description means, and never writes a file.
"""

from __future__ import annotations

import errno
import os
import re
import struct
import zipfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import BinaryIO

from modelspec.files.reading import Changed, NotAFile, opened
from modelspec.saved.limits import SavedLimits
from modelspec.saved.problem import SavedProblem

CONFIG = "config.json"
METADATA = "metadata.json"
WEIGHTS = "model.weights.h5"
ASSETS = "assets/"

_KNOWN = (CONFIG, METADATA, WEIGHTS)
_ASSET = re.compile(r"assets/(?:[^/\\:\x00-\x1f]+/)*[^/\\:\x00-\x1f]*\Z")
_HDF5 = b"\x89HDF\r\n\x1a\n"
_ENDED_TOO_SOON = "save the model again, or copy the file again"
_DAMAGE = (
    zipfile.BadZipFile, zipfile.LargeZipFile, EOFError, KeyError, NotImplementedError, OSError, OverflowError,
    RuntimeError, UnicodeError, ValueError, struct.error,
)  # fmt: skip
"""What `zipfile` raises, depending on which byte is wrong."""


@dataclass(frozen=True, slots=True)
class Archive:
    """A `.keras` file that is open: its name as the user gave it, and its members by their names."""

    path: str
    file: zipfile.ZipFile
    members: dict[str, zipfile.ZipInfo]

    def read(self, name: str, most: int) -> bytes:
        """The contents of a member, its checksum compared. Raises `SavedProblem` where it is damaged or too large."""
        member = self.members[name]
        if member.file_size > most:
            message = f"{self.path}: its {name} has {member.file_size:,} bytes, more than {most:,}"
            raise SavedProblem("MS623", message, "such a file was not written by Keras")
        try:
            with self.file.open(member) as stream:
                return stream.read()
        except _DAMAGE as error:
            raise _failed(self.path, error, f"its {name} differs from what was saved ({error})") from error


@contextmanager
def open_archive(path: str, limits: SavedLimits) -> Iterator[Archive]:
    """Open a `.keras` file. Raises `SavedProblem` where there is none or it is not safe to read."""
    with _regular_file(path) as stream, _opened(path, stream, limits) as file:
        members = _members(path, file, os.fstat(stream.fileno()).st_size)
        yield Archive(path, file, members)


def _opened(path: str, stream: BinaryIO, limits: SavedLimits) -> zipfile.ZipFile:
    try:
        size = os.fstat(stream.fileno()).st_size
        if size > limits.archive:
            message = f"{path} has {size:,} bytes, more than {limits.archive:,}"
            raise SavedProblem("MS623", message, "such a file was not written by Keras")
        if stream.read(len(_HDF5)) == _HDF5 or path.lower().endswith((".h5", ".hdf5")):
            raise _other_format(path, "is an .h5 file, which can hold code that runs when it is opened")
        _check_directory(path, stream, size, limits)
        return zipfile.ZipFile(stream)
    except _DAMAGE as error:
        raise _failed(path, error, "it is truncated, damaged, or not a .keras file") from error


@contextmanager
def _regular_file(path: str) -> Iterator[BinaryIO]:
    try:
        with ExitStack() as opening:
            try:
                stream = opening.enter_context(opened(path))
            except NotAFile as error:
                message = f"{path} is {error.what}, not a regular file"
                raise SavedProblem("MS620", message, "give a .keras file or a run directory") from error
            except (OSError, ValueError) as error:
                raise unreadable(path, error) from error
            yield stream
    except Changed as error:
        raise unreadable(path, error) from error


def unreadable(path: str, error: Exception) -> SavedProblem:
    """The problem that a file or folder cannot be read."""
    reason = error.strerror if isinstance(error, OSError) and error.strerror else "not a file name"
    help = "check the path: it is relative to the folder of the spec"
    return SavedProblem("MS620", f"cannot read {path!r}: {reason.lower()}", help)


def _failed(path: str, error: Exception, what: str) -> SavedProblem:
    """What a failed reading means: EINVAL is a place before the start of the file, to which only damage can point."""
    if isinstance(error, OSError) and error.errno not in (None, errno.EINVAL):
        return unreadable(path, error)
    return _damaged(path, what)


def _damaged(path: str, what: str) -> SavedProblem:
    return SavedProblem("MS622", f"{path}: {what}", _ENDED_TOO_SOON)


def _other_format(path: str, what: str) -> SavedProblem:
    help = "if you trust it, load it with Keras and save it as .keras"
    return SavedProblem("MS621", f"{path} {what}", help)


def _check_directory(path: str, stream: BinaryIO, size: int, limits: SavedLimits) -> None:
    """Refuse a list of members so long that reading it alone would take all memory; `zipfile` has no bound of its own."""
    tail_start = max(0, size - 65_557)
    stream.seek(tail_start)
    tail = stream.read()
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) - at < 22:
        raise _damaged(path, "it is truncated, or not a .keras file")
    length = int.from_bytes(tail[at + 12 : at + 16], "little")
    locator = tail[at - 20 : at] if at >= 20 else b""
    if locator.startswith(b"PK\x06\x07"):  # the form for files of more than 4 GiB
        stream.seek(int.from_bytes(locator[8:16], "little"))
        record = stream.read(56)
        length = max(length if length != 0xFFFFFFFF else 0, int.from_bytes(record[40:48], "little"))
    if length > min(limits.directory, size):
        message = f"{path}: the list of its members has {length:,} bytes, more than {limits.directory:,}"
        raise SavedProblem("MS623", message, "such a file was not written by Keras")
    stream.seek(0)


def _members(path: str, file: zipfile.ZipFile, size: int) -> dict[str, zipfile.ZipInfo]:
    """The members by name: known ones, each once, uncompressed, together no larger than the file."""
    members: dict[str, zipfile.ZipInfo] = {}
    for member in file.infolist():
        name = member.filename
        if name in members:
            raise _unsafe(path, f"it has two members named {name!r}")
        if name not in _KNOWN and not _is_asset(name):
            raise _unsafe(path, f"it has a member named {name[:80]!r}")
        if member.flag_bits & 1:
            raise _unsafe(path, f"its {name} is encrypted")
        if member.compress_type != zipfile.ZIP_STORED or member.file_size != member.compress_size:
            raise _unsafe(path, f"its {name} is compressed")
        members[name] = member
    for name in _KNOWN:
        if name not in members:
            raise SavedProblem("MS624", f"{path}: it has no {name}", "save the model again with keras.Model.save")
    if sum(member.file_size for member in members.values()) > size:
        raise _unsafe(path, "its members are larger than the file")
    return members


def _is_asset(name: str) -> bool:
    return _ASSET.match(name) is not None and ".." not in name.split("/")


def _unsafe(path: str, what: str) -> SavedProblem:
    return SavedProblem("MS623", f"{path}: {what}", "Keras does not write such a file; do not use it")
