"""Layers that change an image's colours and sharpness, not its geometry. No TensorFlow here."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar

from annotated_types import Ge, Gt, Le
from pydantic import AfterValidator, Field, Strict
from pydantic_core import PydanticCustomError

from modelspec.catalogue.layers.image import (
    GRAY_OR_RGB,
    RGB,
    Factor,
    ImageLayer,
    SignedFactor,
    StrictFactor,
    ValueRange,
    size_of,
)
from modelspec.catalogue.layers.rules import passed_dtype
from modelspec.catalogue.tensor import Refusal, Tensor, shape_text
from modelspec.catalogue.types import MAX_DIM, DataFormat, Float, Fraction, Int, PositiveInt


def _odd(size: int) -> int:
    if size % 2 == 0:
        raise PydanticCustomError("odd_number", "An odd number")
    return size


_ODD: dict[str, Any] = {"not": {"multipleOf": 2}}
Bits = Annotated[int, Strict(), Ge(1), Le(8)]
OddInt = Annotated[int, Strict(), Gt(0), Le(MAX_DIM), AfterValidator(_odd), Field(json_schema_extra=_ODD)]


class AutoContrast(ImageLayer):
    """Stretches each image's values over the whole range.
    https://keras.io/api/layers/preprocessing_layers/image_augmentation/auto_contrast/"""

    keeps_mask: ClassVar[bool] = False
    through_kwargs = ("data_format",)
    value_range: ValueRange = (0, 255)
    data_format: DataFormat | None = None


class ContrastLimitedAdaptiveHistogramEqualization(ImageLayer):
    """Evens out contrast tile by tile.
    https://keras.io/api/layers/preprocessing_layers/image_augmentation/"""

    keeps_mask: ClassVar[bool] = False
    known_in_single = ("height", "channels")
    value_range: ValueRange = (0, 255)
    clip_limit: Float = 4.0
    tile_grid_size: tuple[PositiveInt, PositiveInt] = (8, 8)
    data_format: DataFormat | None = None

    def infer(self, inputs: Tensor) -> Tensor:
        """(...) -> (...); the padding that fills up the last tiles mirrors the image, so it cannot be larger."""
        output = super().infer(inputs)
        for size, tiles, words in zip(size_of(self, inputs), self.tile_grid_size, ("height", "width"), strict=True):
            if size is not None and -size % tiles > size:
                raise Refusal(
                    "MS404",
                    f"{type(self).__name__}: images of {words} {size} are too small for {tiles} tiles, "
                    f"which need {-size % tiles} more; received {shape_text(inputs.shape)}",
                    help=f"use a `tile_grid_size` of at most {size} here, or larger images",
                    argument="tile_grid_size",
                )
        return output


class RandomBrightness(ImageLayer):
    """Adds a random number to all pixels.
    https://keras.io/api/layers/preprocessing_layers/image_augmentation/random_brightness/"""

    through_kwargs = ("data_format",)
    factor: SignedFactor
    value_range: ValueRange = (0, 255)
    seed: Int | None = None
    data_format: DataFormat | None = None


class RandomColorDegeneration(ImageLayer):
    """Mixes images with their gray version.
    https://keras.io/api/layers/preprocessing_layers/image_augmentation/random_color_degeneration/"""

    channels = RGB
    known_in_single = ("channels",)
    factor: SignedFactor
    value_range: ValueRange = (0, 255)
    data_format: DataFormat | None = None
    seed: Int | None = None


class RandomColorJitter(ImageLayer):
    """Random brightness, contrast, saturation and hue, one after the other.
    https://keras.io/api/layers/preprocessing_layers/image_augmentation/random_color_jitter/"""

    value_range: ValueRange = (0, 255)
    brightness_factor: SignedFactor | None = None
    contrast_factor: Factor | None = None
    saturation_factor: SignedFactor | None = None
    hue_factor: Factor | None = None
    seed: Int | None = None
    data_format: DataFormat | None = None

    def infer(self, inputs: Tensor) -> Tensor:
        """(...) -> (...); Keras does not pass `data_format` on to the parts, which need RGB on the last axis."""
        output = super().infer(inputs)
        # With channels first, an unknown last axis is a width, which is 3 by accident only.
        fitting = (3,) if self.data_format == "channels_first" else (None, 3)
        for argument in ("saturation_factor", "hue_factor"):
            if getattr(self, argument) is not None and inputs.shape[-1] not in fitting:
                raise Refusal(
                    "MS407",
                    f"RandomColorJitter with `{argument}` needs 3 channels on the last axis, whatever `data_format` "
                    f"says; received {shape_text(inputs.shape)}",
                    help="leave the argument out, or move the channels to the end with Permute first",
                    argument=argument,
                )
        return output


class RandomContrast(ImageLayer):
    """Random contrast. https://keras.io/api/layers/preprocessing_layers/image_augmentation/random_contrast/"""

    through_kwargs = ("data_format",)
    factor: Factor
    value_range: ValueRange = (0, 255)
    seed: Int | None = None
    data_format: DataFormat | None = None


class RandomGaussianBlur(ImageLayer):
    """Blurs some images.
    https://keras.io/api/layers/preprocessing_layers/image_augmentation/random_gaussian_blur/"""

    factor: Factor = 1.0
    kernel_size: OddInt | tuple[OddInt, OddInt] = 3
    sigma: Factor = 1.0
    value_range: ValueRange = (0, 255)
    data_format: DataFormat | None = None
    seed: Int | None = None


class RandomGrayscale(ImageLayer):
    """Converts some images to grayscale.
    https://keras.io/api/layers/preprocessing_layers/image_augmentation/random_grayscale/"""

    channels = GRAY_OR_RGB
    known_in_single = ("channels",)
    factor: Fraction = 0.5
    data_format: DataFormat | None = None
    seed: Int | None = None

    def infer(self, inputs: Tensor) -> Tensor:
        """(...) -> (...); Keras keeps the input's dtype here where it is not floating."""
        self.check_images(inputs)
        return Tensor(inputs.shape, passed_dtype(self, inputs))

    def infer_traced(self, inputs: Tensor) -> Tensor:
        """As `infer`, but Keras casts its input by then."""
        return super().infer(inputs)


class RandomHue(ImageLayer):
    """Shifts the hue at random. https://keras.io/api/layers/preprocessing_layers/image_augmentation/random_hue/"""

    channels = RGB
    known_in_single = ("channels",)
    factor: Factor
    value_range: ValueRange = (0, 255)
    data_format: DataFormat | None = None
    seed: Int | None = None


class RandomInvert(ImageLayer):
    """Makes negatives of some images.
    https://keras.io/api/layers/preprocessing_layers/image_augmentation/random_invert/"""

    factor: Factor = 1.0
    value_range: ValueRange = (0, 255)
    seed: Int | None = None
    data_format: DataFormat | None = None


class RandomPosterization(ImageLayer):
    """Keeps only the highest bits of each value; `factor` is their number, or its lowest and highest value.
    https://keras.io/api/layers/preprocessing_layers/image_augmentation/random_posterization/"""

    factor: Bits | tuple[Annotated[int, Strict(), Le(8)], Annotated[int, Strict(), Ge(1)]]
    value_range: ValueRange = (0, 255)
    data_format: DataFormat | None = None
    seed: Int | None = None


class RandomSaturation(ImageLayer):
    """Random saturation. https://keras.io/api/layers/preprocessing_layers/image_augmentation/random_saturation/"""

    channels = RGB
    known_in_single = ("channels",)
    factor: SignedFactor
    value_range: ValueRange = (0, 255)
    data_format: DataFormat | None = None
    seed: Int | None = None


class RandomSharpness(ImageLayer):
    """Random sharpness. https://keras.io/api/layers/preprocessing_layers/image_augmentation/random_sharpness/"""

    factor: Factor
    value_range: ValueRange = (0, 255)
    data_format: DataFormat | None = None
    seed: Int | None = None


class Solarization(ImageLayer):
    """Inverts values above a threshold.
    https://keras.io/api/layers/preprocessing_layers/image_augmentation/solarization/"""

    through_kwargs = ("data_format",)
    addition_factor: StrictFactor = 0.0
    threshold_factor: StrictFactor = 0.0
    value_range: ValueRange = (0, 255)
    seed: Int | None = None
    data_format: DataFormat | None = None
