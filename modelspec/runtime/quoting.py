"""What another program's error says, as lines to show: without colours, and never more than fits on a screen."""

from __future__ import annotations

import re
from typing import NamedTuple

_COLOURS = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
MOST_LINES = 16
WIDEST_LINE = 300


class Quoted(NamedTuple):
    """The first line of a message, which stands in ours, and those after it."""

    first: str
    rest: tuple[str, ...]


def quoted(error: BaseException) -> Quoted:
    """The message of an error, by its lines; its kind where it has none. Empty lines are left out."""
    text = _COLOURS.sub("", str(getattr(error, "message", None) or error))
    lines = [_cut(line.rstrip()) for line in text.splitlines() if line.strip()] or [type(error).__name__]
    kept, left = lines[:MOST_LINES], len(lines) - MOST_LINES
    rest = (*kept[1:], f"… and {left} more lines") if left > 0 else tuple(kept[1:])
    return Quoted(lines[0].strip(), rest)


def _cut(line: str) -> str:
    return line if len(line) <= WIDEST_LINE else line[:WIDEST_LINE] + "…"
