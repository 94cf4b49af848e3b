"""A shaped network -> what `modelspec summary` tells, as plain values: layers with their calls, shapes and parameters.

Only what an output needs is told, as in Keras: a step that leads nowhere is no part of the model.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from math import prod
from typing import Any

from modelspec.catalogue.tensor import Shape, Tensors, Weight
from modelspec.graph import Graph, ShapedGraph, ShapedNetwork, TensorRef, Vertex, layer_path
from modelspec.graph.resolve import shared_names


@dataclass(frozen=True, slots=True)
class Node:
    """One call of a layer: the tensors it takes, and what comes out."""

    name: str
    inputs: tuple[str, ...]
    input_shapes: tuple[Shape, ...]
    output_shapes: tuple[Shape, ...]
    output_dtypes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LayerSummary:
    """A layer, once, with all its calls; `params` counts its own weights and those of what it wraps."""

    name: str
    type: str
    params: int
    trainable_params: int
    nodes: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class ModelSummary:
    """A model: totals count every shared weight once, as Keras's `count_params` does."""

    name: str
    total_params: int
    trainable_params: int
    non_trainable_params: int
    inputs: dict[str, Shape]
    outputs: dict[str, Shape]
    layers: tuple[LayerSummary, ...]
    models: dict[str, ModelSummary]
    """The nested models that this one calls, by name."""


def summarize(network: ShapedNetwork) -> ModelSummary:
    """The summary of a network that has no errors."""
    return _Summarizer(network).model(network.main)


def summary_json(summary: ModelSummary, *, nested: bool = True) -> dict[str, Any]:
    """The summary as JSON values; null is a free axis."""
    value = asdict(summary)
    if not nested:
        value.pop("models")
    return value


class _Summarizer:
    def __init__(self, network: ShapedNetwork) -> None:
        self.network = network

    def model(self, shaped: ShapedGraph) -> ModelSummary:
        graph = shaped.graph
        reachable = graph.reachable()
        calls: dict[tuple[str, str], list[int]] = {}
        for index, vertex in enumerate(graph.vertices):
            if index in reachable:
                calls.setdefault(_layer_key(graph, vertex), []).append(index)
        layers = tuple(self.layer(shaped, indices) for indices in calls.values())
        owned = self.owned_by(graph)
        total, trainable = _count(self.weights(owned, graph.trainable))
        return ModelSummary(
            graph.name if not graph.key else graph.key,
            total,
            trainable,
            total - trainable,
            {item.name: (None, *item.shape) for item in graph.inputs},
            {output.name: self.output_shape(shaped, output.reference) for output in graph.outputs},
            layers,
            {name: self.model(self.network.models[name]) for name in self.called_models(graph)},
        )

    def layer(self, shaped: ShapedGraph, indices: list[int]) -> LayerSummary:
        graph, first = shaped.graph, shaped.graph.vertices[indices[0]]
        total, trainable = _count(self.weights(self.owners(graph, first), graph.trainable))
        name = first.target if first.target is not None else first.name
        nodes = tuple(self.node(shaped, index) for index in indices)
        return LayerSummary(name, self.type_name(first), total, trainable, nodes)

    def type_name(self, vertex: Vertex) -> str:
        if vertex.kind == "input":
            return "InputLayer"
        if vertex.kind == "model":
            return "Functional"
        if vertex.kind == "shared" and vertex.target is not None:
            return self.network.network.shared[vertex.target].type_name
        return vertex.type_name

    def node(self, shaped: ShapedGraph, index: int) -> Node:
        vertex, outputs = shaped.graph.vertices[index], shaped.tensors[index] or ()
        references = tuple(vertex.references())
        return Node(
            vertex.name,
            tuple(_source(shaped.graph, reference) for reference in references),
            tuple(self.output_shape(shaped, reference) for reference in references),
            tuple(tensor.shape for tensor in outputs),
            tuple(tensor.dtype for tensor in outputs),
        )

    def output_shape(self, shaped: ShapedGraph, reference: TensorRef | None) -> Shape:
        assert reference is not None
        tensors: Tensors = shaped.tensors[reference.vertex] or ()
        which = reference.output
        if isinstance(which, str):
            target = shaped.graph.vertices[reference.vertex].target or ""
            names = [output.name for output in self.network.models[target].graph.outputs]
            which = names.index(which)
        return tensors[which or 0].shape

    def owners(self, graph: Graph, vertex: Vertex) -> set[str]:
        """The paths of the layers whose weights a call uses."""
        if vertex.kind == "input":
            return set()
        if vertex.kind == "model" and vertex.target is not None:
            return self.owned_by(self.network.models[vertex.target].graph)
        paths = {layer_path(graph, vertex)}
        use = self.network.network.shared[vertex.target] if vertex.target is not None else vertex.use
        for shared in shared_names(use) if use is not None else ():
            if shared.name in self.network.models:
                paths |= self.owned_by(self.network.models[shared.name].graph)
            else:
                paths.add(shared.name)
        return paths

    def owned_by(self, graph: Graph) -> set[str]:
        reachable = graph.reachable()
        return set().union(*(self.owners(graph, graph.vertices[index]) for index in reachable))

    def weights(self, paths: set[str], trainable: bool) -> list[Weight]:
        found = [weight for path in sorted(paths) for weight in self.weights_at(path)]
        return found if trainable else [weight._replace(trainable=False) for weight in found]

    def weights_at(self, path: str) -> tuple[Weight, ...]:
        weights = self.network.weights.get(path, ())
        if path in self.frozen():
            return tuple(weight._replace(trainable=False) for weight in weights)
        return weights

    def frozen(self) -> set[str]:
        """The paths below models that are not trainable, shared layers they call included."""
        graphs = [shaped.graph for shaped in self.network.models.values() if not shaped.graph.trainable]
        return set().union(*(self.owned_by(graph) for graph in graphs)) if graphs else set()

    def called_models(self, graph: Graph) -> list[str]:
        found: dict[str, None] = {}
        for index in sorted(graph.reachable()):
            vertex = graph.vertices[index]
            if vertex.kind == "model" and vertex.target is not None:
                found[vertex.target] = None
            for shared in shared_names(vertex.use) if vertex.use is not None else ():
                if shared.name in self.network.models:
                    found[shared.name] = None
        return list(found)


def _layer_key(graph: Graph, vertex: Vertex) -> tuple[str, str]:
    if vertex.target is not None:
        return "target", vertex.target
    return "own", layer_path(graph, vertex)


def _count(weights: list[Weight]) -> tuple[int, int]:
    return sum(prod(weight.shape) for weight in weights), sum(prod(w.shape) for w in weights if w.trainable)


def _source(graph: Graph, reference: TensorRef) -> str:
    name = graph.vertices[reference.vertex].name
    return name if reference.output is None else f"{name}.{reference.output}"
