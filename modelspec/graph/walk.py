"""One walk over a network: every call of the spec's own graph and of its nested models, with what is known of it.

Asks nothing itself. Must not know any layer.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from modelspec.catalogue.operation import Operation
from modelspec.catalogue.tensor import Tensor, Tensors
from modelspec.graph.graph import Graph, ShapedGraph, ShapedNetwork, TensorRef, Vertex, layer_path
from modelspec.graph.inferring.inside import operation
from modelspec.language.spec import Use
from modelspec.source import Mapping, Place


class Called(NamedTuple):
    """A call, its number in its graph, and its outputs; None where they are unknown."""

    network: ShapedNetwork
    shaped: ShapedGraph
    number: int
    vertex: Vertex
    outputs: Tensors | None

    @property
    def graph(self) -> Graph:
        """The graph that it is in."""
        return self.shaped.graph

    @property
    def use(self) -> Use | None:
        """The layer or op of the step, or the shared layer; None for inputs and nested models."""
        return self.network.network.use(self.vertex)

    @property
    def operation(self) -> Operation | None:
        """The same with every shared layer put where an argument names it."""
        return operation(self.network.network, self.vertex)

    @property
    def path(self) -> str | None:
        """The path of the layer whose weights it uses; None for inputs, ops and nested models."""
        return layer_path(self.graph, self.vertex) if self.vertex.kind in ("layer", "shared") else None

    @property
    def place(self) -> Place:
        """Where a message about the call points: the name of what the step writes, or of what it calls."""
        return self.vertex.use.place if self.vertex.use is not None else self.vertex.place.find(("call",))

    def argument(self, *way: str | int) -> Place:
        """Where an argument of the layer or op is written, or the nearest that is; else the name of its class."""
        use = self.use
        if use is None:
            return self.place
        return argument_of(use, use.place if self.vertex.kind == "shared" else self.vertex.place, way)

    def tensor(self, reference: TensorRef) -> Tensor | None:
        """The tensor that one of its references means; None where it is unknown."""
        return self.network.tensor(self.shaped, reference)

    def given(self) -> list[Tensor | None]:
        """The tensors that it takes, in order."""
        return [self.tensor(reference) for reference in self.vertex.references()]


def argument_of(use: Use, whole: Place, way: tuple[str | int, ...]) -> Place:
    """Where an argument is written in the step or definition that is the `whole` of a layer; else the name of its class."""
    name = use.place.only_key()
    arguments = whole.below(str(name.value))
    inside = None if arguments is None else _written(arguments, way)
    return name if inside is None or arguments is None or inside.path == arguments.path else inside


def _written(place: Place, way: tuple[str | int, ...]) -> Place:
    """Where a way through arguments leads, or the nearest place on it; a first argument may be written without its name."""
    for part in way:
        below = place.below(part)
        node = place.node
        if (
            below is None
            and isinstance(node, Mapping)
            and not (len(node.entries) == 1 and next(iter(node.entries))[:1].isupper())
        ):
            return place
        place = below or place
    return place


def walk(network: ShapedNetwork) -> Iterator[Called]:
    """Every call: those of the spec's own graph first."""
    for shaped in network.graphs:
        yield from walk_graph(network, shaped)


def walk_graph(network: ShapedNetwork, shaped: ShapedGraph) -> Iterator[Called]:
    """Every call of one graph, in order."""
    pairs = zip(shaped.graph.vertices, shaped.tensors, strict=True)
    for number, (vertex, outputs) in enumerate(pairs):
        yield Called(network, shaped, number, vertex, outputs)
