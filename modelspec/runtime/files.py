"""Files that are never torn: written beside, synced, and renamed, so that a kill leaves the old one or the new one.

Knows nothing of what is written.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any


def replace_file(path: Path, write: Callable[[Path], None]) -> None:
    """Have `write` make a file beside `path`, then put it in its place. Raises OSError; `path` is then as it was.

    The file beside keeps the ending of `path`, since some writers choose their format by it.
    """
    beside = path.with_name(f".{path.stem}.{os.getpid()}.part{path.suffix}")
    try:
        beside.touch()
        mode = beside.stat().st_mode
        write(beside)
        beside.chmod(mode)  # some writers make files that only the user may read
        with open(beside, "rb+") as stream:
            os.fsync(stream.fileno())
        os.replace(beside, path)
        sync_folder(path.parent)
    except BaseException:
        with contextlib.suppress(OSError):
            beside.unlink()
        raise


def copy_file(source: Path, target: Path) -> None:
    """Put a copy of `source` into `target`. No link: a user who writes into the one must not change the other."""

    def copy(beside: Path) -> None:
        shutil.copyfile(source, beside)

    replace_file(target, copy)


def write_bytes(path: Path, data: bytes) -> None:
    """Put `data` into the file `path` as a whole."""
    replace_file(path, lambda beside: _write(beside, data))


def write_text(path: Path, text: str) -> None:
    """Put a text into the file `path` as a whole, as UTF-8."""
    write_bytes(path, text.encode("utf-8"))


def write_json(path: Path, value: Any) -> None:
    """Put a value into the file `path` as JSON."""
    write_text(path, json.dumps(value, indent=2, allow_nan=False) + "\n")


def append_line(path: Path, line: str) -> None:
    """Add a line to the file `path`, which is made where it is not there. Raises OSError.

    A kill may leave a part of the line: who reads the file passes over a last line without its end.
    """
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o666)
    try:
        _write_whole(handle, f"{line}\n".encode())
    finally:
        os.close(handle)


def write_new(path: Path, content: Iterable[bytes | memoryview]) -> tuple[int, str]:
    """Make the file `path`, synced; its size and the SHA-256 of what was meant. Raises OSError, also where it is there.

    For files in a folder that nobody sees yet: what is left after an error is not whole.
    """
    digest, size = hashlib.sha256(), 0
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
    try:
        for part in content:
            digest.update(part)
            size += len(part)
            _write_whole(handle, part)
        os.fsync(handle)
    finally:
        os.close(handle)
    return size, digest.hexdigest()


def sync_folder(folder: Path) -> None:
    """Make a rename in the folder last through a power cut, where the system can."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _write(path: Path, data: bytes) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_TRUNC)
    try:
        _write_whole(handle, data)
    finally:
        os.close(handle)


def _write_whole(handle: int, data: bytes | memoryview) -> None:
    """Write until all is written: the system may take less than it was given."""
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(handle, rest) :]
