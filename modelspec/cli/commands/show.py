"""`modelspec show`: a spec with everything written out, and where each value comes from."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from modelspec.cli.options.limits import with_limits
from modelspec.cli.options.options import PluginsOption, SetOption, TracebackOption
from modelspec.cli.options.plugin_option import find
from modelspec.cli.options.reading import Reading
from modelspec.cli.options.usage import WrongUsage
from modelspec.cli.process.edge import DONE, PROBLEM, exit_code, plural, print_diagnostics, run, say, write
from modelspec.source.limits import Limits


@with_limits
def show(
    spec: Annotated[str, typer.Argument(help="The spec file, or - for standard input.", metavar="SPEC")],
    limits: Limits,
    origin: Annotated[
        bool,
        typer.Option("--origin", help="Show where each value comes from: file and line, variable, block or setting."),
    ] = False,
    format: Annotated[Literal["yaml", "json"], typer.Option("--format", "-f", help="How it is printed.")] = "yaml",
    set: SetOption = None,
    plugins: PluginsOption = None,
    traceback: TracebackOption = False,
) -> None:
    """Show the expanded spec, without variables, blocks, loops, bases or settings. Never imports TensorFlow."""
    if origin and format == "json":
        raise WrongUsage("JSON has no comments: origins are shown in YAML", "--origin")
    run(lambda: _show(spec, origin, format, Reading(limits, set or [], plugins)), traceback)


def _show(spec: str, origin: bool, format: str, reading: Reading) -> int:
    from modelspec.draw.spec_yaml import document_json, document_yaml
    from modelspec.pipeline import check_file

    found, problems = find(reading.plugins)
    checked = check_file(spec, reading.limits, reading.overrides, found)
    problems = (*problems, *checked.diagnostics)
    if problems:
        print_diagnostics(problems)
    errors = sum(problem.severity == "error" for problem in problems)
    if checked.document is None or errors:
        say(f"{spec}: {plural(errors, 'error')}; nothing is shown")
        return exit_code(problems) or PROBLEM
    write(document_json(checked.document) if format == "json" else document_yaml(checked.document, origins=origin))
    return DONE
