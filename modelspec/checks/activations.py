"""Activations that cannot do their work: a softmax over an axis of one."""

from __future__ import annotations

from collections.abc import Iterator

from modelspec.catalogue.activations import function_of
from modelspec.catalogue.entry import Entry
from modelspec.catalogue.tensor import shape_text
from modelspec.checks.endings import OVER_CLASSES, along_last_axis
from modelspec.checks.places import argument_place
from modelspec.diagnostics import Diagnostic, Span
from modelspec.graph import Graph, ShapedNetwork, Vertex
from modelspec.source import Place


def softmax_has_classes(network: ShapedNetwork) -> Iterator[Diagnostic]:
    """A softmax over one number is 1, whatever the number."""
    told: set[Span] = set()
    for shaped in (network.main, *network.models.values()):
        for vertex, tensors in zip(shaped.graph.vertices, shaped.tensors, strict=True):
            entry, place = _entry(network, shaped.graph, vertex)
            activation = _softmax(entry)
            if activation is None or place is None or not tensors or tensors[0].shape[-1:] != (1,):
                continue
            if place.span in told:
                continue
            told.add(place.span)
            message = f"{activation} over one unit is always 1: the output has shape {shape_text(tensors[0].shape)}"
            yield place.warning("MS506", message, "use sigmoid, or one unit for each class")


def _entry(network: ShapedNetwork, graph: Graph, vertex: Vertex) -> tuple[Entry | None, Place | None]:
    if vertex.kind == "shared" and vertex.target is not None:
        use = network.network.shared[vertex.target]
        return use.entry, argument_place(use.place, "activation")
    if vertex.use is None or vertex.kind not in ("layer", "op"):
        return None, None
    found = vertex.place.find((vertex.use.type_name, "activation"))
    return vertex.use.entry, found if found.path[-1:] == ("activation",) else vertex.use.place


def _softmax(entry: Entry | None) -> str | None:
    """`softmax` or `sparsemax`, where a layer or op ends in it along the last axis."""
    if entry is None:
        return None
    name = type(entry).__name__
    own = name in ("Softmax", *OVER_CLASSES)
    given = entry if own else getattr(entry, "activation", None)
    activation = name.lower() if own else function_of(given)
    if not along_last_axis(given):
        return None
    recurrent = hasattr(entry, "recurrent_activation")
    return activation if activation in OVER_CLASSES and not recurrent else None
