"""`modelspec summary`: layers, shapes, parameters and calls, without TensorFlow."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from modelspec.cli.options.limits import with_limits
from modelspec.cli.options.options import PluginsOption, SetOption, TracebackOption
from modelspec.cli.options.reading import Reading
from modelspec.cli.process.edge import DONE, run, write
from modelspec.source.limits import Limits

if TYPE_CHECKING:
    from modelspec.draw.summary import ModelSummary


@with_limits
def summary(
    spec: Annotated[
        str, typer.Argument(help="The spec file, - for standard input, or a run directory.", metavar="SPEC")
    ],
    limits: Limits,
    nested: Annotated[bool, typer.Option("--nested", help="Show the nested models too.")] = False,
    nodes: Annotated[
        bool, typer.Option("--nodes", help="Show every call (node) of every layer: what goes in and what comes out.")
    ] = False,
    format: Annotated[Literal["text", "json"], typer.Option("--format", "-f", help="How it is printed.")] = "text",
    set: SetOption = None,
    plugins: PluginsOption = None,
    traceback: TracebackOption = False,
) -> None:
    """Show layers, output shapes, parameters and calls; of a run, also what its rows taught. Never imports TensorFlow."""
    run(lambda: _summary(spec, nested, nodes, format, Reading(limits, set or [], plugins)), traceback)


def _summary(spec: str, nested: bool, nodes: bool, format: str, reading: Reading) -> int:
    from modelspec.cli.specs import load_spec
    from modelspec.draw.summary import summarize, summary_json

    if os.path.isdir(spec):
        told = _of_run(spec, reading)
    else:
        network = load_spec(spec, reading, writes=False, builds=False)
        if isinstance(network, int):
            return network
        told = summarize(network)
    if format == "json":
        import json

        write(json.dumps(summary_json(told, nested=nested), indent=2) + "\n")
        return DONE
    import shutil

    from modelspec.diagnostics.render.escape import printable
    from modelspec.draw.table import table_text

    width = shutil.get_terminal_size((100, 24)).columns
    for line in table_text(told, max(40, width), nested=nested, nodes=nodes).split("\n"):
        write(printable(line) + "\n")
    return DONE


def _of_run(path: str, reading: Reading) -> ModelSummary:
    from modelspec.cli.options.plugin_option import found_or_refused
    from modelspec.runs.summary import summary_of_run

    return summary_of_run(path, reading.limits, found_or_refused(reading.plugins), reading.overrides)
