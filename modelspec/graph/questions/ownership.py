"""Whose weights are whose: a shared layer's weights belong to every model that calls it, and are counted once.

Only what an output needs counts, as in Keras: a step that leads nowhere is no part of the model.
"""

from __future__ import annotations

from collections.abc import Set
from functools import cached_property
from math import prod
from typing import Any

from modelspec.catalogue.kinds import KINDS
from modelspec.catalogue.tensor import Weight
from modelspec.graph.graph import Graph, ShapedNetwork, Vertex, layer_path
from modelspec.graph.inferring.inside import named_inside
from modelspec.source.names import local_name
from modelspec.source.wildcards import Names


class Ownership:
    """The weights of a shaped network by the calls that use them. `ShapedNetwork.ownership` is the one of a network."""

    def __init__(self, network: ShapedNetwork) -> None:
        self.network = network
        self._paths: dict[str, frozenset[str]] = {}
        self._by_name: dict[str, dict[str, list[str]]] = {}
        self._names: dict[str, Names] = {}
        self._plain: dict[str, tuple[str, ...]] = {}
        self._matching: dict[tuple[str, str], frozenset[str]] = {}

    def parameters(self) -> int:
        """The parameters of the whole model, as Keras's `count_params` gives them."""
        return count_parameters(self.weights(self.by_graph(self.network.main.graph)))[0]

    def by_call(self, graph: Graph, vertex: Vertex) -> Set[str]:
        """The paths of the layers whose weights a call uses."""
        if vertex.kind in ("input", "unknown"):
            return frozenset()
        if vertex.kind == "model" and vertex.target is not None:
            return self.by_graph(self.network.models[vertex.target].graph)
        paths = {layer_path(graph, vertex)}
        use = self.network.network.use(vertex)
        for name in named_inside(self.network.network, use) if use is not None else ():
            if name in self.network.models:
                paths |= self.by_graph(self.network.models[name].graph)
            else:
                paths.add(name)
        return paths

    def by_graph(self, graph: Graph) -> frozenset[str]:
        """The paths of the layers whose weights a model has: those of the calls that its outputs need."""
        if graph.key not in self._paths:
            calls = (self.by_call(graph, graph.vertices[index]) for index in graph.reachable())
            self._paths[graph.key] = frozenset().union(*calls)
        return self._paths[graph.key]

    def weights(self, paths: Set[str], trainable: bool = True) -> list[Weight]:
        """The weights below these paths, each once; none is trainable in a frozen model."""
        found = [weight for path in sorted(paths) for weight in self.weights_at(path)]
        return found if trainable else [weight._replace(trainable=False) for weight in found]

    def complete(self, graph: Graph) -> bool:
        """Whether the weights of every layer are known that a model's outputs need."""
        return all(self.complete_of(graph, graph.vertices[index]) for index in graph.reachable())

    def complete_of(self, graph: Graph, vertex: Vertex) -> bool:
        """Whether the weights that a call uses are known."""
        if vertex.kind in ("input", "op"):
            return True
        if vertex.kind == "unknown":
            return False
        if vertex.kind == "model" and vertex.target is not None:
            return self.complete(self.network.models[vertex.target].graph)
        use = self.network.network.use(vertex)
        inner = () if use is None else named_inside(self.network.network, use)
        return layer_path(graph, vertex) in self.network.weights and all(
            self.complete(self.network.models[name].graph) for name in inner if name in self.network.models
        )

    def weights_at(self, path: str) -> tuple[Weight, ...]:
        """The weights of one layer, or of one inside a network of Keras's; frozen where a model that calls it is."""
        application, _, layer = path.rpartition("/")
        within = self._inside.get(application)
        weights = self.network.weights.get(path, ()) if within is None else within.get(layer, ())
        if path in self.frozen:
            return tuple(weight._replace(trainable=False) for weight in weights)
        if path in self._inside:
            frozen = [inner for name, inner in self._inside[path].items() if f"{path}/{name}" in self.matched]
            return _partly_frozen(weights, frozen)
        return weights

    @cached_property
    def frozen(self) -> set[str]:
        """The paths below models that are not trainable, shared layers they call included."""
        graphs = [shaped.graph for shaped in self.network.models.values() if not shaped.graph.trainable]
        return self.matched.union(*(self.by_graph(graph) for graph in graphs))

    @cached_property
    def matched(self) -> set[str]:
        """The paths of the layers that patterns under `freeze` name."""
        spec, found = self.network.spec, set[str]()
        for key, model in (*spec.models.items(), ("", spec.model)):
            patterns = model.freeze if key else spec.train.freeze
            for pattern in patterns if key in self.network.models or not key else ():
                found |= self.matching(key, pattern)
        for path, entry in self._applications.items():
            found.update(*(self.matching_inside(path, pattern) for pattern in entry.freeze))
        return found

    @cached_property
    def _applications(self) -> dict[str, Any]:
        """The networks of `keras.applications`, by their paths."""
        classes = KINDS["application"].classes
        shared = self.network.network.shared.items()
        return {path: use.entry for path, use in shared if use.entry is not None and use.type_name in classes}

    @cached_property
    def _inside(self) -> dict[str, dict[str, tuple[Weight, ...]]]:
        """The weights of the layers inside each of these, by the names that they have when it is built.

        Only where there are patterns: most specs have none, and the tables take time to read.
        """
        spec = self.network.spec
        owners = (*spec.models.values(), spec.train, *self._applications.values())
        if not any(owner.freeze for owner in owners):
            return {}
        return {
            path: {self._built_name(path, name): weights for name, weights in inner.items()}
            for path, inner in self._by_keras_names.items()
        }

    @cached_property
    def _by_keras_names(self) -> dict[str, dict[str, tuple[Weight, ...]]]:
        return {path: entry.inside() for path, entry in self._applications.items()}

    def _built_name(self, path: str, name: str) -> str:
        built: str = self._applications[path].built_name(name, local_name(path))
        return built

    def names_inside(self, path: str) -> list[str]:
        """Keras's names of the layers inside a network of `keras.applications`."""
        return list(self._by_keras_names[path])

    def matching_inside(self, path: str, pattern: str) -> frozenset[str]:
        """The paths of the layers inside a network of `keras.applications` that a pattern names, by Keras's names."""
        found = Names(self._by_keras_names[path]).fitting(pattern, part=True)
        return frozenset(f"{path}/{self._built_name(path, name)}" for name in found)

    def matching(self, key: str, pattern: str) -> frozenset[str]:
        """The paths of a model's layers that a pattern names, by their names in the model; "" is the spec's own model.

        A pattern that names a nested model names all layers in it.
        """
        if (key, pattern) not in self._matching:
            paths = self._paths_by_name(key)
            if key not in self._names:
                self._names[key] = Names(paths)
            found = self._names[key].fitting(pattern, part=True)
            self._matching[key, pattern] = frozenset(path for name in found for path in paths[name])
        return self._matching[key, pattern]

    def names(self, key: str) -> tuple[str, ...]:
        """The names that a model's layers have in it, sorted; not those inside networks of `keras.applications`."""
        if key not in self._plain:
            paths = self._paths_by_name(key).items()
            self._plain[key] = tuple(
                name for name, found in paths if found[0].rpartition("/")[0] not in self._applications
            )
        return self._plain[key]

    def _paths_by_name(self, key: str) -> dict[str, list[str]]:
        if key not in self._by_name:
            below = f"{key}/" if key else ""
            found: dict[str, list[str]] = {}
            for path in sorted(self.by_graph(self.network.graph(key).graph)):
                found.setdefault(path.removeprefix(below), []).append(path)
                for name in self._by_keras_names[path] if path in self._applications else ():
                    inner = f"{path}/{self._built_name(path, name)}"
                    found.setdefault(f"{path.removeprefix(below)}/{name}", []).append(inner)
            self._by_name[key] = dict(sorted(found.items()))
        return self._by_name[key]


def _partly_frozen(weights: tuple[Weight, ...], frozen: list[tuple[Weight, ...]]) -> tuple[Weight, ...]:
    """The weights of a network, with those of its frozen layers apart."""
    count = sum(prod(weight.shape) for layer in frozen for weight in layer if weight.trainable)
    if not count:
        return weights
    found: list[Weight] = []
    for weight in weights:
        left = prod(weight.shape) - count if weight.trainable else 0
        found += [weight._replace(shape=(left,))] if left else []
        found += [weight._replace(name="frozen", shape=(count,), trainable=False)] if weight.trainable else [weight]
    return tuple(found)


def count_parameters(weights: list[Weight]) -> tuple[int, int]:
    """(all, trainable) parameters."""
    total = sum(prod(weight.shape) for weight in weights)
    return total, sum(prod(weight.shape) for weight in weights if weight.trainable)
