"""What a project says of itself in `[tool.modelspec]` of its pyproject.toml, the nearest one from a folder upwards.

Must not know what the keys mean.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from modelspec.files.reading import read_start

_MOST = 1024 * 1024


class Project(NamedTuple):
    """The value of one key of the table (None: it is not there), the file as a user would write it, and its folder."""

    value: Any
    file: str
    folder: str
    broken: str | None = None
    """Why the file cannot be read."""


def setting(key: str, folder: str) -> Project | None:
    """What the nearest pyproject.toml that has a `[tool.modelspec]` says of a key; None where none names the key."""
    for place in upwards(os.path.abspath(folder)):
        path = place / "pyproject.toml"
        try:
            data = read_start(path, _MOST)
        except OSError:
            continue
        if b"modelspec" in data and key.encode() in data:
            found = _table(data)
            if found is not None:
                value, broken = found
                value = value.get(key) if isinstance(value, dict) else value
                return Project(value, shown(path), str(place), broken)
    return None


def _table(data: bytes) -> tuple[Any, str | None] | None:
    """`[tool.modelspec]` of a text, and why it cannot be read; None where it has no such table."""
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib
    try:
        tool = tomllib.loads(data.decode("utf-8")).get("tool")
    except (ValueError, RecursionError) as error:
        return None, str(error)
    table = tool.get("modelspec") if isinstance(tool, dict) else None
    return None if table is None else (table, None)


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
