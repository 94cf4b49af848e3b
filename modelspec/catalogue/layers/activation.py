"""Activation, ReLU, PReLU, Softmax: activations as layers of their own. No TensorFlow here."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from modelspec.catalogue import types
from modelspec.catalogue.activations import function_of
from modelspec.catalogue.backends.tensorflow.dtypes import refuse_other_than_float, refuse_truth_values
from modelspec.catalogue.layers.layer import Layer
from modelspec.catalogue.layers.rules import Axes, SameShape, distinct_axes, mask_fits
from modelspec.catalogue.tensor import Refusal, Tensor, Weight, shape_text
from modelspec.catalogue.types import Constraint, Float, Initializer, NonNegativeFloat, Regularizer


class Activation(SameShape):
    """An activation by name. https://keras.io/api/layers/core_layers/activation/"""

    takes_ragged: ClassVar[bool] = True
    ends_in_activation: ClassVar[bool] = True
    activation: types.Activation

    def handing_on(self) -> Literal["in place", "elsewhere"] | None:
        """Where it changes nothing."""
        return "in place" if self.ending() == "linear" else None

    def leaves_whole(self) -> bool:
        """Where nothing has to be computed, or the larger of two found."""
        if isinstance(self.activation, Layer):
            return self.activation.leaves_whole()
        return function_of(self.activation) in ("linear", "relu", "relu6")

    def infer(self, inputs: Tensor) -> Tensor:
        """(...) -> (...)."""
        if isinstance(self.activation, Softmax) and inputs.mask is not None:
            self.activation.infer(inputs, Tensor(inputs.mask, "bool"))
        if self.activation == "glu":
            raise Refusal(
                "MS408",
                "Activation: glu halves the last axis, which Keras's layer does not expect",
                help="use `ops.glu` instead",
                argument="activation",
            )
        output = super().infer(inputs)
        if isinstance(self.activation, Layer):
            self.activation.infer(inputs)
        elif (function := function_of(self.activation)) not in ("exponential", "linear", "tanh"):
            refuse_truth_values(self, inputs)
            if function not in ("leaky_relu", "relu", "relu6"):
                refuse_other_than_float(self, inputs)
        return output


class _OnFloats(SameShape):
    """The rule of activations that TensorFlow computes on floats only."""

    def infer(self, inputs: Tensor) -> Tensor:
        """(...) -> (...)."""
        refuse_other_than_float(self, inputs)
        return super().infer(inputs)


class _OnNumbers(SameShape):
    """The rule of activations that TensorFlow computes on floats and whole numbers."""

    def infer(self, inputs: Tensor) -> Tensor:
        """(...) -> (...)."""
        refuse_truth_values(self, inputs)
        return super().infer(inputs)


class ELU(_OnFloats):
    """`alpha * (exp(x) - 1)` below 0. https://keras.io/api/layers/activation_layers/elu/"""

    takes_ragged: ClassVar[bool] = True
    ends_in: ClassVar[str | None] = "elu"
    alpha: Float = 1.0


class LeakyReLU(_OnNumbers):
    """`negative_slope * x` below 0. https://keras.io/api/layers/activation_layers/leaky_relu/"""

    takes_ragged: ClassVar[bool] = True
    ends_in: ClassVar[str | None] = "leaky_relu"
    negative_slope: NonNegativeFloat = 0.3


class PReLU(_OnFloats):
    """`alpha * x` below 0, with `alpha` learned. https://keras.io/api/layers/activation_layers/prelu/"""

    takes_ragged: ClassVar[bool] = True
    ends_in: ClassVar[str | None] = "leaky_relu"
    alpha_initializer: Initializer = "Zeros"
    alpha_regularizer: Regularizer = None
    alpha_constraint: Constraint = None
    shared_axes: Axes | None = None

    def infer(self, inputs: Tensor) -> Tensor:
        """(batch, ...) -> (batch, ...); axes that are not shared must have a known size."""
        if None in self._alpha_shape(inputs):
            raise Refusal(
                "MS403",
                f"PReLU learns a number for each position, so it needs known sizes; received {shape_text(inputs.shape)}",
                help="name the axes of unknown size in `shared_axes`",
            )
        return super().infer(inputs)

    def _alpha_shape(self, inputs: Tensor) -> tuple[int | None, ...]:
        shape = list(inputs.shape[1:])
        for axis in self.shared_axes or ():
            if not -len(shape) < axis <= len(shape):
                raise Refusal(
                    "MS408",
                    f"PReLU: there is no axis {axis} to share in {shape_text(inputs.shape)}",
                    help=f"choose axes from 1 to {len(shape)}",
                    argument="shared_axes",
                )
            # Keras counts from the axis after the batch, negative numbers too: 0 is the last axis, -1 the one before.
            shape[axis - 1] = 1
        return tuple(shape)

    def new_weights(self, inputs: Tensor) -> tuple[Weight, ...]:
        """`alpha`, the input's shape without the batch, 1 on shared axes."""
        shape = tuple(dim for dim in self._alpha_shape(inputs) if dim is not None)
        return (Weight("alpha", shape, self.trainable, self.variable_dtype),)


class ReLU(_OnNumbers):
    """0 below the threshold. https://keras.io/api/layers/activation_layers/relu/"""

    takes_ragged: ClassVar[bool] = True
    ends_in: ClassVar[str | None] = "relu"
    moves_whole: ClassVar[bool] = True
    max_value: NonNegativeFloat | None = None
    negative_slope: NonNegativeFloat = 0.0
    threshold: NonNegativeFloat = 0.0


class Softmax(_OnFloats):
    """Positive numbers that sum to 1 along `axis`. https://keras.io/api/layers/activation_layers/softmax/"""

    takes_ragged: ClassVar[bool] = True
    ends_in: ClassVar[str | None] = "softmax"
    computes_along: ClassVar[bool] = True
    axis: Axes = Field(default=-1, validate_default=True)

    def without_mask(self) -> str:
        """The function, along the same axes; the activation works along the last one only."""
        if self.axis in (-1, (-1,)):
            return "`ops.softmax`"
        axes = self.axis if isinstance(self.axis, int) else self.axis[0] if len(self.axis) == 1 else list(self.axis)
        return f"`ops.softmax: {{axis: {axes}}}`"

    def infer(self, inputs: Tensor, mask: Tensor | None = None) -> Tensor:
        """(...) -> (...); a mask must broadcast to the input."""
        distinct_axes(self, self.axis, inputs)
        if mask is not None and not mask_fits(mask.shape, inputs.shape):
            raise Refusal(
                "MS402",
                f"Softmax: mask {shape_text(mask.shape)} does not fit inputs {shape_text(inputs.shape)}",
                help="give the mask the input's axes, each of its size or 1",
            )
        return super().infer(inputs)
