"""Upsampling: steps, pixels and planes repeated. No TensorFlow here."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

from modelspec.catalogue.layers.reshaping.spatial import Spatial
from modelspec.catalogue.tensor import Tensor
from modelspec.catalogue.types import DataFormat, Pair, PositiveInt, Triple


class _UpSampling(Spatial):
    size: Any

    def _changed(self, index: int, size: int, inputs: Tensor) -> int:
        factors: tuple[int, ...] = self.size if isinstance(self.size, tuple) else (self.size,)
        return size * factors[index]


class UpSampling1D(_UpSampling):
    """Each step `size` times. https://keras.io/api/layers/reshaping_layers/up_sampling1d/"""

    picks: ClassVar[bool] = True
    hands_on: ClassVar[Literal["in place", "elsewhere"] | None] = "in place"
    spatial_axes = 1
    size: PositiveInt = 2


class UpSampling2D(_UpSampling):
    """Rows and columns repeated or interpolated. https://keras.io/api/layers/reshaping_layers/up_sampling2d/"""

    spatial_axes = 2
    size: Pair = (2, 2)
    data_format: DataFormat | None = None
    interpolation: Literal["nearest", "bilinear", "bicubic", "lanczos3", "lanczos5", "area"] = "nearest"


class UpSampling3D(_UpSampling):
    """Each plane, row and column repeated. https://keras.io/api/layers/reshaping_layers/up_sampling3d/"""

    picks: ClassVar[bool] = True
    hands_on: ClassVar[Literal["in place", "elsewhere"] | None] = "in place"
    spatial_axes = 3
    size: Triple = (2, 2, 2)
    data_format: DataFormat | None = None
