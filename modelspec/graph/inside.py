"""Layers inside layers: what a call computes with, each shared layer that an argument names put in its place.

Asks nothing of them itself; what a layer does to its numbers stands at the layer.
"""

from __future__ import annotations

from typing import Any

from modelspec.catalogue.entry import Layer, Operation
from modelspec.graph.graph import Network, Vertex
from modelspec.spec.spec import SharedName


def operation(network: Network, vertex: Vertex) -> Operation | None:
    """The layer or op of a call; None for an input, a nested model, and what was refused.

    A nested model that a wrapper names stays a name.
    """
    use = network.use(vertex)
    return None if use is None or use.entry is None else _written_out(network, use.entry, frozenset())


def indices_of(network: Network, vertex: Vertex) -> int | None:
    """How many indices a call can look up; None where it looks nothing up, or is made backwards."""
    backwards = isinstance(vertex.inputs, dict) and vertex.inputs.get("reverse") is True
    found = None if backwards else operation(network, vertex)
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
