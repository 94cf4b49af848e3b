"""`modelspec schema`: the language as JSON Schema, for editors."""

from __future__ import annotations

from typing import Annotated

import typer

from modelspec.cli.options.options import PluginsOption, TracebackOption
from modelspec.cli.options.plugin_option import found_or_refused
from modelspec.cli.process.edge import DONE, run, write

BESIDE = "modelspec.schema.json"
"""What `init` calls the schema that it writes beside a spec."""


def schema(
    output: Annotated[
        str,
        typer.Option("--output", "-o", metavar="FILE", help=f"The file to write, such as {BESIDE}, or - for stdout."),
    ] = "-",
    plugins: PluginsOption = None,
    traceback: TracebackOption = False,
) -> None:
    """Print or write the JSON Schema of the language, which lets editors complete, check and explain specs."""
    run(lambda: _schema(output, plugins), traceback)


def _schema(output: str, plugins: list[str] | None) -> int:
    from modelspec.manual.schema import schema_text

    text = schema_text(found_or_refused(plugins))
    if output == "-":
        write(text)
        return DONE
    from modelspec.files.writing import meant, write_text

    write_text(meant(output), text)
    write(f"{output}: name it in the first line of a spec: `# yaml-language-server: $schema={output}`\n")
    return DONE
