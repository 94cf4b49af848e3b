"""Files that are never torn: written beside, synced, and renamed, so that a kill leaves the old one or the new one.

Every file is written through here. The message of a failure names the intended file, never the temporary one. Must not
know what is written.
"""

from __future__ import annotations

import contextlib
import errno
import json
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any, BinaryIO, TextIO

from modelspec.files.reading import AnyPath, NotAFile, kind, open_file
from modelspec.files.unwound import unwound

_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
_NOFOLLOW = getattr(os, "O_NOFOLLOW", 0)
_APPENDING = (
    os.O_WRONLY | os.O_CREAT | os.O_APPEND | _NOFOLLOW
    | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
)  # fmt: skip
_PIECE = 1 << 20
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT)
_NOT_ALLOWED = (errno.EACCES, errno.EPERM, errno.EROFS)


class NotWritten(OSError):
    """A file that cannot be written; `filename` is the one that was meant."""


def not_written(path: AnyPath, error: OSError, folder: bool = False) -> NotWritten:
    """The same error with the name of the file that was meant; `folder` says that nothing can be made in its folder."""
    why = str(error)
    if isinstance(error, NotAFile | NotWritten):
        why = str(error.strerror)
    elif error.errno is not None:
        why = os.strerror(error.errno)
    if folder and error.errno in _NOT_ALLOWED:
        why += f" in the folder {os.path.dirname(os.fspath(path)) or os.curdir}"
    return NotWritten(error.errno or errno.EIO, why, os.fspath(path))


def remedy(error: OSError) -> str:
    """What a user does about a file that cannot be written."""
    if error.errno in _NO_ROOM:
        return "make room on the disk, or write elsewhere"
    if error.errno == errno.EFBIG:
        return "raise the limit on the size of files (`ulimit -f`), or write elsewhere"
    if error.errno in _NOT_ALLOWED:
        return "get permission to write there, or write elsewhere"
    if error.errno in (errno.ENOENT, errno.ENOTDIR):
        return "make its folder first, or write elsewhere"
    if error.errno == errno.EINVAL:
        return "move it away, or name another file"
    return "check the disk, or write elsewhere"


def meant(path: AnyPath) -> Path:
    """The file that a user means by a path on the command line: where it is a link, what that leads to."""
    return Path(os.path.realpath(path)) if os.path.islink(path) else Path(path)


def check_target(path: AnyPath) -> None:
    """Raise `NotWritten` where no file can be written at a path: before the long work whose result it is."""
    what = kind(path)
    if what is not None:
        raise not_written(path, NotAFile(what, path))
    folder = os.path.dirname(meant(path)) or os.curdir
    if not os.path.isdir(folder):
        raise NotWritten(errno.ENOENT, f"there is no folder {folder}", os.fspath(path))
    if not os.access(folder, os.W_OK | os.X_OK):
        raise not_written(path, OSError(errno.EACCES, ""), folder=True)


def replace_file(path: Path, write: Callable[[Path], None]) -> None:
    """Have `write` make a file beside `path`, then put it in its place. Raises `NotWritten`; `path` is then as it was.

    The file beside keeps the ending of `path`, since some writers choose their format by it. Only a regular file is
    replaced: a link, a pipe or a folder is refused.
    """
    with _naming(path), unwound():
        what = kind(path, path.parent)
        if what is not None:
            raise NotAFile(what, path)
        beside, mode = _made_beside(path)
        try:
            write(beside)
            beside.chmod(mode)  # some writers make files that only the user may read
            _sync(beside)
            os.replace(beside, path)
            sync_folder(path.parent)
        except BaseException as error:
            with contextlib.suppress(OSError):
                beside.unlink()
            if isinstance(error, OSError) and error.errno is None:  # of a library with words of its own
                raise OSError(str(error).replace(beside.name, path.name)) from error
            raise


def copy_file(source: Path, target: Path, within: Path) -> None:
    """Put a copy of `source`, a file below `within`, into `target`.

    No link: a user who writes into the one must not change the other.
    """
    with open_file(source, within) as stream:
        replace_file(target, lambda beside: _write(beside, iter(lambda: stream.read(_PIECE), b"")))


def write_bytes(path: Path, data: bytes) -> None:
    """Put `data` into the file `path` as a whole."""
    write_parts(path, [data])


def write_parts(path: Path, parts: Iterable[bytes | memoryview]) -> None:
    """Put one after the other into the file `path`, as a whole."""
    replace_file(path, lambda beside: _write(beside, parts))


def write_text(path: Path, text: str) -> None:
    """Put a text into the file `path` as a whole, as UTF-8."""
    write_bytes(path, text.encode("utf-8"))


def write_json(path: Path, value: Any) -> None:
    """Put a value into the file `path` as JSON."""
    write_text(path, json.dumps(value, indent=2, allow_nan=False) + "\n")


def create_text(path: Path, text: str) -> None:
    """Make a new file with a text. Raises FileExistsError where there is something already, and `NotWritten`."""
    try:
        with unwound():
            write_new(path, [text.encode("utf-8")])
    except FileExistsError:
        raise
    except BaseException as error:
        with contextlib.suppress(OSError):
            path.unlink()
        if isinstance(error, OSError):
            raise not_written(path, error, folder=True) from error
        raise


def append_line(path: Path, line: str) -> None:
    """Add a line to the file `path`, which is made where it is not there. Raises `NotWritten`.

    A kill may leave a part of the line: who reads the file passes over a last line without its end.
    """
    with _naming(path):
        handle = _open_end(path)
        try:
            _write_whole(handle, f"{line}\n".encode())
        finally:
            os.close(handle)


def open_text(path: Path, append: bool) -> TextIO:
    """A file to write text into on the way, from its end on or anew; no link is followed. Raises `NotWritten`."""
    with _naming(path):
        handle = _open_end(path)
        if not append:
            os.ftruncate(handle, 0)
        return os.fdopen(handle, "a", newline="" if os.linesep == "\n" else None, encoding="utf-8")


@contextmanager
def opened_to_write(beside: Path) -> Iterator[BinaryIO]:
    """The file beside, empty, for a writer that takes an open file."""
    with os.fdopen(os.open(beside, os.O_RDWR | os.O_TRUNC | _NOFOLLOW), "rb+") as stream:
        yield stream


def write_new(path: Path, content: Iterable[bytes | memoryview]) -> tuple[int, str]:
    """Make the file `path`, synced; its size and the SHA-256 of what was meant. Raises OSError, also where it is there.

    For files in a folder that nobody sees yet: what is left after an error is not whole.
    """
    digest, size = sha256(), 0
    handle = os.open(path, _NEW, 0o666)
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


def make_folder(path: Path) -> None:
    """A folder, and those above it. Raises `NotWritten`."""
    with _naming(path):
        path.mkdir(parents=True, exist_ok=True)


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Within, no other process of this machine is at this place with this folder."""
    import fcntl

    handle = os.open(folder, os.O_RDONLY)
    try:
        with contextlib.suppress(OSError):  # a file system without such locks
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


@contextmanager
def _naming(path: Path) -> Iterator[None]:
    """Within, what the system refuses is reported with the name of this file."""
    try:
        yield
    except NotWritten:
        raise
    except OSError as error:
        raise not_written(path, error) from error


def _made_beside(path: Path) -> tuple[Path, int]:
    """An empty file beside `path` that was not there before, and its mode. Raises `NotWritten`."""
    for count in ("", *map(str, range(100))):
        stem, dot, ending = path.name.lstrip(".").partition(".")
        beside = path.with_name(f".{stem[:100] or 'file'}.{os.getpid()}{count}.part{dot}{ending}")
        try:
            handle = os.open(beside, _NEW, 0o666)
        except FileExistsError:
            continue  # of another process that had this number and was killed
        except OSError as error:
            raise not_written(path, error, folder=True) from error
        try:
            return beside, os.fstat(handle).st_mode & 0o7777
        finally:
            os.close(handle)
    raise NotWritten(errno.EEXIST, f"too many of its temporary files are left in {path.parent}", os.fspath(path))


def _open_end(path: Path) -> int:
    """A regular file open at its end, and of this place only."""
    try:
        handle = os.open(path, _APPENDING, 0o666)
    except OSError as error:
        what = kind(path, path.parent)
        raise (NotAFile(what, path) if what is not None else error) from error
    what = kind(path, path.parent)
    if what is not None:
        os.close(handle)
        raise NotAFile(what, path)
    if os.fstat(handle).st_nlink == 1:
        return handle
    # It is a file of elsewhere too, as in a backup that was made of links: that one stays as it is.
    os.close(handle)
    copy_file(path, path, path.parent)
    return os.open(path, _APPENDING, 0o666)


def _write(path: Path, parts: Iterable[bytes | memoryview]) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_TRUNC | _NOFOLLOW)
    try:
        for part in parts:
            _write_whole(handle, part)
    finally:
        os.close(handle)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDWR | _NOFOLLOW)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _write_whole(handle: int, data: bytes | memoryview) -> None:
    """Write until all is written: the system may take less than it was given."""
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(handle, rest) :]
