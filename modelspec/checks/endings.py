"""What an output ends in: the activation that its numbers come out of, found through reshaping, wrappers and models.

Diagnoses nothing itself. Where the numbers may be anything (an Add, a BatchNormalization), the answer is None.
"""

from __future__ import annotations

from typing import NamedTuple

from modelspec.catalogue.entry import Operation
from modelspec.catalogue.names import OVER_CLASSES
from modelspec.graph import Graph, ShapedNetwork, TensorRef, Vertex
from modelspec.graph.inside import model_inside, operation
from modelspec.source import Place

PROBABILITIES = OVER_CLASSES | {"sigmoid", "hard_sigmoid", "sparse_sigmoid"}
"""Their numbers lie from 0 to 1."""
NOT_NEGATIVE = PROBABILITIES | {"relu", "relu6", "softplus", "squareplus", "exponential", "sparse_plus"}
LOGARITHMS = frozenset({"log_softmax", "log_sigmoid"})
UNBOUNDED = frozenset({"linear", "relu", "softplus", "squareplus", "exponential", "leaky_relu", "elu", "selu"})


class Ending(NamedTuple):
    """An activation, where it stands, and the axes of the output that it works along; None where they cannot be told."""

    activation: str
    place: Place
    axes: tuple[int, ...] | None
    rank: int
    by_argument: bool = True
    """Whether another activation can be written as the argument of the layer that it ends in."""

    @property
    def along_last(self) -> bool:
        """Whether it works along the last axis, and no other."""
        return self.axes == (self.rank - 1,)


def ending_of(network: ShapedNetwork, graph: Graph, reference: TensorRef) -> Ending | None:
    """The activation that a tensor comes out of, or None where it cannot be told."""
    moved = False
    while True:
        vertex = graph.vertices[reference.vertex]
        if vertex.kind == "model":
            found = _of_model(network, graph, vertex, reference)
            return found if found is None or not moved else found._replace(axes=None)
        use, layer = network.network.use(vertex), operation(network.network, vertex)
        if use is None or layer is None:
            return None
        place = vertex.place if vertex.kind == "shared" else use.place
        handed = layer.handing_on()
        if handed is None:
            found = _of_layer(network, graph, vertex, layer, reference, place)
            return found if found is None or not moved else found._replace(axes=None)
        moved = moved or handed == "elsewhere"
        above = tuple(vertex.references())
        if len(above) != 1:
            return None
        reference = above[0]


def _of_model(network: ShapedNetwork, above: Graph, vertex: Vertex, reference: TensorRef) -> Ending | None:
    graph = network.network.models[vertex.target or ""]
    which = network.network.output_number(above, reference)
    inner = graph.outputs[which].reference if which is not None and which < len(graph.outputs) else None
    return None if inner is None else ending_of(network, graph, inner)


def _of_layer(
    network: ShapedNetwork, graph: Graph, vertex: Vertex, layer: Operation, reference: TensorRef, place: Place
) -> Ending | None:
    named = model_inside(network.network, vertex)
    if named is not None:
        inner = network.network.models[named]
        first = inner.outputs[0].reference if inner.outputs else None
        found = None if first is None else ending_of(network, inner, first)
        axes = None if found is None or found.axes is None else tuple(axis + layer.axes_outside for axis in found.axes)
        return None if found is None else found._replace(axes=axes, rank=found.rank + layer.axes_outside)
    activation, tensor = layer.ending(), network.tensor(network.graph(graph.key), reference)
    if activation is None or tensor is None:
        return None
    own = layer.chooses_ending()
    return Ending(activation, place, layer.ending_axes(tensor.rank), tensor.rank, own)
