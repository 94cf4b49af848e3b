"""Whether Keras alone can load the model that a training saves."""

from __future__ import annotations

from collections.abc import Iterator

from modelspec.catalogue.entry import Layer
from modelspec.catalogue.tensor import shape_text
from modelspec.checks.places import argument_place
from modelspec.diagnostics import Diagnostic
from modelspec.graph import ShapedNetwork, Vertex
from modelspec.source import Place


def keras_can_load_the_model(network: ShapedNetwork) -> Iterator[Diagnostic]:
    """Layers that Keras promises another shape of than data gets, with layers behind them that are built for the data's."""
    for shaped in (network.main, *network.models.values()):
        used = {reference.vertex for vertex in shaped.graph.vertices for reference in vertex.references()}
        for index, (vertex, tensors) in enumerate(zip(shaped.graph.vertices, shaped.tensors, strict=True)):
            entry = _entry(network, vertex)
            if entry is None or entry.promise is None or not tensors or not (index in used or shaped.graph.key):
                continue
            name = type(entry).__name__
            message = (
                f"Keras alone cannot load this model: of directions that differ, it takes the output of {name} for "
                f"another than {shape_text(tensors[0].shape)}, which data gets and the layers behind are built for"
            )
            help = "modelspec runs it and reads it again, as `{saved: …}` too; for Keras's `load_model` give both layers one size"
            yield _place(vertex, network).warning("MS417", message, help)


def _entry(network: ShapedNetwork, vertex: Vertex) -> Layer | None:
    shared = vertex.kind == "shared" and vertex.target is not None
    use = network.network.shared[vertex.target or ""] if shared else vertex.use
    return use.entry if use is not None and isinstance(use.entry, Layer) else None


def _place(vertex: Vertex, network: ShapedNetwork) -> Place:
    if vertex.kind == "shared" and vertex.target is not None:
        return argument_place(network.network.shared[vertex.target].place, "backward_layer")
    assert vertex.use is not None
    found = vertex.place.find((vertex.use.type_name, "backward_layer"))
    return found if found.path[-1:] == ("backward_layer",) else vertex.use.place
