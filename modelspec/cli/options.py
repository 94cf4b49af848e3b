"""The options of the program itself, beside those of its commands."""

from __future__ import annotations

from typing import Annotated

import typer


def _version(shown: bool) -> None:
    if shown:
        from modelspec import __version__

        typer.echo(f"modelspec {__version__}")
        raise typer.Exit


def options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    """Neural networks as YAML: checked without TensorFlow, built and trained with Keras."""
