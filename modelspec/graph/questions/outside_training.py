"""What a network gives outside of training, where a layer gives another shape there than Keras promises.

Every layer is built for what it gets while training, so what comes then must fit the weights that it has.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from modelspec.catalogue.layers.layer import Layer
from modelspec.catalogue.ops.op import Op
from modelspec.catalogue.tensor import Tensor, Tensors
from modelspec.diagnostics import Diagnostic
from modelspec.graph.graph import ShapedNetwork
from modelspec.graph.inferring.infer import Inference, Strategy
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
    changes: list[Change] = []
    state = Inference(network.network)
    for graph in (*network.network.models.values(), network.network.main):
        state.declared(graph)  # the layers are built for what they get in training
    for found in (state.telling, state.memory, state.loosely):
        found.clear()
    state.strategy = Strategy(act=_acting_outside(changes))
    main = network.network.main
    tensors = state.run(main, tuple(Tensor(item.batch_shape, item.dtype) for item in main.inputs))
    return Outside(tuple(changes), tuple(state.problems), tensors)


Apply = Callable[[Layer | Op], Tensors | None]


def _acting_outside(changes: list[Change]) -> Callable[[Inference, Layer | Op, Apply, Place], Tensors | None]:
    """As in training, but for the layers that act otherwise, whose shapes are noted where they differ."""

    def act(state: Inference, entry: Layer | Op, apply: Apply, place: Place) -> Tensors | None:
        if not isinstance(entry, Layer) or (other := entry.outside_training()) is entry:
            return apply(entry)
        inside, outside = apply(entry), apply(other)
        for one, another in zip(inside or (), outside or (), strict=True):
            if one.shape != another.shape:
                changes.append(Change(type(entry).__name__, place, one, another))
        return outside

    return act


def _entries(network: ShapedNetwork) -> list[object]:
    uses = [vertex.use for graph in network.network.graphs for vertex in graph.vertices if vertex.use is not None]
    return [use.entry for use in (*uses, *network.network.shared.values())]


def _differs(entry: object) -> bool:
    return isinstance(entry, Layer) and entry.outside_training() is not entry
