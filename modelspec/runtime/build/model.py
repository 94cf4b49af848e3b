"""Stage 6: shaped network -> keras.Model, by one generic loop: no code for any single layer.

Keras layers are made in the file's order (nested models first), so a script that makes them in that order after the
same `keras.utils.set_random_seed` starts from the same weights.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import keras

from modelspec.catalogue.applications.model import ApplicationModel
from modelspec.diagnostics import Diagnostic, SpecError
from modelspec.diagnostics.failure import FAILURE, with_trace
from modelspec.graph import Graph, ShapedNetwork
from modelspec.graph.questions.learning import learners
from modelspec.graph.questions.stages import stages
from modelspec.runtime.backend import built_for
from modelspec.runtime.build.applications import build_application
from modelspec.runtime.build.array_files import begin_with_arrays
from modelspec.runtime.build.built import BuiltModel
from modelspec.runtime.build.calling import Caller, flat_outputs, single
from modelspec.runtime.build.compile import compile_model
from modelspec.runtime.build.constants import with_history
from modelspec.runtime.build.deep import DEEP, with_deep_stack
from modelspec.runtime.build.freezing import Freezing
from modelspec.runtime.build.naming import fresh_names
from modelspec.runtime.build.saved import load_saved
from modelspec.runtime.quoting import quoted
from modelspec.source import Place
from modelspec.source.names import local_name


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

    Raises `SpecError` with MS548 where layers have not learned yet what the spec leaves to a training, and with MS600 where
    Keras refuses what the checker passed: that is a bug in modelspec. With a user's own layers it may as well be theirs
    (MS647).
    """
    network = stages(network)[0]
    if missing := tuple(_not_learned_yet(network)):
        raise SpecError(missing)
    keras.utils.set_random_seed(network.train.seed)
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


def _not_learned_yet(network: ShapedNetwork) -> Iterator[Diagnostic]:
    """The layers that a training would teach, where a model is to be built without one."""
    for learner in learners(network.network).values():
        lack = learner.entry.lacks()
        if lack is not None and not (lack.works_without and not network.possible):
            it = "them" if learner.entry.learns in ("moments", "bins") else "it"
            message = f"{type(learner.entry).__name__} has no {lack.what} yet: a training learns {it} from its rows"
            yield learner.place.problem("MS548", message, f"train the spec, or {lack.help}")


def _load_saved_parts(built: BuiltModel) -> None:
    """Put the trained weights of saved models into the layers that were built from their descriptions.

    Raises `SpecError` where a file was damaged or changed since the spec was checked.
    """
    for key, part in built.network.spec.saved_parts.items():
        below = f"{key}/"
        paths = {path: path.removeprefix(below) for path in built.layers if path.startswith(below)}
        layers = {part.saved_path(inner): built.layers[path] for path, inner in paths.items()}
        load_saved(part.saved, layers, part.place)


def _our_bug(network: ShapedNetwork, error: Exception) -> SpecError:
    place, packages = network.spec.place, network.spec.plugins.packages
    said = quoted(error)
    if packages:
        message = f"Keras refuses the model with layers of {', '.join(packages)}: {type(error).__name__}: {said.first}"
        help = (
            "check the code of the package: a layer inside TimeDistributed needs `compute_output_shape`, for instance"
        )
        return SpecError([replace(place.problem("MS647", message, help), quoted=said.rest)])
    message = f"Keras refuses this spec, which modelspec accepted: {type(error).__name__}: {said.first}"
    help = "this is a bug in modelspec: please report it with the spec"
    return SpecError([with_trace(replace(place.problem(FAILURE, message, help), quoted=said.rest), error)])


@contextmanager
def dtype_policy(name: str) -> Iterator[None]:
    """Within, layers without a `dtype` get this policy. Keras keeps it for each thread."""
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy(name)
    try:
        yield
    finally:
        keras.config.set_dtype_policy(before)


class _Builder(Caller):
    """The Keras objects made so far."""

    def __init__(self, network: ShapedNetwork, allow_download: bool, strategy: Any) -> None:
        super().__init__(network, {}, {})
        self.allow_download = allow_download
        self.strategy = strategy

    def build(self) -> BuiltModel:
        precision = self.network.train.precision
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
                    flat_outputs(self.call(graph, vertex, tensors), self.network.network.output_names(vertex.target))
                )
        outputs = {
            output.name: with_history(self.tensor(output.reference, tensors, graph), tensors)
            for output in graph.outputs
            if output.reference is not None
        }
        if graph.key:
            # Wrappers hand a nested model one tensor and stack the one it returns: no mappings around single ones.
            made = keras.Model(inputs=single(inputs), outputs=single(outputs), name=local_name(graph.key))
        else:
            made = keras.Model(inputs=inputs, outputs=outputs, name=graph.name)
        if not graph.trainable:
            made.trainable = False
        return made
