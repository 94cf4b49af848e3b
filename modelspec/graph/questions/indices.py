"""The largest index that each input may have: what the Embeddings and category encodings that it reaches can look up.

An input reaches them directly, by a shared layer, inside nested models and inside `TimeDistributed`, and through steps that
move its numbers without changing them.
"""

from __future__ import annotations

from collections.abc import Iterator

from modelspec.graph.graph import Graph, ShapedNetwork, TensorRef, Vertex
from modelspec.graph.inferring.inside import indices_of, model_inside, operation


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
    found = operation(network.network, vertex)
    return found is not None and found.keeps_indices()


def _looked_up(
    network: ShapedNetwork, vertex: Vertex, models: dict[str, dict[str, int]]
) -> Iterator[tuple[TensorRef, int]]:
    """The tensors that a call takes indices from, with the largest index of each."""
    if vertex.kind == "model" and vertex.target in models:
        given = network.network.models[vertex.target].by_input(vertex.inputs)
        for name, most in models[vertex.target].items():
            reference = given.get(name)
            if isinstance(reference, TensorRef):
                yield reference, most
        return
    largest = _of_call(network, vertex, models)
    if largest is not None:
        yield from ((reference, largest) for reference in vertex.references())


def _of_call(network: ShapedNetwork, vertex: Vertex, models: dict[str, dict[str, int]]) -> int | None:
    """The largest index that a call can look up; None if it looks nothing up."""
    size = indices_of(network.network, vertex)
    if size is not None:
        return size - 1
    named = model_inside(network.network, vertex)
    return None if named is None else min(models.get(named, {}).values(), default=None)
