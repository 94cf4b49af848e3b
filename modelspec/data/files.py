"""A data path of a spec -> an open, regular file where the spec may read, or one diagnostic that says why not.

A spec may come from a stranger: a path never leaves the folders that are allowed, names another machine, or blocks the program.
No numpy here, and nothing of what is in a file.
"""

from __future__ import annotations

import errno
import hashlib
import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from difflib import get_close_matches
from itertools import islice
from pathlib import Path
from typing import BinaryIO, NoReturn

from modelspec.diagnostics import Diagnostic, SpecError
from modelspec.diagnostics import Path as SpecPath
from modelspec.expansion.files.paths import Reach
from modelspec.files.reading import Changed, NotAFile, opened


@contextmanager
def open_data_file(given: str, reach: Reach, where: SpecPath) -> Iterator[BinaryIO]:
    """Open `given` for reading; raises SpecError with one diagnostic where that may not be."""
    path = _resolve(given, reach, where)
    try:
        with opened(path) as file:
            if os.fstat(file.fileno()).st_size == 0:
                _refuse("MS707", f"'{given}' is empty: expected rows, found 0 bytes", "write the rows first", where)
            yield file
    except OSError as error:
        _refuse_file(error, path, given, where)


@contextmanager
def hashing(file: BinaryIO) -> Iterator[Callable[[], tuple[int, str]]]:
    """Within, the size and SHA-256 of an open file are found out while it is read; calling what is yielded waits for them."""

    def hashed() -> tuple[int, str]:
        digest, size = hashlib.sha256(), 0
        while block := os.pread(file.fileno(), 1 << 20, size):
            digest.update(block)
            size += len(block)
        return size, digest.hexdigest()

    with ThreadPoolExecutor(1) as worker:
        yield worker.submit(hashed).result


def sha256_of(file: BinaryIO) -> tuple[int, str]:
    """The size and SHA-256 of an open file, which is left at its start."""
    digest, size = hashlib.sha256(), 0
    file.seek(0)
    while block := file.read(1 << 20):
        digest.update(block)
        size += len(block)
    file.seek(0)
    return size, digest.hexdigest()


def _resolve(given: str, reach: Reach, where: SpecPath) -> Path:
    bad = reach.problem(given)
    if bad is not None:
        _refuse(bad.code, bad.message, bad.help, where)
    try:
        return Path(os.path.realpath(os.path.join(reach.folder, given)))
    except (OSError, ValueError) as error:
        _refuse("MS703", f"{given!r} is not a usable path: {error}", "write a plain path such as data/train.csv", where)


def _refuse_file(error: OSError, path: Path, given: str, where: SpecPath) -> NoReturn:
    """Say why a file cannot be opened, or not be read to its end."""
    if isinstance(error, NotAFile) and os.path.islink(path):
        _refuse("MS703", f"'{given}' is a loop of symbolic links", "name the file itself", where)
    if isinstance(error, NotAFile):
        _refuse("MS705", f"'{given}' is {error.what}, not a file", "name a regular file", where)
    if isinstance(error, Changed):
        _refuse(
            "MS706",
            f"'{given}' changed while it was read",
            "wait until it is completely written, then try again",
            where,
        )
    if error.errno in (errno.ENOENT, errno.ENOTDIR):
        _refuse("MS704", f"there is no file '{given}' (looked for {path})", _similar(path), where)
    if error.errno == errno.ENAMETOOLONG:
        _refuse("MS703", f"'{given[:40]}...' is not a usable path: a name in it is too long", None, where)
    _refuse("MS706", f"'{given}' cannot be read: {error.strerror or error}", "check its permissions", where)


def closest(name: str, names: Iterable[str]) -> str | None:
    """The name that was probably meant, among the first thousand."""
    close = get_close_matches(name, list(islice(names, 1000)), n=1)
    return close[0] if close else None


def _similar(path: Path) -> str:
    try:
        with os.scandir(path.parent) as entries:
            close = closest(path.name, (entry.name for entry in entries))
    except PermissionError:
        return f"the folder {path.parent} cannot be listed: check the name, or get permission to list it"
    except OSError:
        return f"the folder {path.parent} does not exist either; data paths are relative to the spec"
    return f"did you mean '{close}'?" if close else "data paths are relative to the spec, not to the working folder"


def _refuse(code: str, message: str, help: str | None, where: SpecPath) -> NoReturn:
    raise SpecError([Diagnostic(code, message, path=where, help=help)])
