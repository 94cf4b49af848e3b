"""What becomes of the rows of a batch: the shapes of a network for a batch of a known size, by the same rules.

A shape whose first axis is unknown says nothing of which axis that is; with a number for the batch, the rules do.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from modelspec.catalogue.tensor import Refusal, Tensor, Tensors, UnknownResult
from modelspec.graph.graph import Graph, ShapedNetwork, Vertex
from modelspec.graph.inferring.infer import Inference, Strategy
from modelspec.graph.resolving.binding import Given

ROWS = 97
"""The size of the batch: a prime, so that it is no other size by chance, nor a multiple of one."""
FREE = 89
"""A size for free axes, another prime."""


@dataclass(frozen=True, slots=True)
class Counted:
    """The outputs of every call for a batch of `ROWS`, and the calls of functions that fail on it."""

    tensors: tuple[Tensors | None, ...]
    failures: tuple[tuple[Vertex, Refusal, Given], ...]


def with_rows(network: ShapedNetwork, free: int | None = None) -> Counted:
    """The spec's own model on a batch of `ROWS`, for a network without errors; `free` is the size of every free axis."""
    failures: list[tuple[Vertex, Refusal, Given]] = []

    def call(
        state: Inference, graph: Graph, vertex: Vertex, given: Given, tensors: Sequence[Tensors | None]
    ) -> Tensors | None:
        """What a layer refuses only now, as it is built already, is left as it is without a known batch."""
        try:
            return state.outcome(graph, vertex, given)
        except UnknownResult:
            return None
        except Refusal as refusal:
            known = network.graph(graph.key).tensors[len(tensors)]
            if vertex.kind != "op":
                return known
            if known is not None:  # else it is refused for any batch, which is reported
                failures.append((vertex, refusal, given))
            return None

    counting = Inference(network.network, Strategy(call=call))
    counting.declared_models = set(network.models)
    graph = network.main.graph
    shapes = [tuple(free if size is None else size for size in item.shape) for item in graph.inputs]
    given = (Tensor((ROWS, *shape), item.dtype) for shape, item in zip(shapes, graph.inputs, strict=True))
    return Counted(counting.run(graph, tuple(given)), tuple(failures))
