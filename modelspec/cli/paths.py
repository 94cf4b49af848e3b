"""Which spec files the paths on a command line mean."""

from __future__ import annotations

import glob
import os
from collections.abc import Iterable
from pathlib import Path

import typer


def find_specs(paths: Iterable[str]) -> list[str]:
    """The spec files that paths mean, each once: files, folders (every .yaml and .yml below), patterns, and `-`.

    Raises `typer.BadParameter` for a folder or a pattern without any.
    """
    return list(dict.fromkeys(file for path in paths for file in _files(path)))


def _files(path: str) -> list[str]:
    if path == "-" or (os.path.lexists(path) and not os.path.isdir(path)):
        return [path]
    if os.path.isdir(path):
        found = _below(Path(path))
        if not found:
            raise typer.BadParameter(f"there is no .yaml file in the folder {path!r}", param_hint="PATH")
        return found
    if glob.has_magic(path):
        matches = sorted(file for file in glob.glob(path, recursive=True) if os.path.isfile(file))
        if not matches:
            raise typer.BadParameter(f"no file matches {path!r}", param_hint="PATH")
        return matches
    return [path]


def _below(folder: Path) -> list[str]:
    """Spec files in order; hidden folders, such as .git and .venv, hold none."""
    found = []
    for below, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        found += [str(Path(below, name)) for name in files if name.endswith((".yaml", ".yml")) and name[0] != "."]
    return sorted(file for file in found if os.path.isfile(file))
