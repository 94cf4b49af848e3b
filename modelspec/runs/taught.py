"""The network of a run, or of a training, with what its layers learned from the training rows. No Keras here."""

from __future__ import annotations

from pydantic import ValidationError

from modelspec.diagnostics import Diagnostic, SpecError
from modelspec.diagnostics.diagnostic import sort_diagnostics
from modelspec.graph import ShapedNetwork
from modelspec.graph.questions.learning import learners
from modelspec.graph.teaching import Taught, taught
from modelspec.pipeline import run


def with_learned(network: ShapedNetwork, learned: Taught) -> tuple[ShapedNetwork, tuple[Diagnostic, ...]]:
    """The network with what its layers learned, and what is only told of it now. Raises `SpecError` for what is wrong."""
    if not learned:
        return network, ()
    try:
        given = taught(network.network, learned)
    except ValidationError as error:
        raise SpecError([_not_taken(network, learned)]) from error
    ran = run(given, "infer", "check")
    if ran.network is None or any(problem.severity == "error" for problem in ran.problems):
        raise SpecError(sort_diagnostics(ran.problems))
    before = run(network.network, "infer", "check").problems if ran.problems else ()
    return ran.network, tuple(problem for problem in ran.problems if problem not in before)


def _fits(network: ShapedNetwork, learned: Taught) -> bool:
    """Whether the layers take all of this."""
    try:
        taught(network.network, learned)
    except ValidationError:
        return False
    return True


def _not_taken(network: ShapedNetwork, learned: Taught) -> Diagnostic:
    """That a layer does not take what was learned for it."""
    for path, learner in learners(network.network).items():
        if path in learned and not _fits(network, {path: learned[path]}):
            message = (
                f"{type(learner.entry).__name__} does not take what the run has learned for it: its arguments changed"
            )
            return learner.place.problem("MS548", message, "use the spec that the run was made with")
    return network.spec.place.problem("MS548", "its layers do not take what the run has learned for them")
