"""Loading one spec for a command: its problems are printed, and a spec with errors goes no further."""

from __future__ import annotations

from collections.abc import Sequence

from modelspec.cli.edge import plural, print_diagnostics, say
from modelspec.graph import ShapedNetwork
from modelspec.pipeline import check_file
from modelspec.source import Limits


def load_spec(path: str, limits: Limits | None = None, overrides: Sequence[str] = ()) -> ShapedNetwork | None:
    """The checked spec, or None after its errors were printed; warnings are printed too."""
    checked = check_file(path, limits, overrides)
    if checked.diagnostics:
        print_diagnostics(checked.diagnostics, checked.texts)
    if checked.ok:
        return checked.network
    errors = sum(problem.severity == "error" for problem in checked.diagnostics)
    say(f"{path}: {plural(errors, 'error')}; nothing was written")
    return None
