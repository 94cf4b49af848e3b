"""Which layers of a built model training changes: what the layers say themselves, less what `freeze` names."""

from __future__ import annotations

from typing import Any

from modelspec.graph import ShapedNetwork
from modelspec.runtime.backend.private import layers_inside


class Freezing:
    """Freezes layers of one model, and lets them go again."""

    def __init__(self, model: Any, layers: dict[str, Any]) -> None:
        """`model` is as its layers say themselves; `layers` are its layers, and Keras's own networks, by their paths."""
        self.layers = layers
        self.own = [(layer, bool(layer.trainable)) for layer in _outermost_first(model)]
        self.frozen: set[str] = set()

    def apply(self, network: ShapedNetwork) -> None:
        """Let training pass over the layers that `freeze` names in this network, and over no others."""
        if self.frozen:
            # Each hands it on to the layers inside it, which come later and have the last word.
            for layer, trainable in self.own:
                layer.trainable = trainable
        self.frozen = {path for path in network.ownership.matched if path in self.layers}
        for path in self.frozen:
            self.layers[path].trainable = False


def _outermost_first(model: Any) -> list[Any]:
    """Every layer once, after all layers that it is inside of."""
    inner_first: dict[int, Any] = {}

    def visit(layer: Any) -> None:
        if id(layer) not in inner_first:
            for inner in layers_inside(layer):
                visit(inner)
            inner_first[id(layer)] = layer

    visit(model)
    return list(reversed(inner_first.values()))
