"""Whether the numbers that a layer gives to words, bins or hashes are fewer than the layer after it can look up."""

from __future__ import annotations

from collections.abc import Iterator

from modelspec.diagnostics import Diagnostic, Note
from modelspec.graph import ShapedNetwork, Vertex
from modelspec.graph.inferring.inside import indices_of, operation
from modelspec.graph.walk import Called, walk


def indices_can_be_looked_up(network: ShapedNetwork) -> Iterator[Diagnostic]:
    """An Embedding with too few rows for the vocabulary before it. A vocabulary that is still to be learned is unknown."""
    sources: dict[tuple[int, int], Vertex] = {}
    for call in walk(network):
        size = indices_of(network.network, call.vertex)
        found = call.operation
        if size is None or found is None:
            continue
        source = _source(call, sources)
        given = None if source is None else operation(network.network, source)
        number = None if given is None else given.gives_indices()
        if source is None or number is None or number <= size:
            continue
        message = (
            f"{type(found).__name__} looks up {size} indices; {source.label} gives {number}, from 0 to {number - 1}"
        )
        note = Note(source.place.key_span, f"{source.label} gives {number} different numbers, special ones included")
        argument = found.looks_up
        at = call.place if argument is None else call.argument(argument)
        help = f"write `{argument}: {number}` or more" if argument is not None else "let it look up more"
        yield at.problem("MS551", message, help, related=(note,))


def _source(call: Called, sources: dict[tuple[int, int], Vertex]) -> Vertex | None:
    """The call that the numbers come from, through those that only move them.

    `sources` has what was found so far, by graph and vertex: many calls may come after the same long chain.
    """
    vertex, passed = call.vertex, list[tuple[int, int]]()
    while True:
        references = list(vertex.references())
        if not references:
            return None
        passed.append((id(call.graph), references[0].vertex))
        source = sources.get(passed[-1])
        if source is None:
            vertex = call.graph.vertices[references[0].vertex]
            found = operation(call.network.network, vertex)
            more = len(list(vertex.references()))
            source = None if found is not None and more == 1 and found.keeps_indices() else vertex
        if source is not None:
            sources.update(dict.fromkeys(passed, source))
            return source
