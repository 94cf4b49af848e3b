"""An SQLite file -> a connection that reads its tables and can do nothing else, and makes no file beside it."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import BinaryIO
from urllib.parse import quote

FAILURES = (sqlite3.Error, sqlite3.Warning)
"""What sqlite3 raises of a database or a query."""
_MAGIC = b"SQLite format 3\0"
_WRITES_AHEAD = 2
"""What the header says of a database that keeps its latest rows in a file of its own."""
_READING = (sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_RECURSIVE)


@contextmanager
def connected(file: BinaryIO, path: str) -> Iterator[sqlite3.Connection]:
    """A connection to the database of an open file. Raises one of `FAILURES`."""
    with closing(sqlite3.connect(f"file:{quote(path)}?{_how(file, path)}", uri=True)) as connection:
        connection.set_authorizer(
            lambda action, *_: sqlite3.SQLITE_OK if action in _READING else sqlite3.SQLITE_DENY  # no ATTACH, no PRAGMA
        )
        yield connection


def _how(file: BinaryIO, path: str) -> str:
    """How the file is to be opened: SQLite writes beside one with a write-ahead log, unless nobody else has it open."""
    start = os.pread(file.fileno(), 20, 0)
    if start[: len(_MAGIC)] != _MAGIC:
        raise sqlite3.DatabaseError("it is no SQLite database")
    if start[19:20] != bytes([_WRITES_AHEAD]):
        return "mode=ro"
    if not _size(f"{path}-wal"):
        return "mode=ro&immutable=1"
    if not os.path.exists(f"{path}-shm"):
        raise sqlite3.OperationalError("it was not closed, and its latest rows are in its write-ahead log")
    return "mode=ro"


def _size(path: str) -> int:
    try:
        return os.stat(path).st_size
    except OSError:
        return 0
