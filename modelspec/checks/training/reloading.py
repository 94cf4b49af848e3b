"""Whether Keras alone can load the model that a training saves."""

from __future__ import annotations

from collections.abc import Iterator

from modelspec.catalogue.layers.layer import Layer
from modelspec.catalogue.tensor import shape_text
from modelspec.diagnostics import Diagnostic
from modelspec.graph import ShapedNetwork
from modelspec.graph.walk import walk_graph


def keras_can_load_the_model(network: ShapedNetwork) -> Iterator[Diagnostic]:
    """Layers that Keras promises another shape of than data gets, with layers behind them that are built for the data's."""
    for shaped in network.graphs:
        used = {reference.vertex for vertex in shaped.graph.vertices for reference in vertex.references()}
        for call in walk_graph(network, shaped):
            entry = None if call.use is None else call.use.entry
            if not isinstance(entry, Layer) or entry.promise is None or not call.outputs:
                continue
            if call.number not in used and not shaped.graph.key:
                continue
            name = type(entry).__name__
            message = (
                f"Keras alone cannot load this model: the two directions of {name} differ, so Keras does not expect its output "
                f"{shape_text(call.outputs[0].shape)}, which data has and the layers after it are built for"
            )
            help = "modelspec can run and load it, also as `{saved: …}`; for Keras's `load_model` give both layers one size"
            yield call.argument("backward_layer").warning("MS417", message, help)
