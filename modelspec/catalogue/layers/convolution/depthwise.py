"""Convolutions with a kernel for each channel: DepthwiseConv1D/2D and SeparableConv1D/2D. No TensorFlow here."""

from __future__ import annotations

from math import prod
from typing import ClassVar

from pydantic import Field

from modelspec.catalogue.layers.layer import Layer
from modelspec.catalogue.layers.windows import Sliding, join, places, refuse_other_than_kernel_dtype, slide, split_known
from modelspec.catalogue.tensor import Tensor, Weight
from modelspec.catalogue.types import (
    Activation,
    Bool,
    Constraint,
    DataFormat,
    Initializer,
    Padding,
    Pair,
    PositiveInt,
    Regularizer,
    Single,
)


class _DepthwiseConvolution(Layer):
    """What DepthwiseConv1D and DepthwiseConv2D share."""

    ends_in_activation: ClassVar[bool] = True
    multiplies: ClassVar[bool] = True
    spatial_rank: ClassVar[int]
    kernel_size: tuple[PositiveInt, ...]
    strides: tuple[PositiveInt, ...]
    padding: Padding = "valid"
    depth_multiplier: PositiveInt = 1
    data_format: DataFormat | None = None
    dilation_rate: tuple[PositiveInt, ...]
    activation: Activation = None
    use_bias: Bool = True
    depthwise_initializer: Initializer = "glorot_uniform"
    bias_initializer: Initializer = "zeros"
    depthwise_regularizer: Regularizer = None
    bias_regularizer: Regularizer = None
    activity_regularizer: Regularizer = None
    depthwise_constraint: Constraint = None
    bias_constraint: Constraint = None

    def infer(self, inputs: Tensor) -> Tensor:
        """(batch, n, ..., channels) -> (batch, floor((n - reach) / stride) + 1, ..., depth_multiplier * channels).

        reach = dilation_rate * (kernel_size - 1) + 1, and 1 under `same` padding.
        """
        spatial, channels = split_known(self, inputs, self.spatial_rank, self.data_format)
        refuse_other_than_kernel_dtype(self, inputs)
        moved = slide(self, spatial, Sliding(self.kernel_size, self.strides, self.padding, self.dilation_rate))
        filters = self.depth_multiplier * channels
        return Tensor(join(inputs.shape[0], moved, filters, self.data_format), self.compute_dtype)

    def new_weights(self, inputs: Tensor) -> tuple[Weight, ...]:
        """`kernel` (*kernel_size, channels, depth_multiplier) and `bias` (depth_multiplier * channels)."""
        _, channels = split_known(self, inputs, self.spatial_rank, self.data_format)
        shape = (*self.kernel_size, channels, self.depth_multiplier)
        kernel = Weight("kernel", shape, self.trainable, self.variable_dtype)
        bias = Weight("bias", (self.depth_multiplier * channels,), self.trainable, self.variable_dtype)
        return (kernel, bias) if self.use_bias else (kernel,)

    def multiply_adds(self, inputs: Tensor) -> int:
        """The kernel, once at every place of the output."""
        moved, _ = split_known(self, self.infer(inputs), self.spatial_rank, self.data_format)
        return places(moved) * prod(self.new_weights(inputs)[0].shape)


class _SeparableConvolution(Layer):
    """What SeparableConv1D and SeparableConv2D share: a depthwise convolution, and one of size 1 over its channels."""

    ends_in_activation: ClassVar[bool] = True
    multiplies: ClassVar[bool] = True
    spatial_rank: ClassVar[int]
    filters: PositiveInt
    kernel_size: tuple[PositiveInt, ...]
    strides: tuple[PositiveInt, ...]
    padding: Padding = "valid"
    data_format: DataFormat | None = None
    dilation_rate: tuple[PositiveInt, ...]
    depth_multiplier: PositiveInt = 1
    activation: Activation = None
    use_bias: Bool = True
    depthwise_initializer: Initializer = "glorot_uniform"
    pointwise_initializer: Initializer = "glorot_uniform"
    bias_initializer: Initializer = "zeros"
    depthwise_regularizer: Regularizer = None
    pointwise_regularizer: Regularizer = None
    bias_regularizer: Regularizer = None
    activity_regularizer: Regularizer = None
    depthwise_constraint: Constraint = None
    pointwise_constraint: Constraint = None
    bias_constraint: Constraint = None

    def infer(self, inputs: Tensor) -> Tensor:
        """(batch, n, ..., channels) -> (batch, floor((n - reach) / stride) + 1, ..., filters).

        reach = dilation_rate * (kernel_size - 1) + 1, and 1 under `same` padding.
        """
        spatial, _ = split_known(self, inputs, self.spatial_rank, self.data_format)
        refuse_other_than_kernel_dtype(self, inputs)
        moved = slide(self, spatial, Sliding(self.kernel_size, self.strides, self.padding, self.dilation_rate))
        return Tensor(join(inputs.shape[0], moved, self.filters, self.data_format), self.compute_dtype)

    def new_weights(self, inputs: Tensor) -> tuple[Weight, ...]:
        """`depthwise_kernel`, `pointwise_kernel` and `bias`.

        With m = depth_multiplier: (*kernel_size, channels, m), (1, ..., m * channels, filters) and (filters).
        """
        _, channels = split_known(self, inputs, self.spatial_rank, self.data_format)
        shapes = {
            "depthwise_kernel": (*self.kernel_size, channels, self.depth_multiplier),
            "pointwise_kernel": (*(1,) * self.spatial_rank, self.depth_multiplier * channels, self.filters),
            "bias": (self.filters,),
        }
        if not self.use_bias:
            del shapes["bias"]
        return tuple(Weight(name, shape, self.trainable, self.variable_dtype) for name, shape in shapes.items())

    def multiply_adds(self, inputs: Tensor) -> int:
        """Both kernels, once at every place of the output."""
        moved, _ = split_known(self, self.infer(inputs), self.spatial_rank, self.data_format)
        return places(moved) * sum(prod(kernel.shape) for kernel in self.new_weights(inputs)[:2])


class DepthwiseConv1D(_DepthwiseConvolution):
    """Convolves each channel of a sequence. https://keras.io/api/layers/convolution_layers/depthwise_convolution1d/"""

    spatial_rank: ClassVar[int] = 1
    kernel_size: Single
    strides: Single = Field(1, validate_default=True)
    dilation_rate: Single = Field(1, validate_default=True)


class DepthwiseConv2D(_DepthwiseConvolution):
    """Convolves each channel of an image. https://keras.io/api/layers/convolution_layers/depthwise_convolution2d/"""

    spatial_rank: ClassVar[int] = 2
    kernel_size: Pair
    strides: Pair = (1, 1)
    dilation_rate: Pair = (1, 1)


class SeparableConv1D(_SeparableConvolution):
    """A cheaper Conv1D. https://keras.io/api/layers/convolution_layers/separable_convolution1d/"""

    spatial_rank: ClassVar[int] = 1
    kernel_size: Single
    strides: Single = Field(1, validate_default=True)
    dilation_rate: Single = Field(1, validate_default=True)


class SeparableConv2D(_SeparableConvolution):
    """A cheaper Conv2D. https://keras.io/api/layers/convolution_layers/separable_convolution2d/"""

    spatial_rank: ClassVar[int] = 2
    kernel_size: Pair
    strides: Pair = (1, 1)
    dilation_rate: Pair = (1, 1)
