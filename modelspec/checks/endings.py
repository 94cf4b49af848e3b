"""What an output ends in: the activation that its numbers come out of, found through reshaping, wrappers and models.

Diagnoses nothing itself. Where the numbers may be anything (an Add, a BatchNormalization), the answer is None.
"""

from __future__ import annotations

from typing import NamedTuple

from modelspec.catalogue.activations import function_of
from modelspec.catalogue.entry import Entry, Op
from modelspec.catalogue.kinds import KINDS
from modelspec.catalogue.tensor import Tensor
from modelspec.graph import Graph, ShapedGraph, ShapedNetwork, TensorRef, Vertex
from modelspec.source import Place
from modelspec.spec.spec import SharedName, Use

PROBABILITIES = frozenset({"sigmoid", "hard_sigmoid", "sparse_sigmoid", "softmax", "sparsemax"})
"""Their numbers lie from 0 to 1."""
OVER_CLASSES = frozenset({"softmax", "sparsemax"})
"""Their numbers sum to 1 over an axis."""
NOT_NEGATIVE = PROBABILITIES | {"relu", "relu6", "softplus", "squareplus", "exponential", "sparse_plus"}
UNBOUNDED = frozenset({"linear", "relu", "softplus", "squareplus", "exponential", "leaky_relu", "elu", "selu"})

_ENDS = frozenset(
    {
        "Dense", "EinsumDense", "Conv1D", "Conv2D", "Conv3D", "SeparableConv1D", "SeparableConv2D", "DepthwiseConv1D",
        "DepthwiseConv2D", "Conv1DTranspose", "Conv2DTranspose", "Conv3DTranspose", "Activation",
    }
)  # fmt: skip
"""Layers whose last work is their argument `activation`."""
_RESHAPES = frozenset({"Flatten", "Reshape", "Permute", "reshape", "ravel", "transpose", "swapaxes", "moveaxis"})
_PASSES = frozenset(
    {
        "Identity", "Dropout", "SpatialDropout1D", "SpatialDropout2D", "SpatialDropout3D", "ActivityRegularization",
        "Cropping1D", "Cropping2D", "Cropping3D", "squeeze", "expand_dims", "copy", "flip",
    }
)  # fmt: skip
"""Layers and ops that hand each number on as it is."""


class Ending(NamedTuple):
    """An activation, where it stands, and whether the axis it works along is still the last one."""

    activation: str
    place: Place
    along_last: bool = True


def ending_of(network: ShapedNetwork, graph: Graph, reference: TensorRef) -> Ending | None:
    """The activation that a tensor comes out of, or None where it cannot be told."""
    last = True
    while True:
        vertex = graph.vertices[reference.vertex]
        if vertex.kind == "model":
            found = _of_model(network, vertex, reference)
            return None if found is None else Ending(found.activation, found.place, found.along_last and last)
        use = _use(network, vertex)
        if use is None or use.entry is None:
            return None
        ending = _of_entry(network, use.entry, vertex.place if vertex.kind == "shared" else use.place)
        name = type(use.entry).__name__
        passes = name in _PASSES or name in _RESHAPES or (ending is not None and _is_linear_activation(use.entry))
        if not passes:
            return None if ending is None else Ending(ending.activation, ending.place, ending.along_last and last)
        last = last and name not in _RESHAPES
        above = tuple(vertex.references())
        if len(above) != 1:
            return None
        reference = above[0]


def output_number(network: ShapedNetwork, vertex: Vertex, reference: TensorRef) -> int | None:
    """Which output of its call a reference means; None where there is none of that name."""
    if not isinstance(reference.output, str):
        return reference.output or 0
    model = network.network.models.get(vertex.target or "")
    names = [output.name for output in model.outputs] if model is not None else []
    return names.index(reference.output) if reference.output in names else None


def tensor_of(network: ShapedNetwork, shaped: ShapedGraph, reference: TensorRef) -> Tensor | None:
    """The tensor that a reference means, where it is known."""
    tensors = shaped.tensors[reference.vertex]
    which = output_number(network, shaped.graph.vertices[reference.vertex], reference)
    return None if tensors is None or which is None or which >= len(tensors) else tensors[which]


def along_last_axis(entry: object) -> bool:
    """Whether an activation that has an `axis` works along the last one only."""
    return getattr(entry, "axis", -1) in (-1, (-1,))


def _use(network: ShapedNetwork, vertex: Vertex) -> Use | None:
    if vertex.kind == "shared" and vertex.target is not None:
        return network.network.shared[vertex.target]
    return vertex.use


def _of_model(network: ShapedNetwork, vertex: Vertex, reference: TensorRef) -> Ending | None:
    graph = network.network.models[vertex.target or ""]
    which = output_number(network, vertex, reference)
    inner = graph.outputs[which].reference if which is not None and which < len(graph.outputs) else None
    return None if inner is None else ending_of(network, graph, inner)


def _of_entry(network: ShapedNetwork, entry: Entry, place: Place) -> Ending | None:
    name = type(entry).__name__
    if name in _ENDS:
        given = getattr(entry, "activation", None)
        activation = function_of(given)
        known = activation is not None and activation in KINDS["activation"].choices
        return Ending(activation or "", place, along_last_axis(given)) if known else None
    own = function_of(entry)
    if own is not None:
        return Ending(own, place, along_last_axis(entry))
    if isinstance(entry, Op) and name in KINDS["activation"].choices:
        return Ending(name, place, along_last_axis(entry))
    if name == "TimeDistributed":
        return _of_inner(network, getattr(entry, "layer", None), place)
    return None


def _of_inner(network: ShapedNetwork, inner: object, place: Place) -> Ending | None:
    if isinstance(inner, SharedName) and inner.name in network.network.models:
        graph = network.network.models[inner.name]
        reference = graph.outputs[0].reference if graph.outputs else None
        return None if reference is None else ending_of(network, graph, reference)
    if isinstance(inner, SharedName):
        use = network.network.shared.get(inner.name)
        inner = None if use is None else use.entry
    return _of_entry(network, inner, place) if isinstance(inner, Entry) else None


def _is_linear_activation(entry: Entry) -> bool:
    return type(entry).__name__ == "Activation" and getattr(entry, "activation", None) == "linear"
