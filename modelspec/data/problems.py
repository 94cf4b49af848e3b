"""Collects the problems of one source: the first few of each kind and column are reported, the others are counted."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import replace

from modelspec.diagnostics import Diagnostic, SpecError

FILL_IN = (
    "fill it in or drop the row; of an input `missing: mean` (or `median`, `drop`, a number) says what to do with gaps"
)
"""What to do about an empty cell."""


class Problems:
    """Diagnostics by code and key, at most so many of each as examples, with how many more like each there were."""

    def __init__(self, most: int = 1) -> None:
        self.most = most
        self._examples: dict[tuple[str, Hashable], list[Diagnostic]] = {}
        self._count: dict[tuple[str, Hashable], int] = {}

    def add(self, diagnostic: Diagnostic, key: Hashable = None, count: int = 1) -> None:
        """Note a problem; `count` says how many places it stands for."""
        examples = self._examples.setdefault((diagnostic.code, key), [])
        if len(examples) < self.most:
            examples.append(diagnostic)
        self._count[diagnostic.code, key] = self._count.get((diagnostic.code, key), 0) + count

    def again(self, code: str, key: Hashable = None) -> bool:
        """Count one more of a problem of which there are examples enough; False where there are not, and `add` is due."""
        if len(self._examples.get((code, key), ())) < self.most:
            return False
        self._count[code, key] += 1
        return True

    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """The examples of each kind: the first says what to do, the last how many more there are."""
        return tuple(
            _counted(example if example is examples[0] else replace(example, help=None), more if last else 0)
            for key, examples in self._examples.items()
            for more in (self._count[key] - len(examples),)
            for example in examples
            for last in (example is examples[-1],)
        )

    def stop(self) -> None:
        """Raise SpecError where an error was noted."""
        found = self.diagnostics()
        if any(diagnostic.severity == "error" for diagnostic in found):
            raise SpecError(found)


def _counted(diagnostic: Diagnostic, more: int) -> Diagnostic:
    return replace(diagnostic, message=f"{diagnostic.message} (and {more:,} more like it)") if more else diagnostic
