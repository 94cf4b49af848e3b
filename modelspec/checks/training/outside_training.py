"""Whether the model works where nothing is trained: in validation, evaluation and prediction."""

from __future__ import annotations

from collections.abc import Iterator

from modelspec.catalogue.tensor import shape_text
from modelspec.checks.outputs.outputs import trained_outputs
from modelspec.diagnostics import Diagnostic, Note
from modelspec.graph import ShapedNetwork
from modelspec.graph.questions.outside_training import outside_training

_HELP = (
    "put `CenterCrop` of the same height and width after the RandomCrop: it changes nothing during training, and crops "
    "the middle otherwise"
)


def model_works_outside_training(network: ShapedNetwork) -> Iterator[Diagnostic]:
    """Layers that give another shape outside of training, which the model then cannot take or its losses do not fit.

    An error where the spec has rows for validation or test, which training comes to; a warning where it has none.
    """
    if not network.known:
        return
    found = outside_training(network)
    if not found.changes:
        return
    first, graph = found.changes[0], network.network.main
    notes: list[Note] = []
    then = None
    for problem in found.problems[:1]:
        then = f"the model then fails: {problem.message}"
        notes = [] if problem.span is None else [Note(problem.span, "it fails here")]
    for output in trained_outputs(network) if then is None else ():
        reference = next(item.reference for item in graph.outputs if item.name == output.name)
        assert reference is not None
        tensor = network.network.tensor(graph, reference, found.tensors)
        if tensor is not None and tensor.shape != output.tensor.shape:
            other, usual = shape_text(tensor.shape), shape_text(output.tensor.shape)
            then = f"the output '{output.name}' is then {other}, but its loss expects {usual}"
            break
    if then is None:
        return
    message = (
        f"{first.name} gives {shape_text(first.outside.shape)} outside training and {shape_text(first.inside.shape)}"
        f" in it, so {then}"
    )
    place = first.place.get(first.name) or first.place
    if _evaluates(network):
        yield place.problem("MS415", message, _HELP, key=True, related=tuple(notes))
    else:
        yield place.warning("MS416", message, _HELP, key=True, related=tuple(notes))


def _evaluates(network: ShapedNetwork) -> bool:
    data = network.spec.data
    return data is not None and bool({"validation", "test"} & data.splits)
