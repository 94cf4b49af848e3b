"""The largest index that each input may have: what the Embeddings that it reaches can look up.

An input reaches an Embedding directly, by a shared layer, inside nested models, and inside `TimeDistributed`.
"""

from __future__ import annotations

from collections.abc import Iterator

from modelspec.catalogue.entry import Entry
from modelspec.graph import Graph, ShapedNetwork, TensorRef, Vertex
from modelspec.spec.spec import SharedName


def largest_indices(network: ShapedNetwork) -> dict[str, int]:
    """The largest index of each input of the spec that an Embedding takes; the others are not in it."""
    models: dict[str, dict[str, int]] = {}
    for name, graph in network.network.models.items():  # each after those that it calls
        models[name] = _of_graph(network, graph, models)
    return _of_graph(network, network.network.main, models)


def _of_graph(network: ShapedNetwork, graph: Graph, models: dict[str, dict[str, int]]) -> dict[str, int]:
    found: dict[str, int] = {}
    for vertex in graph.vertices:
        for reference, most in _looked_up(network, vertex, models):
            source = graph.vertices[reference.vertex]
            if source.kind == "input":
                found[source.name] = min(most, found.get(source.name, most))
    return found


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
    return int(entry.model_dump(include={"input_dim"})["input_dim"]) - 1 if name == "Embedding" else None
