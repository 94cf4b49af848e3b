"""`.modelspecignore`: which files below a folder are no specs, in gitignore's syntax.

Its library is imported where there is such a file only. Must not know what is done with the files.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any, NamedTuple

from modelspec.cli.options.usage import WrongUsage
from modelspec.files.reading import read_text

NAME = ".modelspecignore"
_MOST = 1 << 20


class Ignored:
    """What the files of this name say: those above the paths asked for, up to the repository, and those beside and below.

    Each is read once. As in git, the deepest file decides, its last matching line first, and what lies in an ignored
    folder stays ignored.
    """

    def __init__(self) -> None:
        self._patterns: Callable[[str], tuple[_Line, ...] | None] = cache(_patterns)
        self._above = cache(_above)

    def __call__(self, path: str, named: str | None = None) -> bool:
        """Whether a file or a folder is ignored. A folder that is `named` is not: what is above it says only what is in it."""
        path = os.path.abspath(path)
        if named is None:
            above = self._above(path if os.path.isdir(path) else os.path.dirname(path))
            return self._on_the_way(above[0], path)
        top = os.path.abspath(named)
        above = self._above(top)
        itself = self._on_the_way(above[0], top)
        return self._on_the_way(top, path, [] if itself else above)

    def _on_the_way(self, top: str, path: str, above: Sequence[str] = ()) -> bool:
        """Whether a path, or a folder between `top` and it, is ignored by the files above, and on the way from `top`."""
        rules = [folder for folder in above if folder != top and self._patterns(folder) is not None]
        inside = top
        for name in os.path.relpath(path, top).split(os.sep) if path != top else ():
            if self._patterns(inside) is not None:
                rules.append(inside)
            inside = os.path.join(inside, name)
            if self._says(rules, inside + "/" * (inside != path or os.path.isdir(inside))):
                return True
        return False

    def _says(self, rules: list[str], path: str) -> bool:
        for folder in reversed(rules):
            inner = path[len(folder.rstrip(os.sep)) + 1 :].replace(os.sep, "/")
            for line in reversed(self._patterns(folder) or ()):
                answer: bool | None = line.says(inner)
                if answer is not None:
                    return answer
        return False


class _Line(NamedTuple):
    """A line of such a file, which speaks of the path that it fits and not of those below: they are asked for one by one."""

    pattern: Any
    of_names: bool
    """Whether it fits a name in any folder: it has no slash, but for one at its end or `**/` before it."""
    of_any_depth: bool
    """Whether it fits everything in a folder: `folder/**`."""

    def says(self, path: str) -> bool | None:
        """Whether it ignores a path, which ends in a slash where it is a folder; None where it does not fit."""
        above, _, name = path.rstrip("/").rpartition("/")
        if self.of_names:
            return self._fits(name + path[len(path.rstrip("/")) :])
        if self.of_any_depth:
            return self._fits(path.rstrip("/"))  # the folder itself is not in it
        inherited = bool(above) and self._fits(f"{above}/") is not None
        return None if inherited else self._fits(path)

    def _fits(self, path: str) -> bool | None:
        found: bool | None = self.pattern.check_file(path).include
        return found


def _above(folder: str) -> list[str]:
    """The folders whose patterns count in this one, the outermost first: from the repository or the working folder on."""
    folders = [folder]
    while not os.path.exists(os.path.join(folders[-1], ".git")) and os.path.dirname(folders[-1]) != folders[-1]:
        folders.append(os.path.dirname(folders[-1]))
    if not os.path.exists(os.path.join(folders[-1], ".git")):
        here = os.getcwd()
        folders = folders[: folders.index(here) + 1] if here in folders else [folder]
    return folders[::-1]


def _patterns(folder: str) -> tuple[_Line, ...] | None:
    """The patterns of a folder's file, None where there is none. Raises `WrongUsage` for what cannot be read."""
    path = os.path.join(folder, NAME)
    if not os.path.lexists(path):
        return None
    try:
        lines = read_text(path, _MOST).removeprefix("\ufeff").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise WrongUsage(f"{path} cannot be read: {reason}", "PATH") from None
    return tuple(_line(path, number, line) for number, line in enumerate(lines, 1))


def _line(path: str, number: int, line: str) -> _Line:
    from pathspec import GitIgnoreSpec

    try:
        pattern = GitIgnoreSpec.from_lines([line])
    except ValueError:
        message = f"{path}:{number}: {line!r} is not a pattern of a .gitignore"
        raise WrongUsage(message, "PATH") from None
    body = line.strip().removeprefix("!").rstrip("/").removeprefix("**/")
    return _Line(pattern, "/" not in body, body.endswith("/**"))
