"""Activations that cannot do their work: a softmax over an axis of one."""

from __future__ import annotations

from collections.abc import Iterator

from modelspec.catalogue.names import OVER_CLASSES
from modelspec.catalogue.operation import Operation
from modelspec.catalogue.tensor import shape_text
from modelspec.diagnostics import Diagnostic, Span
from modelspec.graph import ShapedNetwork
from modelspec.graph.walk import walk


def softmax_has_classes(network: ShapedNetwork) -> Iterator[Diagnostic]:
    """A softmax over one number is 1, whatever the number."""
    told: set[Span] = set()
    for call in walk(network):
        found, tensors = call.operation, call.outputs
        activation = None if found is None or not tensors else _softmax(found, tensors[0].rank)
        if activation is None or not tensors or tensors[0].shape[-1:] != (1,):
            continue
        place = call.argument("activation")
        if place.span in told:
            continue
        told.add(place.span)
        message = f"{activation} over one unit is always 1: the output has shape {shape_text(tensors[0].shape)}"
        yield place.warning("MS506", message, "use sigmoid, or one unit for each class")


def _softmax(found: Operation, rank: int) -> str | None:
    """`softmax` or `sparsemax`, where a layer or op ends in it along the last axis."""
    activation = found.ending()
    return activation if activation in OVER_CLASSES and found.ending_axes(rank) == (rank - 1,) else None
