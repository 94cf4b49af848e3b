"""Functions that put tensors together or take one apart along an axis. No TensorFlow here."""

from __future__ import annotations

from typing import ClassVar

from modelspec.catalogue.fitting import padded_or_cropped
from modelspec.catalogue.ops.op import Op
from modelspec.catalogue.ops.rules import axis_of, flat_size, promoted, same_shape, total
from modelspec.catalogue.tensor import Refusal, Shape, Tensor, Tensors, shape_text
from modelspec.catalogue.types import Int


class Concatenate(Op):
    """One after the other along an axis. https://keras.io/api/ops/numpy/"""

    tensor_parameters: ClassVar[tuple[str, ...]] = ()
    list_parameter: ClassVar[str | None] = "xs"
    axis: Int = 0

    def infer(self, xs: Tensors) -> Tensor:
        """All sizes equal but along the axis, where they add up."""
        return joined(self, xs, self.axis)


class HStack(Op):
    """One after the other along the second axis. https://keras.io/api/ops/numpy/"""

    tensor_parameters: ClassVar[tuple[str, ...]] = ()
    list_parameter: ClassVar[str | None] = "xs"
    along: ClassVar[int] = 1

    def infer(self, xs: Tensors) -> Tensor:
        """All sizes equal but along the axis, where they add up."""
        return joined(self, xs, self.along)


class VStack(HStack):
    """One after the other along the first axis. https://keras.io/api/ops/numpy/"""

    along: ClassVar[int] = 0


class DStack(HStack):
    """One after the other along the third axis, which is made where missing. https://keras.io/api/ops/numpy/"""

    along: ClassVar[int] = 2

    def infer(self, xs: Tensors) -> Tensor:
        """All sizes equal but along the third axis, where they add up."""
        return joined(self, tuple(x._replace(shape=_three_axes(x.shape)) for x in xs), self.along)


def _three_axes(shape: Shape) -> Shape:
    if len(shape) < 2:
        return (1, *(shape or (1,)), 1)
    return (*shape, 1) if len(shape) == 2 else shape


def joined(op: Op, xs: Tensors, axis: int) -> Tensor:
    """The tensors one after the other along an axis."""
    if not xs:
        raise Refusal("MS406", f"{op.label} needs at least one tensor")
    first = xs[0].shape
    place = axis_of(op, axis, len(first))
    for x in xs:
        if not same_shape(x.shape, first, but=(place,)):
            raise Refusal(
                "MS402",
                f"{op.label}: inputs differ outside axis {axis}: {shape_text(first)} and {shape_text(x.shape)}",
                help=padded_or_cropped(first, x.shape) if len(xs) == 2 and place == len(first) - 1 else None,
            )
    size = total(x.shape[place] for x in xs)
    return Tensor((*first[:place], size, *first[place + 1 :]), promoted(op, *(x.dtype for x in xs)))


class Stack(Op):
    """Side by side along a new axis. https://keras.io/api/ops/numpy/"""

    tensor_parameters: ClassVar[tuple[str, ...]] = ()
    list_parameter: ClassVar[str | None] = "x"
    axis: Int = 0

    def infer(self, x: Tensors) -> Tensor:
        """All shapes equal; the number of tensors is the size of the new axis."""
        if not x:
            raise Refusal("MS406", f"{self.label} needs at least one tensor")
        first = x[0].shape
        place = axis_of(self, self.axis, len(first) + 1)
        for other in x:
            if not same_shape(other.shape, first):
                raise Refusal(
                    "MS402", f"{self.label}: inputs differ: {shape_text(first)} and {shape_text(other.shape)}"
                )
        return Tensor((*first[:place], len(x), *first[place:]), promoted(self, *(other.dtype for other in x)))


class Append(Op):
    """One after the other along an axis, or all elements flat. https://keras.io/api/ops/numpy/"""

    tensor_parameters: ClassVar[tuple[str, ...]] = ("x1", "x2")
    axis: Int | None = None

    def infer(self, x1: Tensor, x2: Tensor) -> Tensor:
        """All sizes equal but along the axis, where they add up; without an axis (size of both,)."""
        if self.axis is not None:
            both = joined(self, (x1, x2), self.axis)
            if both.shape[self.axis] is None:
                raise Refusal(
                    "MS403",
                    f"{self.label} needs a known size on axis {self.axis}; received {shape_text(x1.shape)} and "
                    f"{shape_text(x2.shape)}",
                    help="`ops.concatenate` takes unknown sizes",
                )
            return both
        return Tensor((total((flat_size(x1.shape), flat_size(x2.shape))),), promoted(self, x1.dtype, x2.dtype))
