"""Whether the numbers that a layer gives to words, bins or hashes are fewer than the layer after it can look up."""

from __future__ import annotations

from collections.abc import Iterator

from modelspec.diagnostics import Diagnostic, Note
from modelspec.graph import ShapedNetwork, Vertex
from modelspec.graph.inferring.inside import indices_of, operation
from modelspec.graph.walk import Called, walk


def indices_can_be_looked_up(network: ShapedNetwork) -> Iterator[Diagnostic]:
    """An Embedding with too few rows for the vocabulary before it. A vocabulary that is still to be learned is unknown."""
    for call in walk(network):
        size = indices_of(network.network, call.vertex)
        found = call.operation
        if size is None or found is None:
            continue
        source = _source(call)
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


def _source(call: Called) -> Vertex | None:
    """The call that the numbers come from, through those that only move them."""
    vertex = call.vertex
    while True:
        references = list(vertex.references())
        if not references:
            return None
        vertex = call.graph.vertices[references[0].vertex]
        found = operation(call.network.network, vertex)
        if found is None or len(references) > 1 or not found.keeps_indices():
            return vertex
