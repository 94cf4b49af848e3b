"""The layers that learn from rows before training: where they stand, and which of them need what others learned.

Must not know what a layer learns, nor how.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from modelspec.catalogue.layers.layer import Layer
from modelspec.catalogue.operation import layer_fields
from modelspec.graph.graph import Graph, Network, TensorRef, Vertex, layer_path
from modelspec.language.spec import SharedName, Use
from modelspec.source import Mapping, Place, Scalar, Sequence

Upstream = frozenset[str]
"""The paths of the learning layers that a tensor comes through."""
NONE: Upstream = frozenset()


class Learner(NamedTuple):
    """A layer that lacks what it could learn: `place` is its name in the file.

    `outer` is the path of the layer that it is in, or its own, and `way` leads from there to it, through arguments.
    """

    path: str
    entry: Layer
    place: Place
    outer: str
    way: tuple[str | int, ...]


def has_rows_to_learn_from(network: Network) -> bool:
    """Whether the spec names the rows that it trains on."""
    data = network.spec.data
    return data is not None and "train" in data.sources


def learners(network: Network) -> dict[str, Learner]:
    """Every layer that the spec itself writes and gives no statistics or vocabulary, by its path.

    That of a layer in an argument is the outer one's with the argument: `outer.layer`, `outer.layers.0`.
    """
    return {
        inner_path(outer, *way): Learner(inner_path(outer, *way), layer, at, outer, way)
        for outer, use in _uses(network)
        for way, layer, at in _layers((), use.entry, use.place)
        if layer.learns is not None and layer.lacks() is not None
    }


def _uses(network: Network) -> Iterator[tuple[str, Use]]:
    """Every layer that the spec itself writes, once, with its path; none of a saved model, which has its state."""
    for key, use in network.shared.items():
        if not _saved(network, key):
            yield key, use
    for graph in network.graphs:
        for vertex in () if _saved(network, graph.key) else graph.vertices:
            if vertex.kind == "layer" and vertex.use is not None:
                yield layer_path(graph, vertex), vertex.use


def _saved(network: Network, key: str) -> bool:
    """Whether a model or shared layer is part of a saved model."""
    parts = key.split("/")
    models, with_state = network.spec.models, network.spec.with_state
    above = ("/".join(parts[:end]) for end in range(1, len(parts) + 1))
    return any(name in with_state or (name in models and models[name].saved is not None) for name in above)


def _layers(
    way: tuple[str | int, ...], value: object, place: Place
) -> Iterator[tuple[tuple[str | int, ...], Layer, Place]]:
    """A layer, and those in its arguments, each with the way to it and the place of its name."""
    if not isinstance(value, Layer):
        return
    name = place.only_key()
    yield way, value, name
    if not value.inner():
        return
    arguments = _arguments(place)
    first = next((field for field in type(value).model_fields if field not in Layer.model_fields), None)
    for field in layer_fields(type(value)):
        inner = getattr(value, field)
        alone = arguments if field == first and not isinstance(arguments.node, Mapping) else None
        at = arguments.get(field) or alone or name
        if isinstance(inner, tuple):
            items = tuple(at.items()) if isinstance(at.node, Sequence) else ()
            for number, (item, found) in enumerate(zip(inner, items or (at,) * len(inner), strict=False)):
                yield from _layers((*way, field, number), item, found)
        else:
            yield from _layers((*way, field), inner, at)


def _arguments(place: Place) -> Place:
    """The arguments of the object at a place, which is a step's name, `{Name: arguments}` or a name alone."""
    if isinstance(place.node, Mapping) and len(place.node.entries) == 1:
        return next(below for _, below in place.entries())
    if isinstance(place.node, Scalar) and place.path[-1:] == (place.node.value,):
        return place.document.place.find(place.path)
    return place


def inner_path(path: str, *way: str | int) -> str:
    """The path of a layer in an argument of another."""
    return ".".join((path, *map(str, way)))


class LearningPass(NamedTuple):
    """One pass over the rows: the layers that learn in it, and the calls of the spec's own graph that lead to them."""

    paths: tuple[str, ...]
    vertices: tuple[int, ...]


class LearningPasses(NamedTuple):
    """The passes in their order, and the layers that would have to learn from what they themselves make."""

    passes: tuple[LearningPass, ...]
    circular: tuple[str, ...]


def lessons(network: Network) -> LearningPasses:
    """Which layers learn in which pass: each after those that its rows come through. What no output needs is left out."""
    found = learners(network)
    if not found:
        return LearningPasses((), ())
    walk = _Walk(network, frozenset(found))
    reached = walk.main()
    passes, learned, left = [], set[str](), dict(walk.needs)
    while ready := [path for path, needs in left.items() if needs <= learned]:
        vertices = tuple(index for index, paths in reached.items() if not paths.isdisjoint(ready))
        passes.append(LearningPass(tuple(ready), vertices))
        learned.update(ready)
        left = {path: needs for path, needs in left.items() if path not in learned}
    return LearningPasses(tuple(passes), tuple(left))


class _Walk:
    """What each learning layer's rows come through."""

    def __init__(self, network: Network, paths: frozenset[str]) -> None:
        self.network = network
        self.paths = paths
        self.needs: dict[str, set[str]] = {}
        self.reached: set[str] = set()
        self.within: tuple[str, ...] = ()

    def main(self) -> dict[int, set[str]]:
        """The learning layers that each call of the spec's own graph leads to."""
        graph, reached, table = self.network.main, dict[int, set[str]](), list[tuple[Upstream, ...]]()
        for index, vertex in enumerate(graph.vertices):
            self.reached = reached[index] = set()
            table.append(self._step(graph, index, vertex, table, {}))
        return reached

    def _graph(self, graph: Graph, given: dict[str, Any]) -> tuple[Upstream, ...]:
        """The outputs of a nested model."""
        if graph.key in self.within:
            return ()  # a model inside itself, which is an error told elsewhere
        self.within = (*self.within, graph.key)
        table: list[tuple[Upstream, ...]] = []
        for index, vertex in enumerate(graph.vertices):
            table.append(self._step(graph, index, vertex, table, given))
        self.within = self.within[:-1]
        return tuple(
            NONE if output.reference is None else self._tensor(graph, output.reference, table)
            for output in graph.outputs
        )

    def _step(
        self, graph: Graph, index: int, vertex: Vertex, table: list[tuple[Upstream, ...]], given: dict[str, Any]
    ) -> tuple[Upstream, ...]:
        if vertex.kind == "input":
            return (given.get(vertex.name) or NONE,)
        if vertex.broken or index not in graph.reachable():
            return ()
        if vertex.kind == "model" and vertex.target in self.network.models:
            model = self.network.models[vertex.target]
            taken = vertex.given(lambda reference: self._tensor(graph, reference, table))
            return self._graph(model, model.by_input(taken))
        above = NONE.union(*(self._tensor(graph, reference, table) for reference in vertex.references()))
        use = self.network.use(vertex)
        if use is None or vertex.kind == "op":
            return (above,)
        return (self._layer(layer_path(graph, vertex), use.entry, above),)

    def _layer(self, path: str, entry: object, above: Upstream) -> Upstream:
        """What comes out of a layer, those in its arguments included, which work one after the other."""
        if isinstance(entry, SharedName):
            if entry.name in self.network.models:
                model = self.network.models[entry.name]
                return above.union(*self._graph(model, {item.name: above for item in model.inputs}))
            use = self.network.shared.get(entry.name)
            return above if use is None else self._layer(entry.name, use.entry, above)
        if not isinstance(entry, Layer):
            return above
        if path in self.paths:
            self.needs.setdefault(path, set()).update(above)
            self.reached.add(path)
            above |= {path}
        for field in layer_fields(type(entry)):
            inner = getattr(entry, field)
            if isinstance(inner, tuple):
                for number, item in enumerate(inner):
                    above = self._layer(inner_path(path, field, number), item, above)
            else:
                above = self._layer(inner_path(path, field), inner, above)
        return above

    def _tensor(self, graph: Graph, reference: TensorRef, table: list[tuple[Upstream, ...]]) -> Upstream:
        made = table[reference.vertex]
        which = self.network.output_number(graph, reference) or 0
        return made[which] if which < len(made) else made[0] if made else NONE
