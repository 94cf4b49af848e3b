"""Stage 4: resolved graph -> shaped graph. Shape, dtype and weights of every call, by the catalogue's rules.

A call that is refused is unknown to the calls after it, so one mistake is told once. Must not import TensorFlow.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from math import prod
from typing import Any

from modelspec.catalogue.beginnings import check_beginnings, is_particular
from modelspec.catalogue.entry import Layer, Op
from modelspec.catalogue.layers.kernels import refuse_layer_without_kernel
from modelspec.catalogue.ops.kernels import refuse_without_kernel
from modelspec.catalogue.tensor import Refusal, Shape, Tensor, Tensors, UnknownResult, Weight, shape_text
from modelspec.catalogue.types import MAX_DIM
from modelspec.diagnostics import Diagnostic, Note, Path, Span
from modelspec.diagnostics.failure import guarded
from modelspec.graph.bare import mixed, refuse_mixed, spread_over_rows
from modelspec.graph.binding import Given, bind, parameters
from modelspec.graph.causes import cause
from modelspec.graph.dtypes import with_dtypes
from modelspec.graph.graph import Graph, Network, ShapedGraph, ShapedNetwork, TensorRef, TensorRefs, Vertex, layer_path
from modelspec.graph.masks import mask_maker, with_masks
from modelspec.graph.standin import Standin, with_standins
from modelspec.source import Mapping, Place, Scalar
from modelspec.source.words import guess, listing
from modelspec.spec.spec import SharedName, Use

MAX_TENSOR_ELEMENTS = 2**33
"""Elements of one tensor for one sample."""
MAX_PARAMETERS = 10**10
"""Parameters of one model."""


def infer(network: Network) -> tuple[ShapedNetwork, tuple[Diagnostic, ...]]:
    """Every tensor of every model, the weights of every layer, and every call that Keras would refuse."""
    state = _Stage(network)
    models = {key: state.declared(graph) for key, graph in network.models.items()}
    main = state.declared(network.main)
    weights = {path: built.weights for path, built in state.built.items()}
    with guarded("counting the parameters", state.problems, network.main.place):
        state.count(weights)
    return ShapedNetwork(network, main, models, weights, state.memory), tuple(state.problems)


@dataclass(frozen=True, slots=True)
class _Built:
    weights: tuple[Weight, ...]
    given: Given
    place: Place


class Inference:
    """The layers built so far, and what has been found."""

    def __init__(self, network: Network) -> None:
        self.network = network
        self.policy = network.spec.train.precision
        self.problems: list[Diagnostic] = []
        self.told: set[tuple[str, Span | None, Path]] = set()
        self.built: dict[str, _Built] = {}
        self.trail: list[Vertex] = []
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
                output.reference is None or self.output(tensors, graph, output.reference) is None
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
            tensors.append((inputs[index],) if vertex.kind == "input" else self.step(graph, vertex, tensors, known))
        return tuple(tensors)

    def step(
        self, graph: Graph, vertex: Vertex, tensors: list[Tensors | None], known: tuple[Tensors | None, ...] | None
    ) -> Tensors | None:
        """The outputs of one call, whose inputs are in `tensors`."""
        if vertex.broken or (given := self.given(graph, vertex, tensors)) is None:
            return None
        if known is not None:
            return self.loose(graph, vertex, given, known[len(tensors)])
        return self.call(graph, vertex, given, tensors)

    def loose(self, graph: Graph, vertex: Vertex, given: Given, known: Tensors | None) -> Tensors | None:
        """The outputs of one call on axes of unknown size: Keras refuses nothing in a model that is built already."""
        try:
            return self.model(vertex, given) if vertex.kind == "model" else self.layer(graph, vertex, given)
        except Refusal:
            return known

    def given(self, graph: Graph, vertex: Vertex, tensors: list[Tensors | None]) -> Given | None:
        """The tensors a call takes, or None where one is unknown."""
        if isinstance(vertex.inputs, TensorRef | tuple):
            found: Given | None = self.tensors(graph, tensors, vertex.inputs)
            return found
        values: dict[str, Any] = {}
        for name, value in (vertex.inputs or {}).items():
            values[name] = value
            if isinstance(value, TensorRef | tuple):
                values[name] = self.tensors(graph, tensors, value)
                if values[name] is None:
                    return None
        return values

    def tensors(self, graph: Graph, tensors: list[Tensors | None], value: TensorRefs) -> Any:
        """The tensor of a reference, or those of a list of them, nested alike; None where one is unknown."""
        if isinstance(value, TensorRef):
            return self.reference(graph, tensors, value)
        items = [self.tensors(graph, tensors, item) for item in value]
        return None if any(item is None for item in items) else tuple(items)

    def reference(self, graph: Graph, tensors: list[Tensors | None], reference: TensorRef) -> Tensor | None:
        """One output of a call; tells a reference that chooses no output, or one that is not there."""
        outputs = tensors[reference.vertex]
        if outputs is None:
            return None
        vertex = graph.vertices[reference.vertex]
        index = self.output_index(vertex, outputs, reference)
        return None if index is None else outputs[index]

    def output_index(self, vertex: Vertex, outputs: Tensors, reference: TensorRef) -> int | None:
        names = self.output_names(vertex)
        which = reference.output
        if which is None and len(outputs) == 1:
            return 0
        if which is None:
            choices = [f"{reference.text}.{name}" for name in names or range(len(outputs))]
            message = f"{vertex.label} has {len(outputs)} outputs: which one is meant?"
            self.report(reference.place, "MS304", message, f"write one of {listing(choices)}")
            return None
        if isinstance(which, int) and which < len(outputs):
            return which
        if isinstance(which, str) and which in names:
            return names.index(which)
        known = [str(name) for name in names or range(len(outputs))]
        help = (
            guess(which, names, len(self.problems)) if isinstance(which, str) else None
        ) or f"its outputs are {listing(known)}"
        self.report(reference.place, "MS304", f"{vertex.label} has no output '{which}'", help)
        return None

    def output_name(self, vertex: Vertex, index: int) -> str | int:
        """How a reference names one of several outputs: `enc.1`, `encoder.state`."""
        names = self.output_names(vertex)
        return names[index] if index < len(names) else index

    def output_names(self, vertex: Vertex) -> tuple[str, ...]:
        return self.network.output_names(vertex.target)

    def output(self, tensors: tuple[Tensors | None, ...], graph: Graph, reference: TensorRef) -> Tensor | None:
        """The tensor of an output of the model."""
        return self.reference(graph, list(tensors), reference)

    def call(self, graph: Graph, vertex: Vertex, given: Given, tensors: list[Tensors | None]) -> Tensors | None:
        """The outputs of one call, or None and one problem where it is refused."""
        try:
            self.refuse_mixed(graph, vertex, tensors)
            outputs = self.model(vertex, given) if vertex.kind == "model" else self.layer(graph, vertex, given)
        except UnknownResult:
            return None
        except Refusal as refusal:
            self.refused(graph, vertex, self.joining(graph, vertex, refusal, tensors), tensors, given)
            return None
        for tensor in outputs or ():
            known = [dim for dim in tensor.shape if dim is not None]
            elements = prod(known)
            if elements > MAX_TENSOR_ELEMENTS or max(known, default=0) > MAX_DIM:
                much = f"{elements:,} elements a sample, more than {MAX_TENSOR_ELEMENTS:,}"
                if elements <= MAX_TENSOR_ELEMENTS:
                    much = f"an axis of more than {MAX_DIM:,}"
                message = f"{vertex.type_name} makes a tensor {shape_text(tensor.shape)}: {much}"
                self.refused(
                    graph, vertex, Refusal("MS410", message, "make its arguments or its input smaller"), tensors
                )
                return None
        return outputs

    def refuse_mixed(self, graph: Graph, vertex: Vertex, tensors: list[Tensors | None]) -> None:
        """Refuse a layer that merges a tensor of rows with one that has no batch axis."""
        found = mixed(graph, vertex)
        if found is not None:
            use = self.network.use(vertex)
            rows = self.reference(graph, tensors, found[1])
            refuse_mixed(graph, vertex, None if use is None else use.entry, rows)

    def joining(self, graph: Graph, vertex: Vertex, refusal: Refusal, tensors: list[Tensors | None]) -> Refusal:
        """The refusal of a function that joins a tensor without rows to others: with how that gets its rows."""
        entry, found = vertex.use.entry if vertex.use is not None else None, mixed(graph, vertex)
        if found is None or not isinstance(entry, Op) or entry.list_parameter is None or not hasattr(entry, "axis"):
            return refusal
        help = spread_over_rows(*found, entry, self.reference(graph, tensors, found[1]))
        return Refusal(refusal.code, refusal.message, help, argument=refusal.argument)

    def layer(self, graph: Graph, vertex: Vertex, given: Given) -> Tensors | None:
        use = self.network.shared[vertex.target] if vertex.kind == "shared" and vertex.target else vertex.use
        assert use is not None
        if use.entry is None:
            return None
        entry = with_standins(use.entry, lambda name: self.standin(name, vertex))
        path = layer_path(graph, vertex)
        return self.apply(entry, path, given, vertex.place)

    def apply(self, entry: Layer | Op, path: str, given: Given, place: Place, wrapped: bool = False) -> Tensors | None:
        """Call a layer or op; a layer's first call builds it, the later ones must fit what was built.

        `wrapped` is the call of a wrapper, by which Keras passes over the check of the number of axes.
        """
        if isinstance(entry, Layer) and self.policy != "float32":
            entry = entry.under(self.policy)
        bound = bind(entry, given)
        made = entry.infer(**bound)
        if isinstance(entry, Op):
            refuse_without_kernel(entry, bound)
        else:
            refuse_layer_without_kernel(entry, bound)
        promised = (made,) if isinstance(made, Tensor) else tuple(made)
        if isinstance(entry, Layer):
            entry.check_activations(promised)
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
                    " need other weights"
                )
                raise Refusal("MS409", message, "a shared layer keeps its weights: give it inputs of one width")
            elif entry.fixed_rank and not wrapped and _ranks(first.given) != _ranks(given):
                message = (
                    f"{type(entry).__name__} was built for {_given_text(first.given)}; received {_given_text(given)}"
                )
                raise Refusal("MS409", message, "once built, it takes inputs with equally many axes only")
        return outputs

    def standin(self, shared: SharedName, vertex: Vertex) -> Standin:
        """What a wrapper calls where its argument names a shared layer or a nested model."""
        if shared.name in self.network.models:
            names = tuple(output.name for output in self.network.models[shared.name].outputs)
            return Standin(
                shared.name, lambda given: self.model_outputs(shared.name, given, vertex), output_names=names
            )
        use: Use | None = self.network.shared.get(shared.name)

        def call(given: Given) -> Tensors | None:
            if use is None or use.entry is None:
                return None
            return self.apply(use.entry, shared.name, given, shared.place, wrapped=True)

        return Standin(shared.name, call)

    def model(self, vertex: Vertex, given: Given) -> Tensors | None:
        assert vertex.target is not None
        return self.model_outputs(vertex.target, given, vertex)

    def model_outputs(self, name: str, given: Given, vertex: Vertex) -> Tensors | None:
        """The outputs of a nested model for one call's tensors."""
        graph = self.network.models.get(name)
        if graph is None or name in self.broken_models or name not in self.declared_models:
            return None  # told already; a model that is not declared yet is called inside itself
        called = self.model_inputs(graph, given)
        inputs = tuple(_filled(item.batch_shape, value) for item, value in zip(graph.inputs, called, strict=True))
        key = (name, inputs)
        if key not in self.memory:
            self.trail.append(vertex)
            try:
                self.memory[key] = self.run(graph, inputs)
            finally:
                self.trail.pop()
        tensors = self.memory[key]
        if called != inputs:
            if (name, called) not in self.loosely:
                self.loosely[name, called] = self.run(graph, called, tensors)
            tensors = self.loosely[name, called]
        references = [output.reference for output in graph.outputs]
        outputs = [None if item is None else self.output(tensors, graph, item) for item in references]
        found = tuple(output for output in outputs if output is not None)
        return found if len(found) == len(outputs) else None

    def model_inputs(self, graph: Graph, given: Given) -> Tensors:
        """The call's tensors in the order of the model's inputs, each as Keras takes it for the declared input."""
        names = [item.name for item in graph.inputs]
        values: list[Any]
        if isinstance(given, dict):
            for name in given:
                if name not in names:
                    free = [item for item in names if item not in given]
                    help = guess(name, free, len(self.problems)) or f"its inputs are {listing(names)}"
                    raise Refusal("MS406", f"the model '{graph.key}' has no input '{name}'", help, argument=name)
            for name in names:
                if not isinstance(given.get(name), Tensor):
                    message = f"the model '{graph.key}': its input '{name}' is missing"
                    raise Refusal("MS406", message, "add it to `from`", argument=name)
            values = [given[name] for name in names]
        else:
            values = [given] if isinstance(given, Tensor) else list(given)
        if len(values) != len(names):
            message = f"the model '{graph.key}' takes {len(names)} inputs ({listing(names)}); received {len(values)}"
            raise Refusal("MS406", message, "give one tensor for each input")
        return tuple(_fit(graph.key, item, value) for item, value in zip(graph.inputs, values, strict=True))

    def refused(
        self,
        graph: Graph,
        vertex: Vertex,
        refusal: Refusal,
        tensors: list[Tensors | None],
        given: Given | None = None,
    ) -> None:
        """A refused call, at the argument to blame or the layer's name, with where its inputs come from."""
        place, notes = _blamed(vertex, refusal), []
        distinct = {(reference.vertex, reference.output): reference for reference in vertex.references()}
        for reference in distinct.values():
            outputs = tensors[reference.vertex]
            if outputs is None:
                continue
            source = graph.vertices[reference.vertex]
            index = self.output_index(source, outputs, reference)
            if index is not None:
                which = f"'{source.name}.{self.output_name(source, index)}'" if len(outputs) > 1 else source.label
                notes.append(Note(source.place.span, f"{which} has shape {shape_text(outputs[index].shape)}"))
        if refusal.code == "MS412":
            maker = mask_maker(graph, vertex, tensors)
            notes += [Note(maker.place.span, f"the mask comes from {maker.label}")] if maker is not None else []
        if vertex.kind == "shared" and vertex.target is not None:
            shared = self.network.shared[vertex.target]
            notes.append(Note(shared.place.key_span, f"the shared layer '{vertex.target}'"))
        found = cause(self.network, graph, vertex, refusal, tensors, given)
        if found is not None:
            notes += [found[1]] if found[1] is not None else []
        help = refusal.help if found is None else found[0]
        if refusal.code == "MS406":
            from modelspec.graph.call_names import named_otherwise  # few specs name an argument that is not there

            use = self.network.use(vertex)
            entry = None if use is None else use.entry
            help = (None if entry is None else named_otherwise(graph, vertex, entry, refusal.argument)) or help
        self.report(place, refusal.code, refusal.message, help, notes, refusal.quoted)

    def report(
        self,
        place: Place,
        code: str,
        message: str,
        help: str | None,
        notes: list[Note] | None = None,
        quoted: tuple[str, ...] = (),
    ) -> None:
        """One problem; inside a nested model that is being called, with the places of the calls."""
        calls = [Note(caller.place.span, f"in this call of '{caller.target}'") for caller in reversed(self.trail)]
        problem = replace(place.problem(code, message, help, related=(*(notes or ()), *calls)), quoted=quoted)
        key = (problem.code, problem.span, problem.path)
        if key not in self.told:
            self.told.add(key)
            self.problems.append(problem)

    def count(self, weights: dict[str, tuple[Weight, ...]]) -> None:
        """Refuse a model that no machine holds, at the layer that has most of it."""
        sizes = {path: sum(prod(weight.shape) for weight in several) for path, several in weights.items()}
        total = sum(sizes.values())
        if total > MAX_PARAMETERS:
            largest = max(sizes, key=lambda path: sizes[path])
            place = self.built[largest].place
            message = f"the model has {total:,} parameters ({total * 4 / 2**30:,.0f} GiB), more than {MAX_PARAMETERS:,}"
            help = f"make its largest layer smaller: '{largest}' has {sizes[largest]:,}"
            self.problems.append(place.problem("MS411", message, help))


class _Stage(Inference):
    """Inference whose problems are told: a call that fails inside is unknown, as one that is refused."""

    def step(
        self, graph: Graph, vertex: Vertex, tensors: list[Tensors | None], known: tuple[Tensors | None, ...] | None
    ) -> Tensors | None:
        outputs: Tensors | None = None
        with guarded(f"the shape of {vertex.type_name}", self.problems, vertex.place):
            outputs = super().step(graph, vertex, tensors, known)
        return outputs


def _blamed(vertex: Vertex, refusal: Refusal) -> Place:
    """The argument to blame, of the layer or of its call; else the layer's name."""
    of_call = None if refusal.argument is None else _argument_of_call(vertex, refusal.argument, refusal.code)
    if vertex.target is not None:
        return of_call or vertex.place.find(("call",))
    assert vertex.use is not None
    if refusal.way:
        return vertex.place.find((vertex.use.type_name, *refusal.way))
    if refusal.argument is not None:
        found = vertex.place.find((vertex.use.type_name, refusal.argument))
        if found.path[-1:] == (refusal.argument,):
            return found
    return of_call or vertex.use.place


def _argument_of_call(vertex: Vertex, argument: str, code: str) -> Place | None:
    """Where `from` gives an argument: its name, where it has another than the call, or else its value.

    Of one that is missing from several names, the whole of them.
    """
    given = vertex.place.get("from")
    if given is None or not isinstance(given.node, Mapping):
        return None
    found = given.get(argument)
    if found is None:
        return given if code == "MS406" else None
    named = isinstance(vertex.inputs, dict) and argument not in _names_of_call(vertex)
    return found._replace(node=Scalar(argument, found.key_span)) if named and code == "MS406" else found


def _names_of_call(vertex: Vertex) -> Collection[str]:
    """The names of the call's arguments; of a model, none is known here."""
    entry = None if vertex.use is None else vertex.use.entry
    return () if entry is None else [parameter.name for parameter in parameters(type(entry))]


def _given_text(given: Given) -> str:
    return ", ".join(shape_text(item.shape) for item in _tensors(given))


def _ranks(given: Given) -> list[int]:
    return [item.rank for item in _tensors(given)]


def _tensors(given: Given) -> list[Tensor]:
    if isinstance(given, Tensor):
        return [given]
    return [item for item in (given.values() if isinstance(given, dict) else given) if isinstance(item, Tensor)]


def _fit(model: str, item: Any, value: Tensor) -> Tensor:
    """The tensor as the nested model takes it: of a shape that fits the declared one, cast to the declared dtype."""
    declared = item.batch_shape
    fits = len(declared) == len(value.shape) and all(
        want is None or got is None or want == got for want, got in zip(declared, value.shape, strict=True)
    )
    if not fits:
        message = (
            f"the model '{model}' takes {shape_text(declared)} for its input '{item.name}'; received"
            f" {shape_text(value.shape)}"
        )
        raise Refusal("MS407", message, "give it a tensor of the declared shape, or change the model's `inputs`")
    return value._replace(dtype=item.dtype, computed=None)


def _filled(declared: Shape, value: Tensor) -> Tensor:
    """The tensor with the declared sizes for its unknown axes."""
    pairs = zip(declared, value.shape, strict=True)
    return value._replace(shape=tuple(got if got is not None else want for want, got in pairs))
