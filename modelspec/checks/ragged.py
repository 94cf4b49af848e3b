"""Rows of several lengths in one tensor, which TextVectorization makes on request: what cannot take them.

Keras says so when the model runs only, or not at all. No TensorFlow here.
"""

from __future__ import annotations

from collections.abc import Iterator

from modelspec.catalogue.layers.lookups import TextVectorization
from modelspec.diagnostics import Diagnostic, Note
from modelspec.graph import ShapedGraph, ShapedNetwork, Vertex
from modelspec.graph.inside import operation
from modelspec.source import Place

_HELP = "leave `ragged` out: rows are padded with 0 then, and `mask_zero: true` of Embedding leaves the padding out"


def ragged_rows_are_taken(network: ShapedNetwork) -> Iterator[Diagnostic]:
    """Layers that TensorFlow has no ragged form of, below a TextVectorization that makes ragged rows."""
    for shaped in network.graphs:
        if any(_is_source(network, vertex) for vertex in shaped.graph.vertices):
            yield from _in_model(network, shaped)


def _is_source(network: ShapedNetwork, vertex: Vertex) -> bool:
    if not vertex.type_name.endswith("TextVectorization"):
        return False
    found = operation(network.network, vertex)
    return isinstance(found, TextVectorization) and found.ragged


def _in_model(network: ShapedNetwork, shaped: ShapedGraph) -> Iterator[Diagnostic]:
    graph = shaped.graph
    ragged: dict[int, Place] = {}
    """The calls that give ragged rows, each with the argument that asks for them."""
    for index, vertex in enumerate(graph.vertices):
        use = network.network.use(vertex)
        if _is_source(network, vertex) and use is not None:
            ragged[index] = (vertex.place if vertex.kind == "layer" else use.place).find((use.type_name, "ragged"))
            continue
        source = next((ragged[item.vertex] for item in vertex.references() if item.vertex in ragged), None)
        if source is None:
            continue
        if not _takes_ragged(network, vertex):
            place = use.place if use is not None else vertex.place
            yield _told(source, f"{vertex.type_name} cannot take them", Note(place.span, "taken here"))
            continue
        outputs = shaped.tensors[index]
        if outputs is not None and any(item.rank > 1 and item.shape[1] is None for item in outputs):
            ragged[index] = source
    for output in graph.outputs:
        if output.reference is not None and output.reference.vertex in ragged:
            source = ragged[output.reference.vertex]
            yield _told(source, f"the output '{output.name}' cannot have them", Note(output.place.span, "given here"))


def _told(source: Place, what: str, note: Note) -> Diagnostic:
    return source.problem("MS408", f"rows of TextVectorization differ in length, and {what}", _HELP, related=(note,))


def _takes_ragged(network: ShapedNetwork, vertex: Vertex) -> bool:
    """Whether a call works on ragged rows; an Embedding that leaves 0 out makes a mask that fails in whatever uses it."""
    found = operation(network.network, vertex)
    if found is None or getattr(found, "mask_zero", False) or getattr(found, "activity_regularizer", None) is not None:
        return False
    name = type(found).__name__
    return f"ops.{name}" not in _OPS_WITHOUT if vertex.kind == "op" else name in _LAYERS_WITH


_LAYERS_WITH = frozenset(
    {
        "Activation", "Add", "BatchNormalization", "CategoryEncoding", "Concatenate", "ELU", "Embedding",
        "GlobalAveragePooling1D", "GlobalMaxPooling1D", "Hashing", "Identity", "IntegerLookup", "LayerNormalization",
        "LeakyReLU", "Multiply", "Normalization", "PReLU", "RMSNormalization", "ReLU", "Rescaling", "Reshape", "Softmax",
        "UnitNormalization",
    }
)  # fmt: skip
"""Layers that run on ragged rows, and learn. Measured."""
_OPS_WITHOUT = frozenset({"ops.log_softmax", "ops.matmul", "ops.reshape", "ops.std"})
"""Functions that fail on them. Measured."""
