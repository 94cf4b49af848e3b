"""Layers that scale and normalize numbers, and Pipeline, a chain of layers. No TensorFlow here."""

from __future__ import annotations

from math import prod
from typing import Any, ClassVar

from pydantic import model_validator

from modelspec.catalogue.call import parameters
from modelspec.catalogue.entry import refuse_arguments
from modelspec.catalogue.layers.layer import Lack, Layer, called
from modelspec.catalogue.layers.naming import default_names, prefixed
from modelspec.catalogue.layers.rules import SameShape, refuse_text, refuse_untaken, tensors_needed
from modelspec.catalogue.tensor import Masks, Refusal, Tensor, Tensors, Weight, shape_text
from modelspec.catalogue.types import Bool, Float, Int, LayerArguments

_Row = tuple[Float, ...]
Numbers = Float | _Row | tuple[_Row, ...] | tuple[tuple[_Row, ...], ...]
"""A number, or a list of numbers nested up to three deep."""
_MOST_NESTED = 3


def shape_of(numbers: Any) -> tuple[int, ...] | None:
    """The shape of nested lists, or None where they are not of one length."""
    if not isinstance(numbers, tuple):
        return ()
    inner = {shape_of(item) for item in numbers} or {()}
    if len(inner) != 1 or None in inner:
        return None
    below = inner.pop()
    assert below is not None
    return (len(numbers), *below)


class Normalization(SameShape):
    """Shifts and scales to mean 0 and variance 1; without `mean` and `variance` it learns them by `adapt`.
    https://keras.io/api/layers/preprocessing_layers/numerical/normalization/"""

    made_float32: ClassVar[tuple[str, ...]] = ("mean", "variance")
    learns = "moments"
    takes_ragged: ClassVar[bool] = True
    axis: Int | tuple[Int, ...] | None = -1
    mean: Numbers | None = None
    variance: Numbers | None = None
    invert: Bool = False

    @model_validator(mode="after")
    def _mean_and_variance(self) -> Normalization:
        if (self.mean is None) != (self.variance is None):
            missing = "mean" if self.mean is None else "variance"
            refuse_arguments("both `mean` and `variance` must be set, or neither", argument=missing)
        shapes = shape_of(self.mean), shape_of(self.variance)
        if None in shapes:
            ragged = "mean" if shapes[0] is None else "variance"
            refuse_arguments(f"the lists in `{ragged}` differ in length", argument=ragged)
        if shapes[0] != shapes[1]:
            refuse_arguments("`mean` and `variance` must have the same shape", argument="variance")
        if len(shapes[0] or ()) > len(self.axes):
            refuse_arguments(f"`mean` is nested deeper than there are axes ({len(self.axes)})", argument="mean")
        return self

    @property
    def axes(self) -> tuple[int, ...]:
        """The axes that keep a mean and variance of their own."""
        if self.axis is None:
            return ()
        return (self.axis,) if isinstance(self.axis, int) else self.axis

    def kept(self, inputs: Tensor) -> tuple[int, ...]:
        """`axes` counted from the front, in order; refused where one is missing or of unknown size."""
        for axis in self.axes:
            if not -inputs.rank <= axis < inputs.rank:
                raise Refusal(
                    "MS408",
                    f"Normalization: there is no axis {axis} in {shape_text(inputs.shape)}",
                    help=f"choose axes from {-inputs.rank} to {inputs.rank - 1}",
                    argument="axis",
                )
            if inputs.shape[axis] is None:
                raise Refusal(
                    "MS403",
                    f"Normalization needs a known size on axis {axis}; received {shape_text(inputs.shape)}",
                    help="give that axis a size in the input's shape, or use `axis: null` for one mean of all numbers",
                    argument="axis",
                )
        return tuple(sorted(axis % inputs.rank for axis in self.axes))

    def lacks(self) -> Lack | None:
        """The mean and variance; without them it hands its input on."""
        help = "give them: `mean: 0.5, variance: 0.25`, one number, or one for each position along `axis`"
        return None if self.mean is not None else Lack("`mean` and `variance`", help, works_without=True)

    def hindrance(self) -> str | None:
        """Rows to turn back are normalized already; and there is a way to write what it would learn."""
        if self.invert:
            return "turns normalized numbers back, and these do not tell the mean that they had"
        return None if len(self.axes) <= _MOST_NESTED else "keeps more axes than lists in a spec are nested"

    def provisional(self, size: int) -> dict[str, Any]:
        """One mean and variance that change nothing."""
        return {"mean": 0.0, "variance": 1.0}

    def infer(self, inputs: Tensor) -> Tensor:
        """(...) -> (...)."""
        output = super().infer(inputs)
        kept = self.kept(inputs)
        sizes = tuple(inputs.shape[axis] or 0 for axis in kept)
        if self.mean is None:
            fits = prod(sizes) == prod(inputs.shape[axis] or 0 for axis in set(kept))
            if not fits:
                raise Refusal(
                    "MS408", "Normalization: `axis` names an axis twice", help="name each axis once", argument="axis"
                )
            return output
        given = shape_of(self.mean) or ()
        placed = dict(zip(reversed(kept), reversed(given), strict=False))
        fits = prod(placed.values()) == prod(given) and all(
            size in (1, inputs.shape[axis]) for axis, size in placed.items()
        )
        if not fits:
            raise Refusal(
                "MS408",
                f"Normalization: `mean` of shape {shape_text(given)} does not fit the axes {list(kept)} "
                f"of {shape_text(inputs.shape)}",
                help=f"give nested lists of shape {shape_text(sizes)}",
                argument="mean",
            )
        return output

    def infer_traced(self, inputs: Tensor) -> Tensor:
        """Refused: Keras keeps tensors of the first tracing, which the next one cannot use."""
        raise Refusal(
            "MS408",
            "Normalization cannot be part of a Pipeline inside a model",
            help="put it before or after the Pipeline, as a step of its own",
            argument="layers",
        )

    def new_weights(self, inputs: Tensor) -> tuple[Weight, ...]:
        """`mean` and `variance` of the kept axes, and `count`; none where they are given as arguments."""
        if self.mean is not None:
            return ()
        shape = tuple(inputs.shape[axis] or 0 for axis in self.kept(inputs))
        return (
            Weight("mean", shape, False, self.variable_dtype),
            Weight("variance", shape, False, self.variable_dtype),
            Weight("count", (), False, "int64"),
        )


class Pipeline(Layer):
    """Layers one after the other. https://keras.io/api/layers/preprocessing_layers/image_augmentation/pipeline/

    Keras traces the call of a Pipeline, so what comes out is what its layers compute, which for some is not what they
    promise: those have a second rule, `infer_traced`.
    """

    untaken: ClassVar[tuple[str, ...]] = ("trainable", "dtype", "activity_regularizer", "autocast")
    layers: LayerArguments

    @model_validator(mode="after")
    def _has_layers(self) -> Pipeline:
        refuse_untaken(self)
        if not self.layers:
            refuse_arguments("a Pipeline needs at least one layer", argument="layers")
        for layer in self.layers:
            if isinstance(layer, Layer) and tensors_needed(layer) > 1:
                message = f"a Pipeline passes one value from layer to layer; {called(layer)} needs several"
                refuse_arguments(message, "layers", f"put the {called(layer)} outside the Pipeline")
        return self

    def infer(self, inputs: Any) -> Any:
        """What the last layer puts out."""
        return self._walk(inputs)[0]

    def _walk(self, inputs: Any) -> tuple[Any, list[Any]]:
        received = []
        for layer in self.layers:
            received.append(inputs)
            _refuse_several(layer, inputs)
            inputs = getattr(layer, "infer_traced", layer.infer)(inputs)
        return inputs, received

    def new_weights(self, inputs: Any) -> tuple[Weight, ...]:
        """Those of its layers, under the layers' names."""
        received = self._walk(inputs)[1]
        names = default_names(self.layers)
        return tuple(
            weight
            for name, layer, given in zip(names, self.layers, received, strict=True)
            for weight in prefixed(name, layer.new_weights(given))
        )

    def output_masks(self, previous: Masks, inputs: Tensor | Tensors, outputs: Tensors) -> Masks:
        """The inputs', where every layer keeps it."""
        return previous if all(layer.keeps_mask for layer in self.layers) else ()

    def multiply_adds(self, inputs: Any) -> int:
        """The sum of its layers' work."""
        received = self._walk(inputs)[1]
        return sum(layer.multiply_adds(given) for layer, given in zip(self.layers, received, strict=True))


def _refuse_several(layer: Layer, inputs: Any) -> None:
    """Refuse several tensors for a layer that takes one."""
    if not isinstance(inputs, Tensor) and not parameters(type(layer))[0].takes_list:
        message = f"{called(layer)} in a Pipeline takes one tensor; received {len(inputs)}"
        raise Refusal("MS406", message, help="join them first, with Concatenate or Add for instance", argument="layers")


class Rescaling(SameShape):
    """`inputs * scale + offset`; a list has a number for each position of the last axis.
    https://keras.io/api/layers/preprocessing_layers/image_preprocessing/rescaling/"""

    takes_ragged: ClassVar[bool] = True
    scale: Float | tuple[Float, ...]
    offset: Float | tuple[Float, ...] = 0.0

    def infer(self, inputs: Tensor) -> Tensor:
        """(...) -> (...)."""
        refuse_text(self, inputs)
        last = inputs.shape[-1] if inputs.rank else None
        for argument, value in (("scale", self.scale), ("offset", self.offset)):
            if not isinstance(value, tuple) or len(value) == 1:
                continue
            if last != len(value) and (last is not None or inputs.rank < 2):
                raise Refusal(
                    "MS408",
                    f"Rescaling: {len(value)} numbers in `{argument}` do not fit the last axis "
                    f"of {shape_text(inputs.shape)}",
                    help="give one number, or one for each position along the last axis",
                    argument=argument,
                )
        return super().infer(inputs)
