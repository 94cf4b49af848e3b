"""Dense, Identity and Masking. No TensorFlow here."""

from __future__ import annotations

from math import prod
from typing import ClassVar, Literal

from pydantic import model_validator

from modelspec.catalogue.layers.layer import Layer
from modelspec.catalogue.layers.lora import adapted, refuse_constrained
from modelspec.catalogue.layers.rules import SameShape, passed_dtype, refuse_text
from modelspec.catalogue.tensor import Masks, Refusal, Tensor, Tensors, Weight, shape_text
from modelspec.catalogue.types import Activation, Bool, Constraint, Float, Initializer, PositiveInt, Regularizer


class Dense(Layer):
    """`activation(inputs @ kernel + bias)` over the last axis. https://keras.io/api/layers/core_layers/dense/"""

    ends_in_activation: ClassVar[bool] = True
    multiplies: ClassVar[bool] = True
    keeps_mask: ClassVar[bool] = True
    units: PositiveInt
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
    def _adaptable(self) -> Dense:
        refuse_constrained(self.lora_rank, self.kernel_constraint, "kernel_constraint")
        return self

    def infer(self, inputs: Tensor) -> Tensor:
        """(..., n) -> (..., units)."""
        refuse_text(self, inputs)
        if inputs.rank < 2:
            raise Refusal(
                "MS401",
                f"Dense needs at least 2 axes, the batch included; received {shape_text(inputs.shape)}",
                help="give the input an axis beside the batch: `[1]` for one number per sample",
            )
        if inputs.shape[-1] is None:
            raise Refusal(
                "MS403",
                f"Dense needs a last axis of known size; received {shape_text(inputs.shape)}",
                help="its kernel has a row for each number on that axis: give the axis a size in the input's shape, or "
                "pool the unknown axes first",
            )
        return Tensor((*inputs.shape[:-1], self.units), self.compute_dtype)

    def new_weights(self, inputs: Tensor) -> tuple[Weight, ...]:
        """`kernel` (n, units) and `bias` (units)."""
        width = inputs.shape[-1]
        assert width is not None
        kernel = Weight("kernel", (width, self.units), self.trainable, self.variable_dtype)
        kernel, more = adapted(kernel, self.lora_rank, self.trainable)
        bias = Weight("bias", (self.units,), self.trainable, self.variable_dtype)
        return (kernel, bias, *more) if self.use_bias else (kernel, *more)

    def multiply_adds(self, inputs: Tensor) -> int:
        """Each of the inputs once for every unit."""
        return prod(dim or 1 for dim in inputs.shape[1:]) * self.units


class Identity(Layer):
    """Its input, unchanged. https://keras.io/api/layers/core_layers/identity/"""

    takes_ragged: ClassVar[bool] = True
    picks: ClassVar[bool] = True
    hands_on: ClassVar[Literal["in place", "elsewhere"] | None] = "in place"
    moves_whole: ClassVar[bool] = True
    keeps_mask: ClassVar[bool] = True

    def infer(self, inputs: Tensor | Tensors) -> Tensor | Tensors:
        """(...) -> (...), for one tensor or for each of a list."""
        if isinstance(inputs, Tensor):
            return Tensor(inputs.shape, passed_dtype(self, inputs))
        return tuple(Tensor(each.shape, passed_dtype(self, each)) for each in inputs)


class Masking(SameShape):
    """Marks steps that hold only `mask_value` as absent. https://keras.io/api/layers/core_layers/masking/"""

    picks: ClassVar[bool] = True
    moves_whole: ClassVar[bool] = True
    mask_value: Float = 0.0

    def whole_dtype(self, dtype: str) -> str:
        """Booleans become numbers, as what is masked is made 0."""
        return "int32" if dtype == "bool" else dtype

    def output_masks(self, previous: Masks, inputs: Tensor | Tensors, outputs: Tensors) -> Masks:
        """A boolean for each row of the last axis."""
        assert isinstance(inputs, Tensor)
        return (inputs.shape[:-1],)
