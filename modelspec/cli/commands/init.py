"""`modelspec init`: write a commented starter spec."""

from __future__ import annotations

import contextlib
import re
from importlib import resources
from pathlib import Path
from typing import Annotated

import typer

from modelspec.cli.commands.schema import BESIDE
from modelspec.cli.options.options import TracebackOption
from modelspec.cli.process.edge import DONE, PROBLEM, USAGE, run, say, write

TEMPLATES: dict[str, str] = {
    "classifier": "images to classes, trained on the digits that come with modelspec",
    "regression": "numbers from a CSV file to one number",
    "text": "word numbers to one of two classes",
    "siamese": "two inputs through one shared model",
    "outputs": "two inputs, two outputs with a loss each",
    "blocks": "variables, a block and loops, for deeper networks",
}
"""The starter specs, and what each is for."""


def init(
    template: Annotated[
        str, typer.Argument(help=f"Which starter: {', '.join(TEMPLATES)}.", metavar="[TEMPLATE]")
    ] = "classifier",
    table: Annotated[
        str | None,
        typer.Option(
            "--from", metavar="FILE", help="A table to write the spec for: .csv, .tsv, .jsonl, .parquet or .arrow."
        ),
    ] = None,
    target: Annotated[
        str | None, typer.Option("--target", metavar="COLUMN", help="The column of the table that is to be predicted.")
    ] = None,
    output: Annotated[
        str | None,
        typer.Option(
            "--output",
            "-o",
            metavar="FILE",
            help="The file to write, or - for stdout; else spec.yaml, or the table's name.",
        ),
    ] = None,
    traceback: TracebackOption = False,
) -> None:
    """Write a commented starter spec that validates and trains as it is, and beside it the schema for editors."""
    run(
        lambda: _init(template, output) if table is None and target is None else _from(table, target, output), traceback
    )


def _from(table: str | None, target: str | None, output: str | None) -> int:
    """A spec for a table, beside it."""
    from modelspec.data.first_spec.spec import spec_text, target_of
    from modelspec.data.first_spec.table import understood_table

    if table is None:
        say("error: --target names a column of the table that `--from` names, which is missing")
        return USAGE
    file = Path(table)
    name = re.sub(r"[^A-Za-z0-9_-]+", "-", file.name.partition(".")[0]).strip("-") or "model"
    understood = understood_table(table)
    text = spec_text(understood, target_of(understood, target), name)
    return _written(text, output or str(file.with_name(f"{file.name.partition('.')[0]}.yaml")))


def _write(spec: Path, text: str) -> None:
    """The spec, and the schema that its first line names, unless there is one: an editor finds it without a network.

    Raises FileExistsError where the spec is there, and `NotWritten`; neither of them is left then.
    """
    from modelspec.files.unwound import unwound
    from modelspec.files.writing import create_text
    from modelspec.manual.schema import schema_text
    from modelspec.plugins import NO_PLUGINS

    text = f"# yaml-language-server: $schema={BESIDE}\n{text}"
    schema = schema_text(NO_PLUGINS)
    with unwound():
        create_text(spec, text)
        try:
            with contextlib.suppress(FileExistsError):
                create_text(spec.with_name(BESIDE), schema)
        except BaseException:
            spec.unlink()
            raise


def _init(template: str, output: str | None) -> int:
    if template not in TEMPLATES:
        say(f"error: there is no template '{template[:80]}'; choose one of:")
        for name, what in TEMPLATES.items():
            say(f"  {name:<12} {what}")
        return USAGE
    text = resources.files("modelspec").joinpath("templates").joinpath(f"{template}.yaml").read_text(encoding="utf-8")
    return _written(text, output or "spec.yaml")


def _written(text: str, output: str) -> int:
    if output == "-":
        write(text)
        return DONE
    try:
        _write(Path(output), text)
    except FileExistsError:
        say(f"error: {output} already exists; nothing was written. Choose another file with --output")
        return PROBLEM
    write(f"{output}: try `modelspec validate {output}`, then `modelspec train {output}`\n")
    return DONE
