"""`modelspec layers`: what may stand in a spec, and everything about one name of it."""

from __future__ import annotations

import shutil
from typing import Annotated, Literal

import typer

from modelspec.cli.options.options import PluginsOption, TracebackOption
from modelspec.cli.options.plugin_option import found_or_refused
from modelspec.cli.process.edge import DONE, USAGE, run, say, write
from modelspec.diagnostics.render.escape import printable
from modelspec.plugins import Plugins

Kind = Literal[
    "layer", "op", "loss", "metric", "optimizer", "schedule", "callback", "initializer", "regularizer", "constraint",
    "activation", "application",
]  # fmt: skip


def layers(
    name: Annotated[
        str | None,
        typer.Argument(
            help="A layer such as Conv2D, a loss, an optimizer, …, or a function such as ops.add; by default all layers.",
            metavar="[NAME]",
        ),
    ] = None,
    kind: Annotated[Kind | None, typer.Option("--kind", "-k", help="List names of another kind than layers.")] = None,
    format: Annotated[Literal["text", "json"], typer.Option("--format", "-f", help="How it is printed.")] = "text",
    plugins: PluginsOption = None,
    traceback: TracebackOption = False,
) -> None:
    """List everything that a spec may name, or explain one name: arguments, limits, shapes, an example."""
    run(lambda: _layers(name, kind, format, found_or_refused(plugins)), traceback)


def _layers(name: str | None, kind: str | None, format: str, plugins: Plugins) -> int:
    return _list(kind or "layer", format, plugins) if name is None else _explain(name, kind, format, plugins)


def _list(kind: str, format: str, plugins: Plugins) -> int:
    from modelspec.manual.describe import families, reasons, second_names
    from modelspec.manual.text import listed

    if format == "json":
        _write_json(
            {"version": 1, "kind": kind, "families": families(kind, plugins), "second_names": second_names(kind, plugins),
             "left_out": reasons(kind)}
        )  # fmt: skip
    else:
        _write_lines(listed(kind, _width(), plugins))
    return DONE


def _explain(name: str, kind: str | None, format: str, plugins: Plugins) -> int:
    from modelspec.manual.describe import as_json, describe, guess, left_out
    from modelspec.manual.text import described

    found = describe(name, kind, plugins)
    if not found:
        why = left_out(name, plugins)
        if why is None:
            where = "" if kind is None else f" of --kind {kind}"
            say(f"error: there is no name '{name[:80]}'{where}")
            say(f"  help: {guess(name, plugins) or '`modelspec layers` lists the layers, `--kind` the rest'}")
        else:
            say(f"error: {why}")
        return USAGE
    if format == "json":
        _write_json({"version": 1, "found": [as_json(item) for item in found]})
    else:
        _write_lines("\n".join(described(item, _width()) for item in found))
    return DONE


def _width() -> int:
    return max(40, min(100, shutil.get_terminal_size((80, 24)).columns))


def _write_json(value: object) -> None:
    import json

    write(json.dumps(value, indent=2) + "\n")


def _write_lines(text: str) -> None:
    for line in text.rstrip("\n").split("\n"):
        write(printable(line) + "\n")
