"""Why a call was refused, where the reason is a step further up: what to change there.

Follows the tensors upwards; what a layer does stands at the layer. Refuses nothing itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from modelspec.catalogue.operation import Operation
from modelspec.catalogue.tensor import Refusal, Tensor, Tensors, UnknownResult
from modelspec.diagnostics import Note
from modelspec.graph.graph import Graph, Network, TensorRef, Vertex
from modelspec.graph.inferring.inside import operation
from modelspec.graph.resolving.binding import Given, bind

_MOST = 1000
"""How many steps are followed upwards."""
Found = tuple[str, Note | None]
"""What to do, and where."""


class RefusedCall(NamedTuple):
    """A call of a graph, the outputs of the calls before it, and what it was given; None where that is no matter."""

    graph: Graph
    vertex: Vertex
    tensors: Sequence[Tensors | None]
    given: Given | None


def cause(network: Network, call: RefusedCall, refusal: Refusal) -> Found | None:
    """What to do about a refused call at a step above it; None where the reason is the call itself."""
    if refusal.code == "MS401":
        return _last_step_alone(network, call)
    if refusal.code == "MS403":
        return _size_not_known(network, call)
    return None


def _last_step_alone(network: Network, call: RefusedCall) -> Found | None:
    """A recurrent layer above that gives its last step only, where this call takes all of them."""
    graph, vertex, tensors, given = call
    refused = operation(network, vertex)
    first = next(vertex.references(), None)
    outputs = None if first is None else tensors[first.vertex]
    if refused is None or first is None or given is None or not outputs:
        return None
    ended = given if isinstance(given, Tensor) else network.tensor(graph, first, tensors)
    for source, above in _upwards(network, graph, first):
        layer = _over_time(above)
        if layer is not None:
            if not _taken(refused, given, ended):
                return None
            name = type(layer).__name__
            name += "" if layer is above else f" inside {type(above).__name__}"
            note = Note(source.place.key_span, f"{source.label} returns only its last step")
            return f"write `return_sequences: true` in the {name} above, so that it returns all steps", note
    return None


def _over_time(found: Operation | None) -> Operation | None:
    """The recurrent layer, itself or inside a wrapper, where it gives its last step only."""
    while found is not None and not hasattr(found, "return_sequences"):
        inner = found.inner()
        found = inner[0] if inner else None
    return found if found is not None and found.return_sequences is False else None


def _taken(refused: Operation, given: Given, ended: Tensor | None) -> bool:
    """Whether the call takes the tensor with an axis of steps in it, where it stands among what is given."""

    def whole_of(item: Any) -> Any:
        if isinstance(item, Tensor):
            steps = (*item.shape[:1], 8, *item.shape[1:])
            return item._replace(shape=steps, mask=None) if item == ended else item
        if isinstance(item, dict):
            return {name: whole_of(part) for name, part in item.items()}
        return tuple(whole_of(part) for part in item) if isinstance(item, tuple) else item

    whole = whole_of(given)
    rule: Any = refused
    try:
        rule.infer(**bind(rule, whole))
    except (Refusal, UnknownResult):
        return False
    return True


def _size_not_known(network: Network, call: RefusedCall) -> Found | None:
    """A layer above whose arguments leave the size of the last axis open."""
    graph, vertex, tensors, _ = call
    first = next(vertex.references(), None)
    outputs = None if first is None else tensors[first.vertex]
    if first is None or not outputs or outputs[0].shape[-1:] != (None,):
        return None
    for source, above in _upwards(network, graph, first):
        why = None if above is None else above.leaves_size_open()
        if why is not None:
            return why, Note(source.place.key_span, f"{source.label} does not fix the size of its last axis")
    return None


def _upwards(network: Network, graph: Graph, reference: TensorRef) -> Iterator[tuple[Vertex, Operation | None]]:
    """The calls that a tensor comes through, the last first, into nested models too, as far as each takes one tensor."""
    for _ in range(_MOST):
        vertex = graph.vertices[reference.vertex]
        if vertex.kind == "model":
            inner = network.models.get(vertex.target or "")
            outputs = [item.reference for item in inner.outputs if item.reference is not None] if inner else []
            if inner is None or len(outputs) != 1:
                return
            graph, reference = inner, outputs[0]
            continue
        yield vertex, operation(network, vertex)
        above = list(vertex.references())
        if len(above) != 1:
            return
        reference = above[0]
