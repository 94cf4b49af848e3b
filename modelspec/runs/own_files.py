"""What may stand in a run directory where a training writes: regular files of its own, in folders of its own.

A run may come from someone else. A link in it would lead what is written out of it; a pipe would be waited for.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from modelspec.diagnostics import Diagnostic, SpecError
from modelspec.files.reading import kind

FILES = (
    "spec.yaml", "resolved.yaml", "run.json", "run.lock", "events.jsonl", "history.jsonl", "history.csv", "metrics.json",
    "best.safetensors", "last.safetensors", "model.keras", "learned.json",
)  # fmt: skip
FOLDERS = ("checkpoints", "tensorboard")


def check_own(run: Path, callbacks: Iterable[Any] = ()) -> None:
    """Raises `SpecError` (MS752) where something else than its own stands in the place of what a training writes.

    `callbacks` are entries of the catalogue; what they write is looked at too, as far as its name is known.
    """
    for name in FILES:
        check_file(run / name, run)
    for name in FOLDERS:
        check_folder(run / name, run)
    _check_writable(run / "checkpoints")
    check_tree(run / "tensorboard", run)
    for entry in callbacks:
        if entry.writes_to is None:
            continue
        path = run / getattr(entry, entry.writes_to)
        if entry.writes_to == "log_dir":
            check_tree(path, run)
        elif "{" not in str(path.relative_to(run)):
            check_file(path, run)


def check_file(path: Path, run: Path) -> None:
    """Raises `SpecError` (MS752) where at the path, or on the way to it, is something else than a file."""
    what = kind(path, run)
    if what is not None:
        raise _in_the_way(path, f"it is {what}, not a regular file of the run")


def check_folder(path: Path, run: Path) -> None:
    """The same for a folder."""
    what = kind(path, run)
    if what is None and os.path.lexists(path):
        what = "a file"
    if what not in (None, "a folder"):
        raise _in_the_way(path, f"it is {what}, not a folder of the run")


def check_tree(path: Path, run: Path) -> None:
    """The same for a folder and all that is in it: folders and regular files."""
    check_folder(path, run)
    for folder, below, files in os.walk(path):
        for name in below:
            check_folder(Path(folder, name), run)
        for name in files:
            check_file(Path(folder, name), run)


def _check_writable(folder: Path) -> None:
    if os.path.lexists(folder) and not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
        help = "get permission to read and write there, or train into another directory"
        raise SpecError([Diagnostic("MS752", f"{folder} cannot be used: permission denied", help=help)])


def _in_the_way(path: Path, why: str) -> SpecError:
    help = "move it out of the run directory, then continue"
    return SpecError([Diagnostic("MS752", f"{path} cannot be used: {why}", help=help)])
