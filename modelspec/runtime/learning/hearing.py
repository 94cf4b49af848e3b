"""Rows on their way through a model, as far as to the layers that learn from them.

Where such a layer is a step that takes inputs, it is given them as they are. What others are given is heard where Keras
calls them, wherever that is. Must not know what they learn.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np

from modelspec.catalogue.call import parameters
from modelspec.graph import Graph, ShapedNetwork, Vertex, layer_path
from modelspec.graph.questions.learning import Learner
from modelspec.runtime.backend import tensor
from modelspec.runtime.build.built import BuiltModel
from modelspec.runtime.build.calling import Caller, flat_outputs

Hear = Callable[[str, Any], None]
"""Is told the path of a layer and what it is given."""


class Listener:
    """Hears what the layers at some paths are given, in the calls of the spec's own graph that lead to them."""

    def __init__(
        self,
        network: ShapedNetwork,
        learners: Mapping[str, Learner],
        vertices: Iterable[int],
        build: Callable[[], BuiltModel],
    ) -> None:
        self.graph: Graph = network.network.main
        self.direct = {index for index in vertices if self._path(index) in learners}
        """Calls that are those of a layer itself: nothing has to be computed by them."""
        self.through = [index for index in vertices if index not in self.direct]
        self.needed = self._above((*self.direct, *self.through))
        self.learners = learners
        self.hear: Hear | None = None
        inputs_only = all(self.graph.vertices[index].kind == "input" for index in self.needed)
        self.computes = bool(self.through) or not inputs_only
        """Whether rows go through layers first."""
        built = build() if self.computes else None
        self.caller = Caller(network, {} if built is None else built.layers, {} if built is None else built.models)
        if built is not None and self.through:
            self._listen(built)

    def _path(self, index: int) -> str | None:
        vertex = self.graph.vertices[index]
        return layer_path(self.graph, vertex) if vertex.kind in ("layer", "shared") else None

    def _above(self, vertices: Iterable[int]) -> list[int]:
        """The calls that these take tensors from."""
        waiting = [item.vertex for index in vertices for item in self.graph.vertices[index].references()]
        found: set[int] = set()
        while waiting:
            index = waiting.pop()
            if index not in found:
                found.add(index)
                waiting.extend(item.vertex for item in self.graph.vertices[index].references())
        return sorted(found)

    def _listen(self, built: BuiltModel) -> None:
        for path, learner in self.learners.items():
            layer: Any = built.layers.get(learner.outer)
            for part in learner.way if layer is not None else ():
                layer = layer[part] if isinstance(part, int) else getattr(layer, part)
            if layer is not None:
                layer.call = self._heard(path, layer.call)

    def _heard(self, path: str, call: Callable[..., Any]) -> Callable[..., Any]:
        def heard(inputs: Any, *more: Any, **named: Any) -> Any:
            if self.hear is not None:
                self.hear(path, inputs)
            return call(inputs, *more, **named)

        return heard

    def listen(self, rows: Mapping[str, Any], hear: Hear) -> None:
        """Send some rows, an array for each input, and tell `hear` what the layers are given."""
        given = {name: tensor(values) if self.computes else values for name, values in rows.items()}
        tensors: list[list[Any]] = [
            [given[vertex.name]] if vertex.kind == "input" else [] for vertex in self.graph.vertices
        ]
        self.hear = hear
        try:
            for index in sorted((*self.needed, *self.direct, *self.through)):
                vertex = self.graph.vertices[index]
                if index in self.direct:
                    hear(layer_path(self.graph, vertex), self._first(vertex, tensors))
                elif vertex.kind != "input":
                    names = self.caller.network.network.output_names(vertex.target)
                    tensors[index] = flat_outputs(self.caller.call(self.graph, vertex, tensors), names)
        finally:
            self.hear = None

    def _first(self, vertex: Vertex, tensors: list[list[Any]]) -> Any:
        given = self.caller.given(vertex, tensors, self.graph)
        return given[parameters(self.caller.entry_class(vertex))[0].name] if isinstance(given, dict) else given


def as_array(values: Any) -> Any:
    """What a layer is given, as an array; text as `str`. Raises `UnicodeDecodeError`."""
    if hasattr(values, "flat_values"):
        values = values.flat_values
    array = np.asarray(values)
    if array.dtype.kind not in "OS":
        return array
    texts = [text.decode("utf-8") if isinstance(text, bytes) else text for text in array.reshape(-1).tolist()]
    return np.array(texts, dtype=object).reshape(array.shape)
