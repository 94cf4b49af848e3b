"""Diagnostics as JSON, for programs; the form is stable and has a version."""

from __future__ import annotations

import json
from collections.abc import Iterable
from json.encoder import encode_basestring_ascii
from typing import Any

from modelspec.diagnostics import Diagnostic, Fix, Note, Span, path_text
from modelspec.diagnostics.render import MOST, Report
from modelspec.diagnostics.render.escape import unicode_text

VERSION = 1


def render(report: Report) -> str:
    """The report as one object."""
    return render_json(report.problems, len(report.files))


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
        "diagnostics": [],
    }
    told = ",".join([_diagnostic(diagnostic) for diagnostic in every[:MOST]])
    return json_text(report).replace("[]", f"[{told}\n  ]") if told else json_text(report)


def json_text(report: dict[str, Any]) -> str:
    """The report as ASCII; NaN, which JSON does not have, is an error."""
    return json.dumps(report, indent=2, allow_nan=False) + "\n"


def _diagnostic(diagnostic: Diagnostic) -> str:
    """One diagnostic as `json_text` writes it in a report, in a tenth of the time; a place that is not known is null."""
    message = "\n".join([diagnostic.message, *diagnostic.quoted]) if diagnostic.quoted else diagnostic.message
    related = ",".join([_note(note) for note in diagnostic.related]) if diagnostic.related else ""
    return f"""
    {{
      {_place(diagnostic.span)},
      "code": {_text(diagnostic.code)},
      "severity": {_text(diagnostic.severity)},
      "path": {_text(path_text(diagnostic.path))},
      "message": {_text(message)},
      "help": {"null" if diagnostic.help is None else _text(diagnostic.help)},
      "related": [{related}{related and f"{chr(10)}      "}]{_fix(diagnostic.fix)}
    }}"""


def _fix(fix: Fix | None) -> str:
    """How to mend it, as one more field where that is certain."""
    if fix is None:
        return ""
    return f""",
      "fix": {{
        "line": {fix.span.line},
        "column": {fix.span.column},
        "end_line": {fix.span.end_line},
        "end_column": {fix.span.end_column},
        "text": {_text(fix.text)}
      }}"""


def _place(span: Span | None) -> str:
    return f"""\
"file": {"null" if span is None else _text(span.file)},
      "line": {"null" if span is None else span.line},
      "column": {"null" if span is None else span.column},
      "end_line": {"null" if span is None else span.end_line},
      "end_column": {"null" if span is None else span.end_column}"""


def _note(note: Note) -> str:
    return f"""
        {{
          "file": {_text(note.span.file)},
          "line": {note.span.line},
          "column": {note.span.column},
          "message": {_text(note.message)}
        }}"""


def _text(text: str) -> str:
    return encode_basestring_ascii(unicode_text(text))
