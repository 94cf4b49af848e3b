"""A failure inside of modelspec as a diagnostic: it costs the answer that was being made, and no other.

Every stage is asked for many answers (an object, a step, a shape, a check). `guarded` stands around each of them, and around
each stage as a whole. What it tells is MS600: the command then leaves with 3, in every format.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from types import TracebackType
from typing import Protocol

from modelspec.diagnostics.diagnostic import Diagnostic, SpecError
from modelspec.diagnostics.span import Span

FAILURE = "MS600"
"""The code of an answer that modelspec could not give, by its own fault."""
FAULTS = (FAILURE, "MS612")
"""The codes that tell of modelspec's own faults: a model that is different after saving and loading, too."""
_ADDRESS = re.compile(r" at 0x[0-9a-fA-F]+")
_LONGEST = 300


class Locator(Protocol):
    """Something that knows where it stands: a place of a document."""

    def problem(self, code: str, message: str) -> Diagnostic:
        """A diagnostic at this place."""


@dataclass(frozen=True, slots=True)
class FileStart:
    """The beginning of a file, for a failure before anything is known of what the file holds."""

    file: str

    def problem(self, code: str, message: str) -> Diagnostic:
        """A diagnostic at the first character."""
        return Diagnostic(code, message, Span(self.file, 1, 1, 1, 1))


def failure(what: str, error: Exception, place: Diagnostic | None = None) -> Diagnostic:
    """That `what` (such as "the check x") failed with `error`; `place` is a diagnostic of where, if that is known."""
    text = " ".join(_ADDRESS.sub("", str(error)).split())[:_LONGEST]
    message = f"modelspec has a bug: {what} fails with {type(error).__name__}" + (f": {text}" if text else "")
    help = "please report it, with the spec and the output of `--traceback`; everything else is still reported"
    return with_trace(replace(place or Diagnostic(FAILURE, ""), message=message, help=help), error)


def with_trace(diagnostic: Diagnostic, error: Exception) -> Diagnostic:
    """The diagnostic with Python's traceback, as a string: an exception would keep alive all that it was raised among."""
    from traceback import format_exception

    return replace(diagnostic, trace="".join(format_exception(error)))


def failed(diagnostics: Iterable[Diagnostic]) -> bool:
    """Whether one of these is a fault of modelspec itself."""
    return any(diagnostic.code in FAULTS for diagnostic in diagnostics)


class guarded:
    """Within the block, an exception ends the block and is reported in `problems`; what was reported before stays.

    Not caught: what is no fault of ours (memory, the file system, an interruption), and problems of the spec itself.
    `at` is where the work stands.
    """

    __slots__ = ("at", "problems", "what")

    def __init__(self, what: str, problems: list[Diagnostic], at: Locator | None = None) -> None:
        self.what = what
        self.problems = problems
        self.at = at

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> bool:
        if not isinstance(error, Exception) or isinstance(error, MemoryError | OSError | SpecError):
            return False
        place = None if self.at is None else self.at.problem(FAILURE, "")
        self.problems.append(failure(self.what, error, place))
        return True
