"""Conv1D, Conv2D and Conv3D. No TensorFlow here."""

from __future__ import annotations

from math import prod
from typing import ClassVar

from pydantic import Field, model_validator

from modelspec.catalogue.entry import refuse_arguments
from modelspec.catalogue.layers.layer import Layer
from modelspec.catalogue.layers.lora import adapted, refuse_constrained
from modelspec.catalogue.layers.windows import Sliding, join, places, refuse_other_than_kernel_dtype, slide, split_known
from modelspec.catalogue.tensor import Refusal, Tensor, Weight, shape_text
from modelspec.catalogue.types import (
    Activation,
    Bool,
    CausalPadding,
    Constraint,
    DataFormat,
    Float,
    Initializer,
    Padding,
    Pair,
    PositiveInt,
    Regularizer,
    Single,
    Triple,
)


def refuse_dilated_strides(strides: tuple[int, ...], dilation_rate: tuple[int, ...]) -> None:
    """Keras takes `strides` above 1 or `dilation_rate` above 1, not both."""
    if max(strides) > 1 and max(dilation_rate) > 1:
        refuse_arguments(
            "`strides` above 1 and `dilation_rate` above 1 cannot be combined; "
            f"received strides={shape_text(strides)} and dilation_rate={shape_text(dilation_rate)}",
            argument="dilation_rate",
        )


class _Convolution(Layer):
    """What Conv1D, Conv2D and Conv3D share; the subclasses say how many spatial axes there are."""

    ends_in_activation: ClassVar[bool] = True
    multiplies: ClassVar[bool] = True
    through_kwargs = ("lora_rank", "lora_alpha")
    spatial_rank: ClassVar[int]
    filters: PositiveInt
    kernel_size: tuple[PositiveInt, ...]
    strides: tuple[PositiveInt, ...]
    padding: CausalPadding = "valid"
    data_format: DataFormat | None = None
    dilation_rate: tuple[PositiveInt, ...]
    groups: PositiveInt = 1
    activation: Activation = None
    use_bias: Bool = True
    kernel_initializer: Initializer = "glorot_uniform"
    bias_initializer: Initializer = "zeros"
    kernel_regularizer: Regularizer = None
    bias_regularizer: Regularizer = None
    activity_regularizer: Regularizer = None
    kernel_constraint: Constraint = None
    bias_constraint: Constraint = None
    lora_rank: PositiveInt | None = None
    lora_alpha: Float | None = None

    @model_validator(mode="after")
    def _arguments_fit(self) -> _Convolution:
        if self.filters % self.groups:
            refuse_arguments(
                "the number of filters must be evenly divisible by the number of groups; "
                f"received groups={self.groups} and filters={self.filters}",
                argument="groups",
            )
        refuse_dilated_strides(self.strides, self.dilation_rate)
        refuse_constrained(self.lora_rank, self.kernel_constraint, "kernel_constraint")
        return self

    def infer(self, inputs: Tensor) -> Tensor:
        """(batch, n, ..., channels) -> (batch, floor((n - reach) / stride) + 1, ..., filters).

        reach = dilation_rate * (kernel_size - 1) + 1, and 1 under `same` and `causal` padding.
        """
        spatial, channels = split_known(self, inputs, self.spatial_rank, self.data_format)
        if channels % self.groups:
            raise Refusal(
                "MS408",
                f"{type(self).__name__}: the number of input channels must be evenly divisible by the number of groups;"
                f" received groups={self.groups} and {channels} channels in {shape_text(inputs.shape)}",
                help=f"choose groups so that it divides both {channels} and filters={self.filters}",
                argument="groups",
            )
        refuse_other_than_kernel_dtype(self, inputs)
        moved = slide(self, spatial, Sliding(self.kernel_size, self.strides, self.padding, self.dilation_rate))
        return Tensor(join(inputs.shape[0], moved, self.filters, self.data_format), self.compute_dtype)

    def new_weights(self, inputs: Tensor) -> tuple[Weight, ...]:
        """`kernel` (*kernel_size, channels / groups, filters), `bias` (filters), and two more with `lora_rank`."""
        _, channels = split_known(self, inputs, self.spatial_rank, self.data_format)
        shape = (*self.kernel_size, channels // self.groups, self.filters)
        kernel = Weight("kernel", shape, self.trainable, self.variable_dtype)
        kernel, more = adapted(kernel, self.lora_rank, self.trainable)
        bias = Weight("bias", (self.filters,), self.trainable, self.variable_dtype)
        return (kernel, bias, *more) if self.use_bias else (kernel, *more)

    def multiply_adds(self, inputs: Tensor) -> int:
        """The kernel, once at every place of the output."""
        moved, _ = split_known(self, self.infer(inputs), self.spatial_rank, self.data_format)
        return places(moved) * prod(self.new_weights(inputs)[0].shape)


class Conv1D(_Convolution):
    """A convolution over one axis, such as time. https://keras.io/api/layers/convolution_layers/convolution1d/"""

    spatial_rank: ClassVar[int] = 1
    kernel_size: Single
    strides: Single = Field(1, validate_default=True)
    dilation_rate: Single = Field(1, validate_default=True)


class Conv2D(_Convolution):
    """A convolution over height and width. https://keras.io/api/layers/convolution_layers/convolution2d/"""

    spatial_rank: ClassVar[int] = 2
    kernel_size: Pair
    strides: Pair = (1, 1)
    padding: Padding = "valid"
    dilation_rate: Pair = (1, 1)


class Conv3D(_Convolution):
    """A convolution over three axes. https://keras.io/api/layers/convolution_layers/convolution3d/"""

    spatial_rank: ClassVar[int] = 3
    kernel_size: Triple
    strides: Triple = (1, 1, 1)
    padding: Padding = "valid"
    dilation_rate: Triple = (1, 1, 1)
