"""Doing something again whenever files change. Looks at the files a few times a second and needs no other package."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable

_EVERY_SECONDS = 0.25

State = dict[str, tuple[int, int] | None]


def watch(find: Callable[[], Iterable[str]], work: Callable[[], bool]) -> None:
    """Call `work` now, and again after each change of a file that `find` names, until it says that nobody listens."""
    seen: State | None = None
    while True:
        state = {file: _stamp(file) for file in find()}
        if state != seen:
            seen = state
            if not work():
                return
        time.sleep(_EVERY_SECONDS)


def _stamp(file: str) -> tuple[int, int] | None:
    """What changes with a file: its time and size, or None where it is not there (an editor replaces it)."""
    try:
        status = os.stat(file)
    except (OSError, ValueError):
        return None
    return status.st_mtime_ns, status.st_size
