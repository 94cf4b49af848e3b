"""Whether the disk has room for what a training will write. Looked at before the first step, told before it is too late."""

from __future__ import annotations

import errno
import os
import shutil
from pathlib import Path

from modelspec.diagnostics import Diagnostic, SpecError
from modelspec.files.reading import NotAFile

_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_FIRST = (
    ((errno.EINVAL, errno.ENOTDIR), "move it out of the run directory"),
    ((errno.EACCES, errno.EPERM, errno.EROFS), "get permission to write there"),
)
"""What a user does about an error that is not one of the disk."""


def check_space(folder: Path, state: int, weights: int, keep: int) -> None:
    """Refuse a disk without room for the checkpoints and the trained model. Raises `SpecError` (MS763).

    `state` and `weights` are the bytes of all variables and of the model's weights: the run directory holds best and
    last weights and the model, and, while a checkpoint is written, one more than are kept, each with the best weights.
    """
    needed = (keep + 1) * (state + weights) + 3 * weights
    there = sum(item.stat().st_size for item in folder.rglob("*") if item.is_file())
    missing, free = needed - there, free_bytes(folder)
    if free is not None and missing > free:
        message = f"{folder}: this training writes about {size_text(missing)}, and the disk has {size_text(free)} free"
        help = f"make room, train elsewhere with --run-dir, or keep fewer checkpoints: `checkpoint: {{keep: 1}}` (now {keep})"
        raise SpecError([Diagnostic("MS763", message, help=help)])


def not_written(folder: Path, error: OSError, previous: str | None) -> SpecError:
    """What to tell a user whose checkpoint could not be written; `previous` names the one that is there."""
    free = free_bytes(folder)
    room = f"; the disk has {size_text(free)} free" if free is not None and error.errno in _NO_ROOM else ""
    kept = f"the one before it, {previous}, is whole" if previous is not None else "there is none before it"
    why = (error.strerror or str(error)).lower()
    if isinstance(error, NotAFile):
        why = f"{error.filename}: {why}"
    message = f"a checkpoint cannot be written into {folder}: {why}{room}; {kept}"
    first = next((words for numbers, words in _FIRST if error.errno in numbers), "make room or repair the disk")
    return SpecError([Diagnostic("MS763", message, help=f"{first}, then continue with `modelspec train --resume`")])


def free_bytes(folder: Path) -> int | None:
    """The bytes that a user may still write, where the system tells."""
    try:
        return shutil.disk_usage(folder).free if os.path.isdir(folder) else None
    except OSError:
        return None


def size_text(size: int) -> str:
    """`1.5 GB`, `20 MB`, `3 kB`."""
    for unit, name in ((10**9, "GB"), (10**6, "MB"), (10**3, "kB")):
        if size >= unit:
            return f"{size / unit:.{1 if size < 10 * unit else 0}f} {name}"
    return f"{size} bytes"
