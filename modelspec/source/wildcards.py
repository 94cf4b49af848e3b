"""`*` in a name stands for any letters: the names that fit a pattern. Must not know what is named.

A pattern becomes one regular expression that runs through all names at once, and in which what fits first is kept: the
time is linear in the pattern, and in the letters of the names.
"""

from __future__ import annotations

import re
from collections.abc import Iterable


class Names:
    """Names to look through for several patterns, to which more can be added."""

    def __init__(self, names: Iterable[str] = ()) -> None:
        self._text = ""
        self._longest = 0
        self._count = 0
        self.add(names)

    def __len__(self) -> int:
        return self._count

    def add(self, names: Iterable[str]) -> None:
        """Put these behind those that are there."""
        more = list(names)
        whole = [name for name in more if "\n" not in name]
        self._count += len(more)
        self._text += "".join(f"\n{name}" for name in whole)
        self._longest = max(self._longest, max(map(len, whole), default=0))

    def fitting(self, pattern: str, *, part: bool = False) -> list[str]:
        """The names that fit, in their order; with `part`, those below what fits too: `encoder` fits `encoder/dense`."""
        pieces = pattern.split("*")
        if sum(map(len, pieces)) > self._longest or any(piece not in self._text for piece in pieces):
            return []  # the second is seen in a fraction of the time of the expression
        return [found.group()[1:] for found in re.finditer(_expression(pieces, part), self._text)]


def fitting(pattern: str, names: Iterable[str]) -> list[str]:
    """The names that fit, in their order."""
    return Names(names).fitting(pattern)


def _expression(pieces: list[str], part: bool) -> str:
    """A line that begins with the first piece, has the others in their order, and ends with the last."""
    first, *others = map(re.escape, pieces)
    kept = "".join(
        f"(?=(?P<p{number}>.*?{piece}))(?P=p{number})" for number, piece in enumerate(others[:-1]) if piece
    )  # what a lookahead found is not looked for again
    last = f".*?{others[-1]}" if others else ""
    return rf"\n{first}{kept}{last}" + (r"(?:/.*)?(?![^\n])" if part else r"(?![^\n])")
