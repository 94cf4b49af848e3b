"""Layers inside layers: what a call computes with, each shared layer that an argument names put in its place.

Asks nothing of them itself; what a layer does to its numbers stands at the layer.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from modelspec.catalogue.entry import Entry
from modelspec.catalogue.layers.layer import Layer
from modelspec.catalogue.operation import Operation
from modelspec.graph.graph import Network, Vertex
from modelspec.language.spec import SharedName, Use


def operation(network: Network, vertex: Vertex) -> Operation | None:
    """The layer or op of a call; None for an input, a nested model, and what was refused.

    A nested model that a wrapper names stays a name.
    """
    use = network.use(vertex)
    return None if use is None or use.entry is None else _written_out(network, use.entry, frozenset())


def indices_of(network: Network, vertex: Vertex) -> int | None:
    """How many indices a call can look up; None where it looks nothing up, or is made backwards."""
    found = None if vertex.switch("reverse") is True else operation(network, vertex)
    return None if found is None else found.known_indices()


def model_inside(network: Network, vertex: Vertex) -> str | None:
    """The nested model that a wrapper takes in place of a layer."""
    found: Any = operation(network, vertex)
    while isinstance(found, Operation):
        values = [getattr(found, name) for name in found.model_fields_set]
        named = [item for item in values if isinstance(item, SharedName)]
        if named:
            return named[0].name if named[0].name in network.models else None
        found = found.inner()[-1] if found.inner() else None
    return None


def named_inside(network: Network, use: Use) -> Iterator[str]:
    """The shared layers and nested models that a layer's arguments name, and those that these shared layers name."""
    waiting, seen = [use], set[str]()
    while waiting:
        for shared in shared_names(waiting.pop()):
            if shared.name in seen:
                continue
            seen.add(shared.name)
            yield shared.name
            if shared.name in network.shared:
                waiting.append(network.shared[shared.name])


def shared_names(use: Use) -> list[SharedName]:
    """The shared layers and models that a wrapper's arguments name."""
    return [] if use.entry is None else _names_in(use.entry)


def _names_in(entry: Entry) -> list[SharedName]:
    found: list[SharedName] = []
    for name in entry.model_fields_set:
        value = getattr(entry, name)
        for item in value if isinstance(value, tuple) else (value,):
            if isinstance(item, SharedName):
                found.append(item)
            elif isinstance(item, Entry):
                found.extend(_names_in(item))
    return found


def _written_out(network: Network, entry: Any, within: frozenset[str]) -> Any:
    if isinstance(entry, SharedName):
        use = network.shared.get(entry.name)
        if use is None or use.entry is None or entry.name in within:
            return entry
        return _written_out(network, use.entry, within | {entry.name})
    if isinstance(entry, tuple):
        return tuple(_written_out(network, item, within) for item in entry)
    if not isinstance(entry, Layer):
        return entry
    changed = {}
    for name in entry.model_fields_set:
        value = getattr(entry, name)
        if isinstance(value, SharedName | Layer | tuple):
            written = _written_out(network, value, within)
            if written is not value and written != value:
                changed[name] = written
    return entry.model_copy(update=changed) if changed else entry
