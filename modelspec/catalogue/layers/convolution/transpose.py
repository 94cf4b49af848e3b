"""Conv1DTranspose, Conv2DTranspose and Conv3DTranspose: convolutions run backwards. No TensorFlow here."""

from __future__ import annotations

from math import prod
from typing import Annotated, ClassVar

from pydantic import BeforeValidator, Field, model_validator

from modelspec.catalogue.entry import refuse_arguments
from modelspec.catalogue.layers.convolution.convolution import refuse_dilated_strides
from modelspec.catalogue.layers.layer import Layer
from modelspec.catalogue.layers.windows import join, places, refuse_other_than_kernel_dtype, split_known
from modelspec.catalogue.tensor import Tensor, Weight, shape_text
from modelspec.catalogue.types import (
    Activation,
    Bool,
    Constraint,
    Count,
    DataFormat,
    Initializer,
    Padding,
    Pair,
    PositiveInt,
    Regularizer,
    Single,
    Triple,
    spread,
)


class _ConvolutionTranspose(Layer):
    """What the transposed convolutions share; the subclasses say how many spatial axes there are."""

    ends_in_activation: ClassVar[bool] = True
    multiplies: ClassVar[bool] = True
    spatial_rank: ClassVar[int]
    filters: PositiveInt
    kernel_size: tuple[PositiveInt, ...]
    strides: tuple[PositiveInt, ...]
    padding: Padding = "valid"
    output_padding: tuple[Count, ...] | None = None
    data_format: DataFormat | None = None
    dilation_rate: tuple[PositiveInt, ...]
    activation: Activation = None
    use_bias: Bool = True
    kernel_initializer: Initializer = "glorot_uniform"
    bias_initializer: Initializer = "zeros"
    kernel_regularizer: Regularizer = None
    bias_regularizer: Regularizer = None
    activity_regularizer: Regularizer = None
    kernel_constraint: Constraint = None
    bias_constraint: Constraint = None

    @property
    def _reach(self) -> tuple[int, ...]:
        """How far the kernel reaches on each spatial axis, its gaps included."""
        return tuple(rate * (size - 1) + 1 for rate, size in zip(self.dilation_rate, self.kernel_size, strict=True))

    @model_validator(mode="after")
    def _arguments_fit(self) -> _ConvolutionTranspose:
        refuse_dilated_strides(self.strides, self.dilation_rate)
        if self.output_padding is None:
            return self
        if any(added >= stride for added, stride in zip(self.output_padding, self.strides, strict=True)):
            refuse_arguments(
                "output_padding must be strictly less than strides on every axis; "
                f"received output_padding={shape_text(self.output_padding)} and strides={shape_text(self.strides)}",
                argument="output_padding",
            )
        # Keras computes a shape here, but it is one step short, and TensorFlow fails on every batch.
        short = any(reach % 2 + added == 0 for reach, added in zip(self._reach, self.output_padding, strict=True))
        if self.padding == "same" and short:
            refuse_arguments(
                "output_padding=0 with padding=same needs a kernel of odd size; "
                f"received kernel_size={shape_text(self.kernel_size)}, leave output_padding out or choose an odd size",
                argument="output_padding",
            )
        return self

    def infer(self, inputs: Tensor) -> Tensor:
        """(batch, n, ..., channels) -> (batch, size, ..., filters).

        With reach = dilation_rate * (kernel_size - 1) + 1, size is n * stride under `same` padding and
        (n - 1) * stride + max(reach, stride) under `valid`; with `output_padding` it is
        (n - 1) * stride + (reach % 2 under `same`, reach under `valid`) + output_padding.
        """
        spatial, _ = split_known(self, inputs, self.spatial_rank, self.data_format)
        refuse_other_than_kernel_dtype(self, inputs)
        added = self.output_padding or (None,) * self.spatial_rank
        sizes = tuple(
            None if dim is None else (dim - 1) * stride + self._last_step(reach, stride, extra)
            for dim, stride, reach, extra in zip(spatial, self.strides, self._reach, added, strict=True)
        )
        return Tensor(join(inputs.shape[0], sizes, self.filters, self.data_format), self.compute_dtype)

    def _last_step(self, reach: int, stride: int, output_padding: int | None) -> int:
        """What the last of n inputs adds to an axis, after the n - 1 before it have added a stride each."""
        if output_padding is not None:
            return (reach % 2 if self.padding == "same" else reach) + output_padding
        return stride if self.padding == "same" else max(reach, stride)

    def new_weights(self, inputs: Tensor) -> tuple[Weight, ...]:
        """`kernel` (*kernel_size, filters, channels) and `bias` (filters)."""
        _, channels = split_known(self, inputs, self.spatial_rank, self.data_format)
        shape = (*self.kernel_size, self.filters, channels)
        kernel = Weight("kernel", shape, self.trainable, self.variable_dtype)
        bias = Weight("bias", (self.filters,), self.trainable, self.variable_dtype)
        return (kernel, bias) if self.use_bias else (kernel,)

    def multiply_adds(self, inputs: Tensor) -> int:
        """The kernel, once at every place of the input."""
        spatial, _ = split_known(self, inputs, self.spatial_rank, self.data_format)
        return places(spatial) * prod(self.new_weights(inputs)[0].shape)


class Conv1DTranspose(_ConvolutionTranspose):
    """Makes a sequence longer. https://keras.io/api/layers/convolution_layers/convolution1d_transpose/"""

    spatial_rank: ClassVar[int] = 1
    kernel_size: Single
    strides: Single = Field(1, validate_default=True)
    output_padding: Annotated[tuple[Count], BeforeValidator(spread(1))] | None = None
    dilation_rate: Single = Field(1, validate_default=True)


class Conv2DTranspose(_ConvolutionTranspose):
    """Makes an image larger. https://keras.io/api/layers/convolution_layers/convolution2d_transpose/"""

    spatial_rank: ClassVar[int] = 2
    kernel_size: Pair
    strides: Pair = (1, 1)
    output_padding: Annotated[tuple[Count, Count], BeforeValidator(spread(2))] | None = None
    dilation_rate: Pair = (1, 1)


class Conv3DTranspose(_ConvolutionTranspose):
    """Makes a volume larger. https://keras.io/api/layers/convolution_layers/convolution3d_transpose/"""

    spatial_rank: ClassVar[int] = 3
    kernel_size: Triple
    strides: Triple = (1, 1, 1)
    output_padding: Annotated[tuple[Count, Count, Count], BeforeValidator(spread(3))] | None = None
    dilation_rate: Triple = (1, 1, 1)
