"""`modelspec validate`: every problem of every file, without TensorFlow."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from modelspec.cli.edge import DONE, PROBLEM, TracebackOption, plural, print_diagnostics, run, say, write
from modelspec.diagnostics import Diagnostic


def validate(
    paths: Annotated[list[str], typer.Argument(help="Spec files, folders, or - for standard input.", metavar="PATH…")],
    format: Annotated[
        Literal["text", "json"], typer.Option("--format", "-f", help="How problems are printed.")
    ] = "text",
    strict: Annotated[bool, typer.Option("--strict", help="Fail on warnings too.")] = False,
    traceback: TracebackOption = False,
) -> None:
    """Check spec files: everything that is wrong, with file, line and column. Never imports TensorFlow."""
    run(lambda: _validate(paths, format, strict), traceback)


def _validate(paths: list[str], format: str, strict: bool) -> int:
    from modelspec.pipeline import check_file

    files = [file for path in paths for file in find_specs(path)]
    problems: list[Diagnostic] = []
    texts: dict[str, str] = {}
    for file in files:
        checked = check_file(file)
        problems.extend(checked.diagnostics)
        if checked.diagnostics and checked.text is not None:
            texts[checked.file] = checked.text
    errors = sum(problem.severity == "error" for problem in problems)
    warnings = len(problems) - errors
    if format == "json":
        from modelspec.diagnostics.render.json import render_json

        write(render_json(problems, len(files)))
    else:
        print_diagnostics(problems, texts)
        if problems:
            say(f"{plural(len(files), 'file')}: {plural(errors, 'error')}, {plural(warnings, 'warning')}")
        else:
            write(f"{plural(len(files), 'file')}: no problems\n" if len(files) != 1 else f"{files[0]}: no problems\n")
    return PROBLEM if errors or (strict and warnings) else DONE


def find_specs(path: str) -> list[str]:
    """The spec files a path means: itself, or for a folder every .yaml and .yml below it, in order.

    Raises `typer.BadParameter` for a folder without any.
    """
    if path == "-":
        return [path]
    folder = Path(path)
    if not folder.is_dir():
        return [path]
    found = sorted(str(file) for pattern in ("*.yaml", "*.yml") for file in folder.rglob(pattern) if file.is_file())
    if not found:
        raise typer.BadParameter(f"there is no .yaml file in the folder {path!r}", param_hint="PATH")
    return found
