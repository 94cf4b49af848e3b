"""The largest index that each input may have: what the Embeddings and category encodings that it reaches can look up.

An input reaches them directly, by a shared layer, inside nested models and inside `TimeDistributed`, and through steps that
move its numbers without changing them.
"""

from __future__ import annotations

from collections.abc import Iterator

from modelspec.catalogue.entry import Entry, Op
from modelspec.graph.graph import Graph, ShapedNetwork, TensorRef, Vertex
from modelspec.spec.spec import SharedName


def largest_indices(network: ShapedNetwork) -> dict[str, int]:
    """The largest index of each input of the spec that an Embedding takes; the others are not in it."""
    models: dict[str, dict[str, int]] = {}
    for name, graph in network.network.models.items():  # each after those that it calls
        models[name] = _of_graph(network, graph, models)
    return _of_graph(network, network.network.main, models)


def _of_graph(network: ShapedNetwork, graph: Graph, models: dict[str, dict[str, int]]) -> dict[str, int]:
    limits: dict[int, int] = {}
    """By call: the largest index that may come out of it."""
    for index, vertex in reversed(list(enumerate(graph.vertices))):
        limited = list(_looked_up(network, vertex, models))
        if index in limits and _moves(network, vertex):
            limited += [(reference, limits[index]) for reference in vertex.references()]
        for reference, most in limited:
            limits[reference.vertex] = min(most, limits.get(reference.vertex, most))
    return {graph.vertices[index].name: most for index, most in limits.items() if graph.vertices[index].kind == "input"}


def _moves(network: ShapedNetwork, vertex: Vertex) -> bool:
    """Whether what comes out are numbers that came in, in other places."""
    use = network.network.shared.get(vertex.target) if vertex.target is not None else vertex.use
    entry = None if use is None else use.entry
    if isinstance(entry, Op):
        return type(entry).__name__ in _MOVING_FUNCTIONS
    return type(entry).__name__ in _MOVING_LAYERS


_MOVING_LAYERS = frozenset({
    "Concatenate", "Cropping1D", "Cropping2D", "Cropping3D", "Flatten", "Identity", "Masking", "Maximum", "Minimum", "Permute",
    "RepeatVector", "Reshape", "UpSampling1D", "ZeroPadding1D", "ZeroPadding2D", "ZeroPadding3D",
})  # fmt: skip
_MOVING_FUNCTIONS = frozenset({
    "cast", "concatenate", "expand_dims", "flip", "get_item", "max", "maximum", "min", "minimum", "moveaxis", "pad", "ravel",
    "repeat", "reshape", "roll", "slice", "sort", "squeeze", "stack", "swapaxes", "take", "tile", "transpose",
})  # fmt: skip


def _looked_up(
    network: ShapedNetwork, vertex: Vertex, models: dict[str, dict[str, int]]
) -> Iterator[tuple[TensorRef, int]]:
    """The tensors that a call takes indices from, with the largest index of each."""
    if vertex.kind == "model" and vertex.target in models:
        names = [item.name for item in network.network.models[vertex.target].inputs]
        given = (
            vertex.inputs if isinstance(vertex.inputs, dict) else dict(zip(names, vertex.references(), strict=False))
        )
        for name, most in models[vertex.target].items():
            reference = given.get(name)
            if isinstance(reference, TensorRef):
                yield reference, most
        return
    use = network.network.shared.get(vertex.target) if vertex.target is not None else vertex.use
    largest = None if use is None else _of_entry(network, use.entry, models)
    if largest is not None:
        yield from ((reference, largest) for reference in vertex.references())


_SIZES = {"Embedding": "input_dim", "ReversibleEmbedding": "input_dim", "CategoryEncoding": "num_tokens"}
"""The argument that says how many indices a layer knows."""


def _of_entry(network: ShapedNetwork, entry: object, models: dict[str, dict[str, int]]) -> int | None:
    """The largest index that a layer can look up; None if it looks nothing up."""
    if isinstance(entry, SharedName):
        if entry.name in models:
            return min(models[entry.name].values(), default=None)
        use = network.network.shared.get(entry.name)
        return None if use is None else _of_entry(network, use.entry, models)
    if not isinstance(entry, Entry):
        return None
    name = type(entry).__name__
    if name == "TimeDistributed":
        return _of_entry(network, getattr(entry, "layer", None), models)
    size = getattr(entry, _SIZES.get(name, ""), None)
    return None if size is None else int(size) - 1
