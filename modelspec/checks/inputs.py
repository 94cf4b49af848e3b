"""Whether layers are given numbers of the kind that they are for: whole numbers to look up, or quantities."""

from __future__ import annotations

from collections.abc import Iterator

from modelspec.checks.endings import tensor_of
from modelspec.diagnostics import Diagnostic, Note, Span
from modelspec.graph import ShapedGraph, ShapedNetwork, TensorRef, Vertex

_QUANTITIES = frozenset({"Dense", "EinsumDense", "Conv1D", "Conv2D", "Conv3D", "LSTM", "GRU", "SimpleRNN"})
_INDICES = frozenset({"int8", "int16", "int32", "int64", "uint8", "uint16", "uint32"})


def numbers_are_of_the_right_kind(network: ShapedNetwork) -> Iterator[Diagnostic]:
    """Embedding on floats, Dense on indices, and floats cut off on their way into a nested model."""
    if not network.known:
        return
    for shaped in (network.main, *network.models.values()):
        looked_up = _looked_up(network, shaped)
        for vertex in shaped.graph.vertices:
            if vertex.kind == "model":
                yield from _cut_off(network, shaped, vertex)
                continue
            name = _layer(network, vertex)
            place = vertex.use.place if vertex.use is not None else vertex.place.find(("call",))
            for reference in vertex.references():
                source, tensor = shaped.graph.vertices[reference.vertex], tensor_of(network, shaped, reference)
                dtype = "unknown" if tensor is None else tensor.dtype
                note = (Note(source.place.key_span, f"{source.label} has dtype {dtype}"),)
                if name == "Embedding" and _fractions(dtype):
                    message = f"Embedding looks up whole numbers; {source.label} has dtype {dtype}"
                    shape = f"{source.name}: {{shape: …, dtype: int32}}"
                    help = f"declare the input as `{shape}`" if source.kind == "input" else "give it an integer tensor"
                    yield place.warning("MS540", message, help, related=note)
                elif name in _QUANTITIES and dtype in _INDICES and (reference.vertex in looked_up):
                    message = f"{name} multiplies the indices of {source.label}, which an Embedding looks up elsewhere"
                    help = "take the Embedding's output instead"
                    related = (Note(looked_up[reference.vertex], "looked up here"),)
                    yield place.warning("MS541", message, help, related=related)


def _fractions(dtype: str) -> bool:
    return dtype.startswith(("float", "bfloat"))


def _layer(network: ShapedNetwork, vertex: Vertex) -> str:
    if vertex.kind == "shared" and vertex.target is not None:
        return type(network.network.shared[vertex.target].entry).__name__
    return vertex.type_name


def _looked_up(network: ShapedNetwork, shaped: ShapedGraph) -> dict[int, Span]:
    """The calls whose tensor an Embedding takes, and where."""
    return {
        reference.vertex: vertex.place.span
        for vertex in shaped.graph.vertices
        if _layer(network, vertex) == "Embedding"
        for reference in vertex.references()
    }


def _cut_off(network: ShapedNetwork, shaped: ShapedGraph, vertex: Vertex) -> Iterator[Diagnostic]:
    """Keras casts what a nested model is given to the dtype that its input declares."""
    model = network.network.models[vertex.target or ""]
    names = [item.name for item in model.inputs]
    given = vertex.inputs
    if isinstance(given, TensorRef):
        given = (given,)
    pairs = given if isinstance(given, dict) else dict(zip(names, given or (), strict=False))
    for item in model.inputs:
        reference = pairs.get(item.name)
        if not isinstance(reference, TensorRef):
            continue
        tensor = tensor_of(network, shaped, reference)
        if tensor is not None and _fractions(tensor.dtype) and (item.dtype in _INDICES or item.dtype == "bool"):
            source = shaped.graph.vertices[reference.vertex]
            message = f"the model '{model.key}' takes '{item.name}' as {item.dtype}: the fractions of {source.label}"
            note = Note(item.place.key_span, f"'{item.name}' is declared {item.dtype}")
            help = f"declare '{item.name}' as float32, or give it an integer tensor"
            yield vertex.place.find(("call",)).warning("MS542", f"{message} are cut off", help, related=(note,))
