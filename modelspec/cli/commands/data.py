"""`modelspec data`: what the rows of a spec hold, and everything that does not fit, without TensorFlow."""

from __future__ import annotations

import shutil
import sys
from typing import Annotated, Literal

import typer

from modelspec.cli.options.limits import with_limits
from modelspec.cli.options.options import PluginsOption, SetOption, TracebackOption
from modelspec.cli.options.reading import Reading
from modelspec.cli.process.edge import exit_code, print_diagnostics, run, write
from modelspec.diagnostics.render.escape import printable
from modelspec.source.limits import Limits


@with_limits
def data(
    spec: Annotated[str, typer.Argument(help="The spec file, or - for standard input.", metavar="SPEC")],
    limits: Limits,
    format: Annotated[
        Literal["text", "json", "html"], typer.Option("--format", "-f", help="How it is printed.")
    ] = "text",
    set: SetOption = None,
    plugins: PluginsOption = None,
    traceback: TracebackOption = False,
) -> None:
    """Show what the rows of each split hold and everything that does not fit the spec. Never imports TensorFlow."""
    run(lambda: _data(spec, format, Reading(limits, set or [], plugins)), traceback)


def _data(spec: str, format: str, reading: Reading) -> int:
    from modelspec.cli.specs import load_spec

    network = load_spec(spec, reading, writes=False, builds=False)
    if isinstance(network, int):
        return network
    from modelspec.data.inspecting import inspected
    from modelspec.draw.rows import rows_html, rows_json, rows_text

    found = inspected(network)
    if format == "text":
        for line in rows_text(found.splits, _width(), bars=_can_write("▁█")):
            write(f"{printable(line)}\n")
        print_diagnostics(found.problems)
    elif format == "json":
        write(rows_json(found.splits, found.labels, found.problems))
    else:
        write(rows_html(spec, found.splits, found.problems))
    return exit_code(found.problems)


def _width() -> int:
    return max(40, shutil.get_terminal_size((100, 24)).columns)


def _can_write(text: str) -> bool:
    try:
        text.encode(getattr(sys.stdout, "encoding", None) or "ascii")
    except (UnicodeEncodeError, LookupError):
        return False
    return True
