"""Diagnostics as GitHub workflow commands: GitHub shows them beside the lines of a pull request.

https://docs.github.com/actions/reference/workflow-commands-for-github-actions, escaped as @actions/core does it.
"""

from __future__ import annotations

from collections.abc import Iterable

from modelspec.diagnostics import Diagnostic
from modelspec.diagnostics.render import MOST, Report
from modelspec.diagnostics.render.escape import printable


def render(report: Report) -> str:
    """The report as commands of GitHub's workflows."""
    return render_github(report.problems)


def render_github(diagnostics: Iterable[Diagnostic]) -> str:
    """One `::error` or `::warning` line for each of the first `MOST` diagnostics."""
    every = tuple(diagnostics)
    lines = [_command(diagnostic) for diagnostic in every[:MOST]]
    if len(every) > MOST:
        lines.append(f"::notice::{len(every) - MOST} more problems are not shown")
    return "".join(f"{line}\n" for line in lines)


def _command(diagnostic: Diagnostic) -> str:
    properties = {"title": f"modelspec {diagnostic.code}"}
    span = diagnostic.span
    if span is not None:
        properties = {"file": printable(span.file), "line": str(span.line), "endLine": str(span.end_line), **properties}
        if span.end_line == span.line:
            # GitHub takes columns only within one line, and its last column is part of the place.
            last = max(span.column, span.end_column - 1)
            properties |= {"col": str(span.column), "endColumn": str(last)}
    told = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    lines = [diagnostic.message, *diagnostic.quoted]
    for note in diagnostic.related:
        lines.append(f"note: {note.span.file}:{note.span.line}:{note.span.column}: {note.message}")
    if diagnostic.help is not None:
        lines.append(f"help: {diagnostic.help}")
    return f"::{diagnostic.severity} {told}::" + _data("\n".join(printable(line) for line in lines))


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
