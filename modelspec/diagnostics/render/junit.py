"""Diagnostics as JUnit XML, which most CI services show as test results: each file is a test case."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from xml.sax.saxutils import escape, quoteattr

from modelspec.diagnostics import Diagnostic
from modelspec.diagnostics.render import MOST, Report
from modelspec.diagnostics.render.escape import printable
from modelspec.diagnostics.render.text import render_text


def render(report: Report) -> str:
    """The report as one test suite."""
    return render_junit(report.files, report.problems, strict=report.strict, asked=report.asked)


def render_junit(
    files: Iterable[str],
    diagnostics: Iterable[Diagnostic],
    *,
    strict: bool = False,
    asked: Mapping[int, str] = MappingProxyType({}),
) -> str:
    """A test case for each file, with a failure for each of its errors; warnings are output, or failures if `strict`.

    `asked` is the file that a problem was found for, by the problem's identity, where it stands in another: in a base.

    Of more than `MOST` diagnostics the first are listed. Control characters, which XML 1.0 cannot hold, are shown as
    escapes.
    """
    cases: dict[str, list[Diagnostic]] = {file: [] for file in files}
    for diagnostic in tuple(diagnostics)[:MOST]:
        file = diagnostic.span.file if diagnostic.span is not None else "modelspec"
        file = file if file in cases else asked.get(id(diagnostic), file)
        cases.setdefault(file, []).append(diagnostic)
    failed = sum(any(_fails(problem, strict) for problem in problems) for problems in cases.values())
    counts = f'tests="{len(cases)}" failures="{failed}" errors="0" skipped="0"'
    body = "".join(_case(file, problems, strict) for file, problems in cases.items())
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<testsuites name="modelspec" tests="{len(cases)}" failures="{failed}" errors="0">\n'
        f'  <testsuite name="modelspec validate" {counts}>\n{body}  </testsuite>\n</testsuites>\n'
    )


def _fails(diagnostic: Diagnostic, strict: bool) -> bool:
    return strict or diagnostic.severity == "error"


def _case(file: str, problems: list[Diagnostic], strict: bool) -> str:
    name = quoteattr(printable(file))
    opening = f'    <testcase name={name} classname="modelspec" file={name}'
    if not problems:
        return f"{opening}/>\n"
    failures = "".join(_failure(problem) for problem in problems if _fails(problem, strict))
    others = render_text([problem for problem in problems if not _fails(problem, strict)])
    output = f"      <system-out>{escape(others)}</system-out>\n" if others else ""
    return f"{opening}>\n{failures}{output}    </testcase>\n"


def _failure(problem: Diagnostic) -> str:
    message = quoteattr(printable(problem.message))
    return f'      <failure type="{problem.code}" message={message}>{escape(render_text([problem]))}</failure>\n'
