"""Calls of a network's layers, models and ops: on symbolic tensors while it is built, on rows afterwards.

Makes each layer when it is first called. Must not know what comes of the calls.
"""

from __future__ import annotations

from typing import Any

import keras

from modelspec.catalogue.call import parameters
from modelspec.catalogue.entry import Entry
from modelspec.catalogue.ops.op import Op
from modelspec.graph import Graph, ShapedNetwork, TensorRef, Vertex, layer_path
from modelspec.graph.resolving.binding import op_arguments
from modelspec.language.spec import SharedName, Use
from modelspec.runtime.build.constants import with_history
from modelspec.runtime.build.naming import name_function
from modelspec.runtime.build.objects import to_keras
from modelspec.runtime.build.ops import call_op


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
        return single(self.network.network.models[name].by_input(given))

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


def single(tensors: dict[str, Any]) -> Any:
    """One tensor without its name, since wrappers hand on and stack single ones; several with theirs."""
    return tensors if len(tensors) != 1 else next(iter(tensors.values()))


def flat_outputs(result: Any, names: tuple[str, ...]) -> list[Any]:
    """The outputs of a call in their order; those of a model go by their names."""
    if isinstance(result, dict):
        return [result[name] for name in names]
    return list(keras.tree.flatten(result))
