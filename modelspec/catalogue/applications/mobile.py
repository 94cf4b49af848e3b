"""The applications whose width or shape is searched or chosen: the MobileNet and NASNet families. No TensorFlow here."""

from __future__ import annotations

from typing import ClassVar

from pydantic import model_validator

from modelspec.catalogue.applications.application import Application, ImageShape, Pooling, Weights
from modelspec.catalogue.entry import refuse_arguments
from modelspec.catalogue.tensor import shape_text
from modelspec.catalogue.types import Activation, Bool, Fraction, PositiveFloat, PositiveInt


class _MobileNetV3(Application):
    """The arguments of the MobileNetV3 family, which takes images of unknown size."""

    pads_by_size: ClassVar[bool] = True
    input_shape: ImageShape | None = None
    alpha: PositiveFloat = 1.0
    minimalistic: Bool = False
    include_top: Bool = True
    weights: Weights = "imagenet"
    classes: PositiveInt = 1000
    pooling: Pooling = None
    dropout_rate: Fraction = 0.2
    classifier_activation: Activation = "softmax"
    include_preprocessing: Bool = True

    @property
    def image_shape(self) -> tuple[int | None, int | None, int]:
        """The shape of the images the model takes; its top pools, so the size may stay unknown."""
        return self.input_shape or (None, None, 3)

    def _check_top(self, shape: tuple[int | None, int | None, int], top: bool, pretrained: bool) -> None:
        """Any size will do."""

    @model_validator(mode="after")
    def _has_weights(self) -> _MobileNetV3:
        widths = (1.0,) if self.minimalistic else (0.75, 1.0)
        if self.weights == "imagenet" and self.alpha not in widths:
            _refuse_width(self.alpha, widths)
        return self


class _NASNet(Application):
    """The arguments of the NASNet family."""

    input_shape: ImageShape | None = None
    include_top: Bool = True
    weights: Weights = "imagenet"
    pooling: Pooling = None
    classes: PositiveInt = 1000
    classifier_activation: Activation = "softmax"

    @model_validator(mode="after")
    def _size_is_known(self) -> _NASNet:
        if None in self.image_shape:  # Keras builds such a network, which then takes no image of any size
            message = f"the network takes images of known sizes only; received {shape_text(self.image_shape)}"
            refuse_arguments(message, "input_shape")
        return self


def _refuse_width(alpha: float, widths: tuple[float, ...]) -> None:
    known = " or ".join(f"{width:g}" for width in widths)
    refuse_arguments(f"there are ImageNet weights for alpha {known}; received {alpha:g}", "alpha")


class MobileNet(Application):
    """Small, from separable convolutions. https://keras.io/api/applications/mobilenet/"""

    weight_sizes: ClassVar[tuple[int, ...]] = (128, 160, 192)
    input_shape: ImageShape | None = None
    alpha: PositiveFloat = 1.0
    depth_multiplier: PositiveInt = 1
    dropout: Fraction = 0.001
    include_top: Bool = True
    weights: Weights = "imagenet"
    pooling: Pooling = None
    classes: PositiveInt = 1000
    classifier_activation: Activation = "softmax"

    @model_validator(mode="after")
    def _has_weights(self) -> MobileNet:
        if int(32 * self.alpha) < 1:
            message = (
                f"the first of its layers has 32 * alpha filters, so alpha is at least 1/32; received {self.alpha:g}"
            )
            refuse_arguments(message, "alpha")
        widths = (0.25, 0.5, 0.75, 1.0)
        if self.weights == "imagenet" and self.depth_multiplier != 1:
            message = f"there are ImageNet weights for depth_multiplier 1; received {self.depth_multiplier}"
            refuse_arguments(message, "depth_multiplier")
        if self.weights == "imagenet" and self.alpha not in widths:
            _refuse_width(self.alpha, widths)
        return self


class MobileNetV2(Application):
    """MobileNet with inverted residuals. https://keras.io/api/applications/mobilenet/"""

    pads_by_size: ClassVar[bool] = True
    weight_sizes: ClassVar[tuple[int, ...]] = (96, 128, 160, 192)
    input_shape: ImageShape | None = None
    alpha: PositiveFloat = 1.0
    include_top: Bool = True
    weights: Weights = "imagenet"
    pooling: Pooling = None
    classes: PositiveInt = 1000
    classifier_activation: Activation = "softmax"

    @model_validator(mode="after")
    def _has_weights(self) -> MobileNetV2:
        widths = (0.35, 0.5, 0.75, 1.0, 1.3, 1.4)
        if self.weights == "imagenet" and self.alpha not in widths:
            _refuse_width(self.alpha, widths)
        return self


class MobileNetV3Large(_MobileNetV3):
    """MobileNet found by search, the larger. https://keras.io/api/applications/mobilenet/"""


class MobileNetV3Small(_MobileNetV3):
    """MobileNet found by search, the smaller. https://keras.io/api/applications/mobilenet/"""


class NASNetLarge(_NASNet):
    """Found by search, the larger. https://keras.io/api/applications/nasnet/"""

    default_size: ClassVar[int] = 331


class NASNetMobile(_NASNet):
    """Found by search, the smaller. https://keras.io/api/applications/nasnet/"""

    @property
    def image_shape(self) -> tuple[int | None, int | None, int]:
        """The shape of the images the model takes: 224 x 224 unless told otherwise, with its top and without."""
        return self.input_shape or (224, 224, 3)
