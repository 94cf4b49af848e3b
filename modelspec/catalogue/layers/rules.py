"""Shape rules that several families of layers share. No TensorFlow here, and nothing of any particular layer."""

from __future__ import annotations

import inspect
import re
from typing import Annotated, ClassVar

from pydantic import BeforeValidator

from modelspec.catalogue.entry import refuse_arguments
from modelspec.catalogue.layers.layer import Layer
from modelspec.catalogue.tensor import Refusal, Shape, Tensor, shape_text
from modelspec.catalogue.types import FLOAT_DTYPES, Int, spread

Axes = Annotated[tuple[Int, ...], BeforeValidator(spread(1))]
"""One axis or several."""

SPATIAL_NAMES = {1: ("steps",), 2: ("height", "width"), 3: ("depth", "height", "width")}


class SameShape(Layer):
    """A layer that puts out a number for each number that comes in."""

    keeps_mask: ClassVar[bool] = True

    def infer(self, inputs: Tensor) -> Tensor:
        """(...) -> (...)."""
        refuse_text(self, inputs)
        return Tensor(inputs.shape, self.compute_dtype)


def default_name(layer: Layer) -> str:
    """The name that Keras gives the first layer of this class: `SpatialDropout1D` is `spatial_dropout1d`."""
    name = re.sub(r"(.)([A-Z][a-z]+)", r"\1_\2", type(layer).__name__)
    return re.sub(r"([a-z])([A-Z])", r"\1_\2", name).lower()


def passed_dtype(layer: Layer, inputs: Tensor) -> str:
    """The dtype of a layer that only moves its input: floating inputs are cast first, others stay as they are."""
    return layer.compute_dtype if layer.autocast and inputs.dtype in FLOAT_DTYPES else inputs.dtype


def tensors_needed(layer: Layer) -> int:
    """How many of the layer's call arguments have no default."""
    parameters = inspect.signature(layer.infer).parameters.values()
    return sum(parameter.default is parameter.empty for parameter in parameters)


def refuse_untaken(layer: Layer) -> None:
    """Refuse arguments of all layers that Keras's class, unlike the others, does not take."""
    for argument in layer.untaken:
        if argument in layer.model_fields_set:
            refuse_arguments(f"{type(layer).__name__} does not take `{argument}`", argument=argument)


def refuse_text(layer: Layer, inputs: Tensor) -> None:
    """Refuse strings: Keras accepts them while a model is put together, and fails on the first batch."""
    if inputs.dtype == "string":
        name = type(layer).__name__
        raise Refusal(
            "MS405",
            f"{name} works on numbers; received dtype string",
            help="turn text into numbers first, with StringLookup, Hashing or TextVectorization",
        )


def mask_fits(mask: Shape, wanted: Shape) -> bool:
    """Whether a mask stretches to a tensor of this shape, batch upon batch."""
    missing = len(wanted) - len(mask)
    if missing < 0 or (missing > 0 and mask[:1] == (None,)):
        return False  # from the last axis to the first, the mask's batch would lie upon another axis
    return all(
        size in (None, 1) or there is None or size == there for size, there in zip(mask, wanted[missing:], strict=True)
    )


def axes_words(spatial: int, channels_first: bool = False) -> str:
    """What the axes of an image or sequence are called: `(batch, height, width, channels)`."""
    names = SPATIAL_NAMES[spatial]
    ordered = ("channels", *names) if channels_first else (*names, "features" if spatial == 1 else "channels")
    return f"({', '.join(('batch', *ordered))})"


def expect_rank(layer: Layer, inputs: Tensor, rank: int, words: str) -> None:
    """Refuse inputs that do not have exactly `rank` axes; `words` names the axes that are expected."""
    if inputs.rank != rank:
        raise Refusal(
            "MS401",
            f"{type(layer).__name__} needs {rank} axes, {words}; received {shape_text(inputs.shape)}",
            help=f"{'add' if inputs.rank < rank else 'remove'} an axis first, with Reshape for instance",
        )


def expect_batch(layer: Layer, inputs: Tensor) -> None:
    """Refuse a number without any axis, as `ops.max` gives: there is no batch to keep."""
    if inputs.rank == 0:
        message = (
            f"{type(layer).__name__} needs a batch axis; received a number without axes, {shape_text(inputs.shape)}"
        )
        raise Refusal(
            "MS401", message, help="keep the batch axis in the step above: ops such as `ops.max` take `axis: 1`"
        )


def positive_axis(layer: Layer, axis: int, inputs: Tensor) -> int:
    """`axis` counted from the front; refused where the input has no such axis."""
    if not -inputs.rank <= axis < inputs.rank:
        raise Refusal(
            "MS408",
            f"{type(layer).__name__}: there is no axis {axis} in {shape_text(inputs.shape)}",
            help=f"choose an axis from {-inputs.rank} to {inputs.rank - 1}; axis 0 is the batch",
            argument="axis",
        )
    return axis % inputs.rank


def distinct_axes(layer: Layer, axes: tuple[int, ...], inputs: Tensor) -> tuple[int, ...]:
    """Several axes counted from the front; refused where one is not there or is named twice."""
    found = tuple(positive_axis(layer, axis, inputs) for axis in axes)
    if len(set(found)) < len(found):
        raise Refusal(
            "MS408",
            f"{type(layer).__name__}: {axes} names an axis of {shape_text(inputs.shape)} twice",
            help="name each axis once",
            argument="axis",
        )
    return found


def known_size(layer: Layer, axis: int, inputs: Tensor) -> int:
    """The size of `axis`; refused where it is only known at run time, because weights are made from it."""
    size = inputs.shape[positive_axis(layer, axis, inputs)]
    if size is None:
        raise Refusal(
            "MS403",
            f"{type(layer).__name__} needs a known size on axis {axis}; received {shape_text(inputs.shape)}",
            help="give that axis a size in the input's shape, or choose another axis",
        )
    return size
