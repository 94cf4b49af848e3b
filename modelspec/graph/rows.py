"""What becomes of the rows of a batch: the shapes of a network for a batch of a known size, by the same rules.

A shape whose first axis is unknown says nothing of which axis that is; with a number for the batch, the rules do.
"""

from __future__ import annotations

from dataclasses import dataclass

from modelspec.catalogue.tensor import Refusal, Tensor, Tensors, UnknownResult
from modelspec.graph.binding import Given
from modelspec.graph.graph import Graph, ShapedGraph, ShapedNetwork, Vertex
from modelspec.graph.infer import Inference

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
    counting = _Counting(network)
    graph = network.main.graph
    shapes = [tuple(free if size is None else size for size in item.shape) for item in graph.inputs]
    given = (Tensor((ROWS, *shape), item.dtype) for shape, item in zip(shapes, graph.inputs, strict=True))
    tensors = counting.run(graph, tuple(given))
    return Counted(tensors, tuple(counting.failures))


class _Counting(Inference):
    """Inference on layers that are built already: what they refused then, they refuse no more."""

    def __init__(self, network: ShapedNetwork) -> None:
        super().__init__(network.network)
        self.shaped = network
        self.failures: list[tuple[Vertex, Refusal, Given]] = []
        self.declared_models = set(network.models)

    def call(self, graph: Graph, vertex: Vertex, given: Given, tensors: list[Tensors | None]) -> Tensors | None:
        """The outputs of one call; what a layer refuses only now is left as it is without a known batch."""
        try:
            return self.model(vertex, given) if vertex.kind == "model" else self.layer(graph, vertex, given)
        except UnknownResult:
            return None
        except Refusal as refusal:
            shaped: ShapedGraph = self.shaped.graph(graph.key)
            known = shaped.tensors[len(tensors)]
            if vertex.kind == "op":
                if known is not None:  # else it is refused for any batch, which is told
                    self.failures.append((vertex, refusal, given))
                return None
            return known
