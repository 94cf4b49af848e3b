"""The resolved graph and the shaped graph, as frozen values.

A vertex is one *call*: a shared layer that is called twice is two vertices and one layer, so there is no cycle.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

from modelspec.catalogue.layers.layer import Layer
from modelspec.catalogue.tensor import Tensor, Tensors, Weight
from modelspec.language.sections.inputs import InputSpec
from modelspec.language.sections.outputs import OutputSpec
from modelspec.language.spec import Spec, Use
from modelspec.source import Limits, Place
from modelspec.source.names import local_name

if TYPE_CHECKING:
    from modelspec.graph.questions.ownership import Ownership
    from modelspec.language.sections.training import TrainSpec

VertexKind = Literal["input", "layer", "op", "shared", "model", "unknown"]
"""What is called. `unknown` is a call of a name that is neither a shared layer nor a model, or of one that was refused."""


@dataclass(frozen=True, slots=True)
class TensorRef:
    """One output of an earlier vertex; `output` is None where the reference names no output."""

    vertex: int
    output: int | str | None
    text: str
    place: Place


TensorRefs = TensorRef | tuple["TensorRefs", ...]
WiringValue = TensorRefs | bool | int | float | None
Wiring = TensorRefs | dict[str, WiringValue]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Vertex:
    """One call. `inputs` is None for an input, and where a reference could not be resolved (`broken`)."""

    name: str
    named: bool
    kind: VertexKind
    place: Place
    use: Use | None = None
    target: str | None = None
    node: int = 0
    inputs: Wiring | None = None
    input: InputSpec | None = None
    broken: bool = False

    @property
    def type_name(self) -> str:
        """What a reader calls it: `Dense`, `ops.abs`, `encoder`, `input`."""
        if self.target is not None:
            return local_name(self.target)
        return self.use.type_name if self.use is not None else "input"

    @property
    def label(self) -> str:
        """How a message names it: its name if the file gives one, else its type."""
        return f"'{self.name}'" if self.named else self.type_name

    def references(self) -> Iterator[TensorRef]:
        """Every tensor this call takes, in order."""
        values = list(self.inputs.values()) if isinstance(self.inputs, dict) else [self.inputs]
        for value in values:
            yield from _flat(value)

    def given(self, value: Callable[[TensorRef], Any], listed: Callable[[Iterator[Any]], Any] = tuple) -> Any:
        """What the call takes, with `value` of each reference in its place; `listed` makes what stands for a list."""

        def whole(item: WiringValue) -> Any:
            if isinstance(item, TensorRef):
                return value(item)
            return listed(whole(part) for part in item) if isinstance(item, tuple) else item

        if isinstance(self.inputs, dict):
            return {name: whole(item) for name, item in self.inputs.items()}
        return whole(self.inputs)

    def switch(self, name: str) -> WiringValue:
        """What the call sets one of its arguments to by that name, as `training: false`; None where it does not."""
        return self.inputs.get(name) if isinstance(self.inputs, dict) else None


def _flat(value: WiringValue) -> Iterator[TensorRef]:
    if isinstance(value, TensorRef):
        yield value
    elif isinstance(value, tuple):
        for item in value:
            yield from _flat(item)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class GraphOutput:
    """A named output: the tensor it is, and what the spec says of it. `reference` is None where it was not found."""

    name: str
    reference: TensorRef | None
    spec: OutputSpec | None
    place: Place


@dataclass(frozen=True, eq=False, repr=False)
class Graph:
    """One model: its calls in order (inputs first) and its outputs. `key` is "" for the spec's own model."""

    key: str
    name: str
    vertices: tuple[Vertex, ...]
    outputs: tuple[GraphOutput, ...]
    trainable: bool
    place: Place

    @cached_property
    def inputs(self) -> tuple[InputSpec, ...]:
        """The declared inputs, in order."""
        return tuple(vertex.input for vertex in self.vertices if vertex.input is not None)

    def by_input(self, given: Any) -> dict[str, Any]:
        """What a call of this model gives, by the names of the inputs: one value, several in order, or each by its name."""
        names = [item.name for item in self.inputs]
        if isinstance(given, dict):
            return {name: given[name] for name in names if name in given}
        several = isinstance(given, tuple | list) and not isinstance(given, Tensor)
        return dict(zip(names, given if several else (given,), strict=False))

    def reachable(self) -> frozenset[int]:
        """The vertices that some output needs, and all inputs: what Keras makes a model of."""
        return self._reachable

    @cached_property
    def _reachable(self) -> frozenset[int]:
        found = {index for index, vertex in enumerate(self.vertices) if vertex.kind == "input"}
        waiting = [output.reference.vertex for output in self.outputs if output.reference is not None]
        while waiting:
            index = waiting.pop()
            if index not in found:
                found.add(index)
                waiting.extend(reference.vertex for reference in self.vertices[index].references())
        return frozenset(found)

    @cached_property
    def without_rows(self) -> frozenset[int]:
        """The vertices that no input leads to: made of numbers alone, they have no batch axis."""
        found: set[int] = set()
        for index, vertex in enumerate(self.vertices):
            made = vertex.kind != "input" and vertex.inputs is not None
            if made and all(reference.vertex in found for reference in vertex.references()):
                found.add(index)
        return frozenset(found)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Network:
    """The resolved spec: its own graph, its nested models in the order in which they can be built, its shared layers."""

    spec: Spec
    main: Graph
    models: dict[str, Graph]
    shared: dict[str, Use]
    limits: Limits
    """How much its calls may come to."""

    def output_names(self, target: str | None) -> tuple[str, ...]:
        """The names of the outputs of a nested model, or of a shared layer whose outputs have some."""
        if target in self.models:
            return tuple(output.name for output in self.models[target].outputs)
        use = self.shared.get(target or "")
        return use.entry.output_names if use is not None and isinstance(use.entry, Layer) else ()

    @property
    def graphs(self) -> tuple[Graph, ...]:
        """The spec's own graph and those of its nested models."""
        return self.main, *self.models.values()

    def uses(self) -> Iterator[Use]:
        """Every layer and op of its steps, and the shared layers."""
        yield from self.shared.values()
        yield from (vertex.use for graph in self.graphs for vertex in graph.vertices if vertex.use is not None)

    def use(self, vertex: Vertex) -> Use | None:
        """What a call calls: the layer or op of the step, or the shared layer; None for inputs and nested models."""
        return self.shared.get(vertex.target or "") if vertex.kind == "shared" else vertex.use

    def output_number(self, graph: Graph, reference: TensorRef) -> int | None:
        """Which output of its call a reference means; None where there is none of that name."""
        if not isinstance(reference.output, str):
            return reference.output or 0
        names = self.output_names(graph.vertices[reference.vertex].target)
        return names.index(reference.output) if reference.output in names else None

    def tensor(self, graph: Graph, reference: TensorRef, table: Sequence[Tensors | None]) -> Tensor | None:
        """The tensor that a reference means among the outputs of a graph's calls; None where it is unknown."""
        outputs, which = table[reference.vertex], self.output_number(graph, reference)
        return None if outputs is None or which is None or which >= len(outputs) else outputs[which]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class ShapedGraph:
    """A graph with the outputs of every call; None is unknown, because the call or one before it was refused."""

    graph: Graph
    tensors: tuple[Tensors | None, ...]


@dataclass(frozen=True, eq=False, repr=False)
class ShapedNetwork:
    """What is known without Keras: every tensor's shape and dtype, every layer's weights by the layer's path."""

    network: Network
    main: ShapedGraph
    models: dict[str, ShapedGraph]
    weights: dict[str, tuple[Weight, ...]]
    """Layer path (`encoder`, `vision/conv2d`) -> weights, in the order in which the layers are built."""
    calls: dict[tuple[str, Tensors], tuple[Tensors | None, ...]]
    """(nested model, the tensors it is called with) -> what every call inside it gives then."""
    possible: tuple[ShapedNetwork, ...] = ()
    """Where layers learn from rows that nobody has read yet: networks that this one may become."""

    @property
    def spec(self) -> Spec:
        """The spec that it is the network of."""
        return self.network.spec

    @property
    def train(self) -> TrainSpec:
        """How it is trained."""
        return self.network.spec.train

    @property
    def outputs(self) -> tuple[GraphOutput, ...]:
        """What it gives."""
        return self.network.main.outputs

    @cached_property
    def ownership(self) -> Ownership:
        """Whose weights are whose, asked by many and found once."""
        from modelspec.graph.questions.ownership import Ownership  # which knows this class

        return Ownership(self)

    @property
    def graphs(self) -> tuple[ShapedGraph, ...]:
        """The spec's own graph and those of its nested models."""
        return self.main, *self.models.values()

    @property
    def known(self) -> bool:
        """Whether nothing was refused that matters: every output of every model is a tensor with a shape."""
        return self.network.spec.complete and all(
            output.reference is not None and self.is_there(shaped, output.reference)
            for shaped in self.graphs
            for output in shaped.graph.outputs
        )

    def is_there(self, shaped: ShapedGraph, reference: TensorRef) -> bool:
        """Whether a reference means one output that its call has, and whose shape is known."""
        outputs = shaped.tensors[reference.vertex]
        if reference.output is None:
            return outputs is not None and len(outputs) == 1
        return self.tensor(shaped, reference) is not None

    def tensor(self, shaped: ShapedGraph, reference: TensorRef) -> Tensor | None:
        """The tensor that a reference means; None where it is unknown."""
        return self.network.tensor(shaped.graph, reference, shaped.tensors)

    def graph(self, key: str) -> ShapedGraph:
        """The graph of a nested model, or the spec's own for ""."""
        return self.main if key == "" else self.models[key]


def layer_path(graph: Graph, vertex: Vertex) -> str:
    """The stable path of a vertex's layer: its weights are saved below it."""
    if vertex.kind == "shared" and vertex.target is not None:
        return vertex.target
    return f"{graph.key}/{vertex.name}" if graph.key else vertex.name
