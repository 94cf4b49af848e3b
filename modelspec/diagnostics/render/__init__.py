"""Diagnostics in the forms that people, editors and CI read. Each form for programs is one module with a `render`, and one row.

Must not know where a form is written to.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from types import MappingProxyType
from typing import NamedTuple

from modelspec.diagnostics import Diagnostic

MOST = 10_000
"""How many diagnostics a form for programs holds; the counts beside them are of all."""

FORMATS: dict[str, str] = {
    "json": "modelspec.diagnostics.render.json",
    "github": "modelspec.diagnostics.render.github",
    "sarif": "modelspec.diagnostics.render.sarif",
    "junit": "modelspec.diagnostics.render.junit",
}
"""The forms for programs, and the module of each, which is imported when it is asked for."""


class Report(NamedTuple):
    """What was checked, by which version of modelspec, and what is wrong with it.

    `asked` is the file that a problem was found for, by the problem's identity, where its place is in another: in a base.
    With `strict`, warnings are failures.
    """

    version: str
    files: tuple[str, ...]
    problems: tuple[Diagnostic, ...]
    strict: bool = False
    asked: Mapping[int, str] = MappingProxyType({})


def rendered(format: str, report: Report) -> str:
    """The report in one of the `FORMATS`."""
    text: str = import_module(FORMATS[format]).render(report)
    return text
