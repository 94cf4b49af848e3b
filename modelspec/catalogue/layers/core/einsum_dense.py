"""EinsumDense: a dense layer written as an equation over named axes. No TensorFlow here."""

from __future__ import annotations

import re
from math import prod
from typing import Annotated, ClassVar, NamedTuple

from pydantic import BeforeValidator, model_validator

from modelspec.catalogue.entry import refuse_arguments
from modelspec.catalogue.layers.layer import Layer
from modelspec.catalogue.layers.lora import adapted, refuse_constrained
from modelspec.catalogue.layers.rules import refuse_text
from modelspec.catalogue.tensor import Dim, Refusal, Shape, Tensor, Weight, shape_text
from modelspec.catalogue.types import Activation, Constraint, Float, Initializer, PositiveInt, Regularizer, Text, spread

_FORMS = (
    r"([a-zA-Z]+),([a-zA-Z]+)->([a-zA-Z]+)",
    r"\.\.\.([a-zA-Z]+),([a-zA-Z]+)->\.\.\.([a-zA-Z]+)",
    r"([a-zA-Z]{2,})\.\.\.,([a-zA-Z]+)->([a-zA-Z]+)\.\.\.",
)


class Equation(NamedTuple):
    """The letters of `inputs,kernel->outputs`; `left` and `right` say on which side an ellipsis stands."""

    inputs: str
    kernel: str
    outputs: str
    left: bool
    right: bool


def parse(text: str) -> Equation | None:
    """The equation's parts, or None where it has none of the three forms that Keras takes."""
    for form in _FORMS:
        match = re.fullmatch(form, text)
        if match is not None:
            inputs, kernel, outputs = match.groups()
            return Equation(inputs, kernel, outputs, text.startswith("..."), text.endswith("..."))
    return None


def problem(equation: Equation) -> str | None:
    """What is wrong with an equation whatever its inputs are."""
    for letter in equation.outputs:
        if letter not in equation.inputs and letter not in equation.kernel:
            return f"'{letter}' appears only after the arrow; it must also be an axis of the inputs or the kernel"
        if equation.outputs.count(letter) > 1:
            return f"'{letter}' appears twice after the arrow"
    for letter in equation.kernel:
        if letter not in equation.inputs and letter not in equation.outputs:
            return f"'{letter}' is an axis of the kernel only; it must also be an axis of the inputs or the outputs"
    return None


class EinsumDense(Layer):
    """`activation(einsum(equation, inputs, kernel) + bias)`. https://keras.io/api/layers/core_layers/einsum_dense/"""

    ends_in_activation: ClassVar[bool] = True
    multiplies: ClassVar[bool] = True
    fixed_rank = True
    equation: Text
    output_shape: Annotated[tuple[PositiveInt | None, ...], BeforeValidator(spread(1))]
    activation: Activation = None
    bias_axes: Text | None = None
    kernel_initializer: Initializer = "glorot_uniform"
    bias_initializer: Initializer = "zeros"
    kernel_regularizer: Regularizer = None
    bias_regularizer: Regularizer = None
    kernel_constraint: Constraint = None
    bias_constraint: Constraint = None
    lora_rank: PositiveInt | None = None
    lora_alpha: Float | None = None

    @model_validator(mode="after")
    def _sound(self) -> EinsumDense:
        equation = parse(self.equation)
        if equation is None:
            refuse_arguments("must read `ab,bc->ac`, `...b,bc->...c` or `ab...,bc->ac...`", argument="equation")
        wrong = problem(equation)
        if wrong is not None:
            refuse_arguments(wrong, argument="equation")
        if self.bias_axes is not None and (not self.bias_axes or set(self.bias_axes) - set(equation.outputs)):
            refuse_arguments(f"must be letters of the outputs '{equation.outputs}'", argument="bias_axes")
        refuse_constrained(self.lora_rank, self.kernel_constraint, "kernel_constraint")
        return self

    @property
    def _equation(self) -> Equation:
        equation = parse(self.equation)
        assert equation is not None
        return equation

    def infer(self, inputs: Tensor) -> Tensor:
        """The axes that the equation names after the arrow; `output_shape` gives all but the batch and the ellipsis."""
        refuse_text(self, inputs)
        output = self._output_shape(inputs.shape)
        self._refuse_different(inputs.shape, output)
        if None in self._kernel_shape(inputs.shape, output) or None in (self._bias_shape(inputs.shape, output) or ()):
            raise Refusal(
                "MS403",
                f"EinsumDense makes weights for axes whose sizes must be known; received {shape_text(inputs.shape)} "
                f"with equation {self.equation} and output_shape {shape_text(self.output_shape)}",
                help="give the input's axes and `output_shape` sizes wherever the kernel or the bias has them",
            )
        return Tensor(output, self.compute_dtype)

    def _elided(self, shape: Shape) -> int:
        """How many axes the ellipsis stands for."""
        equation = self._equation
        elided = len(shape) - len(equation.inputs)
        if elided < 0 or (elided > 0 and not (equation.left or equation.right)):
            raise Refusal(
                "MS401",
                f"EinsumDense: '{self.equation.split(',')[0]}' names {len(equation.inputs)} axes, batch included; "
                f"received {shape_text(shape)}",
                help="name each axis of the input, or use an ellipsis: `...b,bc->...c`",
                argument="equation",
            )
        return elided

    def _output_shape(self, shape: Shape) -> Shape:
        equation, elided = self._equation, self._elided(shape)
        output: list[Dim] = [shape[0], *self.output_shape]
        if equation.left:
            # Keras puts them in from the left one by one, so more than one comes out in reverse.
            output[1:1] = reversed(shape[1:elided])
        else:
            output += shape[len(shape) - elided :]
        if len(output) != len(equation.outputs) + elided:
            wanted = len(equation.outputs) - (0 if equation.left and elided else 1)
            raise Refusal(
                "MS407",
                f"EinsumDense: output_shape must give {wanted} sizes for {self.equation} on {shape_text(shape)}; "
                f"received {shape_text(self.output_shape)}",
                help="give one size for each letter after the arrow, without the batch",
                argument="output_shape",
            )
        return tuple(output)

    def _sizes(self, shape: Shape, output: Shape) -> tuple[dict[str, Dim], dict[str, Dim]]:
        """The size of each letter in the inputs, and in the outputs."""
        equation, elided = self._equation, self._elided(shape)
        start = elided if equation.left else 0
        return (
            {letter: shape[start + index] for index, letter in enumerate(equation.inputs)},
            {letter: output[start + index] for index, letter in enumerate(equation.outputs)},
        )

    def _refuse_different(self, shape: Shape, output: Shape) -> None:
        before, after = self._sizes(shape, output)
        for letter, size in before.items():
            if after.get(letter) is not None and after[letter] != size:
                raise Refusal(
                    "MS407",
                    f"EinsumDense: axis '{letter}' is {size} in the inputs {shape_text(shape)} and {after[letter]} in "
                    f"output_shape {shape_text(self.output_shape)}",
                    help="write null for an axis that only passes through",
                    argument="output_shape",
                )

    def _kernel_shape(self, shape: Shape, output: Shape) -> Shape:
        before, after = self._sizes(shape, output)
        return tuple(after[letter] if letter in after else before[letter] for letter in self._equation.kernel)

    def _bias_shape(self, shape: Shape, output: Shape) -> Shape | None:
        if self.bias_axes is None:
            return None
        equation, (_, after) = self._equation, self._sizes(shape, output)
        first = min(equation.outputs.index(letter) for letter in self.bias_axes)
        sizes = tuple(after[letter] if letter in self.bias_axes else 1 for letter in equation.outputs[first:])
        return sizes if equation.left else sizes + (1,) * self._elided(shape)

    def new_weights(self, inputs: Tensor) -> tuple[Weight, ...]:
        """`kernel`, with the sizes of its letters, and `bias`, from the first of `bias_axes` on."""
        output = self._output_shape(inputs.shape)
        kernel, more = adapted(
            self._weight("kernel", self._kernel_shape(inputs.shape, output)), self.lora_rank, self.trainable
        )
        bias = self._bias_shape(inputs.shape, output)
        return (kernel, *((self._weight("bias", bias),) if bias is not None else ()), *more)

    def _weight(self, name: str, shape: Shape) -> Weight:
        return Weight(name, tuple(dim for dim in shape if dim is not None), self.trainable, self.variable_dtype)

    def multiply_adds(self, inputs: Tensor) -> int:
        """One for each combination of all axes but the batch."""
        kernel = self._kernel_shape(inputs.shape, self._output_shape(inputs.shape))
        sizes = zip(self._equation.kernel, kernel, strict=True)
        new = prod(size or 1 for letter, size in sizes if letter not in self._equation.inputs)
        return prod(dim or 1 for dim in inputs.shape[1:]) * new
