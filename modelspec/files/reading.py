"""A path -> an open file that is one: regular, of a bounded size, the same at the end of reading as at its start.

Every file is read through here, of whatever kind: specs, data, archives, stubs, a run's own. A pipe without a writer is not
waited for, a device without an end not read, and in a folder that strangers may have filled no link is followed.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

AnyPath = str | os.PathLike[str]
_PIECE = 1 << 20
_READING = (
    os.O_RDONLY
    | getattr(os, "O_NONBLOCK", 0)  # a named pipe might never have a writer
    | getattr(os, "O_NOCTTY", 0)
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_BINARY", 0)
)
_NOFOLLOW = getattr(os, "O_NOFOLLOW", 0)
_FOLDER = os.O_RDONLY | getattr(os, "O_DIRECTORY", 0) | getattr(os, "O_CLOEXEC", 0)
_KINDS = (
    (stat.S_ISLNK, "a link"), (stat.S_ISDIR, "a folder"), (stat.S_ISFIFO, "a named pipe"), (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"), (stat.S_ISBLK, "a device"), (stat.S_ISREG, "a file"),
)  # fmt: skip


class NotAFile(OSError):
    """What a path leads to is no regular file. `what` is what it is: `a named pipe`."""

    def __init__(self, what: str, path: AnyPath) -> None:
        super().__init__(errno.EINVAL, f"it is {what}, not a regular file", os.fspath(path))
        self.what = what


class TooLarge(OSError):
    """A file of more bytes than are read."""

    def __init__(self, most: int, path: AnyPath) -> None:
        super().__init__(errno.EFBIG, f"it is larger than {most:,} bytes", os.fspath(path))


class Changed(OSError):
    """A file that was written to while it was read: what was read is neither the old one nor the new."""

    def __init__(self, path: AnyPath) -> None:
        super().__init__(errno.EAGAIN, "it changed while it was read", os.fspath(path))


def open_file(path: AnyPath, within: AnyPath | None = None) -> BinaryIO:
    """The regular file at `path`, open for reading. Raises OSError, and ValueError for what no path can be.

    With `within`, a folder above it: no link is followed below that folder.
    """
    try:
        handle = os.open(path, _READING) if within is None else _below(path, within, _READING)
    except OSError as error:
        what = kind(path, within)
        if what is not None and error.errno != errno.EACCES:
            raise NotAFile(what, path) from error
        raise
    mode = os.fstat(handle).st_mode
    if not stat.S_ISREG(mode):
        os.close(handle)
        raise NotAFile(kind_of(mode), path)
    return os.fdopen(handle, "rb")


@contextmanager
def opened(path: AnyPath, within: AnyPath | None = None) -> Iterator[BinaryIO]:
    """The same for as long as it is read. Raises `Changed` at the end where it was written to meanwhile."""
    with open_file(path, within) as stream:
        before = os.fstat(stream.fileno())
        yield stream
        after = os.fstat(stream.fileno())
        if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
            raise Changed(path)


def read_bytes(path: AnyPath, most: int, within: AnyPath | None = None) -> bytes:
    """The bytes of a file. Raises OSError, `TooLarge` where it has more than `most`."""
    data = read_start(path, most + 1, within)
    if len(data) > most:
        raise TooLarge(most, path)
    return data


def read_start(path: AnyPath, most: int, within: AnyPath | None = None) -> bytes:
    """At most so many bytes from the start of a file. Raises OSError."""
    with opened(path, within) as stream:
        data = stream.read(min(most, os.fstat(stream.fileno()).st_size + 1))  # at once: a join would take it twice
        while len(data) < most and (part := stream.read(min(most - len(data), _PIECE))):
            data += part
    return data


def read_text(path: AnyPath, most: int, within: AnyPath | None = None) -> str:
    """The same as `read_bytes`, as UTF-8. Raises UnicodeDecodeError too, which is a ValueError."""
    return read_bytes(path, most, within).decode("utf-8")


def sha256_of(path: AnyPath, within: AnyPath | None = None) -> str:
    """The SHA-256 of a file. Raises OSError."""
    from hashlib import sha256

    digest = sha256()
    with opened(path, within) as stream:
        while part := stream.read(_PIECE):
            digest.update(part)
    return digest.hexdigest()


def is_file(path: AnyPath, within: AnyPath | None = None) -> bool:
    """Whether there is a regular file; with `within`, one to which no link leads below that folder."""
    return os.path.lexists(path) and kind(path, within) is None


def kind(path: AnyPath, within: AnyPath | None = None) -> str | None:
    """What stands at a path that is no regular file: `a folder`, `a named pipe`. None for a file, and for nothing at all.

    With `within`, what a link leads to below that folder is not looked at: it is a link.
    """
    try:
        if within is None:
            mode = os.stat(path).st_mode
            return None if stat.S_ISREG(mode) else kind_of(mode)
        place = os.fspath(within)
        parts = _parts(path, within)
        for number, part in enumerate(parts, 1):
            place = os.path.join(place, part)
            mode = os.lstat(place).st_mode
            if number < len(parts) and not stat.S_ISDIR(mode):
                return f"behind {kind_of(mode)}, {place}"
        return None if stat.S_ISREG(mode) else kind_of(mode)
    except OSError as error:
        return "a link to itself" if error.errno == errno.ELOOP else None
    except ValueError:
        return None


def kind_of(mode: int) -> str:
    """The word for a mode that is not a regular file's."""
    return next((word for test, word in _KINDS if test(mode)), "something else")


def _parts(path: AnyPath, within: AnyPath) -> list[str]:
    return os.path.relpath(path, within).split(os.sep)


def _below(path: AnyPath, within: AnyPath, flags: int) -> int:
    """Open a path from a folder on, part by part, so that nothing can turn into a link on the way."""
    if os.open not in os.supports_dir_fd:
        what = kind(path, within)
        if what is not None:
            raise NotAFile(what, path)
        return os.open(path, flags)
    *folders, name = _parts(path, within)
    handle = os.open(within, _FOLDER)
    try:
        for folder in folders:
            below = os.open(folder, _FOLDER | _NOFOLLOW, dir_fd=handle)
            os.close(handle)
            handle = below
        return os.open(name, flags | _NOFOLLOW, dir_fd=handle)
    except OSError as error:
        error.filename = os.fspath(path)
        raise
    finally:
        os.close(handle)
