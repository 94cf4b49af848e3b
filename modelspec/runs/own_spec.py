"""The spec of a run, which is the resolved one: with the settings of the command line, and what came from other files, in it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from modelspec.diagnostics import Diagnostic
from modelspec.graph import ShapedNetwork
from modelspec.pipeline import Setup, SpecText, check
from modelspec.plugins import NO_PLUGINS, Plugins
from modelspec.runs.directory import RunDir, missing_in_run, open_run, root_of_run, with_allowed
from modelspec.runs.plugins import require_plugins
from modelspec.source.limits import Limits


class OwnSpec(NamedTuple):
    """A run, its network (None: the spec has errors), and what was reported of the spec."""

    run: RunDir
    network: ShapedNetwork | None
    diagnostics: tuple[Diagnostic, ...]


def own_spec(
    path: str, limits: Limits | None = None, plugins: Plugins = NO_PLUGINS, overrides: Sequence[str] = ()
) -> OwnSpec:
    """Check the spec of the run at `path`, with more settings over it.

    Raises `SpecError` where this is no run directory, or where the run needs plugins that are not named (MS646).
    """
    run = open_run(path)
    info = run.read_info()
    require_plugins(path, info, plugins)
    limits = with_allowed(limits or Limits(), run, info)
    root = root_of_run(run, info)
    setup = Setup(limits, overrides, plugins, with_state=tuple(info.get("began_with", ())))
    checked = check(SpecText(run.read_resolved(), str(run.resolved), root), setup)
    told = missing_in_run(checked.diagnostics)
    wrong = any(problem.severity == "error" for problem in told)
    return OwnSpec(run, None if wrong else checked.network, told)
