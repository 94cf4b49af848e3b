"""Whether layers that learn from rows have rows to learn from: nothing here teaches them.

A layer says itself what it lacks. Those of a saved model have their state.
"""

from __future__ import annotations

from collections.abc import Iterator

from modelspec.catalogue.layers.layer import Lack
from modelspec.diagnostics import Diagnostic
from modelspec.graph import ShapedNetwork
from modelspec.graph.questions.learning import Learner, has_rows_to_learn_from, learners, lessons


def layers_have_what_they_would_learn(network: ShapedNetwork) -> Iterator[Diagnostic]:
    """A vocabulary, bins, or a mean that is left out is learned from the training rows, if there are some.

    What works without (as Normalization does, changing nothing) is fine where nothing is trained.
    """
    found = learners(network.network)
    if not found:
        return
    rows = has_rows_to_learn_from(network.network)
    circular = lessons(network.network).circular if rows else ()
    told = set()
    for learner in found.values():
        lack = learner.entry.lacks()
        why = None if lack is None else _why(learner, lack, rows=rows, circular=learner.path in circular)
        if lack is not None and why is not None and learner.place.span not in told:
            told.add(learner.place.span)
            yield learner.place.problem("MS548", f"{type(learner.entry).__name__} {why}", lack.help)


def _why(learner: Learner, lack: Lack, *, rows: bool, circular: bool) -> str | None:
    """What keeps a layer from learning."""
    if not rows:
        return None if lack.works_without else f"has no {lack.what}, and there are no training rows to learn from"
    hindrance = learner.entry.hindrance()
    if hindrance is not None:
        return f"has no {lack.what} and cannot learn any: it {hindrance}"
    if circular:
        return f"has no {lack.what} and cannot learn any: it is called again on what it gives"
    return None
