"""`modelspec validate`: every problem of every file, without TensorFlow."""

from __future__ import annotations

from typing import Annotated

import typer

from modelspec.cli.options.limits import with_limits
from modelspec.cli.options.options import PluginsOption, SetOption, TracebackOption
from modelspec.cli.validating import Format, validate_paths
from modelspec.source.limits import Limits


@with_limits
def validate(
    paths: Annotated[
        list[str],
        typer.Argument(help="Spec files, folders, patterns in quotes, or - for standard input.", metavar="PATH…"),
    ],
    limits: Limits,
    format: Annotated[Format, typer.Option("--format", "-f", help="How problems are printed.")] = "text",
    strict: Annotated[bool, typer.Option("--strict", help="Fail on warnings too.")] = False,
    force_exclude: Annotated[
        bool,
        typer.Option(
            "--force-exclude", help="Leave out files that a .modelspecignore names even if they are given here by name."
        ),
    ] = False,
    watch: Annotated[bool, typer.Option("--watch", "-w", help="Check again after every change, until Ctrl-C.")] = False,
    set: SetOption = None,
    plugins: PluginsOption = None,
    traceback: TracebackOption = False,
) -> None:
    """Check spec files and report every error with file, line and column. Never imports TensorFlow."""
    validate_paths(
        paths,
        limits,
        format=format,
        strict=strict,
        force_exclude=force_exclude,
        watch=watch,
        set=set,
        plugins=plugins,
        traceback=traceback,
    )
