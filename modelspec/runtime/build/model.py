"""Stage 6: shaped network -> keras.Model, by one generic loop: no code for any single layer.

Keras layers are made in the file's order (nested models first), so a script that makes them in that order after the
same `keras.utils.set_random_seed` starts from the same weights.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any, TypeVar

import keras

from modelspec.catalogue.applications.model import ApplicationModel
from modelspec.catalogue.call import parameters
from modelspec.catalogue.entry import Entry, Op
from modelspec.diagnostics import SpecError
from modelspec.diagnostics.failure import FAILURE, with_trace
from modelspec.graph import Graph, ShapedNetwork, TensorRef, Vertex, layer_path
from modelspec.graph.questions.stages import stages
from modelspec.graph.resolving.binding import op_arguments
from modelspec.language.spec import SharedName, Use
from modelspec.runtime.backend.distribution import built_for
from modelspec.runtime.build.array_files import begin_with_arrays
from modelspec.runtime.build.compile import compile_model
from modelspec.runtime.build.constants import with_history
from modelspec.runtime.build.freezing import Freezing
from modelspec.runtime.build.naming import fresh_names, name_function
from modelspec.runtime.build.objects import to_keras
from modelspec.runtime.build.ops import call_op
from modelspec.runtime.quoting import quoted
from modelspec.source import Place
from modelspec.source.names import local_name

DEEP = 400
"""Calls in one model from which on Keras's own recursion needs a larger stack."""

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class BuiltModel:
    """The Keras model, and its layers by their stable paths (`encoder`, `vision/conv2d`)."""

    network: ShapedNetwork
    model: Any
    layers: dict[str, Any]
    models: dict[str, Any]
    """The nested Keras models by their names."""
    freezing: Freezing


def build_model(
    network: ShapedNetwork,
    *,
    compile: bool = True,
    allow_download: bool = False,
    strategy: Any = None,
    begun: bool = True,
) -> BuiltModel:
    """Build (and compile, if an output has a loss) the Keras model. Seeds Keras with the spec's seed.

    With a `strategy` of TensorFlow's, it is built for all of its devices.
    A training in stages begins with the first one, and so does the model. Where it is not to be `begun`, since weights
    of a run are loaded next, files of arrays are not opened.

    Raises `SpecError` with MS600 where Keras refuses what the checker passed: that is a bug of modelspec. With a user's own
    layers it may as well be theirs (MS647).
    """
    network = stages(network)[0]
    keras.utils.set_random_seed(network.network.spec.train.seed)
    deepest = max(len(shaped.graph.vertices) for shaped in network.graphs)
    try:
        builder = _Builder(network, allow_download, strategy)
        built = with_deep_stack(builder.build) if deepest > DEEP else builder.build()
        _load_saved_parts(built)
        if begun:
            begin_with_arrays(network, built.layers)
        built.freezing.apply(network)
        if compile:
            compile_model(built.model, network)
    except SpecError:
        raise
    except Exception as error:
        raise _our_bug(network, error) from error
    return built


def _load_saved_parts(built: BuiltModel) -> None:
    """Put the trained weights of saved models into the layers that were built from their descriptions.

    Raises `SpecError` where a file was damaged or changed since the spec was checked.
    """
    for key, part in built.network.network.spec.saved_parts.items():
        from modelspec.runtime.build.saved import load_saved

        below = f"{key}/"
        paths = {path: path.removeprefix(below) for path in built.layers if path.startswith(below)}
        layers = {part.saved_path(inner): built.layers[path] for path, inner in paths.items()}
        load_saved(part.saved, layers, part.place)


def _our_bug(network: ShapedNetwork, error: Exception) -> SpecError:
    place, packages = network.network.spec.place, network.network.spec.plugins.packages
    said = quoted(error)
    if packages:
        message = f"Keras refuses the model with layers of {', '.join(packages)}: {type(error).__name__}: {said.first}"
        help = (
            "look at the code of the package: a layer inside TimeDistributed needs `compute_output_shape`, for instance"
        )
        return SpecError([replace(place.problem("MS647", message, help), quoted=said.rest)])
    message = f"Keras refuses this spec, which modelspec passed: {type(error).__name__}: {said.first}"
    help = "this is a bug of modelspec: please report it with the spec"
    return SpecError([with_trace(replace(place.problem(FAILURE, message, help), quoted=said.rest), error)])


def with_deep_stack(work: Callable[[], Result]) -> Result:
    """Run `work` where Python may recurse deeply: Keras walks a chain of layers by recursion."""
    outcome: list[Any] = []

    def target() -> None:
        try:
            outcome.append((True, work()))
        except BaseException as error:
            outcome.append((False, error))

    before_stack, before_limit = threading.stack_size(512 * 1024 * 1024), sys.getrecursionlimit()
    sys.setrecursionlimit(max(before_limit, 200_000))
    try:
        thread = threading.Thread(target=target)
        thread.start()
        thread.join()
    finally:
        threading.stack_size(before_stack)
        sys.setrecursionlimit(before_limit)
    good, value = outcome[0]
    if not good:
        raise value
    result: Result = value
    return result


@contextmanager
def dtype_policy(name: str) -> Iterator[None]:
    """Within, layers without a `dtype` get this policy. Keras keeps it for each thread."""
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy(name)
    try:
        yield
    finally:
        keras.config.set_dtype_policy(before)


class Caller:
    """Calls the layers, models and ops of a network: on symbolic tensors while it is built, on rows afterwards."""

    def __init__(self, network: ShapedNetwork, layers: dict[str, Any], models: dict[str, Any]) -> None:
        self.network = network
        self.layers = layers
        self.models = models

    def tensor(self, reference: TensorRef, tensors: list[list[Any]], graph: Graph) -> Any:
        which = self.network.network.output_number(graph, reference)
        assert which is not None
        return tensors[reference.vertex][which]

    def call(self, graph: Graph, vertex: Vertex, tensors: list[list[Any]]) -> Any:
        given = self.given(vertex, tensors, graph)
        if vertex.kind != "op":
            given = with_history(given, tensors)
        if vertex.kind == "model" and vertex.target is not None:
            return self.models[vertex.target](self.model_inputs(vertex.target, given))
        if vertex.kind == "op":
            assert vertex.use is not None
            result = self.op(vertex.use, given)
            name_function(result, list(given.values()) if isinstance(given, dict) else given, vertex.name)
            return result
        layer = self.layer(graph, vertex)
        if not isinstance(given, dict):
            return layer(given)
        first = parameters(self.entry_class(vertex))[0].name
        rest = {name: value for name, value in given.items() if name != first}
        return layer(given[first], **rest)

    def given(self, vertex: Vertex, tensors: list[list[Any]], graph: Graph) -> Any:
        return vertex.given(lambda reference: self.tensor(reference, tensors, graph), list)

    def model_inputs(self, name: str, given: Any) -> Any:
        return _single(self.network.network.models[name].by_input(given))

    def use(self, vertex: Vertex) -> Use:
        use = self.network.network.use(vertex)
        assert use is not None
        return use

    def entry_class(self, vertex: Vertex) -> type[Entry]:
        entry = self.use(vertex).entry
        assert entry is not None
        return type(entry)

    def layer(self, graph: Graph, vertex: Vertex) -> Any:
        path = layer_path(graph, vertex)
        if path in self.models:
            return self.models[path]
        if path not in self.layers:
            self.layers[path] = self.made(self.use(vertex), path.rsplit("/", 1)[-1])
        return self.layers[path]

    def made(self, use: Use, name: str) -> Any:
        return to_keras(use.entry, name=name, resolve=self.resolve)

    def resolve(self, value: Any) -> Any:
        """A wrapper's shared layer or nested model; any other value as it is."""
        if not isinstance(value, SharedName):
            return value
        if value.name in self.models:
            return self.models[value.name]
        if value.name not in self.layers:
            self.layers[value.name] = self.made(self.network.network.shared[value.name], value.name)
        return self.layers[value.name]

    def op(self, use: Use, given: Any) -> Any:
        entry = use.entry
        assert isinstance(entry, Op)
        if isinstance(given, dict):
            return call_op(entry, **given)
        return call_op(entry, **op_arguments(entry, given, isinstance(given, list)))


class _Builder(Caller):
    """The Keras objects made so far."""

    def __init__(self, network: ShapedNetwork, allow_download: bool, strategy: Any) -> None:
        super().__init__(network, {}, {})
        self.allow_download = allow_download
        self.strategy = strategy

    def build(self) -> BuiltModel:
        precision = self.network.network.spec.train.precision
        with dtype_policy(precision), built_for(self.strategy), fresh_names(self.given_names()):
            return self.all_models()

    def given_names(self) -> set[str]:
        """Every name that the spec gives to something in a model."""
        network = self.network.network
        called = {local_name(key) for key in (*network.models, *network.shared)}
        return called | {vertex.name for graph in network.graphs for vertex in graph.vertices}

    def all_models(self) -> BuiltModel:
        for key, use in self.network.network.shared.items():
            if isinstance(use.entry, ApplicationModel):
                self.application(key, use.entry, use.place)
        for key, graph in self.network.network.models.items():
            self.models[key] = self.model(graph)
        model = self.model(self.network.network.main)
        return BuiltModel(
            self.network, model, self.layers, self.models, Freezing(model, {**self.models, **self.layers})
        )

    def application(self, key: str, entry: ApplicationModel, place: Place) -> None:
        """A network of Keras's own; the layers in it go by their names below its path."""
        from modelspec.runtime.build.applications import build_application

        made = build_application(entry, local_name(key), place, allow_download=self.allow_download)
        self.models[key] = made
        self.layers.update({f"{key}/{layer.name}": layer for layer in made.layers if layer.weights})

    def model(self, graph: Graph) -> Any:
        inputs = {
            item.name: keras.Input(batch_shape=item.batch_shape, dtype=item.dtype, name=item.name)
            for item in graph.inputs
        }
        tensors: list[list[Any]] = []
        reachable = graph.reachable()
        for index, vertex in enumerate(graph.vertices):
            if vertex.kind == "input":
                tensors.append([inputs[vertex.name]])
            elif index not in reachable:
                tensors.append([])  # no output needs it, so it is not part of the model
            else:
                tensors.append(
                    _flat(self.call(graph, vertex, tensors), self.network.network.output_names(vertex.target))
                )
        outputs = {
            output.name: with_history(self.tensor(output.reference, tensors, graph), tensors)
            for output in graph.outputs
            if output.reference is not None
        }
        if graph.key:
            # Wrappers hand a nested model one tensor and stack the one it returns: no mappings around single ones.
            made = keras.Model(inputs=_single(inputs), outputs=_single(outputs), name=local_name(graph.key))
        else:
            made = keras.Model(inputs=inputs, outputs=outputs, name=graph.name)
        if not graph.trainable:
            made.trainable = False
        return made


def _single(tensors: dict[str, Any]) -> Any:
    return tensors if len(tensors) != 1 else next(iter(tensors.values()))


def _flat(result: Any, names: tuple[str, ...]) -> list[Any]:
    if isinstance(result, dict):
        return [result[name] for name in names]
    return list(keras.tree.flatten(result))
