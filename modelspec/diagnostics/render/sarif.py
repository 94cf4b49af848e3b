"""Diagnostics as SARIF 2.1.0, which code-scanning services read.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import Any
from urllib.parse import quote

from modelspec.diagnostics import Diagnostic, Span, path_text
from modelspec.diagnostics.render import MOST, Report
from modelspec.diagnostics.render.escape import printable, unicode_text
from modelspec.diagnostics.render.json import json_text
from modelspec.diagnostics.rules import RULES, Rule

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


def render(report: Report) -> str:
    """The report as one log."""
    return render_sarif(report.problems, report.version)


def render_sarif(diagnostics: Iterable[Diagnostic], version: str) -> str:
    """One log with one run: the first `MOST` diagnostics, and the rules they break. `version` is modelspec's."""
    shown = tuple(diagnostics)[:MOST]
    codes = sorted({diagnostic.code for diagnostic in shown})
    index = {code: place for place, code in enumerate(codes)}
    driver = {
        "name": "modelspec",
        "version": version,
        "rules": [_rule(RULES[code]) if code in RULES else {"id": code} for code in codes],
    }
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_result(diagnostic, index[diagnostic.code]) for diagnostic in shown],
    }
    return json_text({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]})


def _rule(rule: Rule) -> dict[str, Any]:
    bad, good = (_example(text) for text in (rule.bad, rule.good))
    return {
        "id": rule.code,
        "name": "".join(part.capitalize() for part in rule.slug.split("-")),
        "shortDescription": {"text": rule.summary},
        "fullDescription": {"text": rule.why},
        "help": {
            "text": f"{rule.why}\n\nBad:\n{bad}\nGood:\n{good}",
            "markdown": f"{rule.why}\n\nBad:\n```yaml\n{bad}```\nGood:\n```yaml\n{good}```\n",
        },
        "defaultConfiguration": {"level": rule.severity},
    }


def _example(text: str) -> str:
    return "".join(f"{printable(line)}\n" for line in text.rstrip("\n").split("\n"))


def _result(diagnostic: Diagnostic, index: int) -> dict[str, Any]:
    said = "\n".join([diagnostic.message, *diagnostic.quoted])
    text = said if diagnostic.help is None else f"{said}\nhelp: {diagnostic.help}"
    result: dict[str, Any] = {
        "ruleId": diagnostic.code,
        "ruleIndex": index,
        "level": diagnostic.severity,
        "message": _message(text),
    }
    if diagnostic.span is not None:
        place: dict[str, Any] = {"physicalLocation": _physical(diagnostic.span)}
        if diagnostic.path:
            place["logicalLocations"] = [{"fullyQualifiedName": unicode_text(path_text(diagnostic.path))}]
        result["locations"] = [place]
    if diagnostic.related:
        result["relatedLocations"] = [
            {"id": number, "physicalLocation": _physical(note.span), "message": _message(note.message)}
            for number, note in enumerate(diagnostic.related)
        ]
    if diagnostic.fix is not None:
        place = _physical(diagnostic.fix.span)
        edit = {"deletedRegion": place["region"], "insertedContent": {"text": unicode_text(diagnostic.fix.text)}}
        result["fixes"] = [
            {"artifactChanges": [{"artifactLocation": place["artifactLocation"], "replacements": [edit]}]}
        ]
    return result


def _message(text: str) -> dict[str, str]:
    """A message; what would be a link, `[text](address)`, is no link."""
    return {"text": unicode_text(text).replace("](", "\\](")}


def _physical(span: Span) -> dict[str, Any]:
    region = {
        "startLine": span.line,
        "startColumn": span.column,
        "endLine": span.end_line,
        "endColumn": span.end_column,
    }
    return {"artifactLocation": {"uri": _uri(span.file)}, "region": region}


def _uri(file: str) -> str:
    path = quote(unicode_text(file).replace(os.sep, "/"))
    return f"file://{path}" if path.startswith("/") else path
