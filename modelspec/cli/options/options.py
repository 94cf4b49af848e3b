"""The options of the program itself, and those that commands share."""

from __future__ import annotations

from typing import Annotated

import typer

TracebackOption = Annotated[bool, typer.Option("--traceback", help="Show Python's traceback where something fails.")]

SetOption = Annotated[
    list[str] | None,
    typer.Option(
        "--set", metavar="PATH=VALUE", help="Set one value of the spec, such as train.epochs=3; can be repeated."
    ),
]

DownloadOption = Annotated[
    bool, typer.Option("--allow-download", help="Let Keras download the ImageNet weights that the spec asks for.")
]

PluginsOption = Annotated[
    list[str] | None,
    typer.Option(
        "--plugins", metavar="PACKAGE", help="A package with layers, losses or metrics of your own; can be repeated."
    ),
]


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
