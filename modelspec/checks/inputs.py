"""Whether layers are given numbers of the kind that they are for: whole numbers to look up, or quantities."""

from __future__ import annotations

from collections.abc import Iterator

from modelspec.catalogue.entry import Operation
from modelspec.checks.endings import tensor_of
from modelspec.diagnostics import Diagnostic, Note, Span
from modelspec.graph import ShapedGraph, ShapedNetwork, TensorRef, Vertex
from modelspec.graph.inside import indices_of, operation

_INDICES = frozenset({"int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"})


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
            found = operation(network.network, vertex)
            if found is None:
                continue
            name, looks_up = _words(found), _is_embedding(network, vertex, found)
            place = vertex.use.place if vertex.use is not None else vertex.place.find(("call",))
            for reference in vertex.references():
                source, tensor = shaped.graph.vertices[reference.vertex], tensor_of(network, shaped, reference)
                dtype = "unknown" if tensor is None else tensor.dtype
                note = (Note(source.place.key_span, f"{source.label} has dtype {dtype}"),)
                if looks_up and _fractions(dtype):
                    message = f"{name} looks up whole numbers; {source.label} has dtype {dtype}"
                    shape = f"{source.name}: {{shape: …, dtype: int32}}"
                    help = f"declare the input as `{shape}`" if source.kind == "input" else "give it an integer tensor"
                    yield place.warning("MS540", message, help, related=note)
                elif found.weighs() and dtype in _INDICES and (reference.vertex in looked_up):
                    where, span = looked_up[reference.vertex]
                    message = f"{name} multiplies the indices of {source.label}, which {where} looks up elsewhere"
                    related = (Note(span, "looked up here"),)
                    help = f"take the output of {where} instead"
                    yield place.warning("MS541", message, help, related=related)


def _fractions(dtype: str) -> bool:
    return dtype.startswith(("float", "bfloat"))


def _words(found: Operation) -> str:
    """The layer with those inside it that do its work: `Bidirectional(LSTM)`."""
    inside = found.inner()
    return f"{type(found).__name__}({_words(inside[0])})" if inside else type(found).__name__


def _is_embedding(network: ShapedNetwork, vertex: Vertex, found: Operation) -> bool:
    """Whether the call learns something for each index that it is given."""
    return found.learns_indices() and indices_of(network.network, vertex) is not None


def _looked_up(network: ShapedNetwork, shaped: ShapedGraph) -> dict[int, tuple[str, Span]]:
    """The calls whose tensor an embedding takes, by what and where."""
    looked_up = {}
    for vertex in shaped.graph.vertices:
        found = operation(network.network, vertex)
        if found is not None and _is_embedding(network, vertex, found):
            looked_up.update({item.vertex: (_words(found), vertex.place.span) for item in vertex.references()})
    return looked_up


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
