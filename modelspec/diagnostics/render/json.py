"""Diagnostics as JSON, for programs; the form is stable and has a version."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from modelspec.diagnostics import Diagnostic, Span, path_text
from modelspec.diagnostics.render import MOST
from modelspec.diagnostics.render.escape import unicode_text

VERSION = 1


def render_json(diagnostics: Iterable[Diagnostic], files: int) -> str:
    """One object; strictly JSON, in ASCII, with a newline at its end.

    The counts are of all diagnostics; of more than `MOST`, the first are listed.
    """
    every = tuple(diagnostics)
    errors = sum(diagnostic.severity == "error" for diagnostic in every)
    report = {
        "version": VERSION,
        "files": files,
        "errors": errors,
        "warnings": len(every) - errors,
        "diagnostics": [diagnostic_json(diagnostic) for diagnostic in every[:MOST]],
    }
    return json_text(report)


def json_text(report: dict[str, Any]) -> str:
    """The report as ASCII; NaN, which JSON does not have, is an error."""
    return json.dumps(report, indent=2, allow_nan=False) + "\n"


def diagnostic_json(diagnostic: Diagnostic) -> dict[str, Any]:
    """One diagnostic; a place that is not known is null."""
    return {
        **_place(diagnostic.span),
        "code": diagnostic.code,
        "severity": diagnostic.severity,
        "path": unicode_text(path_text(diagnostic.path)),
        "message": unicode_text("\n".join([diagnostic.message, *diagnostic.quoted])),
        "help": None if diagnostic.help is None else unicode_text(diagnostic.help),
        "related": [
            {
                "file": unicode_text(note.span.file),
                "line": note.span.line,
                "column": note.span.column,
                "message": unicode_text(note.message),
            }
            for note in diagnostic.related
        ],
    }


def _place(span: Span | None) -> dict[str, Any]:
    if span is None:
        return {"file": None, "line": None, "column": None, "end_line": None, "end_column": None}
    return {
        "file": unicode_text(span.file),
        "line": span.line,
        "column": span.column,
        "end_line": span.end_line,
        "end_column": span.end_column,
    }
