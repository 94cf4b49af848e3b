"""What the normalizations with a learned scale and offset share. No TensorFlow here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from modelspec.catalogue.layers.rules import (
    SameShape,
    distinct_axes,
    known_size,
)
from modelspec.catalogue.tensor import Tensor, Weight


class ScaleAndOffset(SameShape):
    """What the layers with a learned scale and offset share: their weights lie along `axis`."""

    if TYPE_CHECKING:  # each class declares its own fields, at the places that Keras's signature gives them
        axis: Any
        center: bool
        scale: bool

    def _axes(self) -> tuple[int, ...]:
        # Keras sorts the axes as they are written, negative ones first, and lays the weights out in that order.
        return (self.axis,) if isinstance(self.axis, int) else tuple(sorted(self.axis))

    def _weight(self, name: str, inputs: Tensor, trainable: bool = True) -> Weight:
        shape = tuple(known_size(self, axis, inputs) for axis in self._axes())
        return Weight(name, shape, trainable and self.trainable, self.variable_dtype)

    def _gamma_and_beta(self, inputs: Tensor) -> tuple[Weight, ...]:
        learned = (("gamma", self.scale), ("beta", self.center))
        return tuple(self._weight(name, inputs) for name, wanted in learned if wanted)

    def infer(self, inputs: Tensor) -> Tensor:
        """(...) -> (...); the axes that weights lie along must have known sizes."""
        distinct_axes(self, self._axes(), inputs)
        self.new_weights(inputs)
        return super().infer(inputs)
