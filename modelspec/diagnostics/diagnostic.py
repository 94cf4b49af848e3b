"""One problem, as a frozen value: its code, its place, what was expected and received, and what to do.

Must not know how a problem is printed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from modelspec.diagnostics.span import Path, Span

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Note:
    """A related place, and why it matters."""

    span: Span
    message: str


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One problem. `code` is a key of `diagnostics.rules.RULES`; `span` is None where there is no file to point into."""

    code: str
    message: str
    span: Span | None = None
    path: Path = ()
    help: str | None = None
    related: tuple[Note, ...] = ()
    severity: Severity = "error"

    @property
    def order(self) -> tuple[str, int, int, str, str]:
        """The sorting key: file, line, column, code, message."""
        if self.span is None:
            return ("", 0, 0, self.code, self.message)
        return (self.span.file, self.span.line, self.span.column, self.code, self.message)


class SpecError(Exception):
    """The one exception library callers get for a user's mistake; it only carries diagnostics."""

    def __init__(self, diagnostics: Iterable[Diagnostic]) -> None:
        self.diagnostics: tuple[Diagnostic, ...] = tuple(diagnostics)
        super().__init__("\n".join(_line(diagnostic) for diagnostic in self.diagnostics))


def _line(diagnostic: Diagnostic) -> str:
    place = ""
    if diagnostic.span is not None:
        place = f"{diagnostic.span.file}:{diagnostic.span.line}:{diagnostic.span.column}: "
    text = f"{place}{diagnostic.severity}[{diagnostic.code}] {diagnostic.message}"
    return f"{text}\n  help: {diagnostic.help}" if diagnostic.help else text


def sort_diagnostics(diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """By position, each problem once."""
    return tuple(sorted(dict.fromkeys(diagnostics), key=lambda diagnostic: diagnostic.order))
