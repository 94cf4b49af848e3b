"""Stage 4: resolved graph -> shaped graph. Shape, dtype and weights of every call, by the catalogue's rules.

A call that is refused is unknown to the calls after it, so one mistake is reported once. Must not import TensorFlow.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from modelspec.catalogue.backends.tensorflow.layers import refuse_layer_without_kernel
from modelspec.catalogue.beginnings import check_beginnings, is_particular
from modelspec.catalogue.layers.layer import Layer
from modelspec.catalogue.ops.numbers import refuse_changed_numbers
from modelspec.catalogue.ops.op import Op, Several
from modelspec.catalogue.tensor import Refusal, Tensor, Tensors, UnknownResult, Weight, shape_text
from modelspec.diagnostics import Diagnostic
from modelspec.diagnostics.failure import guarded
from modelspec.graph.graph import Graph, Network, ShapedGraph, ShapedNetwork, Vertex, layer_path
from modelspec.graph.inferring.bare import joining, refuse_mixed
from modelspec.graph.inferring.bounds import OutputBudget, refuse_large_tensors, too_many_parameters
from modelspec.graph.inferring.causes import RefusedCall
from modelspec.graph.inferring.dtypes import with_dtypes
from modelspec.graph.inferring.masks import with_masks
from modelspec.graph.inferring.nested import filled, model_inputs
from modelspec.graph.inferring.references import ReferenceTable
from modelspec.graph.inferring.refusals import tell_refusal
from modelspec.graph.inferring.standin import Standin, with_standins
from modelspec.graph.inferring.telling import Telling
from modelspec.graph.resolving.binding import Given, bind
from modelspec.language.spec import SharedName, Use
from modelspec.source import Place


def infer(network: Network) -> tuple[ShapedNetwork, tuple[Diagnostic, ...]]:
    """Every tensor of every model, the weights of every layer, and every call that Keras would refuse."""
    state = Inference(network, guarded=True)
    models = {key: state.declared(graph) for key, graph in network.models.items()}
    main = state.declared(network.main)
    weights = {path: built.weights for path, built in state.built.items()}
    with guarded("counting the parameters", state.problems, network.main.place):
        too_many = too_many_parameters(weights, {path: built.place for path, built in state.built.items()})
        if too_many is not None:
            state.problems.append(too_many)
    return ShapedNetwork(network, main, models, weights, state.memory), tuple(state.problems)


@dataclass(frozen=True, slots=True)
class _Built:
    weights: tuple[Weight, ...]
    given: Given
    place: Place


def called(
    state: Inference, graph: Graph, vertex: Vertex, given: Given, tensors: Sequence[Tensors | None]
) -> Tensors | None:
    """The outputs of one call, or None and one problem where it is refused."""
    try:
        refuse_mixed(state.references, graph, vertex, tensors)
        outputs = state.outcome(graph, vertex, given)
    except UnknownResult:
        return None
    except Refusal as refusal:
        refusal = joining(state.references, graph, vertex, refusal, tensors)
        tell_refusal(state.references, RefusedCall(graph, vertex, tensors, given), refusal)
        return None
    try:
        refuse_large_tensors(vertex.type_name, outputs or ())
    except Refusal as refusal:
        tell_refusal(state.references, RefusedCall(graph, vertex, tensors, None), refusal)
        return None
    return outputs


def acting(
    state: Inference, entry: Layer | Op, apply: Callable[[Layer | Op], Tensors | None], place: Place
) -> Tensors | None:
    """What a layer or op gives in training."""
    return apply(entry)


class Strategy(NamedTuple):
    """What one inference does otherwise than another: what a call gives, and how a layer acts."""

    call: Callable[[Inference, Graph, Vertex, Given, Sequence[Tensors | None]], Tensors | None] = called
    act: Callable[[Inference, Layer | Op, Callable[[Layer | Op], Tensors | None], Place], Tensors | None] = acting


class Inference:
    """The layers built so far, and what has been found.

    With `guarded`, a call that fails inside is reported and unknown, as one that is refused.
    """

    def __init__(self, network: Network, strategy: Strategy | None = None, *, guarded: bool = False) -> None:
        self.network = network
        self.strategy = strategy or Strategy()
        self.guarded = guarded
        self.policy = network.spec.train.precision
        self.telling = Telling()
        self.problems = self.telling.problems
        self.references = ReferenceTable(network, self.telling)
        self.outputs = OutputBudget(network.limits.outputs)
        self.built: dict[str, _Built] = {}
        self.memory: dict[tuple[str, Tensors], tuple[Tensors | None, ...]] = {}
        self.loosely: dict[tuple[str, Tensors], tuple[Tensors | None, ...]] = {}
        self.broken_models: set[str] = set()
        self.declared_models: set[str] = set()

    def declared(self, graph: Graph) -> ShapedGraph:
        """The graph on its declared inputs; this is where its layers get their weights."""
        inputs = tuple(Tensor(item.batch_shape, item.dtype) for item in graph.inputs)
        tensors = self.run(graph, inputs)
        if (
            not graph.inputs
            or not graph.outputs
            or any(
                output.reference is None or self.references.tensor(graph, tensors, output.reference) is None
                for output in graph.outputs
            )
        ):
            self.broken_models.add(graph.key)
        self.declared_models.add(graph.key)
        return ShapedGraph(graph, tensors)

    def run(
        self, graph: Graph, inputs: Tensors, known: tuple[Tensors | None, ...] | None = None
    ) -> tuple[Tensors | None, ...]:
        """The outputs of every call for these inputs; with `known`, what a refused call gives is in there."""
        tensors: list[Tensors | None] = []
        for index, vertex in enumerate(graph.vertices):
            tensors.append(
                (inputs[index],) if vertex.kind == "input" else self.guarded_step(graph, vertex, tensors, known)
            )
        return tuple(tensors)

    def guarded_step(
        self, graph: Graph, vertex: Vertex, tensors: list[Tensors | None], known: tuple[Tensors | None, ...] | None
    ) -> Tensors | None:
        """`step`, with what fails inside it told where this inference is guarded."""
        if not self.guarded:
            return self.step(graph, vertex, tensors, known)
        outputs: Tensors | None = None
        with guarded(f"the shape of {vertex.type_name}", self.problems, vertex.place):
            outputs = self.step(graph, vertex, tensors, known)
        return outputs

    def step(
        self, graph: Graph, vertex: Vertex, tensors: list[Tensors | None], known: tuple[Tensors | None, ...] | None
    ) -> Tensors | None:
        """The outputs of one call, whose inputs are in `tensors`."""
        if vertex.broken or (given := self.references.given(graph, vertex, tensors)) is None:
            return None
        if known is not None:
            return self.loose(graph, vertex, given, known[len(tensors)])
        return self.strategy.call(self, graph, vertex, given, tensors)

    def outcome(self, graph: Graph, vertex: Vertex, given: Given) -> Tensors | None:
        """The outputs of one call. Raises `Refusal` where it is refused."""
        return self.model(vertex, given) if vertex.kind == "model" else self.layer(graph, vertex, given)

    def loose(self, graph: Graph, vertex: Vertex, given: Given, known: Tensors | None) -> Tensors | None:
        """The outputs of one call on axes of unknown size: Keras refuses nothing in a model that is built already."""
        try:
            return self.outcome(graph, vertex, given)
        except Refusal:
            return known

    def layer(self, graph: Graph, vertex: Vertex, given: Given) -> Tensors | None:
        use = self.network.use(vertex)
        assert use is not None
        if use.entry is None:
            return None
        within = () if vertex.kind != "shared" or vertex.target is None else (vertex.target,)
        entry = with_standins(use.entry, lambda name: self.standin(name, vertex, within))
        path = layer_path(graph, vertex)
        return self.apply(entry, path, given, vertex.place)

    def apply(self, entry: Layer | Op, path: str, given: Given, place: Place, wrapped: bool = False) -> Tensors | None:
        """Call a layer or op as the strategy has it act."""
        return self.strategy.act(self, entry, lambda acts: self.built_by(acts, path, given, place, wrapped), place)

    def built_by(self, entry: Layer | Op, path: str, given: Given, place: Place, wrapped: bool) -> Tensors | None:
        """Call a layer or op; a layer's first call builds it, the later ones must fit what was built.

        `wrapped` is the call of a wrapper, by which Keras passes over the check of the number of axes.
        """
        if isinstance(entry, Layer) and self.policy != "float32":
            entry = entry.under(self.policy)
        bound = bind(entry, given)
        if isinstance(entry, Op) and (several := entry.count_outputs(**bound)) is not None:
            self.outputs.count(entry.label, several)
        made = entry.infer(**bound)
        if isinstance(entry, Op):
            from modelspec.catalogue.backends.tensorflow.functions import (
                refuse_without_kernel,  # not all specs have ops
            )

            refuse_without_kernel(entry, bound)
        else:
            refuse_layer_without_kernel(entry, bound)
        promised = (made,) if isinstance(made, Tensor) else tuple(made)
        if isinstance(entry, Layer):
            entry.check_activations(promised)
        elif promised:
            refuse_changed_numbers(entry, promised[0].dtype)
        outputs = with_masks(entry, bound, with_dtypes(entry, bound, promised))
        if isinstance(entry, Layer):
            try:
                weights = entry.new_weights(**bound)
            except UnknownResult:
                return outputs  # a layer whose weights only its package knows
            first = self.built.get(path)
            if is_particular(entry):
                check_beginnings(entry, weights)
            if first is None:
                self.built[path] = _Built(weights, given, place)
            elif [weight.shape for weight in first.weights] != [weight.shape for weight in weights]:
                message = (
                    f"{type(entry).__name__} was built for {_given_text(first.given)}; for {_given_text(given)} it would"
                    " need different weights"
                )
                raise Refusal("MS409", message, "a shared layer has one set of weights: give it inputs of one width")
            elif entry.fixed_rank and not wrapped and _ranks(first.given) != _ranks(given):
                message = (
                    f"{type(entry).__name__} was built for {_given_text(first.given)}; received {_given_text(given)}"
                )
                raise Refusal("MS409", message, "once built, it takes only inputs with the same number of axes")
        return outputs

    def standin(self, shared: SharedName, vertex: Vertex, within: tuple[str, ...] = ()) -> Standin:
        """What a wrapper calls where its argument names a shared layer, which may be `within` others, or a nested model."""
        if shared.name in self.network.models:
            names = tuple(output.name for output in self.network.models[shared.name].outputs)
            return Standin(
                shared.name, lambda given: self.model_outputs(shared.name, given, vertex), output_names=names
            )
        use: Use | None = self.network.shared.get(shared.name)

        def call(given: Given) -> Tensors | None:
            if use is None or use.entry is None or shared.name in within:
                return None  # already reported
            inside = (*within, shared.name)
            entry = with_standins(use.entry, lambda name: self.standin(name, vertex, inside))
            return self.apply(entry, shared.name, given, shared.place, wrapped=True)

        return Standin(shared.name, call)

    def model(self, vertex: Vertex, given: Given) -> Tensors | None:
        assert vertex.target is not None
        return self.model_outputs(vertex.target, given, vertex)

    def model_outputs(self, name: str, given: Given, vertex: Vertex) -> Tensors | None:
        """The outputs of a nested model for one call's tensors."""
        graph = self.network.models.get(name)
        if graph is None or name in self.broken_models or name not in self.declared_models:
            return None  # already reported; a model that is not declared yet is called inside itself
        called = model_inputs(graph, given, len(self.problems))
        if len(graph.outputs) > 1:
            self.outputs.count(f"the model '{name}'", Several(len(graph.outputs)))
        inputs = tuple(filled(item.batch_shape, value) for item, value in zip(graph.inputs, called, strict=True))
        key = (name, inputs)
        if key not in self.memory:
            self.telling.trail.append(vertex)
            try:
                self.memory[key] = self.run(graph, inputs)
            finally:
                self.telling.trail.pop()
        tensors = self.memory[key]
        if called != inputs:
            if (name, called) not in self.loosely:
                self.loosely[name, called] = self.run(graph, called, tensors)
            tensors = self.loosely[name, called]
        references = [output.reference for output in graph.outputs]
        outputs = [None if item is None else self.references.tensor(graph, tensors, item) for item in references]
        found = tuple(output for output in outputs if output is not None)
        return found if len(found) == len(outputs) else None


def _given_text(given: Given) -> str:
    return ", ".join(shape_text(item.shape) for item in _tensors(given))


def _ranks(given: Given) -> list[int]:
    return [item.rank for item in _tensors(given)]


def _tensors(given: Given) -> list[Tensor]:
    if isinstance(given, Tensor):
        return [given]
    return [item for item in (given.values() if isinstance(given, dict) else given) if isinstance(item, Tensor)]
