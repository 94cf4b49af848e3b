"""Whether layers are given numbers of the kind that they are for: whole numbers to look up, or quantities.

Numbers are followed through steps that hand them on, and into nested models.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import prod
from typing import NamedTuple

from modelspec.catalogue.operation import Operation
from modelspec.catalogue.tensor import Tensor
from modelspec.diagnostics import Diagnostic, Note, Span
from modelspec.graph import ShapedNetwork, TensorRef, Vertex
from modelspec.graph.inferring.inside import indices_of, model_inside
from modelspec.graph.walk import Called, walk, walk_graph
from modelspec.source.names import local_name

_INDICES = frozenset({"int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"})


def numbers_are_of_the_right_kind(network: ShapedNetwork) -> Iterator[Diagnostic]:
    """Embedding on floats, Dense on indices, and floats cut off on their way into a nested model."""
    if not network.known:
        return
    looks_up = False
    for call in walk(network):
        found = call.operation
        yield from _cut_off(call)
        if found is not None and _is_embedding(call, found):
            looks_up = True
            yield from _fractions_looked_up(call, found)
    if looks_up:
        yield from _multiplied_indices(network)


def _fractions_looked_up(call: Called, found: Operation) -> Iterator[Diagnostic]:
    for reference in call.vertex.references():
        source, tensor = call.graph.vertices[reference.vertex], call.tensor(reference)
        dtype = "unknown" if tensor is None else tensor.dtype
        if _fractions(dtype):
            note = (Note(source.place.key_span, f"{source.label} has dtype {dtype}"),)
            message = f"{_words(found)} looks up whole numbers; {source.label} has dtype {dtype}"
            shape = f"{source.name}: {{shape: …, dtype: int32}}"
            help = f"declare the input as `{shape}`" if source.kind == "input" else "give it an integer tensor"
            yield call.place.warning("MS540", message, help, related=note)


def _fractions(dtype: str) -> bool:
    return dtype.startswith(("float", "bfloat"))


def _words(found: Operation) -> str:
    """The layer with those inside it that do its work: `Bidirectional(LSTM)`."""
    inside = found.inner()
    return f"{type(found).__name__}({_words(inside[0])})" if inside else type(found).__name__


def _is_embedding(call: Called, found: Operation) -> bool:
    """Whether the call learns something for each index that it is given."""
    return found.learns_indices() and indices_of(call.network.network, call.vertex) is not None


class _Use(NamedTuple):
    """What looks numbers up or multiplies them, in the words of a message, and where it is."""

    words: str
    span: Span

    def inside(self, model: str) -> _Use:
        """The same as seen from where the model is called."""
        within = "" if " inside " in self.words else f" inside '{local_name(model)}'"
        return self._replace(words=f"{self.words}{within}")


class _Uses(NamedTuple):
    """The inputs of a model by what becomes of their numbers."""

    looked_up: dict[str, _Use]
    multiplied: dict[str, _Use]


def _multiplied_indices(network: ShapedNetwork) -> Iterator[Diagnostic]:
    """Calls that multiply numbers which another call of the same model looks up."""
    models: dict[str, _Uses] = {}
    for key, shaped in (*network.models.items(), ("", network.main)):  # each after those that it calls
        calls = tuple(walk_graph(network, shaped))
        looked_up: dict[int, dict[int, _Use]] = {}
        multiplied: list[tuple[Called, int, _Use]] = []
        origins = _origins(calls)
        for call in calls:
            for reference, looks_up, use in _uses(call, models):
                for origin in origins[reference.vertex]:
                    if looks_up:
                        looked_up.setdefault(origin, {}).setdefault(call.number, use)
                    else:
                        multiplied.append((call, origin, use))
        for call, origin, use in multiplied:
            looking = looked_up.get(origin, {}).items()
            other = next((other for number, other in looking if number != call.number), None)
            if other is not None and _whole(calls[origin].outputs):
                yield _told(call, calls[origin].vertex, use, other)
        models[key] = _Uses(
            {calls[origin].vertex.name: next(iter(uses.values())) for origin, uses in looked_up.items()},
            {calls[origin].vertex.name: use for _, origin, use in multiplied if origin not in looked_up},
        )


def _told(call: Called, source: Vertex, use: _Use, other: _Use) -> Diagnostic:
    message = f"{use.words} multiplies the indices of {source.label}, which {other.words} looks up elsewhere"
    notes = [Note(other.span, "looked up here")]
    if " inside " in use.words:
        notes.append(Note(use.span, "multiplied here"))
    return call.place.warning("MS541", message, f"take the output of {other.words} instead", related=tuple(notes))


def _uses(call: Called, models: dict[str, _Uses]) -> Iterator[tuple[TensorRef, bool, _Use]]:
    """The tensors that a call looks up (True) or multiplies, with what does so."""
    network, vertex, found = call.network.network, call.vertex, call.operation
    if vertex.kind == "model" and vertex.target in models:
        given = network.models[vertex.target].by_input(vertex.inputs)
        for looks_up, inputs in zip((True, False), models[vertex.target], strict=True):
            for name, use in inputs.items():
                if isinstance(reference := given.get(name), TensorRef):
                    yield reference, looks_up, use.inside(vertex.target)
        return
    if found is None:
        return
    named = model_inside(network, vertex)
    inner = _Uses({}, {}) if named is None else models.get(named, _Uses({}, {}))
    for reference in vertex.references():
        own = _Use(_words(found), vertex.place.span)
        if _is_embedding(call, found):
            yield reference, True, own
        elif found.weighs():
            yield reference, False, own
        for looks_up, inputs in zip((True, False), inner, strict=True):
            yield from ((reference, looks_up, use.inside(named or "")) for use in inputs.values())


_MOST_ORIGINS = 50
"""Numbers that come from more calls are taken for new ones: all of them for each call would take time of their square."""


def _origins(calls: tuple[Called, ...]) -> list[frozenset[int]]:
    """For each call, the calls that its numbers come from, all of them: through steps that hand each number on."""
    found: list[frozenset[int]] = []
    for call in calls:
        own = frozenset((call.number,))
        if _hands_all_on(call):
            above = {origins for reference in call.vertex.references() if (origins := found[reference.vertex])}
            together = next(iter(above)) if len(above) == 1 else frozenset().union(*above)
            found.append(together if 0 < len(together) <= _MOST_ORIGINS else own)
        else:
            found.append(own)
    return found


def _hands_all_on(call: Called) -> bool:
    """Whether every number that a call is given comes out of it, whole ones as whole ones."""
    found, given = call.operation, call.given()
    if found is None or found.handing_on() is None or not call.outputs or not given:
        return False
    return _size(call.outputs[0]) >= max(map(_size, given)) and _whole(call.outputs) == _whole(given)


def _size(tensor: Tensor | None) -> int:
    return 0 if tensor is None else prod(1 if size is None else size for size in tensor.shape)


def _whole(tensors: object) -> bool:
    """Whether the first of some tensors has whole numbers."""
    first = tensors[0] if isinstance(tensors, tuple | list) and tensors else None
    return isinstance(first, Tensor) and (first.computed or first.dtype) in _INDICES


def _cut_off(call: Called) -> Iterator[Diagnostic]:
    """Keras casts what a nested model is given to the dtype that its input declares, in a wrapper too."""
    network, vertex = call.network.network, call.vertex
    model = network.models.get(vertex.target or "") or network.models.get(model_inside(network, vertex) or "")
    if model is None:
        return
    given = model.by_input(vertex.inputs if vertex.kind == "model" else next(vertex.references(), None))
    for item in model.inputs:
        reference = given.get(item.name)
        tensor = call.tensor(reference) if isinstance(reference, TensorRef) else None
        if tensor is None or not isinstance(reference, TensorRef):
            continue
        if _fractions(tensor.dtype) and (item.dtype in _INDICES or item.dtype == "bool"):
            source = call.graph.vertices[reference.vertex]
            message = f"the model '{model.key}' takes '{item.name}' as {item.dtype}: the fractions of {source.label}"
            note = Note(item.place.key_span, f"'{item.name}' is declared {item.dtype}")
            help = f"declare '{item.name}' as float32, or give it an integer tensor"
            yield call.place.warning("MS542", f"{message} are cut off", help, related=(note,))
