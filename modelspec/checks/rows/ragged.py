"""Rows of several lengths in one tensor, which TextVectorization makes on request: what cannot take them.

Keras says so when the model runs only, or not at all. No TensorFlow here.
"""

from __future__ import annotations

from collections.abc import Iterator

from modelspec.diagnostics import Diagnostic, Note
from modelspec.graph import Graph, ShapedNetwork
from modelspec.graph.walk import Called, walk_graph
from modelspec.source import Place

_HELP = "leave `ragged` out: rows are then padded with 0, and `mask_zero: true` of Embedding leaves the padding out"


def ragged_rows_are_taken(network: ShapedNetwork) -> Iterator[Diagnostic]:
    """Layers that TensorFlow has no ragged form of, below a TextVectorization that makes ragged rows."""
    for shaped in network.graphs:
        calls = tuple(walk_graph(network, shaped))
        if any(_makes_ragged(call) for call in calls):
            yield from _in_model(shaped.graph, calls)


def _makes_ragged(call: Called) -> bool:
    found = call.operation
    return found is not None and found.makes_ragged()


def _in_model(graph: Graph, calls: tuple[Called, ...]) -> Iterator[Diagnostic]:
    ragged: dict[int, Place] = {}
    """The calls that give ragged rows, each with the argument that asks for them."""
    for call in calls:
        vertex = call.vertex
        if _makes_ragged(call):
            ragged[call.number] = call.argument("ragged")
            continue
        source = next((ragged[item.vertex] for item in vertex.references() if item.vertex in ragged), None)
        if source is None:
            continue
        found = call.operation
        if found is None or not found.runs_on_ragged():
            place = vertex.place if call.use is None else call.use.place
            yield _told(source, f"{vertex.type_name} cannot take them", Note(place.span, "taken here"))
        elif any(item.rank > 1 and item.shape[1] is None for item in call.outputs or ()):
            ragged[call.number] = source
    for output in graph.outputs:
        if output.reference is not None and output.reference.vertex in ragged:
            source = ragged[output.reference.vertex]
            yield _told(source, f"the output '{output.name}' cannot have them", Note(output.place.span, "given here"))


def _told(source: Place, what: str, note: Note) -> Diagnostic:
    return source.problem("MS408", f"rows of TextVectorization differ in length, and {what}", _HELP, related=(note,))
