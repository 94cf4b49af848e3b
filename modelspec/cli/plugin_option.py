"""`--plugins`: the user's own packages as an option, the same for every command that reads a spec."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import typer

from modelspec.diagnostics import Diagnostic, SpecError
from modelspec.plugins import Plugins

PluginsOption = Annotated[
    list[str] | None,
    typer.Option(
        "--plugins", metavar="PACKAGE", help="A package with layers, losses or metrics of your own; can be repeated."
    ),
]


def find(given: Sequence[str] | None) -> tuple[Plugins, tuple[Diagnostic, ...]]:
    """The plugins that the command line and pyproject.toml name, and what is wrong with their stubs."""
    from modelspec.plugins.settings import find_plugins

    return find_plugins(given or [])


def found_or_refused(given: Sequence[str] | None) -> Plugins:
    """As `find`, for a command that cannot go on without one of them. Raises `SpecError`."""
    plugins, problems = find(given)
    if not plugins.complete:
        raise SpecError(problems)
    return plugins
