"""One problem, as a frozen value: its code, its place, what was expected and received, and what to do.

Must not know how a problem is printed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import islice
from operator import attrgetter, gt
from typing import Literal

from modelspec.diagnostics.span import Path, Span

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Note:
    """A related place, and why it matters. `use` marks one of many uses or copies of what the problem stands in."""

    span: Span
    message: str
    use: bool = False


@dataclass(frozen=True, slots=True)
class Fix:
    """An edit that mends a problem for certain: `text` in the place of what stands at `span`."""

    span: Span
    text: str


class Replacement(str):
    """Help that is certain: where `old` is written, the problem is mended by `new` in its place."""

    __slots__ = ("new", "old")
    old: str
    new: str

    def __new__(cls, help: str, old: str, new: str) -> Replacement:
        """The help with its words; a `str` is made before it is filled."""
        made = super().__new__(cls, help)
        made.old, made.new = old, new
        return made

    def at(self, span: Span) -> Fix | None:
        """The edit, where `old` is just what stands there: not in a variable, nor in an anchor or block elsewhere."""
        written = span.written
        return None if written is None or written.strip("'\"") != self.old else Fix(span, self.new)


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
    trace: str | None = field(default=None, repr=False, compare=False)
    """Python's traceback, of a failure of modelspec itself."""
    quoted: tuple[str, ...] = ()
    """Further lines of another program's message, as it has them."""
    fix: Fix | None = field(default=None, compare=False)
    """How to mend it, where that is certain."""

    @property
    def order(self) -> tuple[str, int, int, str, str]:
        """The sorting key: file, line, column, code, message."""
        if self.span is None:
            return ("", 0, 0, self.code, self.message)
        return (self.span.file, self.span.line, self.span.column, self.code, self.message)


_ORDER = attrgetter("order")


class SpecError(Exception):
    """The one exception library callers get for a user's mistake; it only carries diagnostics."""

    def __init__(self, diagnostics: Iterable[Diagnostic]) -> None:
        self.diagnostics: tuple[Diagnostic, ...] = tuple(diagnostics)
        super().__init__("\n".join(_line(diagnostic) for diagnostic in self.diagnostics))


def _line(diagnostic: Diagnostic) -> str:
    """The problem as text, in which nothing of the spec commands a terminal or a log: who catches the error may print it."""
    from modelspec.diagnostics.render.escape import printable

    place = ""
    if diagnostic.span is not None:
        place = f"{diagnostic.span.file}:{diagnostic.span.line}:{diagnostic.span.column}: "
    first = f"{place}{diagnostic.severity}[{diagnostic.code}] {diagnostic.message}"
    text = "\n    ".join(printable(line) for line in (first, *diagnostic.quoted))
    return f"{text}\n  help: {printable(diagnostic.help)}" if diagnostic.help else text


def sort_diagnostics(diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """By position, each problem once: one that many uses or copies of a step have is reported for the first of them."""
    every = list(diagnostics)
    uses = [diagnostic for diagnostic in every if _in_use(diagnostic)]
    if uses:
        every = [*(diagnostic for diagnostic in every if not _in_use(diagnostic)), *_once(every, uses)]
    orders = [diagnostic.order for diagnostic in every]
    if any(map(gt, orders, islice(orders, 1, None))):
        every.sort(key=_ORDER)
        orders.sort()
    return tuple(_distinct(every, orders))


def _distinct(ordered: list[Diagnostic], orders: list[tuple[str, int, int, str, str]]) -> Iterator[Diagnostic]:
    """Each of the diagnostics once. Only those at one place, of one code and message, are compared as wholes."""
    place: tuple[object, ...] | None = None
    first: Diagnostic | None = None
    others: set[Diagnostic] = set()
    for diagnostic, order in zip(ordered, orders, strict=True):
        if order != place or first is None:
            place, first, others = order, diagnostic, set()
            yield diagnostic
        elif diagnostic != first and diagnostic not in others:
            others.add(diagnostic)
            yield diagnostic


def _once(every: list[Diagnostic], uses: list[Diagnostic]) -> Iterator[Diagnostic]:
    """Those told of uses or copies, one for each place and code, with how many more have it."""
    own = {_told(diagnostic) for diagnostic in every if not _in_use(diagnostic)}
    once: dict[tuple[object, ...], Diagnostic] = {}
    more: dict[tuple[object, ...], int] = {}
    for diagnostic in uses:
        if _told(diagnostic) in own:
            continue  # told of the value where it stands, and so of whoever uses it
        key = (diagnostic.code, diagnostic.span)
        first = once.setdefault(key, diagnostic)
        if first is not diagnostic and first.related != diagnostic.related:
            more[key] = more.get(key, 0) + 1
    return (_with_count(diagnostic, more.get(key, 0)) for key, diagnostic in once.items())


def _told(diagnostic: Diagnostic) -> tuple[object, ...]:
    return diagnostic.code, diagnostic.span, diagnostic.message


def _in_use(diagnostic: Diagnostic) -> bool:
    for note in diagnostic.related:  # noqa: SIM110 (a generator for each of many problems takes as long as reading them)
        if note.use:
            return True
    return False


def _with_count(diagnostic: Diagnostic, more: int) -> Diagnostic:
    if not more:
        return diagnostic
    last = max(index for index, note in enumerate(diagnostic.related) if note.use)
    notes = [
        replace(note, message=f"{note.message}; the same in {more} more") if index == last else note
        for index, note in enumerate(diagnostic.related)
    ]
    return replace(diagnostic, related=tuple(notes))
