"""Zero padding: steps, an image or a volume with zeros around it. No TensorFlow here."""

from __future__ import annotations

from typing import Any, ClassVar

from pydantic import Field

from modelspec.catalogue.layers.reshaping.spatial import Sides, Sides2D, Sides3D, Spatial
from modelspec.catalogue.tensor import Tensor
from modelspec.catalogue.types import DataFormat


class _ZeroPadding(Spatial):
    picks: ClassVar[bool] = True
    padding: Any

    def _changed(self, index: int, size: int, inputs: Tensor) -> int:
        sides: tuple[int, int] = self.padding if self.spatial_axes == 1 else self.padding[index]
        return size + sum(sides)


class ZeroPadding1D(_ZeroPadding):
    """Zeros before and after the steps. https://keras.io/api/layers/reshaping_layers/zero_padding1d/"""

    spatial_axes = 1
    padding: Sides = Field(default=1, validate_default=True)
    data_format: DataFormat | None = None


class ZeroPadding2D(_ZeroPadding):
    """Zeros around an image. https://keras.io/api/layers/reshaping_layers/zero_padding2d/"""

    spatial_axes = 2
    padding: Sides2D = Field(default=(1, 1), validate_default=True)
    data_format: DataFormat | None = None


class ZeroPadding3D(_ZeroPadding):
    """Zeros around a volume. https://keras.io/api/layers/reshaping_layers/zero_padding3d/"""

    spatial_axes = 3
    padding: Sides3D = ((1, 1), (1, 1), (1, 1))
    data_format: DataFormat | None = None
