"""The program `modelspec`: its commands, in the order in which help shows them."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from modelspec.cli.build import build
from modelspec.cli.evaluate import evaluate
from modelspec.cli.explain import explain
from modelspec.cli.init import init
from modelspec.cli.layers import layers
from modelspec.cli.predict import predict
from modelspec.cli.schema import schema
from modelspec.cli.smoke import smoke
from modelspec.cli.summary import summary
from modelspec.cli.train import train
from modelspec.cli.validate import validate

COMMANDS = (validate, summary, layers, schema, explain, init, build, train, evaluate, predict, smoke)

app = typer.Typer(
    name="modelspec",
    help="Neural networks as YAML: checked without TensorFlow, built and trained with Keras.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for command in COMMANDS:
    app.command(no_args_is_help=command not in (init, explain, layers, schema))(command)
app.command("fit", help="The same as train.", no_args_is_help=True, hidden=True)(train)


def _version(shown: bool) -> None:
    if shown:
        from modelspec import __version__

        typer.echo(f"modelspec {__version__}")
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and leave.")
    ] = False,
) -> None:
    """Neural networks as YAML: checked without TensorFlow, built and trained with Keras."""


def main() -> None:
    """The entry point of `modelspec` and `python -m modelspec`."""
    try:
        app(prog_name="modelspec")
    except KeyboardInterrupt:
        sys.exit(130)
