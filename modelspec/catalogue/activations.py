"""Activations that have arguments, as an argument of a layer: functions of `keras.activations`, and layers. No TensorFlow here.

A name alone (`activation: relu`) stays a string; `activation: {leaky_relu: {negative_slope: 0.1}}` is an entry of this module,
`activation: {LeakyReLU: 0.1}` the layer's own entry.
"""

from __future__ import annotations

from typing import Any, ClassVar

from modelspec.catalogue.entry import Entry
from modelspec.catalogue.tensor import Refusal, Tensor, shape_text
from modelspec.catalogue.types import Bool, Float, Int, NonNegativeFloat


class ActivationFunction(Entry):
    """A function of `keras.activations` with arguments. Its fields are the function's, but for the tensor."""

    keras_module: ClassVar[str] = "keras.activations"
    layer: ClassVar[str | None] = None
    """The layer of Keras that computes the same, if there is one: Keras saves it with its arguments."""

    def infer(self, x: Tensor) -> Tensor:
        """(...) -> (...). Raises `Refusal` where the tensor does not have the axis that the function works along."""
        axis = getattr(self, "axis", -1)
        if not -x.rank <= axis < x.rank:
            name = type(self).__name__
            raise Refusal("MS408", f"{name}: there is no axis {axis} in {shape_text(x.shape)}", argument="activation")
        return x


class celu(ActivationFunction):
    """A smooth ELU. https://keras.io/api/layers/activations/"""

    alpha: Float = 1.0


class elu(ActivationFunction):
    """`alpha * (exp(x) - 1)` below 0. https://keras.io/api/layers/activations/"""

    layer: ClassVar[str | None] = "ELU"
    alpha: Float = 1.0


class gelu(ActivationFunction):
    """The input times the chance that a normal number is below it. https://keras.io/api/layers/activations/"""

    approximate: Bool = False


class hard_shrink(ActivationFunction):
    """0 near 0. https://keras.io/api/layers/activations/"""

    threshold: Float = 0.5


class leaky_relu(ActivationFunction):
    """`negative_slope * x` below 0. https://keras.io/api/layers/activations/"""

    layer: ClassVar[str | None] = "LeakyReLU"
    negative_slope: NonNegativeFloat = 0.2


class log_softmax(ActivationFunction):
    """The logarithm of softmax. https://keras.io/api/layers/activations/"""

    axis: Int = -1


class relu(ActivationFunction):
    """0 below the threshold, or a slope. https://keras.io/api/layers/activations/"""

    layer: ClassVar[str | None] = "ReLU"
    negative_slope: NonNegativeFloat = 0.0
    max_value: NonNegativeFloat | None = None
    threshold: NonNegativeFloat = 0.0


class soft_shrink(ActivationFunction):
    """Moves values closer to 0 by the threshold. https://keras.io/api/layers/activations/"""

    threshold: Float = 0.5


class softmax(ActivationFunction):
    """Positive numbers that sum to 1 along `axis`. https://keras.io/api/layers/activations/"""

    axis: Int = -1


class sparsemax(ActivationFunction):
    """Like softmax, with exact zeros. https://keras.io/api/layers/activations/"""

    axis: Int = -1


class squareplus(ActivationFunction):
    """`(x + sqrt(x * x + b)) / 2`. https://keras.io/api/layers/activations/"""

    b: Float = 4


class threshold(ActivationFunction):
    """`default_value` up to the threshold. https://keras.io/api/layers/activations/"""

    threshold: Float
    default_value: Float


_OF_LAYERS = {"ELU": "elu", "LeakyReLU": "leaky_relu", "PReLU": "leaky_relu", "ReLU": "relu", "Softmax": "softmax"}


def function_of(activation: Any) -> str | None:
    """Which function of `keras.activations` a layer or an argument is, whatever its settings; None where it is none."""
    if activation is None or isinstance(activation, str):
        return activation or "linear"
    if not isinstance(activation, Entry):
        return None
    name = type(activation).__name__
    found = name if isinstance(activation, ActivationFunction) else _OF_LAYERS.get(name)
    slope: Any = getattr(activation, "negative_slope", None)
    return "leaky_relu" if found == "relu" and slope else found
