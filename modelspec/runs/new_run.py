"""A run directory that is not there yet: whether it can be made, making it, and taking it away again.

Must not know what it will hold.
"""

from __future__ import annotations

import contextlib
import os
import shutil
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from modelspec.diagnostics import Diagnostic, SpecError
from modelspec.files.reading import kind

if TYPE_CHECKING:
    from modelspec.runs.directory import RunDir


def create(name: str, run_dir: str | None) -> RunDir:
    """A new run directory: `runs/<name>/<time>/`, or `run_dir`. Raises `SpecError` (MS751) where it is there already."""
    from modelspec.runs.directory import RunDir  # what checks only needs none of the packages that read runs

    try:
        if run_dir is not None:
            path = Path(run_dir)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.mkdir()
            return RunDir(path)
        parent = Path("runs") / name
        parent.mkdir(parents=True, exist_ok=True)
        stamp = datetime.now().strftime("%Y-%m-%d_%H-%M-%S")
        for count in range(1, 10_000):
            path = parent / (stamp if count == 1 else f"{stamp}_{count}")
            try:
                path.mkdir()
            except FileExistsError:
                continue
            return RunDir(path)
    except OSError as error:
        check_new(name, run_dir)
        raise _not_made(name, run_dir, (error.strerror or str(error)).lower()) from error
    raise AssertionError("ten thousand runs in one second")


def remove(run: RunDir, name: str, run_dir: str | None) -> None:
    """Take away a run directory that `create` made with these arguments, and folders that it made and nothing else is in."""
    shutil.rmtree(run.path, ignore_errors=True)
    if run_dir is None:
        with contextlib.suppress(OSError):
            (Path("runs") / name).rmdir()
            Path("runs").rmdir()


def check_new(name: str, run_dir: str | None) -> None:
    """Refuse a run directory that is there already or that cannot be made, before anything long begins.

    Raises `SpecError` (MS751).
    """
    if run_dir is not None and os.path.lexists(run_dir):
        message = f"the run directory {run_dir} already exists"
        help = "a run never overwrites another: name a new directory, or leave --run-dir out"
        raise SpecError([Diagnostic("MS751", message, help=help)])
    path = Path("runs", name, "time") if run_dir is None else Path(run_dir)
    why, first = _obstacle(path)
    if why:
        raise _not_made(name, run_dir, why, first)


def _obstacle(path: Path) -> tuple[str, str]:
    """Why no folder can be made at a path, as far as that is seen before, and what to do about it; empty where it can."""
    try:
        with contextlib.suppress(FileNotFoundError, NotADirectoryError):
            os.lstat(path)  # its name may be too long, or it lies where one may not look
        above = next(folder for folder in path.parents if os.path.lexists(folder))
        what = kind(above)
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        return why.lower(), ""
    if what != "a folder":
        dead = os.path.islink(above) and not os.path.exists(above)
        return (
            f"{above} is {'a link that leads nowhere' if dead else what or 'a file'}, not a folder",
            "move it away, or ",
        )
    if not os.access(above, os.W_OK | os.X_OK):
        return f"permission denied in the folder {above}", "get permission to write there, or "
    return "", ""


def _not_made(name: str, run_dir: str | None, why: str, first: str = "") -> SpecError:
    message = f"cannot make the run directory {run_dir or 'runs/' + name}: {why}"
    return SpecError([Diagnostic("MS751", message, help=f"{first}choose another directory with --run-dir")])
