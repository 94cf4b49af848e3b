"""What a network gives outside of training, where a layer gives another shape there than Keras promises.

Every layer is built for what it gets while training, so what comes then must fit the weights that it has.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from modelspec.catalogue.entry import Layer, Op
from modelspec.catalogue.tensor import Tensor, Tensors
from modelspec.diagnostics import Diagnostic
from modelspec.graph.binding import Given
from modelspec.graph.graph import ShapedNetwork
from modelspec.graph.infer import Inference
from modelspec.source import Place


@dataclass(frozen=True, slots=True)
class Change:
    """A call that gives another shape outside of training: its layer's name and place, and both shapes."""

    name: str
    place: Place
    inside: Tensor
    outside: Tensor


@dataclass(frozen=True, slots=True)
class Outside:
    """The calls that change, what is refused then, and the outputs of every call of the spec's own model."""

    changes: tuple[Change, ...] = ()
    problems: tuple[Diagnostic, ...] = ()
    tensors: tuple[Tensors | None, ...] = field(default=())


def outside_training(network: ShapedNetwork) -> Outside:
    """How a network without errors acts where nothing is trained; empty where that is as it acts in training."""
    if not any(_differs(vertex_entry) for vertex_entry in _entries(network)):
        return Outside()
    state = _Outside(network.network)
    for graph in network.network.models.values():
        state.declared(graph)
    main = network.network.main
    state.declared(main)
    state.leave_training()
    tensors = state.run(main, tuple(Tensor(item.batch_shape, item.dtype) for item in main.inputs))
    return Outside(tuple(state.changes), tuple(state.problems), tensors)


def _entries(network: ShapedNetwork) -> list[object]:
    uses = [vertex.use for graph in network.network.graphs for vertex in graph.vertices if vertex.use is not None]
    return [use.entry for use in (*uses, *network.network.shared.values())]


def _differs(entry: object) -> bool:
    return isinstance(entry, Layer) and entry.outside_training() is not entry


class _Outside(Inference):
    """Inference in training first, which builds the layers, and outside of it then."""

    training = True

    def leave_training(self) -> None:
        """From here on layers act as they do where nothing is trained."""
        self.training = False
        self.changes: list[Change] = []
        for found in (self.telling, self.memory, self.loosely):
            found.clear()

    def apply(self, entry: Layer | Op, path: str, given: Given, place: Place, wrapped: bool = False) -> Tensors | None:
        """As in training, but for the layers that act otherwise."""
        if self.training or not isinstance(entry, Layer) or (other := entry.outside_training()) is entry:
            return super().apply(entry, path, given, place, wrapped)
        inside = super().apply(entry, path, given, place, wrapped)
        outside = super().apply(other, path, given, place, wrapped)
        for one, another in zip(inside or (), outside or (), strict=True):
            if one.shape != another.shape:
                self.changes.append(Change(type(entry).__name__, place, one, another))
        return outside
