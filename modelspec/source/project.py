"""What a project says of itself in `[tool.modelspec]` of its pyproject.toml, the nearest one from a folder upwards.

The one reader of that file. Must not know what the keys mean.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from modelspec.files.reading import read_start
from modelspec.source.words import did_you_mean

_MOST = 1024 * 1024
_MENTIONED = re.compile(rb"tool\W{1,5}model|^\s*\[+\s*model.?spec", re.MULTILINE)
"""What a file has that may hold the table, or was meant to."""


class Project(NamedTuple):
    """The table, the file as a user would write it, its folder, and its text."""

    table: Any
    file: str
    folder: str
    text: str
    broken: str | None = None
    """Why the file cannot be read."""
    misspelt: str | None = None
    """The table that was meant to be this one."""


def find_project(folder: str) -> Project | None:
    """The nearest pyproject.toml that has a `[tool.modelspec]`, or was meant to; None where there is none."""
    for place in upwards(os.path.abspath(folder)):
        path = place / "pyproject.toml"
        try:
            data = read_start(path, _MOST)
        except OSError:
            continue
        if _MENTIONED.search(data):
            found = _read(data, Project(None, shown(path), str(place), data.decode("utf-8", "replace")))
            if found is not None:
                return found
    return None


def _read(data: bytes, found: Project) -> Project | None:
    """The same with the table of the text, or what is wrong with it; None where it has no such table."""
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib
    try:
        whole = tomllib.loads(data.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        return found._replace(broken=str(error))
    tool = whole.get("tool")
    tables = tool if isinstance(tool, dict) else {}
    table = tables.get("modelspec")
    if table is not None:
        return found._replace(table=table)
    meant = did_you_mean("modelspec", [name for name in tables if name != "modelspec"], 0.85)
    if meant is None and "modelspec" not in whole:
        return None
    return found._replace(misspelt="[modelspec]" if meant is None else f"[tool.{meant.split(chr(39))[1]}]")


def upwards(here: str) -> Iterator[Path]:
    """A folder and all above it."""
    start = Path(here)
    return iter((start, *start.parents))


def shown(path: Path) -> str:
    """A path below the working folder from there, as a user would write it."""
    try:
        return str(path.relative_to(Path.cwd()))
    except ValueError:
        return str(path)
