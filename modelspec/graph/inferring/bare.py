"""Tensors made of numbers alone beside tensors of rows: they have no batch axis, which a layer that merges them needs.

What is to be written instead. Must not import TensorFlow.
"""

from __future__ import annotations

from modelspec.catalogue.operation import Operation
from modelspec.catalogue.ops.op import Op
from modelspec.catalogue.tensor import Refusal, Tensor
from modelspec.graph.graph import Graph, TensorRef, Vertex
from modelspec.graph.inferring.references import Outcomes, ReferenceTable


def mixed(graph: Graph, vertex: Vertex) -> tuple[TensorRef, TensorRef] | None:
    """A tensor without rows that a call takes beside one of rows, and that one."""
    if not isinstance(vertex.inputs, tuple):
        return None
    bare = graph.without_rows
    without = next((reference for reference in vertex.references() if reference.vertex in bare), None)
    rows = next((reference for reference in vertex.references() if reference.vertex not in bare), None)
    return None if without is None or rows is None else (without, rows)


def refuse_mixed(references: ReferenceTable, graph: Graph, vertex: Vertex, tensors: Outcomes) -> None:
    """Refuse a layer that merges a tensor of rows with one that has no batch axis: it takes the first axis for it."""
    found = mixed(graph, vertex) if vertex.kind in ("layer", "shared") else None
    if found is None:
        return
    without, rows = found
    use = references.network.use(vertex)
    called = None if use is None else use.entry
    message = f"{vertex.type_name}: '{without.text}' is made from numbers only and has no batch axis"
    op = None if called is None else called.as_function
    if op == "tensordot":
        raise Refusal("MS402", message, "write `ops.tensordot` or `ops.einsum`, which need no batch axis")
    if op is None:
        tensor = references.tensor(graph, tensors, rows)
        raise Refusal("MS402", message, spread_over_rows(without, rows, called, tensor))
    several = "" if len(list(vertex.references())) == 2 else " of two at a time"
    raise Refusal("MS402", message, f"write `ops.{op}`{several}, which matches shapes from their last axes")


def joining(references: ReferenceTable, graph: Graph, vertex: Vertex, refusal: Refusal, tensors: Outcomes) -> Refusal:
    """The refusal of a function that joins a tensor without rows to others: with how that gets its rows."""
    entry, found = vertex.use.entry if vertex.use is not None else None, mixed(graph, vertex)
    if found is None or not isinstance(entry, Op) or entry.list_parameter is None or not hasattr(entry, "axis"):
        return refusal
    help = spread_over_rows(*found, entry, references.tensor(graph, tensors, found[1]))
    return Refusal(refusal.code, refusal.message, help, argument=refusal.argument)


def spread_over_rows(without: TensorRef, rows: TensorRef, called: Operation | None, tensor: Tensor | None) -> str:
    """How a tensor without rows gets those of another, for a layer or function that joins them along an axis."""
    axis = getattr(called, "axis", None)
    part = ":"
    if isinstance(axis, int) and tensor is not None and -tensor.rank < axis < tensor.rank and axis % tensor.rank:
        part = ", ".join([":"] * (axis % tensor.rank) + [":1"])
    steps = f"`{{ops.get_item: \"{part}\", from: {rows.text}}}`, `ops.zeros_like`" if ":1" in part else (
        f"`{{ops.zeros_like: null, from: {rows.text}}}`")  # fmt: skip
    return (
        f"give '{without.text}' the rows of '{rows.text}' first: {steps}, and `ops.add` of what this gives and "
        f"'{without.text}'; then join what that gives"
    )
