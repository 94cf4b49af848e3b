"""Dense, Embedding and the other layers of keras.layers' "core" family. No TensorFlow here."""

from __future__ import annotations

from math import prod

from modelspec.catalogue.entry import Layer
from modelspec.catalogue.layers.rules import SameShape, passed_dtype, refuse_text
from modelspec.catalogue.tensor import Refusal, Tensor, Tensors, Weight, shape_text
from modelspec.catalogue.types import Activation, Bool, Constraint, Float, Initializer, PositiveInt, Regularizer


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
    lora_alpha: Float | None = None

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

    def multiply_adds(self, inputs: Tensor) -> int:
        """Each of the inputs once for every unit."""
        return prod(dim or 1 for dim in inputs.shape[1:]) * self.units


class Embedding(Layer):
    """A vector for each of `input_dim` whole numbers. https://keras.io/api/layers/core_layers/embedding/"""

    input_dim: PositiveInt
    output_dim: PositiveInt
    embeddings_initializer: Initializer = "uniform"
    embeddings_regularizer: Regularizer = None
    embeddings_constraint: Constraint = None
    mask_zero: Bool = False
    lora_rank: PositiveInt | None = None
    lora_alpha: Float | None = None

    def infer(self, inputs: Tensor) -> Tensor:
        """(...) -> (..., output_dim)."""
        refuse_text(self, inputs)
        return Tensor((*inputs.shape, self.output_dim), self.compute_dtype)

    def new_weights(self, inputs: Tensor) -> tuple[Weight, ...]:
        """`embeddings` (input_dim, output_dim)."""
        return (Weight("embeddings", (self.input_dim, self.output_dim), self.trainable, self.variable_dtype),)


class Identity(Layer):
    """Its input, unchanged. https://keras.io/api/layers/core_layers/identity/"""

    def infer(self, inputs: Tensor | Tensors) -> Tensor | Tensors:
        """(...) -> (...), for one tensor or for each of a list."""
        if isinstance(inputs, Tensor):
            return Tensor(inputs.shape, passed_dtype(self, inputs))
        return tuple(Tensor(each.shape, passed_dtype(self, each)) for each in inputs)


class Masking(SameShape):
    """Marks steps that hold only `mask_value` as absent. https://keras.io/api/layers/core_layers/masking/"""

    mask_value: Float = 0.0
