"""The program `modelspec`: its commands, in the order in which help shows them.

A command's module is imported when it is called, and all of them for help and completion: checking a spec takes less
time than importing what other commands need.
"""

from __future__ import annotations

import atexit
import gc
import sys
from collections.abc import Iterable
from importlib import import_module
from typing import Annotated

import typer

COMMANDS: tuple[str, ...] = (
    "validate", "summary", "show", "layers", "schema", "explain", "init", "build", "train",
    "reproduce", "evaluate", "predict", "smoke", "plugins",
)  # fmt: skip
"""Every command; each is the function of its name in the module of its name."""
SECOND_NAMES: dict[str, str] = {"fit": "train"}
_WORK_WITHOUT_ARGUMENTS = ("init", "explain", "layers", "schema")


def _version(shown: bool) -> None:
    if shown:
        from modelspec import __version__

        typer.echo(f"modelspec {__version__}")
        raise typer.Exit


def options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and leave.")
    ] = False,
) -> None:
    """Neural networks as YAML: checked without TensorFlow, built and trained with Keras."""


def make_app(commands: Iterable[str] = (*COMMANDS, *SECOND_NAMES)) -> typer.Typer:
    """The program with these commands."""
    app = typer.Typer(
        name="modelspec",
        help="Neural networks as YAML: checked without TensorFlow, built and trained with Keras.",
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback()(options)
    for name in commands:
        first = SECOND_NAMES.get(name, name)
        command = getattr(import_module(f"modelspec.cli.{first}"), first)
        if first == name:
            app.command(name, no_args_is_help=name not in _WORK_WITHOUT_ARGUMENTS)(command)
        else:
            app.command(name, help=f"The same as {first}.", no_args_is_help=True, hidden=True)(command)
    return app


def _leave_the_rest() -> None:
    """Where nothing was collected so far, spare the collection of everything that the interpreter ends with."""
    if not gc.isenabled():
        gc.freeze()


def main() -> None:
    """The entry point of `modelspec` and `python -m modelspec`."""
    # A command that checks makes no cycles and ends soon: collecting them takes a tenth of its time.
    gc.disable()
    atexit.register(_leave_the_rest)
    called = sys.argv[1] if len(sys.argv) > 1 else ""
    known = called in COMMANDS or called in SECOND_NAMES
    try:
        make_app((called,) if known else (*COMMANDS, *SECOND_NAMES))(prog_name="modelspec")
    except KeyboardInterrupt:
        sys.exit(130)
