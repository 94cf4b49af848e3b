"""Functions that count elements, find their places or sort them into bins and segments. No TensorFlow here."""

from __future__ import annotations

from typing import ClassVar, Literal

from modelspec.catalogue.ops.op import Op
from modelspec.catalogue.ops.rules import at_least_rank, axis_of, flat_size
from modelspec.catalogue.tensor import Refusal, Shape, Tensor, Tensors, shape_text
from modelspec.catalogue.types import Bool, Count, Dtype, Int, PositiveInt


class SearchSorted(Op):
    """The places where values would keep a sequence sorted. https://keras.io/api/ops/numpy/"""

    tensor_parameters: ClassVar[tuple[str, ...]] = ("sorted_sequence", "values")
    side: Literal["left", "right"] = "left"

    def infer(self, sorted_sequence: Tensor, values: Tensor) -> Tensor:
        """(n,), (...) -> (...)."""
        if sorted_sequence.rank != 1:
            raise Refusal(
                "MS401", f"{self.label} needs a sequence with 1 axis; received {shape_text(sorted_sequence.shape)}"
            )
        return Tensor(values.shape, "int64" if sorted_sequence.shape[0] is None else "int32")


class TopK(Op):
    """The k largest along the last axis, and their places. https://keras.io/api/ops/core/"""

    k: Count
    sorted: Bool = True

    def infer(self, x: Tensor) -> Tensors:
        """(..., n) -> (..., k), (..., k)."""
        at_least_rank(self, x, 1)
        if x.shape[-1] is not None and self.k > x.shape[-1]:
            raise Refusal(
                "MS408",
                f"{self.label}: k is {self.k}, but the last axis of {shape_text(x.shape)} has fewer",
                argument="k",
            )
        shape = (*x.shape[:-1], self.k)
        return (Tensor(shape, x.dtype), Tensor(shape, "int32"))


class InTopK(Op):
    """Whether the target is among the k largest predictions. https://keras.io/api/ops/core/"""

    tensor_parameters: ClassVar[tuple[str, ...]] = ("targets", "predictions")
    k: Count

    def infer(self, targets: Tensor, predictions: Tensor) -> Tensor:
        """(n,), (n, classes) -> (n,)."""
        return Tensor(targets.shape, "bool")


class ArgPartition(Op):
    """The places of the elements up to the k-th smallest, then the others. https://keras.io/api/ops/numpy/"""

    kth: Int
    axis: Int | None = -1

    def infer(self, x: Tensor) -> Tensor:
        """(...) -> (...); without an axis (...) -> (size,)."""
        if self.axis is None:
            return Tensor((flat_size(x.shape),), "int32")
        axis_of(self, self.axis, x.rank)
        return Tensor(x.shape, "int32")


class BinCount(Op):
    """How often each whole number occurs along the last axis. https://keras.io/api/ops/numpy/"""

    minlength: Count = 0
    sparse: Bool = False

    def infer(self, x: Tensor) -> Tensor:
        """(..., n) -> (..., largest number + 1), unknown before it runs."""
        return Tensor((*x.shape[:-1], None), "int32")


class Segments(Op):
    """Reduces the slices of the same segment. https://keras.io/api/ops/core/"""

    tensor_parameters: ClassVar[tuple[str, ...]] = ("data", "segment_ids")
    num_segments: Count | None = None
    sorted: Bool = False

    def infer(self, data: Tensor, segment_ids: Tensor) -> Tensor:
        """(n, ...), (n,) -> (num_segments, ...)."""
        at_least_rank(self, data, 1)
        if segment_ids.rank != 1:
            raise Refusal(
                "MS401", f"{self.label} needs segment_ids with 1 axis; received {shape_text(segment_ids.shape)}"
            )
        if None not in (segment_ids.shape[0], data.shape[0]) and segment_ids.shape[0] != data.shape[0]:
            raise Refusal(
                "MS402",
                f"{self.label} needs data and segment_ids of the same first size; received {shape_text(data.shape)} and "
                f"{shape_text(segment_ids.shape)}",
            )
        return Tensor((self.num_segments, *data.shape[1:]), data.dtype)


class UnravelIndex(Op):
    """The places along each axis of a shape that flat places stand for. https://keras.io/api/ops/numpy/"""

    tensor_parameters: ClassVar[tuple[str, ...]] = ("indices",)
    shape: tuple[Count, ...]

    def infer(self, indices: Tensor) -> Tensors:
        """(...) -> one (...) for each axis of shape."""
        return (indices,) * len(self.shape)


class OneHot(Op):
    """A one at the place that each whole number names. https://keras.io/api/ops/nn/"""

    num_classes: PositiveInt
    axis: Int = -1
    dtype: Dtype | None = None
    sparse: Bool = False

    def infer(self, x: Tensor) -> Tensor:
        """(...) -> (..., num_classes); the places of the ones are numbered by the sizes of all axes but one."""
        if self.sparse and x.rank > 1 and None in x.shape:
            message = f"{self.label} cannot make a sparse output of {shape_text(x.shape)}: not all sizes are known"
            raise Refusal("MS408", message, "leave `sparse` out", argument="sparse")
        return Tensor(_hot_shape(self, x, self.axis, self.num_classes), self.dtype or "float32")


class MultiHot(Op):
    """Ones at all places that the whole numbers of a row name. https://keras.io/api/ops/nn/"""

    tensor_parameters: ClassVar[tuple[str, ...]] = ("inputs",)
    num_classes: PositiveInt | None = None
    axis: Int = -1
    dtype: Dtype | None = None
    sparse: Bool = False

    def infer(self, inputs: Tensor) -> Tensor:
        """(batch, n) -> (batch, num_classes); (n,) -> (num_classes,); Keras says the dtype of the inputs."""
        if self.num_classes is None:
            raise Refusal("MS406", f"{self.label} needs num_classes", argument="num_classes")
        shape = _hot_shape(self, inputs, self.axis, self.num_classes)
        return Tensor(shape[-1:] if len(shape) == 2 else (shape[0], *shape[2:]), inputs.dtype)


def _hot_shape(op: Op, x: Tensor, axis: int, classes: int) -> Shape:
    if axis != -1 and not 0 <= axis < x.rank:
        raise Refusal(
            "MS408",
            f"{op.label}: axis must be -1 or from 0 to {x.rank - 1} for {shape_text(x.shape)}; received {axis}",
            argument="axis",
        )
    place = x.rank if axis == -1 else axis
    return (*x.shape[:place], classes, *x.shape[place:])
