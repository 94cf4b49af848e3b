"""What convolution and pooling share: a window that moves over the spatial axes of a tensor.

A tensor is `(batch, *spatial, channels)` under `channels_last`, `(batch, channels, *spatial)` under `channels_first`.
No TensorFlow here, and nothing of any particular layer.
"""

from __future__ import annotations

from math import prod
from typing import NamedTuple

from modelspec.catalogue.backends.tensorflow.dtypes import refuse_other_than_float
from modelspec.catalogue.layers.layer import Layer
from modelspec.catalogue.layers.rules import axes_words, expect_rank, known_size
from modelspec.catalogue.tensor import Dim, Refusal, Shape, Tensor, shape_text


def split(layer: Layer, inputs: Tensor, spatial_rank: int, data_format: str | None) -> tuple[Shape, Dim]:
    """The spatial axes of `inputs` and its channels; refuses any other rank than `spatial_rank` + 2."""
    channels_first = data_format == "channels_first"
    expect_rank(layer, inputs, spatial_rank + 2, axes_words(spatial_rank, channels_first))
    if channels_first:
        return inputs.shape[2:], inputs.shape[1]
    return inputs.shape[1:-1], inputs.shape[-1]


def join(batch: Dim, spatial: Shape, channels: Dim, data_format: str | None) -> Shape:
    """The shape whose parts `split` gives."""
    if data_format == "channels_first":
        return (batch, channels, *spatial)
    return (batch, *spatial, channels)


def split_known(layer: Layer, inputs: Tensor, spatial_rank: int, data_format: str | None) -> tuple[Shape, int]:
    """As `split`, for layers with a kernel, which have to know the number of channels."""
    spatial, _ = split(layer, inputs, spatial_rank, data_format)
    return spatial, known_size(layer, 1 if data_format == "channels_first" else -1, inputs)


class Sliding(NamedTuple):
    """A window, how it moves, and which argument gives its size."""

    size: tuple[int, ...]
    strides: tuple[int, ...]
    padding: str
    dilation_rate: tuple[int, ...] | None = None
    argument: str = "kernel_size"


def slide(layer: Layer, spatial: Shape, window: Sliding) -> Shape:
    """The spatial axes after a window has moved over them.

    An axis of size n gives floor((n - reach) / stride) + 1 places, where a window of size k reaches over
    dilation * (k - 1) + 1 of it; under `same` and `causal` padding the reach is 1. An unknown axis stays unknown.
    """
    size, strides, padding, dilation_rate, argument = window
    rates = dilation_rate or (1,) * len(size)
    reach = tuple(rate * (side - 1) + 1 if padding == "valid" else 1 for rate, side in zip(rates, size, strict=True))
    if any(dim is not None and dim < needed for dim, needed in zip(spatial, reach, strict=True)):
        dilated = "" if set(rates) == {1} else f" and dilation_rate={shape_text(rates)}"
        raise Refusal(
            "MS404",
            f"{type(layer).__name__}: the output would be empty, because a window with {argument}={shape_text(size)}"
            f"{dilated} needs at least {shape_text(reach)} on the spatial axes; received {shape_text(spatial)}",
            help=f"make {argument} smaller, set padding to same, or shrink the input less before this layer",
            argument=argument,
        )
    return tuple(
        None if dim is None else (dim - needed) // stride + 1
        for dim, needed, stride in zip(spatial, reach, strides, strict=True)
    )


def refuse_other_than_kernel_dtype(layer: Layer, inputs: Tensor) -> None:
    """Refuse what would meet a kernel of another dtype: Keras casts floats only, and none under `autocast: false`."""
    refuse_other_than_float(layer, inputs)
    if not layer.autocast and inputs.dtype != layer.compute_dtype:
        raise Refusal(
            "MS405",
            f"{type(layer).__name__} computes in {layer.compute_dtype} and autocast=false keeps it from casting inputs; "
            f"received dtype {inputs.dtype}",
            help="leave autocast out, or declare the input with the dtype that the layer computes in",
            argument="autocast",
        )


def places(spatial: Shape) -> int:
    """How many positions these axes have, an unknown axis counted as 1."""
    return prod(1 if dim is None else dim for dim in spatial)
