"""Numbers among the arguments that float32 has not, where Keras cannot make the object from them. No TensorFlow here."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from modelspec.catalogue.entry import Entry
from modelspec.catalogue.large_numbers import refused_number
from modelspec.diagnostics import Diagnostic
from modelspec.graph import ShapedNetwork
from modelspec.graph.walk import walk
from modelspec.source import Mapping, Place, Sequence


def large_numbers_are_taken(network: ShapedNetwork) -> Iterator[Diagnostic]:
    """Every argument of every layer and function, and of what is named in them."""
    for use in network.network.shared.values():
        yield from _within(use.entry, use.place.get(use.type_name) or use.place)
    for vertex in (call.vertex for call in walk(network)):
        if vertex.kind in ("layer", "op") and vertex.use is not None:
            yield from _within(vertex.use.entry, vertex.place.get(vertex.use.type_name) or vertex.place)


def _below(place: Place) -> Place:
    """The arguments of an object that is a name, or a name with its arguments."""
    if isinstance(place.node, Mapping) and len(place.node.entries) == 1:
        return next(place.entries())[1]
    return place


def _within(entry: Any, place: Place) -> Iterator[Diagnostic]:
    """What is wrong with an object's arguments and with the objects in them. `place` is that of the arguments."""
    if not isinstance(entry, Entry):
        return
    for argument in type(entry).model_fields:
        if argument not in entry.model_fields_set:
            continue
        value, at = getattr(entry, argument), place.get(argument) or place
        for index, item in enumerate(value if isinstance(value, tuple) else (value,)):
            inside = at.below(index) if isinstance(at.node, Sequence) else at
            yield from _within(item, _below(inside or at))
        number = refused_number(type(entry), argument, value)
        if number is not None:
            message = f"{type(entry).__name__}: expected a number of float32 as `{argument}`; received {number:g}"
            yield at.problem("MS405", message, "write a smaller number: it is at most 3.4e38")
