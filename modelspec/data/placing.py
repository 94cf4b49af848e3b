"""A problem with rows or a file that knows only a path of the spec -> the same at its line, or at the setting that named it.

Must not know what the problem is, but that a file which is not there was looked for from some folder.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from modelspec.diagnostics import Diagnostic, SpecError
from modelspec.source import Mapping, Place
from modelspec.source.nodes import Given


@contextmanager
def placing(spec: Place) -> Iterator[None]:
    """What is raised within gets its lines."""
    try:
        yield
    except SpecError as error:
        raise SpecError([placed(problem, spec) for problem in error.diagnostics]) from error


def placed(problem: Diagnostic, spec: Place) -> Diagnostic:
    """The problem at the line of the spec that it is about, where it has no line of its own."""
    if problem.span is not None or not problem.path:
        return problem
    place = spec.find(problem.path)
    if not place.path:
        return replace(problem, path=())
    given = place.given()
    named = next((item for item in given if _names_the_file(item, place)), None)
    notes = (*problem.related, *(item.note for item in given if item is not named and item.span != place.key_span))
    if named is None:
        return replace(problem, span=place.key_span, path=place.path, related=notes)
    path = (*place.path, *named.path)
    return replace(problem, span=named.span, path=path, help=help_here(problem), related=notes)


def _names_the_file(given: Given, place: Place) -> bool:
    """Whether the command line gave the path of a source, or the source as a whole: `{csv: rows.csv}` is written shortly."""
    if given.path[-1:] in (("path",), ("url",)) or not given.path:
        return True
    node = place.node
    return len(given.path) == 1 and isinstance(node, Mapping) and len(node.entries) == 1


def help_here(problem: Diagnostic) -> str | None:
    """What to do where the command line named the file: its paths start elsewhere than the spec's."""
    return "check the path: it is relative to the current folder" if problem.code == "MS704" else problem.help
