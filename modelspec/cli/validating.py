"""The work of `modelspec validate`. Knows nothing of typer: what reads the command line calls it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import TYPE_CHECKING, Literal

from modelspec.cli.options.paths import find_specs
from modelspec.cli.options.plugin_option import find
from modelspec.cli.options.reading import Reading
from modelspec.cli.options.usage import WrongUsage
from modelspec.cli.process.edge import (
    DONE,
    PROBLEM,
    exit_code,
    plural,
    print_diagnostics,
    print_traces,
    run,
    say,
    write,
)
from modelspec.cli.process.streams import refused, unwritten
from modelspec.diagnostics import Diagnostic
from modelspec.diagnostics.render import FORMATS, Report, rendered
from modelspec.source.limits import Limits

if TYPE_CHECKING:
    Format = str
else:
    Format = Literal[("text",) + tuple(FORMATS)]  # noqa: RUF005 (Python 3.10 takes no star here)
"""How problems are printed: for people, or in one of the forms for programs."""


def validate_paths(
    paths: list[str],
    limits: Limits,
    *,
    format: Format,
    strict: bool,
    force_exclude: bool,
    watch: bool,
    set: list[str] | None,
    plugins: list[str] | None,
    traceback: bool,
) -> None:
    """Check the spec files that the paths name, report problems, and exit. Raises `WrongUsage` before anything is reported."""
    files = find_specs(paths, force_exclude)
    if watch and "-" in files:
        raise WrongUsage("standard input cannot be watched", "--watch")
    reading = Reading(limits, set or [], plugins)
    if watch:
        run(
            lambda: _watch(lambda: find_specs(paths, force_exclude), format, strict, reading),
            traceback,
        )
    run(lambda: _validate(files, format, strict, reading), traceback)


def _watch(
    named: Callable[[], list[str]],
    format: Format,
    strict: bool,
    reading: Reading,
) -> int:
    from modelspec.cli.process.watch import watch

    files: list[str] = []

    def find() -> list[str]:
        with suppress(WrongUsage):  # a folder whose last file has just gone
            files[:] = named()
        return files

    codes = [DONE]

    def work() -> bool:
        codes[0] = _validate(files, format, strict, reading)
        return refused(sys.stdout) is None and refused(sys.stderr) is None

    watch(find, work)
    return codes[0]


def _validate(files: list[str], format: Format, strict: bool, reading: Reading) -> int:
    from modelspec import __version__
    from modelspec.pipeline import check_file

    found, told = find(reading.plugins)
    problems: list[Diagnostic] = [*told]
    seen: set[object] = set()
    asked: dict[int, str] = {}
    for file in files:
        checked = check_file(file, reading.limits, reading.overrides, found)
        new = checked.diagnostics if len(files) == 1 else _unseen(checked.diagnostics, seen)
        asked.update((id(problem), "<stdin>" if file == "-" else file) for problem in new)
        problems.extend(new)
    if format == "text":
        _print_text(files, problems)
        if unwritten(sys.stderr) is not None:
            return exit_code(problems, strict=strict) or PROBLEM
    else:
        names = tuple("<stdin>" if file == "-" else file for file in files)
        write(rendered(format, Report(__version__, names, tuple(problems), strict, asked)))
        print_traces(problems)
    return exit_code(problems, strict=strict)


def _unseen(diagnostics: Iterable[Diagnostic], seen: set[object]) -> list[Diagnostic]:
    """Problems not reported before: a mistake in a base is a mistake of every spec over it, but is reported once."""
    new = [problem for problem in diagnostics if _key(problem) not in seen]
    seen.update(map(_key, new))
    return new


def _key(problem: Diagnostic) -> object:
    """What makes two problems one: said of the same place, whichever file was asked for."""
    return problem.code, problem.span, problem.message


def _print_text(files: list[str], problems: list[Diagnostic]) -> None:
    if problems:
        errors = sum(problem.severity == "error" for problem in problems)
        warnings = len(problems) - errors
        print_diagnostics(problems)
        say(f"{plural(len(files), 'file')}: {plural(errors, 'error')}, {plural(warnings, 'warning')}")
        return
    from modelspec.diagnostics.render.escape import printable

    what = printable(files[0]) if len(files) == 1 else plural(len(files), "file")
    write(f"{what}: no problems\n")
