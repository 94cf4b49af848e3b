"""What an output ends in: the activation that its numbers come out of, found through reshaping, wrappers and models.

Diagnoses nothing itself. Where the numbers may be anything (an Add, a BatchNormalization), the answer is None.
"""

from __future__ import annotations

from typing import NamedTuple

from modelspec.catalogue.names import OVER_CLASSES
from modelspec.catalogue.operation import Operation
from modelspec.graph import Graph, ShapedNetwork, TensorRef
from modelspec.graph.inferring.inside import model_inside, operation
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


Known = dict[tuple[str, int, int | str | None], Ending | None]
"""What tensors come out of, by graph, call and output: of many that come through the same steps, each step is asked once."""


def ending_of(network: ShapedNetwork, graph: Graph, reference: TensorRef, known: Known | None = None) -> Ending | None:
    """The activation that a tensor comes out of, or None where it cannot be told. `known` is added to."""
    known = {} if known is None else known
    passed: list[tuple[TensorRef, bool]] = []
    while (graph.key, reference.vertex, reference.output) not in known:
        vertex = graph.vertices[reference.vertex]
        use, layer = network.network.use(vertex), operation(network.network, vertex)
        handed = None if use is None or layer is None else layer.handing_on()
        above = tuple(vertex.references())
        if handed is not None and len(above) == 1:
            passed.append((reference, handed == "elsewhere"))
            reference = above[0]
            continue
        found = None
        if vertex.kind == "model":
            found = _of_model(network, graph, reference, known)
        elif handed is None and use is not None and layer is not None:
            place = vertex.place if vertex.kind == "shared" else use.place
            found = _of_layer(network, graph, layer, reference, place, known)
        known[graph.key, reference.vertex, reference.output] = found
    found = known[graph.key, reference.vertex, reference.output]
    for below, moved in reversed(passed):
        found = found._replace(axes=None) if found is not None and moved else found
        known[graph.key, below.vertex, below.output] = found
    return found


def _of_model(network: ShapedNetwork, above: Graph, reference: TensorRef, known: Known) -> Ending | None:
    graph = network.network.models[above.vertices[reference.vertex].target or ""]
    which = network.network.output_number(above, reference)
    inner = graph.outputs[which].reference if which is not None and which < len(graph.outputs) else None
    return None if inner is None else ending_of(network, graph, inner, known)


def _of_layer(
    network: ShapedNetwork, graph: Graph, layer: Operation, reference: TensorRef, place: Place, known: Known
) -> Ending | None:
    named = model_inside(network.network, graph.vertices[reference.vertex])
    if named is not None:
        inner = network.network.models[named]
        first = inner.outputs[0].reference if inner.outputs else None
        found = None if first is None else ending_of(network, inner, first, known)
        axes = None if found is None or found.axes is None else tuple(axis + layer.axes_outside for axis in found.axes)
        return None if found is None else found._replace(axes=axes, rank=found.rank + layer.axes_outside)
    activation, tensor = layer.ending(), network.tensor(network.graph(graph.key), reference)
    if activation is None or tensor is None:
        return None
    own = layer.chooses_ending()
    return Ending(activation, place, layer.ending_axes(tensor.rank), tensor.rank, own)
