"""Faults at the n-th operation on files below a folder: it fails, writes too little, or the process dies there.

`operations` counts what a piece of work does, so that a test can go through all of them.
"""

import contextlib
import errno
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

NAMES = ("open", "write", "fsync", "mkdir", "rename", "replace", "unlink", "rmdir", "close")
"""The functions of `os` by which files are written. Removing and closing are counted: a process may die there."""
FAILING = ("open", "write", "fsync", "mkdir", "rename", "replace")
CODES = {"EIO": errno.EIO, "ENOSPC": errno.ENOSPC, "EINTR": errno.EINTR, "EDQUOT": errno.EDQUOT}
DIED = 86


@dataclass
class Faults:
    """What happens at operation number `at` (from 1): `kind` is a name of CODES, `short`, `torn` or `die`."""

    folder: Path
    at: int = 0
    kind: str = "none"
    done: list[str] = field(default_factory=list)
    handles: set[int] = field(default_factory=set)

    def call(self, name: str, real: Callable[..., Any], *arguments: Any, **options: Any) -> Any:
        """Do the operation, or what shall happen instead."""
        if not self.concerns(arguments):
            return real(*arguments, **options)
        self.done.append(name)
        if len(self.done) == self.at:
            if self.kind == "die":
                os._exit(DIED)
            if self.kind == "torn" and name == "write":
                real(arguments[0], bytes(arguments[1])[: len(arguments[1]) // 2])
                os._exit(DIED)
            if self.kind == "short" and name == "write":
                return real(arguments[0], bytes(arguments[1])[: max(1, len(arguments[1]) // 2)])
            if self.kind in CODES and name in FAILING:
                raise OSError(CODES[self.kind], os.strerror(CODES[self.kind]), str(arguments[0]))
        result = real(*arguments, **options)
        if name == "open":
            self.handles.add(result)
        if name == "close":
            self.handles.discard(arguments[0])
        return result

    def concerns(self, arguments: tuple[Any, ...]) -> bool:
        """Whether an operation is on a file of the folder."""
        what = arguments[0]
        if isinstance(what, int):
            return what in self.handles
        return str(what).startswith(str(self.folder))


@contextlib.contextmanager
def faults(folder: Path, at: int = 0, kind: str = "none") -> Iterator[Faults]:
    """Within, operation number `at` on files below the folder goes wrong."""
    state = Faults(folder, at, kind)
    real = {name: getattr(os, name) for name in NAMES}

    def wrapped(name: str) -> Callable[..., Any]:
        return lambda *arguments, **options: state.call(name, real[name], *arguments, **options)

    for name in NAMES:
        setattr(os, name, wrapped(name))
    try:
        yield state
    finally:
        for name, function in real.items():
            setattr(os, name, function)


def operations(folder: Path, work: Callable[[], Any]) -> list[str]:
    """The operations on files below the folder that the work does, in their order."""
    with faults(folder) as seen:
        work()
    return seen.done


def in_a_child(work: Callable[[], Any]) -> int:
    """Do the work in a forked process; its exit status (0: it ended, 1: it raised)."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            work()
            code = 0
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
