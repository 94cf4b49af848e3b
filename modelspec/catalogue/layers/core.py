"""Dense, Embedding and the other layers of keras.layers' "core" family. No TensorFlow here."""

from __future__ import annotations

from typing import Any

from modelspec.catalogue.entry import Layer
from modelspec.catalogue.tensor import Refusal, Tensor, Weight, shape_text
from modelspec.catalogue.types import Activation, Bool, Constraint, Initializer, PositiveInt, Regularizer


class Dense(Layer):
    """`activation(inputs @ kernel + bias)` over the last axis. https://keras.io/api/layers/core_layers/dense/"""

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
    lora_alpha: float | None = None

    def infer(self, inputs: Tensor) -> Tensor:
        """(..., n) -> (..., units)."""
        if inputs.rank < 2:
            raise Refusal("MS401", f"Dense needs at least 2 axes, batch included; received {shape_text(inputs.shape)}")
        if inputs.shape[-1] is None:
            raise Refusal("MS403", f"Dense needs a last axis of known size; received {shape_text(inputs.shape)}")
        return Tensor((*inputs.shape[:-1], self.units), self.compute_dtype)

    def new_weights(self, inputs: Tensor) -> tuple[Weight, ...]:
        """`kernel` (n, units) and `bias` (units)."""
        width = inputs.shape[-1]
        assert width is not None
        kernel = Weight("kernel", (width, self.units), self.trainable, self.variable_dtype)
        bias = Weight("bias", (self.units,), self.trainable, self.variable_dtype)
        return (kernel, bias) if self.use_bias else (kernel,)
