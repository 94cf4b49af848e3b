"""What is reported while a network is walked: each problem once, inside a nested model with the places of the calls.

Must not know what is refused, nor why.
"""

from __future__ import annotations

from dataclasses import replace

from modelspec.diagnostics import Diagnostic, Note, Path, Span
from modelspec.graph.graph import Vertex
from modelspec.source import Place


class Telling:
    """The problems found so far, and the calls of nested models that the walk is in."""

    def __init__(self) -> None:
        self.problems: list[Diagnostic] = []
        self.trail: list[Vertex] = []
        self.told: set[tuple[str, Span | None, Path]] = set()

    def report(
        self,
        place: Place,
        code: str,
        message: str,
        help: str | None,
        notes: list[Note] | None = None,
        quoted: tuple[str, ...] = (),
    ) -> None:
        """One problem; inside a nested model that is being called, with the places of the calls."""
        calls = [Note(caller.place.span, f"in this call of '{caller.target}'") for caller in reversed(self.trail)]
        problem = replace(place.problem(code, message, help, related=(*(notes or ()), *calls)), quoted=quoted)
        key = (problem.code, problem.span, problem.path)
        if key not in self.told:
            self.told.add(key)
            self.problems.append(problem)

    def clear(self) -> None:
        """Forget all that was reported."""
        self.problems.clear()
        self.told.clear()
