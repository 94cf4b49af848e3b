"""What the layers for images share: the rule for their input, and the types of their arguments. No TensorFlow here.

These layers declare an output shape without looking at their input, so Keras's symbolic call accepts inputs that the
first batch then breaks on. The rules here refuse those too.
"""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from annotated_types import Ge, Le

from modelspec.catalogue.backends.tensorflow.dtypes import refuse_images
from modelspec.catalogue.layers.layer import Layer
from modelspec.catalogue.layers.rules import axes_words, refuse_text
from modelspec.catalogue.tensor import Dim, Refusal, Tensor, shape_text
from modelspec.catalogue.types import Float, Fraction

AtMostOne = Annotated[Float, Le(1)]
AtLeastZero = Annotated[Float, Ge(0)]
SignedFraction = Annotated[Float, Ge(-1), Le(1)]

Factor = Fraction | tuple[AtMostOne, AtLeastZero]
"""A number from 0 to 1, or a range that has some of 0 to 1 in it: all that Keras asks of the two numbers."""
SignedFactor = SignedFraction | tuple[AtMostOne, Annotated[Float, Ge(-1)]]
"""As `Factor`, from -1 to 1."""
StrictFactor = Fraction | tuple[Fraction, Fraction]
"""A number from 0 to 1, or a range within."""

ValueRange = tuple[Float, Float]
"""The smallest and the largest value of a pixel."""
FillMode = Literal["reflect", "wrap", "constant", "nearest"]
Interpolation = Literal["nearest", "bilinear"]

RGB = (3,)
GRAY_OR_RGB = (1, 3)


class ImageLayer(Layer):
    """A layer that gives back its images in their size.

    Inputs have 4 axes. With 3, Keras takes the input for a single image, the batch axis for one of the image's own.
    The parameter is `data` in `call`, but only `inputs` gets through `__call__`, so that is its name here.
    """

    keeps_mask: ClassVar[bool] = True
    """Keras gives back the very images it was given, their mask with them, where it does nothing: outside of training."""
    channels: ClassVar[tuple[int, ...]] = ()
    """The numbers of channels that the layer can work on; empty where any will do."""
    known_in_single: ClassVar[tuple[str, ...]] = ()
    """The axes, `height` or `channels`, that Keras needs the size of before there is data, for a single image."""

    def infer(self, inputs: Tensor) -> Tensor:
        """(batch, height, width, channels) -> the same, or with the channels first."""
        self.check_images(inputs)
        return Tensor(inputs.shape, self.compute_dtype)

    @property
    def channels_first(self) -> bool:
        """Whether the channels come first; the field `data_format` has its own place in each class."""
        return getattr(self, "data_format", None) == "channels_first"

    @property
    def size_axes(self) -> tuple[int, int]:
        """Height and width, counted from the end."""
        return (-2, -1) if self.channels_first else (-3, -2)

    @property
    def channels_axis(self) -> int:
        """The channels, counted from the end."""
        return -3 if self.channels_first else -1

    @property
    def axes_words(self) -> str:
        """What the axes of the input are called."""
        return axes_words(2, self.channels_first)

    def check_images(self, inputs: Tensor) -> None:
        """Refuse what is no image, or none that this layer can work on."""
        name = type(self).__name__
        refuse_text(self, inputs)
        refuse_images(self)
        if inputs.rank not in (3, 4):
            raise Refusal(
                "MS401",
                f"{name} needs images of 4 axes, {self.axes_words}; received {shape_text(inputs.shape)}",
                help="add a channels axis with Reshape, (28, 28) to (28, 28, 1) for instance",
            )
        self.check_single(inputs, self.known_in_single)
        self.check_channels(inputs, self.channels)

    def check_single(self, inputs: Tensor, known: tuple[str, ...]) -> None:
        """Refuse a single image where Keras needs the size of an axis of `known`, which is the batch here."""
        first = "channels" if self.channels_first else "height"
        if inputs.rank == 3 and inputs.shape[0] is None and first in known:
            raise Refusal(
                "MS401",
                f"{type(self).__name__} takes 3 axes for a single image, here with the batch as its {first}, "
                f"and needs that size to be known; received {shape_text(inputs.shape)}",
                help=f"give it images with 4 axes, {self.axes_words}: add the missing one with Reshape",
            )

    def check_channels(self, inputs: Tensor, allowed: tuple[int, ...]) -> None:
        """Refuse another number of channels; `allowed` is empty where any will do."""
        channels = inputs.shape[self.channels_axis]
        if allowed and channels is not None and channels not in allowed:
            expected = " or ".join(str(count) for count in allowed)
            raise Refusal(
                "MS407",
                f"{type(self).__name__} needs images of {expected} channels, "
                f"on axis {self.channels_axis % inputs.rank}; received {shape_text(inputs.shape)}",
                help="if the channels are on another axis, set `data_format`",
            )


def size_of(layer: ImageLayer, inputs: Tensor) -> tuple[Dim, Dim]:
    """Height and width of the images."""
    height, width = layer.size_axes
    return inputs.shape[height], inputs.shape[width]


def resized(layer: ImageLayer, inputs: Tensor, height: Dim, width: Dim) -> Tensor:
    """The images in another size, in the layer's compute dtype."""
    shape = list(inputs.shape)
    for axis, size in zip(layer.size_axes, (height, width), strict=True):
        shape[axis] = size
    return Tensor(tuple(shape), layer.compute_dtype)
