"""Dropout, noise and activity penalties: layers that only act in training. No TensorFlow here."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import model_validator

from modelspec.catalogue.backends.tensorflow.dtypes import refuse_other_than_float, refuse_unsized
from modelspec.catalogue.layers.rules import SameShape, axes_words, expect_rank, refuse_untaken
from modelspec.catalogue.tensor import Refusal, Tensor, shape_text
from modelspec.catalogue.types import DataFormat, Fraction, FractionBelowOne, Int, NonNegativeFloat, PositiveInt


class ActivityRegularization(SameShape):
    """A penalty on its input's size. https://keras.io/api/layers/regularization_layers/activity_regularization/"""

    picks: ClassVar[bool] = True
    hands_on: ClassVar[Literal["in place", "elsewhere"] | None] = "in place"
    moves_whole: ClassVar[bool] = True
    untaken: ClassVar[tuple[str, ...]] = ("activity_regularizer",)
    l1: NonNegativeFloat = 0.0
    l2: NonNegativeFloat = 0.0

    @model_validator(mode="after")
    def _own_regularizer(self) -> ActivityRegularization:
        refuse_untaken(self)
        return self

    def infer(self, inputs: Tensor) -> Tensor:
        """(...) -> (...)."""
        refuse_unsized(self, inputs)
        return super().infer(inputs)


class _Noise(SameShape):
    """The rule of the layers that draw floating-point noise, which TensorFlow does not mix with other numbers."""

    hands_on: ClassVar[Literal["in place", "elsewhere"] | None] = "in place"

    def infer(self, inputs: Tensor) -> Tensor:
        """(...) -> (...)."""
        refuse_other_than_float(self, inputs)
        return super().infer(inputs)


class _ShapedNoise(_Noise):
    """The rule of the layers whose noise may be given a shape."""

    rate: Fraction
    noise_shape: tuple[PositiveInt | None, ...] | None = None
    seed: Int | None = None

    def infer(self, inputs: Tensor) -> Tensor:
        """(...) -> (...); the noise must have the input's shape, or 1 where all share it."""
        output = super().infer(inputs)
        if self.noise_shape is None:
            return output
        fits = len(self.noise_shape) == inputs.rank and all(
            noise in (None, 1) or size is None or noise == size
            for noise, size in zip(self.noise_shape, inputs.shape, strict=True)
        )
        if not fits:
            raise Refusal(
                "MS408",
                f"{type(self).__name__}: noise_shape {shape_text(self.noise_shape)} does not fit "
                f"{shape_text(inputs.shape)}",
                help="name every axis, batch included: null or the axis's size, or 1 where the noise is shared",
                argument="noise_shape",
            )
        return output


class Dropout(_ShapedNoise):
    """Drops a fraction of its input. https://keras.io/api/layers/regularization_layers/dropout/"""


class AlphaDropout(_ShapedNoise):
    """Dropout that keeps mean and variance. https://keras.io/api/layers/regularization_layers/alpha_dropout/"""

    rate: FractionBelowOne


class GaussianDropout(_Noise):
    """Multiplies by noise around 1. https://keras.io/api/layers/regularization_layers/gaussian_dropout/"""

    rate: FractionBelowOne
    seed: Int | None = None


class GaussianNoise(_Noise):
    """Adds noise around 0. https://keras.io/api/layers/regularization_layers/gaussian_noise/"""

    stddev: Fraction
    seed: Int | None = None


class _SpatialDropout(_Noise):
    """The rule of the layers that drop whole feature maps."""

    spatial_axes: ClassVar[int]
    untaken: ClassVar[tuple[str, ...]] = ("trainable", "activity_regularizer", "autocast")

    @model_validator(mode="after")
    def _few_arguments(self) -> _SpatialDropout:
        refuse_untaken(self)
        return self

    def infer(self, inputs: Tensor) -> Tensor:
        """(batch, spatial..., channels) -> the same, or with the channels first."""
        channels_first = getattr(self, "data_format", None) == "channels_first"
        expect_rank(self, inputs, self.spatial_axes + 2, axes_words(self.spatial_axes, channels_first))
        return super().infer(inputs)


class SpatialDropout1D(_SpatialDropout):
    """Drops whole features. https://keras.io/api/layers/regularization_layers/spatial_dropout1d/"""

    spatial_axes = 1
    rate: Fraction
    seed: Int | None = None


class SpatialDropout2D(_SpatialDropout):
    """Drops whole channels of images. https://keras.io/api/layers/regularization_layers/spatial_dropout2d/"""

    spatial_axes = 2
    rate: Fraction
    data_format: DataFormat | None = None
    seed: Int | None = None


class SpatialDropout3D(_SpatialDropout):
    """Drops whole channels of volumes. https://keras.io/api/layers/regularization_layers/spatial_dropout3d/"""

    spatial_axes = 3
    rate: Fraction
    data_format: DataFormat | None = None
    seed: Int | None = None
