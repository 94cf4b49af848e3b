"""Which spec files the paths on a command line mean."""

from __future__ import annotations

import glob
import os
from collections.abc import Iterable
from pathlib import Path

from modelspec.cli.options.ignoring import NAME, Ignored
from modelspec.cli.options.usage import WrongUsage

_IS_A_RUN = {"run.json", "resolved.yaml"}
"""Files of every run directory, and together of nothing else."""


def find_specs(paths: Iterable[str], force_exclude: bool = False) -> list[str]:
    """The spec files that paths mean, each once: files, folders (every .yaml and .yml below), patterns, and `-`.

    Run directories inside a folder are left out.
    What a `.modelspecignore` names is left out of folders and patterns; of files that are named too where
    `force_exclude` asks for it. Raises `WrongUsage` for a folder or a pattern without any.
    """
    ignored = Ignored()
    return list(dict.fromkeys(file for path in paths for file in _files(path, ignored, force_exclude)))


def _files(path: str, ignored: Ignored, force_exclude: bool) -> list[str]:
    if path == "-":
        return [path]
    if os.path.isdir(path):
        if force_exclude and ignored(path):
            return []
        return _told(_below(path, ignored), path, f"there is no .yaml file in the folder {path!r}", force_exclude)
    if not os.path.lexists(path) and glob.has_magic(path):
        matches = sorted(file for file in glob.glob(path, recursive=True) if os.path.isfile(file))
        return _told((matches, [file for file in matches if not ignored(file)]), path, f"no file matches {path!r}")
    return [] if force_exclude and ignored(path) else [path]


def _told(found: tuple[list[str], list[str]], path: str, nothing: str, force_exclude: bool = False) -> list[str]:
    """The second list, of what is not ignored. Raises `WrongUsage` where it is empty, and says why it is."""
    every, kept = found
    if not kept and not (every and force_exclude):
        message = f"{NAME} leaves out every file that {path!r} matches" if every else nothing
        raise WrongUsage(message, "PATH")
    return kept


def _below(folder: str, ignored: Ignored) -> tuple[list[str], list[str]]:
    """Spec files in order, and those of them that are not ignored; hidden folders, such as .git and .venv, hold none.

    Run directories hold copies of specs that were checked in their own place, with paths that start from there.
    """

    def refuse(error: OSError) -> None:
        if not ignored(error.filename, folder):
            message = f"the folder {error.filename!r} cannot be read: {error.strerror}; get permission to read it, or ignore it"
            raise WrongUsage(message, "PATH")

    found: list[str] = []
    for below, folders, files in os.walk(folder, onerror=refuse):
        if below != folder and _IS_A_RUN.issubset(files):
            folders.clear()
            continue
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        found += [str(Path(below, name)) for name in files if name.endswith((".yaml", ".yml")) and name[0] != "."]
    every = sorted(file for file in found if os.path.isfile(file))
    return every, [file for file in every if not ignored(file, folder)]
