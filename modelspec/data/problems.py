"""Collects the problems of one source: the first of each kind and column is reported, the others are counted."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import replace

from modelspec.diagnostics import Diagnostic, SpecError

FILL_IN = (
    "fill it in or drop the row; of an input `missing: mean` (or `median`, `drop`, a number) says what to do with gaps"
)
"""What to do about an empty cell."""


class Problems:
    """Diagnostics by code and key, with how many more like each there were."""

    def __init__(self) -> None:
        self._first: dict[tuple[str, Hashable], Diagnostic] = {}
        self._count: dict[tuple[str, Hashable], int] = {}

    def add(self, diagnostic: Diagnostic, key: Hashable = None, count: int = 1) -> None:
        """Note a problem; `count` says how many places it stands for."""
        self._first.setdefault((diagnostic.code, key), diagnostic)
        self._count[diagnostic.code, key] = self._count.get((diagnostic.code, key), 0) + count

    def again(self, code: str, key: Hashable = None) -> bool:
        """Count one more of a problem that was noted before; False where there was none, and `add` is due."""
        if (code, key) not in self._first:
            return False
        self._count[code, key] += 1
        return True

    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """Each kind once."""
        return tuple(_counted(first, self._count[key]) for key, first in self._first.items())

    def stop(self) -> None:
        """Raise SpecError where an error was noted."""
        found = self.diagnostics()
        if any(diagnostic.severity == "error" for diagnostic in found):
            raise SpecError(found)


def _counted(diagnostic: Diagnostic, count: int) -> Diagnostic:
    if count == 1:
        return diagnostic
    return replace(diagnostic, message=f"{diagnostic.message} (and {count - 1:,} more like it)")
