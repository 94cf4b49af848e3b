"""What the text of a path tells by itself: whether it leaves its folder, names another machine, or means no file.

Where a path leads through links is for the reader of files to see. Opens nothing.
"""

from __future__ import annotations

import re
from typing import NamedTuple

LONGEST_PATH = 4095
_REMOTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:(//|/|$)|\\\\|//")
_DRIVE = re.compile(r"[A-Za-z]:([\\/]|$)")
_PLAIN = "write a plain path such as data/train.csv, relative to the spec"
_SHOWN = 40


class PathProblem(NamedTuple):
    """Why a path is refused: the code, the message and the help of a diagnostic."""

    code: str
    message: str
    help: str


def unusable(path: str) -> PathProblem | None:
    """Why no file may be read by this path, wherever it starts from; None where nothing speaks against it."""
    if not path.strip() or any(ord(character) < 32 or ord(character) == 127 for character in path):
        message = f"{path[:_SHOWN]!r} is not a usable path: it is empty or holds control characters"
        return PathProblem("MS703", message, _PLAIN)
    if len(path) > LONGEST_PATH:
        message = (
            f"'{path[:_SHOWN]}…' is not a usable path: it has {len(path):,} characters, at most {LONGEST_PATH:,} work"
        )
        return PathProblem("MS703", message, _PLAIN)
    if _REMOTE.match(path):
        help = "download it into the folder of the spec"
        return PathProblem("MS702", f"'{path}' is remote: modelspec reads local files only", help)
    if path.startswith(("~", "$")):
        message = f"'{path}' is taken literally: `~` and `$` are not expanded in data paths"
        return PathProblem("MS703", message, _PLAIN)
    return None


def outside(path: str) -> PathProblem | None:
    """How a usable path leaves the folder that it starts from; None where its text does not say so."""
    if path.startswith("/") or _DRIVE.match(path) is not None:
        return leaves(path, "it names a drive" if _DRIVE.match(path) else "it is absolute")
    depth = 0
    for part in re.split(r"[/\\]", path):
        depth += {"": 0, ".": 0, "..": -1}.get(part, 1)
        if depth < 0:
            return leaves(path, "its `..` lead out of it")
    name = next((part for part in re.split(r"[/\\]", path) if part.strip(".") and part[-1] in " ."), None)
    if name is not None:
        what = "a space" if name[-1] == " " else "a dot"
        return PathProblem("MS703", f"'{path}' has a name that ends in {what}, which some systems drop", "remove it")
    return None


def leaves(path: str, how: str, help: str | None = None) -> PathProblem:
    """A path that leads to where its spec may not read."""
    message = f"'{path}' leaves the folder of the spec: {how}"
    return PathProblem("MS701", message, help or "put the data below the spec's folder, and write the path from there")
