"""What convolution and pooling share: a window that moves over the spatial axes of a tensor.

A tensor is `(batch, *spatial, channels)` under `channels_last`, `(batch, channels, *spatial)` under `channels_first`.
No TensorFlow here, and no layer.
"""

from __future__ import annotations

from math import prod

from modelspec.catalogue.entry import Layer
from modelspec.catalogue.tensor import Dim, Refusal, Shape, Tensor, shape_text
from modelspec.catalogue.types import FLOAT_DTYPES

_AXES = {1: "steps", 2: "height, width", 3: "depth, height, width"}


def split(name: str, inputs: Tensor, spatial_rank: int, data_format: str | None) -> tuple[Shape, Dim]:
    """The spatial axes of `inputs` and its channels; refuses any other rank than `spatial_rank` + 2."""
    if inputs.rank != spatial_rank + 2:
        wanted = (
            f"(batch, channels, {_AXES[spatial_rank]})"
            if data_format == "channels_first"
            else f"(batch, {_AXES[spatial_rank]}, channels)"
        )
        raise Refusal(
            "MS401",
            f"{name} needs {spatial_rank + 2} axes, {wanted}; received {inputs.rank}: {shape_text(inputs.shape)}",
            help=_rank_help(inputs, spatial_rank),
        )
    if data_format == "channels_first":
        return inputs.shape[2:], inputs.shape[1]
    return inputs.shape[1:-1], inputs.shape[-1]


def _rank_help(inputs: Tensor, spatial_rank: int) -> str:
    other = inputs.rank - 2
    if inputs.rank == spatial_rank + 1:
        return "add the missing axis, a single channel for instance, with Reshape"
    if other in _AXES:
        return f"use the {other}D layer of the same kind, or bring the input to {spatial_rank + 2} axes with Reshape"
    return f"bring the input to {spatial_rank + 2} axes, the batch axis included, with Reshape"


def join(batch: Dim, spatial: Shape, channels: Dim, data_format: str | None) -> Shape:
    """The shape whose parts `split` gives."""
    if data_format == "channels_first":
        return (batch, channels, *spatial)
    return (batch, *spatial, channels)


def known_channels(name: str, inputs: Tensor, channels: Dim, data_format: str | None) -> int:
    """The number of channels, which a layer with a kernel has to know."""
    if channels is None:
        axis = 1 if data_format == "channels_first" else inputs.rank - 1
        raise Refusal(
            "MS403",
            f"{name} needs a known number of channels on axis {axis}; received {shape_text(inputs.shape)}",
            help=f"give axis {axis} a size where this input comes from",
        )
    return channels


def slide(
    name: str,
    inputs: Tensor,
    spatial: Shape,
    window: tuple[int, ...],
    strides: tuple[int, ...],
    padding: str,
    dilation_rate: tuple[int, ...] | None = None,
    argument: str = "kernel_size",
) -> Shape:
    """The spatial axes after the window has moved over them; `argument` is the one that gives the window's size.

    An axis of size n gives floor((n - reach) / stride) + 1 places, where a window of size k reaches over
    dilation * (k - 1) + 1 of it; under `same` and `causal` padding the reach is 1. An unknown axis stays unknown.
    """
    rates = dilation_rate or (1,) * len(window)
    reach = tuple(rate * (size - 1) + 1 if padding == "valid" else 1 for rate, size in zip(rates, window, strict=True))
    for dim, needed in zip(spatial, reach, strict=True):
        if dim is not None and dim < needed:
            dilated = "" if set(rates) == {1} else f" with dilation_rate={rates}"
            raise Refusal(
                "MS404",
                f"{name} would give an empty output: {argument}={window}{dilated} reaches over {reach}, "
                f"the input has {shape_text(spatial)}; received {shape_text(inputs.shape)}",
                help=f"make {argument} smaller, set padding to `same`, or shrink the input less before this layer",
                argument=argument,
            )
    return tuple(
        None if dim is None else (dim - needed) // stride + 1
        for dim, needed, stride in zip(spatial, reach, strides, strict=True)
    )


def refuse_other_than_float(layer: Layer, inputs: Tensor) -> None:
    """Refuse what Keras does not cast to a float: its symbolic call lets it pass, TensorFlow has no kernel for it."""
    if inputs.dtype not in FLOAT_DTYPES:
        raise Refusal(
            "MS405",
            f"{type(layer).__name__} needs floating-point inputs; received {inputs.dtype} {shape_text(inputs.shape)}",
            help="declare the input as float32, or make floats of it with a layer such as Rescaling",
        )


def places(spatial: Shape) -> int:
    """How many positions these axes have, an unknown axis counted as 1."""
    return prod(1 if dim is None else dim for dim in spatial)
