"""Cropping: the border of steps, an image or a volume removed. No TensorFlow here."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

from modelspec.catalogue.layers.reshaping.spatial import Sides, Sides2D, Sides3D, Spatial
from modelspec.catalogue.tensor import Refusal, Tensor, shape_text
from modelspec.catalogue.types import DataFormat


class _Cropping(Spatial):
    picks: ClassVar[bool] = True
    hands_on: ClassVar[Literal["in place", "elsewhere"] | None] = "in place"
    cropping: Any

    def _changed(self, index: int, size: int, inputs: Tensor) -> int:
        sides: tuple[int, int] = self.cropping if self.spatial_axes == 1 else self.cropping[index]
        if sum(sides) >= size:
            raise Refusal(
                "MS404",
                f"{type(self).__name__}: cropping {sides[0]} + {sides[1]} of {size} would leave nothing of "
                f"{shape_text(inputs.shape)}",
                help=f"crop less than {size} in all",
                argument="cropping",
            )
        return size - sum(sides)


class Cropping1D(_Cropping):
    """Removes the first and last steps. https://keras.io/api/layers/reshaping_layers/cropping1d/"""

    spatial_axes = 1
    cropping: Sides = (1, 1)


class Cropping2D(_Cropping):
    """Removes the border of an image. https://keras.io/api/layers/reshaping_layers/cropping2d/"""

    spatial_axes = 2
    cropping: Sides2D = ((0, 0), (0, 0))
    data_format: DataFormat | None = None


class Cropping3D(_Cropping):
    """Removes the border of a volume. https://keras.io/api/layers/reshaping_layers/cropping3d/"""

    spatial_axes = 3
    cropping: Sides3D = ((1, 1), (1, 1), (1, 1))
    data_format: DataFormat | None = None
