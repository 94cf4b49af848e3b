"""One training at a time in a run directory: a file that names the process, taken over when that process is gone.

The file is made with O_EXCL. Looking at it and taking it over happen under a lock that the system gives back when a
process dies, so two processes that both find a dead one's file do not both take it.
"""

from __future__ import annotations

import contextlib
import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from modelspec.diagnostics import Diagnostic, SpecError
from modelspec.files import reading as files
from modelspec.files.writing import alone, create_text
from modelspec.runs.own_files import check_file
from modelspec.runs.recorded import MOST_BYTES, NotAsWritten, Owner, from_json, held, read_text

NAME = "run.lock"


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Within, the run directory belongs to this process. Raises `SpecError` (MS760) where it is another's, and OSError."""
    path = folder / NAME
    with alone(folder):
        check_file(path, folder)
        try:
            owner = _owner(path)
        except PermissionError as error:
            raise _unreadable(path, error) from error
        if owner is not None and _alive(owner):
            raise _in_use(folder, owner)
        with contextlib.suppress(FileNotFoundError):
            path.unlink()
        create_text(path, json.dumps(_this_process()))
    try:
        yield
    finally:
        with contextlib.suppress(OSError):
            if _owner(path) == _this_process():
                path.unlink()


def _owner(path: Path) -> dict[str, Any] | None:
    """The process that the lock file names; None without one, or where it names none: its writer died before it had.

    Raises PermissionError for that of somebody who keeps it to themselves.
    """
    try:
        owner: dict[str, Any] = from_json(read_text(path, MOST_BYTES, path.parent))
        held(Owner, owner)
    except PermissionError:
        raise
    except (OSError, NotAsWritten):
        return None
    return owner


def _alive(owner: dict[str, Any]) -> bool:
    """Whether the process may still be running; of another machine's processes that cannot be known."""
    here = _this_process()
    if owner.get("host") != here["host"]:
        return True
    if owner.get("boot") != here["boot"]:
        return False
    try:
        os.kill(owner["pid"], 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        return True
    return owner.get("began") == _began(owner["pid"])  # a number is used again for another process


def _this_process() -> dict[str, Any]:
    pid = os.getpid()
    return {"pid": pid, "host": socket.gethostname(), "boot": _boot(), "began": _began(pid)}


def _boot() -> str | None:
    """A text that is another after each start of the machine, where the system tells."""
    try:
        return files.read_text("/proc/sys/kernel/random/boot_id", MOST_BYTES).strip()
    except OSError:
        return None


def _began(pid: int) -> str | None:
    """When a process began, in ticks since the machine started, where the system tells."""
    try:
        return files.read_text(f"/proc/{pid}/stat", MOST_BYTES).rpartition(")")[2].split()[19]
    except (OSError, IndexError):
        return None


def _unreadable(path: Path, error: OSError) -> SpecError:
    message = f"another user's training may be writing into {path.parent}: {path} cannot be read: {error.strerror}"
    help = f"train into another directory; if that training is gone, remove {path}"
    return SpecError([Diagnostic("MS760", message, help=help)])


def _in_use(folder: Path, owner: dict[str, Any]) -> SpecError:
    where = f"process {owner.get('pid')} on {owner.get('host')}"
    help = "wait until it ends, or train into another directory"
    if owner.get("host") != socket.gethostname():
        help += f"; if that process is gone, remove {folder / NAME}"
    return SpecError([Diagnostic("MS760", f"another training writes into {folder}: {where}", help=help)])
