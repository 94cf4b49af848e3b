"""The summary of a run: of its own spec, with what its training rows taught. No Keras here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from modelspec.diagnostics import SpecError
from modelspec.draw.summary import ModelSummary, summarize
from modelspec.plugins import NO_PLUGINS, Plugins
from modelspec.runs.learned_text import learned_text
from modelspec.runs.own_spec import own_spec
from modelspec.runs.taught import with_learned
from modelspec.source.limits import Limits


def summary_of_run(
    path: str, limits: Limits | None = None, plugins: Plugins = NO_PLUGINS, overrides: Sequence[str] = ()
) -> ModelSummary:
    """The summary of the run at a path. Raises `SpecError` where that is no run, or its spec has errors."""
    own = own_spec(path, limits, plugins, overrides)
    if own.network is None:
        raise SpecError(own.diagnostics)
    learned = own.run.read_learned()
    network, _ = with_learned(own.network, learned.layers)
    return replace(summarize(network), learned=learned_text(learned))
