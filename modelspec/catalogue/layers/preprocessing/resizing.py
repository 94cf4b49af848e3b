"""Layers that bring images to a given size. No TensorFlow here."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import model_validator

from modelspec.catalogue.entry import refuse_arguments
from modelspec.catalogue.layers.image import ImageLayer, resized, size_of
from modelspec.catalogue.tensor import Tensor
from modelspec.catalogue.types import Bool, DataFormat, Float, PositiveInt


class CenterCrop(ImageLayer):
    """Cuts out the middle; images that are too small are enlarged.
    https://keras.io/api/layers/preprocessing_layers/image_preprocessing/center_crop/"""

    keeps_mask: ClassVar[bool] = False
    known_in_single = ("height",)
    height: PositiveInt
    width: PositiveInt
    data_format: DataFormat | None = None

    def infer(self, inputs: Tensor) -> Tensor:
        """(batch, h, w, channels) -> (batch, height, width, channels)."""
        self.check_images(inputs)
        return resized(self, inputs, self.height, self.width)

    def infer_traced(self, inputs: Tensor) -> Tensor:
        """As `infer`; Keras does not know the crop of an image of unknown size."""
        output = self.infer(inputs)
        height, width = size_of(self, inputs)
        return output if None not in (height, width) else resized(self, inputs, None, None)


class Resizing(ImageLayer):
    """Shrinks or enlarges. https://keras.io/api/layers/preprocessing_layers/image_preprocessing/resizing/"""

    keeps_mask: ClassVar[bool] = False
    height: PositiveInt
    width: PositiveInt
    interpolation: Literal["bilinear", "nearest", "lanczos3", "lanczos5", "bicubic", "area"] = "bilinear"
    crop_to_aspect_ratio: Bool = False
    pad_to_aspect_ratio: Bool = False
    fill_mode: Literal["constant"] = "constant"
    fill_value: Float = 0.0
    antialias: Bool = False
    data_format: DataFormat | None = None

    @model_validator(mode="after")
    def _crop_or_pad(self) -> Resizing:
        if self.crop_to_aspect_ratio and self.pad_to_aspect_ratio:
            refuse_arguments(
                "only one of `crop_to_aspect_ratio` and `pad_to_aspect_ratio` can be true",
                argument="pad_to_aspect_ratio",
            )
        return self

    def infer(self, inputs: Tensor) -> Tensor:
        """(batch, h, w, channels) -> (batch, height, width, channels)."""
        self.check_images(inputs)
        return resized(self, inputs, self.height, self.width)
