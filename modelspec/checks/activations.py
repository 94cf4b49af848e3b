"""Activations that cannot do their work: a softmax over an axis of one."""

from __future__ import annotations

from collections.abc import Iterator

from modelspec.catalogue.entry import Operation
from modelspec.catalogue.names import OVER_CLASSES
from modelspec.catalogue.tensor import shape_text
from modelspec.checks.places import argument_place
from modelspec.diagnostics import Diagnostic, Span
from modelspec.graph import ShapedNetwork, Vertex
from modelspec.graph.inside import operation
from modelspec.source import Place


def softmax_has_classes(network: ShapedNetwork) -> Iterator[Diagnostic]:
    """A softmax over one number is 1, whatever the number."""
    told: set[Span] = set()
    for shaped in (network.main, *network.models.values()):
        for vertex, tensors in zip(shaped.graph.vertices, shaped.tensors, strict=True):
            place = _place(network, vertex)
            found = operation(network.network, vertex)
            activation = None if found is None or not tensors else _softmax(found, tensors[0].rank)
            if activation is None or place is None or not tensors or tensors[0].shape[-1:] != (1,):
                continue
            if place.span in told:
                continue
            told.add(place.span)
            message = f"{activation} over one unit is always 1: the output has shape {shape_text(tensors[0].shape)}"
            yield place.warning("MS506", message, "use sigmoid, or one unit for each class")


def _place(network: ShapedNetwork, vertex: Vertex) -> Place | None:
    """Where the activation stands, or the layer that ends in it."""
    use = network.network.use(vertex)
    if use is None or vertex.use is None:
        return None if use is None else argument_place(use.place, "activation")
    found = vertex.place.find((vertex.use.type_name, "activation"))
    return found if found.path[-1:] == ("activation",) else vertex.use.place


def _softmax(found: Operation, rank: int) -> str | None:
    """`softmax` or `sparsemax`, where a layer or op ends in it along the last axis."""
    activation = found.ending()
    return activation if activation in OVER_CLASSES and found.ending_axes(rank) == (rank - 1,) else None
