"""A shaped network -> what `modelspec summary` tells, as plain values: layers with their calls, shapes and parameters.

Only what an output needs is shown, as in Keras: a step that leads nowhere is not part of the model. What only the package of
a user's own layer knows is None.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, replace
from math import prod
from typing import Any

from modelspec.catalogue.applications.model import ApplicationModel
from modelspec.catalogue.tensor import Shape
from modelspec.graph import Graph, ShapedGraph, ShapedNetwork, TensorRef, Vertex, layer_path
from modelspec.graph.inferring.inside import named_inside
from modelspec.graph.questions.learning import learners
from modelspec.graph.questions.ownership import count_parameters
from modelspec.graph.questions.stages import stages
from modelspec.graph.questions.work import Work, dtype_bytes


@dataclass(frozen=True, slots=True)
class Node:
    """One call of a layer: the tensors it takes, and what comes out."""

    name: str
    inputs: tuple[str, ...]
    input_shapes: tuple[Shape | None, ...]
    output_shapes: tuple[Shape, ...] | None
    output_dtypes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LayerSummary:
    """A layer, once, with all its calls; `params` counts its own weights and those of what it wraps."""

    name: str
    type: str
    params: int | None
    trainable_params: int | None
    flops: int | None
    """Of all calls together, for one sample."""
    nodes: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class StageSummary:
    """A stage of the training: its name, the epochs it may have, and the parameters that it changes."""

    name: str | None
    epochs: int
    trainable_params: int | None


@dataclass(frozen=True, slots=True)
class ModelSummary:
    """A model: totals count every shared weight once, as Keras's `count_params` does."""

    name: str
    total_params: int | None
    trainable_params: int | None
    non_trainable_params: int | None
    weights_bytes: int | None
    activations_bytes: int | None
    """Of every call's output, for one sample."""
    flops: int | None
    """Twice the multiply-adds for one sample."""
    inputs: dict[str, Shape]
    outputs: dict[str, Shape | None]
    layers: tuple[LayerSummary, ...]
    models: dict[str, ModelSummary]
    """The nested models that this one calls, by name."""
    uncounted: tuple[str, ...] = ()
    """Networks of `keras.applications`, whose inner activations and FLOPs are in neither number."""
    stages: tuple[StageSummary, ...] = ()
    """Of the training, if it has stages; each freezes layers of its own."""
    learning: tuple[str, ...] = ()
    """The layers whose vocabularies a training learns: how long they are is not known yet."""
    learned: dict[str, str] = field(default_factory=dict)
    """Of a run: what its training rows taught, in short, by the names of layers, inputs and outputs."""


def summarize(network: ShapedNetwork) -> ModelSummary:
    """The summary of a network that has no errors."""
    summary = replace(_Summarizer(network).model(network.main), learning=_with_open_size(network))
    if not network.train.stages:
        return summary
    return replace(summary, stages=tuple(_stage(stage) for stage in stages(network)))


def _with_open_size(network: ShapedNetwork) -> tuple[str, ...]:
    found = learners(network.network).values()
    return tuple(learner.path for learner in found if learner.entry.open_sizes() is not None)


def _stage(network: ShapedNetwork) -> StageSummary:
    train, owned, graph = network.train, network.ownership, network.main.graph
    _, trainable = count_parameters(owned.weights(owned.by_graph(graph)))
    return StageSummary(train.name, train.epochs, trainable if owned.complete(graph) else None)


def summary_json(summary: ModelSummary, *, nested: bool = True) -> dict[str, Any]:
    """The summary as JSON values; null is an axis of any size."""
    value = asdict(summary)
    if not nested:
        value.pop("models")
    return value


class _Summarizer:
    def __init__(self, network: ShapedNetwork) -> None:
        self.network = network
        self.work = Work(network)
        self.owned = network.ownership

    def model(self, shaped: ShapedGraph) -> ModelSummary:
        graph = shaped.graph
        reachable = graph.reachable()
        calls: dict[tuple[str, str], list[int]] = {}
        for index, vertex in enumerate(graph.vertices):
            if index in reachable:
                calls.setdefault(_layer_key(graph, vertex), []).append(index)
        layers = tuple(self.layer(shaped, indices) for indices in calls.values())
        owned = self.owned.by_graph(graph)
        weights = self.owned.weights(owned, graph.trainable)
        total, trainable = count_parameters(weights)
        counted, computed = self.owned.complete(graph), self.known(graph)
        return ModelSummary(
            graph.name if not graph.key else graph.key,
            total if counted else None,
            trainable if counted else None,
            total - trainable if counted else None,
            sum(prod(weight.shape) * dtype_bytes(weight.dtype) for weight in weights) if counted else None,
            self.work.activation_bytes(graph, shaped.tensors) if computed else None,
            2 * self.work.multiply_adds(graph, shaped.tensors) if computed else None,
            {item.name: item.batch_shape for item in graph.inputs},
            {output.name: self.output_shape(shaped, output.reference) for output in graph.outputs},
            layers,
            {name: self.model(self.network.models[name]) for name in self.called_models(graph)},
            tuple(sorted(path for path in owned if self.is_application(path))),
        )

    def is_application(self, path: str) -> bool:
        use = self.network.network.shared.get(path)
        return use is not None and isinstance(use.entry, ApplicationModel)

    def layer(self, shaped: ShapedGraph, indices: list[int]) -> LayerSummary:
        graph, first = shaped.graph, shaped.graph.vertices[indices[0]]
        total, trainable = count_parameters(self.owned.weights(self.owned.by_call(graph, first), graph.trainable))
        counted = self.owned.complete_of(graph, first)
        name = first.target if first.target is not None else first.name
        nodes = tuple(self.node(shaped, index) for index in indices)
        flops = None
        if all(self.call_known(shaped, index) for index in indices):
            flops = 2 * sum(self.work.of_call(graph, graph.vertices[index], shaped.tensors) for index in indices)
        return LayerSummary(
            name, self.type_name(first), total if counted else None, trainable if counted else None, flops, nodes
        )

    def known(self, graph: Graph) -> bool:
        """Whether the shapes of everything that a model's outputs need are known."""
        shaped = self.network.graph(graph.key)
        return all(self.call_known(shaped, index) for index in graph.reachable())

    def call_known(self, shaped: ShapedGraph, index: int) -> bool:
        """Whether the shapes are known that go into a call and come out of it, those inside a nested model included."""
        vertex = shaped.graph.vertices[index]
        return all(
            shaped.tensors[place] is not None for place in (index, *(item.vertex for item in vertex.references()))
        )

    def type_name(self, vertex: Vertex) -> str:
        if vertex.kind == "input":
            return "InputLayer"
        if vertex.kind == "model":
            return "Functional"
        use = self.network.network.use(vertex)
        return vertex.type_name if use is None else use.type_name

    def node(self, shaped: ShapedGraph, index: int) -> Node:
        vertex, outputs = shaped.graph.vertices[index], shaped.tensors[index]
        references = tuple(vertex.references())
        return Node(
            vertex.name,
            tuple(_source(shaped.graph, reference) for reference in references),
            tuple(self.output_shape(shaped, reference) for reference in references),
            None if outputs is None else tuple(tensor.shape for tensor in outputs),
            tuple(tensor.dtype for tensor in outputs or ()),
        )

    def output_shape(self, shaped: ShapedGraph, reference: TensorRef | None) -> Shape | None:
        tensor = None if reference is None else self.network.tensor(shaped, reference)
        return None if tensor is None else tensor.shape

    def called_models(self, graph: Graph) -> list[str]:
        found: dict[str, None] = {}
        for index in sorted(graph.reachable()):
            vertex = graph.vertices[index]
            if vertex.kind == "model" and vertex.target is not None:
                found[vertex.target] = None
            use = self.network.network.use(vertex)
            for name in named_inside(self.network.network, use) if use is not None else ():
                if name in self.network.models:
                    found[name] = None
        return list(found)


def _layer_key(graph: Graph, vertex: Vertex) -> tuple[str, str]:
    if vertex.target is not None:
        return "target", vertex.target
    return "own", layer_path(graph, vertex)


def _source(graph: Graph, reference: TensorRef) -> str:
    name = graph.vertices[reference.vertex].name
    return name if reference.output is None else f"{name}.{reference.output}"
