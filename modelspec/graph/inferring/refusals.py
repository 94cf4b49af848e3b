"""A refused call as a problem: at the argument to blame or the layer's name, with where its inputs come from."""

from __future__ import annotations

from collections.abc import Collection

from modelspec.catalogue.call import parameters
from modelspec.catalogue.tensor import Refusal, shape_text
from modelspec.diagnostics import Note
from modelspec.graph.graph import Graph, Vertex
from modelspec.graph.inferring.causes import RefusedCall, cause
from modelspec.graph.inferring.masks import mask_maker
from modelspec.graph.inferring.references import Outcomes, ReferenceTable
from modelspec.source import Mapping, Place, Scalar


def tell_refusal(references: ReferenceTable, call: RefusedCall, refusal: Refusal) -> None:
    """Tell that a call is refused."""
    network, (graph, vertex, tensors, _) = references.network, call
    notes = _sources(references, graph, vertex, tensors)
    if refusal.code == "MS412":
        maker = mask_maker(graph, vertex, tensors)
        notes += [Note(maker.place.span, f"the mask comes from {maker.label}")] if maker is not None else []
    called = network.use(vertex)
    if vertex.kind == "shared" and called is not None:
        notes.append(Note(called.place.key_span, f"the shared layer '{vertex.target}'"))
    found = cause(network, call, refusal)
    if found is not None:
        notes += [found[1]] if found[1] is not None else []
    help = refusal.help if found is None else found[0]
    if refusal.code == "MS406":
        from modelspec.graph.resolving.call_names import named_otherwise  # few specs name an argument that is not there

        entry = None if called is None else called.entry
        help = (None if entry is None else named_otherwise(graph, vertex, entry, refusal.argument)) or help
    references.telling.report(_blamed(vertex, refusal), refusal.code, refusal.message, help, notes, refusal.quoted)


def _sources(references: ReferenceTable, graph: Graph, vertex: Vertex, tensors: Outcomes) -> list[Note]:
    """Where the inputs of a call come from, with their shapes."""
    notes = []
    distinct = {(reference.vertex, reference.output): reference for reference in vertex.references()}
    for reference in distinct.values():
        outputs = tensors[reference.vertex]
        if outputs is None:
            continue
        source = graph.vertices[reference.vertex]
        index = references.index(source, outputs, reference)
        if index is not None:
            which = f"'{source.name}.{references.name(source, index)}'" if len(outputs) > 1 else source.label
            notes.append(Note(source.place.span, f"{which} has shape {shape_text(outputs[index].shape)}"))
    return notes


def _blamed(vertex: Vertex, refusal: Refusal) -> Place:
    """The argument to blame, of the layer or of its call; else the layer's name."""
    of_call = None if refusal.argument is None else _argument_of_call(vertex, refusal.argument, refusal.code)
    if vertex.target is not None:
        return of_call or vertex.place.find(("call",))
    assert vertex.use is not None
    if refusal.way:
        return vertex.place.find((vertex.use.type_name, *refusal.way))
    if refusal.argument is not None:
        found = vertex.place.find((vertex.use.type_name, refusal.argument))
        if found.path[-1:] == (refusal.argument,):
            return found
    return of_call or vertex.use.place


def _argument_of_call(vertex: Vertex, argument: str, code: str) -> Place | None:
    """Where `from` gives an argument: its name, where it has another than the call, or else its value.

    Of one that is missing from several names, the whole of them.
    """
    given = vertex.place.get("from")
    if given is None or not isinstance(given.node, Mapping):
        return None
    found = given.get(argument)
    if found is None:
        return given if code == "MS406" else None
    named = isinstance(vertex.inputs, dict) and argument not in _names_of_call(vertex)
    return found._replace(node=Scalar(argument, found.key_span)) if named and code == "MS406" else found


def _names_of_call(vertex: Vertex) -> Collection[str]:
    """The names of the call's arguments; of a model, none is known here."""
    entry = None if vertex.use is None else vertex.use.entry
    return () if entry is None else [parameter.name for parameter in parameters(type(entry))]
