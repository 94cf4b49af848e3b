"""The user's own packages that `--plugins` and pyproject.toml name, the same for every command that reads a spec."""

from __future__ import annotations

from collections.abc import Sequence

from modelspec.diagnostics import Diagnostic, SpecError
from modelspec.plugins import Plugins


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
