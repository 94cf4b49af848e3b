"""What cropping, padding and upsampling share: each spatial axis changes by itself. No TensorFlow here."""

from __future__ import annotations

from abc import abstractmethod
from typing import Annotated, ClassVar

from pydantic import BeforeValidator

from modelspec.catalogue.layers.layer import Layer
from modelspec.catalogue.layers.rules import axes_words, expect_rank, refuse_text
from modelspec.catalogue.tensor import Tensor
from modelspec.catalogue.types import Count, spread

Sides = Annotated[tuple[Count, Count], BeforeValidator(spread(2))]
"""How much at the start and at the end of one axis."""
Sides2D = Annotated[tuple[Sides, Sides], BeforeValidator(spread(2))]
Sides3D = Annotated[tuple[Sides, Sides, Sides], BeforeValidator(spread(3))]


class Spatial(Layer):
    """A rule that changes the size of each spatial axis by itself and leaves batch and channels."""

    moves_whole: ClassVar[bool] = True
    spatial_axes: ClassVar[int]

    def infer(self, inputs: Tensor) -> Tensor:
        """(batch, spatial..., channels) -> (batch, changed..., channels), or with the channels first."""
        first = getattr(self, "data_format", None) == "channels_first"
        expect_rank(self, inputs, self.spatial_axes + 2, axes_words(self.spatial_axes, first))
        refuse_text(self, inputs)
        start = 2 if first else 1
        shape = list(inputs.shape)
        for index in range(self.spatial_axes):
            size = shape[start + index]
            if size is not None:
                shape[start + index] = self._changed(index, size, inputs)
        return Tensor(tuple(shape), self.compute_dtype)

    @abstractmethod
    def _changed(self, index: int, size: int, inputs: Tensor) -> int:
        """The new size of a spatial axis, the `index`-th of them."""
