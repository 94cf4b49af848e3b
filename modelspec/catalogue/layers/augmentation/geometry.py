"""Layers that crop, flip, turn, shift and bend images at random. No TensorFlow here."""

from __future__ import annotations

from typing import Annotated, Literal

from annotated_types import Gt, Le

from modelspec.catalogue.layers.image import (
    Factor,
    FillMode,
    ImageLayer,
    Interpolation,
    SignedFactor,
    SignedFraction,
    StrictFactor,
    ValueRange,
    resized,
    size_of,
)
from modelspec.catalogue.layers.layer import Layer
from modelspec.catalogue.tensor import Refusal, Tensor, shape_text
from modelspec.catalogue.types import DataFormat, Float, Fraction, Int, PositiveInt

Shift = SignedFraction | tuple[SignedFraction, SignedFraction]
_Zoomed = Annotated[Float, Gt(-1), Le(1)]
Zoom = _Zoomed | tuple[_Zoomed, _Zoomed]


class RandomCrop(ImageLayer):
    """Cuts out a part at random; images that are too small are enlarged.

    In inference Keras gives the images back uncropped, unlike the shape it promises: use it where what follows takes
    any size, or where the images have the crop's size already by then.
    https://keras.io/api/layers/preprocessing_layers/image_augmentation/random_crop/
    """

    known_in_single = ("height",)
    height: PositiveInt
    width: PositiveInt
    seed: Int | None = None
    data_format: DataFormat | None = None

    def infer(self, inputs: Tensor) -> Tensor:
        """(batch, h, w, channels) -> (batch, height, width, channels)."""
        self.check_images(inputs)
        return resized(self, inputs, self.height, self.width)

    def infer_traced(self, inputs: Tensor) -> Tensor:
        """As `infer`, for images of known size only."""
        self.check_images(inputs)
        if None in size_of(self, inputs):
            raise Refusal(
                "MS403",
                f"RandomCrop in a Pipeline needs images of known size; received {shape_text(inputs.shape)}",
                help="give the input's height and width, or put RandomCrop outside the Pipeline",
            )
        return self.infer(inputs)

    def outside_training(self) -> Layer:
        """Keras gives the images back uncropped."""
        uncropped = Uncropped(height=self.height, width=self.width, dtype=self.dtype, data_format=self.data_format)
        return uncropped.under(self._policy)


class Uncropped(RandomCrop):
    """What RandomCrop does outside of training. No layer of Keras's own, and none to write in a spec."""

    def infer(self, inputs: Tensor) -> Tensor:
        """(...) -> (...); images of unknown size may have the crop's size by then."""
        self.check_images(inputs)
        promised = resized(self, inputs, self.height, self.width)
        return promised if None in size_of(self, inputs) else Tensor(inputs.shape, promised.dtype)

    def infer_traced(self, inputs: Tensor) -> Tensor:
        """As `infer`."""
        return self.infer(inputs)


class RandomElasticTransform(ImageLayer):
    """Bends images smoothly. Keras also accepts `fill_mode: mirror`, and fails on the first batch.
    https://keras.io/api/layers/preprocessing_layers/image_augmentation/random_elastic_transform/"""

    known_in_single = ("height", "channels")
    factor: Factor = 1.0
    scale: Factor = 1.0
    interpolation: Interpolation = "bilinear"
    fill_mode: FillMode = "reflect"
    fill_value: Float = 0.0
    value_range: ValueRange = (0, 255)
    seed: Int | None = None
    data_format: DataFormat | None = None


class RandomErasing(ImageLayer):
    """Erases a rectangle.
    https://keras.io/api/layers/preprocessing_layers/image_augmentation/random_erasing/"""

    known_in_single = ("height",)
    factor: Factor = 1.0
    scale: Factor = (0.02, 0.33)
    fill_value: Float | tuple[Float, Float, Float] | None = None
    value_range: ValueRange = (0, 255)
    seed: Int | None = None
    data_format: DataFormat | None = None

    def infer(self, inputs: Tensor) -> Tensor:
        """(...) -> (...); Keras lays a `fill_value` of three numbers along the last axis, whatever that is."""
        output = super().infer(inputs)
        if isinstance(self.fill_value, tuple) and inputs.shape[-1] not in (None, 3):
            raise Refusal(
                "MS408",
                f"RandomErasing: a `fill_value` of 3 numbers needs a last axis of size 3; "
                f"received {shape_text(inputs.shape)}",
                help="give one number as `fill_value`",
                argument="fill_value",
            )
        return output


class RandomFlip(ImageLayer):
    """Mirrors images. https://keras.io/api/layers/preprocessing_layers/image_augmentation/random_flip/"""

    mode: Literal["horizontal", "vertical", "horizontal_and_vertical"] = "horizontal_and_vertical"
    seed: Int | None = None
    data_format: DataFormat | None = None


class RandomPerspective(ImageLayer):
    """Distorts the perspective of images.
    https://keras.io/api/layers/preprocessing_layers/image_augmentation/random_perspective/"""

    known_in_single = ("height",)
    factor: Factor = 1.0
    scale: Fraction = 1.0
    interpolation: Interpolation = "bilinear"
    fill_value: Float = 0.0
    seed: Int | None = None
    data_format: DataFormat | None = None

    def infer(self, inputs: Tensor) -> Tensor:
        """(...) -> (...); the four corners must differ."""
        output = super().infer(inputs)
        if 1 in size_of(self, inputs):
            raise Refusal(
                "MS404",
                f"RandomPerspective needs images of at least 2 by 2 pixels; received {shape_text(inputs.shape)}",
                help="if height and width are on other axes, set `data_format`",
            )
        return output


class RandomRotation(ImageLayer):
    """Rotates images; a factor of 1 is a full turn.
    https://keras.io/api/layers/preprocessing_layers/image_augmentation/random_rotation/"""

    factor: SignedFactor
    fill_mode: FillMode = "reflect"
    interpolation: Interpolation = "bilinear"
    seed: Int | None = None
    fill_value: Float = 0.0
    data_format: DataFormat | None = None


class RandomShear(ImageLayer):
    """Shears images. https://keras.io/api/layers/preprocessing_layers/image_augmentation/random_shear/"""

    x_factor: StrictFactor = 0.0
    y_factor: StrictFactor = 0.0
    interpolation: Interpolation = "bilinear"
    fill_mode: FillMode = "reflect"
    fill_value: Float = 0.0
    data_format: DataFormat | None = None
    seed: Int | None = None


class RandomTranslation(ImageLayer):
    """Shifts images; a factor of 1 is a whole height or width.
    https://keras.io/api/layers/preprocessing_layers/image_augmentation/random_translation/"""

    height_factor: Shift
    width_factor: Shift
    fill_mode: FillMode = "reflect"
    interpolation: Interpolation = "bilinear"
    seed: Int | None = None
    fill_value: Float = 0.0
    data_format: DataFormat | None = None


class RandomZoom(ImageLayer):
    """Zooms in (factors below 0) and out.
    https://keras.io/api/layers/preprocessing_layers/image_augmentation/random_zoom/"""

    height_factor: Zoom
    width_factor: Zoom | None = None
    fill_mode: FillMode = "reflect"
    interpolation: Interpolation = "bilinear"
    seed: Int | None = None
    fill_value: Float = 0.0
    data_format: DataFormat | None = None
