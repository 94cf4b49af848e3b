"""`modelspec schema`: the language as JSON Schema, for editors."""

from __future__ import annotations

from modelspec.cli.edge import DONE, TracebackOption, run, write


def schema(traceback: TracebackOption = False) -> None:
    """Print the JSON Schema of the language, by which editors complete, check and explain specs."""
    run(_schema, traceback)


def _schema() -> int:
    from modelspec.manual.schema import schema_text

    write(schema_text())
    return DONE
