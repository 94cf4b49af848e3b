"""`modelspec schema`: the language as JSON Schema, for editors."""

from __future__ import annotations

from modelspec.cli.edge import DONE, TracebackOption, run, write
from modelspec.cli.plugin_option import PluginsOption, found_or_refused


def schema(plugins: PluginsOption = None, traceback: TracebackOption = False) -> None:
    """Print the JSON Schema of the language, by which editors complete, check and explain specs."""
    run(lambda: _schema(plugins), traceback)


def _schema(plugins: list[str] | None) -> int:
    from modelspec.manual.schema import schema_text

    write(schema_text(found_or_refused(plugins)))
    return DONE
