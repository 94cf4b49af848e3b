"""A network whose layers are given what they learned from rows, as if the spec had said it.

Must not know how it was learned.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from modelspec.catalogue.layers.layer import Layer
from modelspec.catalogue.operation import layer_fields
from modelspec.graph.graph import Graph, Network, layer_path
from modelspec.graph.questions.learning import inner_path
from modelspec.language.spec import Use

Taught = Mapping[str, Mapping[str, Any]]
"""Arguments by the path of the layer."""


def taught(network: Network, learned: Taught) -> Network:
    """The network with these arguments for its layers. Raises pydantic's `ValidationError` where one does not take them."""
    if not learned:
        return network

    def use(path: str, written: Use) -> Use:
        entry: Any = _given(path, written.entry, learned)
        return written if entry is written.entry else replace(written, entry=entry)

    def graph(written: Graph) -> Graph:
        vertices = tuple(
            replace(vertex, use=use(layer_path(written, vertex), vertex.use))
            if vertex.kind == "layer" and vertex.use is not None
            else vertex
            for vertex in written.vertices
        )
        return replace(written, vertices=vertices)

    return replace(
        network,
        main=graph(network.main),
        models={key: graph(model) for key, model in network.models.items()},
        shared={key: use(key, written) for key, written in network.shared.items()},
    )


def _given(path: str, entry: object, learned: Taught) -> object:
    """A layer, and those in its arguments, with what they learned; itself where that is nothing."""
    if not isinstance(entry, Layer):
        return entry
    if path in learned and entry.lacks() is not None:
        entry = entry.given(learned[path])
    changed: dict[str, Any] = {}
    for field in layer_fields(type(entry)) if entry.inner() else ():
        inner = getattr(entry, field)
        if isinstance(inner, tuple):
            items = tuple(_given(inner_path(path, field, number), item, learned) for number, item in enumerate(inner))
            if any(new is not old for new, old in zip(items, inner, strict=True)):
                changed[field] = items
        elif (item := _given(inner_path(path, field), inner, learned)) is not inner:
            changed[field] = item
    return entry.model_copy(update=changed) if changed else entry
