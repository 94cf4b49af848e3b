"""Keras's names for layers -> names that a spec may use: letters, digits, _ and -, unique whatever their case.

A good name stays as it is. Must not know what is named.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

LONGEST = 128
_FOREIGN = re.compile(r"[^A-Za-z0-9_-]+")


def good_name(name: str) -> str:
    """The name with `_` for what a spec refuses: `block.1/conv` is `block_1_conv`, `2nd` is `_2nd`."""
    made = _FOREIGN.sub("_", name)[:LONGEST] or "layer"
    return made if made[0].isalpha() or made[0] == "_" else f"_{made}"[:LONGEST]


class FreeNames:
    """Gives out names, each once."""

    def __init__(self, taken: Iterable[str] = ()) -> None:
        self._taken = {name.lower() for name in taken}

    def give(self, name: str) -> str:
        """A good name as near to this one as can be."""
        wanted = made = good_name(name)
        count = 0
        while made.lower() in self._taken:
            count += 1
            made = f"{wanted[: LONGEST - len(str(count)) - 1]}_{count}"
        self._taken.add(made.lower())
        return made

    def copy(self) -> FreeNames:
        """The same names taken; what is given out there stays free here."""
        return FreeNames(self._taken)
