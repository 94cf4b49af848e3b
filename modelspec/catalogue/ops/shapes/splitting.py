"""Functions with several results from one tensor or several: parts along an axis, grids; and evenly spaced numbers.

No TensorFlow here.
"""

from __future__ import annotations

from abc import abstractmethod
from typing import ClassVar, Literal

from modelspec.catalogue.ops.arguments import Axes, Constant, Number
from modelspec.catalogue.ops.elements.binary import operand, strong
from modelspec.catalogue.ops.op import Op, Several
from modelspec.catalogue.ops.rules import at_least_rank, axis_of, broadcast, flat_size, promoted, result
from modelspec.catalogue.tensor import Dim, Refusal, Tensor, Tensors, shape_text
from modelspec.catalogue.types import Bool, Dtype, Int, Off, PositiveInt


class Parts(Op):
    """So many equal parts along an axis, or the parts between places."""

    indices_or_sections: Axes

    def count_outputs(self, x: Tensor) -> Several:
        """One for each part."""
        sections = self.indices_or_sections
        return Several(sections if isinstance(sections, int) else len(sections) + 1, "indices_or_sections")


def _parts(op: Op, x: Tensor, sections: int | tuple[int, ...], axis: int) -> Tensors:
    """So many equal parts along an axis, or the parts between these places."""
    size = x.shape[axis]

    def part(of_axis: Dim) -> Tensor:
        return result(op, (*x.shape[:axis], of_axis, *x.shape[axis + 1 :]), x.dtype)

    if isinstance(sections, int):
        if sections < 1:
            raise Refusal(
                "MS408", f"{op.label} needs at least 1 section; received {sections}", argument="indices_or_sections"
            )
        if size is not None and size % sections:
            raise Refusal(
                "MS408",
                f"{op.label} cannot split axis {axis} of {shape_text(x.shape)} into {sections} equal parts: {size} is not "
                f"divisible by {sections}",
                argument="indices_or_sections",
            )
        return (part(None if size is None else size // sections),) * sections
    if not sections:
        raise Refusal("MS408", f"{op.label} needs at least one index to split at", argument="indices_or_sections")
    ends: list[Dim] = [*sections, size]
    starts: list[int] = [0, *sections]
    return tuple(part(None if end is None else end - start) for start, end in zip(starts, ends, strict=True))


class Split(Parts):
    """So many equal parts along an axis, or the parts between places. https://keras.io/api/ops/numpy/"""

    axis: Int = 0

    def infer(self, x: Tensor) -> Tensors:
        """One shape for each part."""
        return _parts(self, x, self.indices_or_sections, axis_of(self, self.axis, x.rank))


class HSplit(Parts):
    """Parts along the second axis, or the only one. https://keras.io/api/ops/numpy/"""

    def infer(self, x: Tensor) -> Tensors:
        """One shape for each part."""
        at_least_rank(self, x, 1)
        return _parts(self, x, self.indices_or_sections, 0 if x.rank == 1 else 1)


class VSplit(Parts):
    """Parts along the first axis. https://keras.io/api/ops/numpy/"""

    def infer(self, x: Tensor) -> Tensors:
        """One shape for each part."""
        at_least_rank(self, x, 2)
        return _parts(self, x, self.indices_or_sections, 0)


class DSplit(Parts):
    """Parts along the third axis. https://keras.io/api/ops/numpy/"""

    def infer(self, x: Tensor) -> Tensors:
        """One shape for each part."""
        at_least_rank(self, x, 3)
        return _parts(self, x, self.indices_or_sections, 2)


class ArraySplit(Op):
    """So many parts along an axis, the first ones larger by one. https://keras.io/api/ops/numpy/"""

    indices_or_sections: PositiveInt
    axis: Int = 0

    def count_outputs(self, x: Tensor) -> Several:
        """One for each part."""
        return Several(self.indices_or_sections, "indices_or_sections")

    def infer(self, x: Tensor) -> Tensors:
        """One shape for each part."""
        axis, count = axis_of(self, self.axis, x.rank), self.indices_or_sections
        size = x.shape[axis]

        def part(of_axis: Dim) -> Tensor:
            return Tensor((*x.shape[:axis], of_axis, *x.shape[axis + 1 :]), x.dtype)

        if size is None:
            return (part(None),) * count
        larger = size % count
        return (part(size // count + 1),) * larger + (part(size // count),) * (count - larger)


class Unstack(Op):
    """The slices along an axis. https://keras.io/api/ops/core/"""

    num: PositiveInt | None = None
    axis: Int = 0

    def count_outputs(self, x: Tensor) -> Several | None:
        """One for each slice."""
        if self.num is not None:
            return Several(self.num, "num")
        size = x.shape[axis_of(self, self.axis, x.rank)]
        return None if size is None else Several(size)

    def infer(self, x: Tensor) -> Tensors:
        """The axis is gone; as many tensors as its size."""
        axis = axis_of(self, self.axis, x.rank)
        size = x.shape[axis]
        count = self.num if self.num is not None else size
        if count is None:
            raise Refusal(
                "MS403",
                f"{self.label} cannot know how many slices axis {self.axis} of {shape_text(x.shape)} has",
                help="write how many as `num`",
            )
        if size is not None and count != size:
            raise Refusal(
                "MS408",
                f"{self.label}: num is {count}, but axis {self.axis} of {shape_text(x.shape)} is {size}",
                argument="num",
            )
        return (Tensor((*x.shape[:axis], *x.shape[axis + 1 :]), x.dtype),) * count


class MeshGrid(Op):
    """The coordinates of a grid, one tensor for each input. https://keras.io/api/ops/numpy/"""

    tensor_parameters: ClassVar[tuple[str, ...]] = ()
    list_parameter: ClassVar[str | None] = "x"
    indexing: Literal["xy", "ij"] = "xy"

    def count_outputs(self, x: Tensors) -> Several:
        """One for each input."""
        return Several(len(x))

    def infer(self, x: Tensors) -> Tensors:
        """The sizes of all inputs, the first two swapped with `xy`; Keras says float32 with `ij`."""
        sizes = [flat_size(item.shape) for item in x]
        if self.indexing == "ij":
            return (Tensor(tuple(sizes), "float32"),) * len(x)
        if len(x) < 2:
            raise Refusal("MS406", f"{self.label} needs at least two tensors with indexing 'xy'; received {len(x)}")
        sizes[0], sizes[1] = sizes[1], sizes[0]
        return (Tensor(tuple(sizes), x[-1].dtype),) * len(x)


class Spaced(Op):
    """Numbers from `start` to `stop` along a new axis. https://keras.io/api/ops/numpy/"""

    tensor_parameters: ClassVar[tuple[str, ...]] = ("start", "stop")
    start: Constant | None = None
    stop: Constant | None = None
    num: PositiveInt = 50
    endpoint: Bool = True

    def infer(self, start: Tensor | None = None, stop: Tensor | None = None) -> Tensor:
        """(...), (...) -> the shape of both, broadcast, with a new axis of size num."""
        first, second = operand(self, "start", start, self.start), operand(self, "stop", stop, self.stop)
        shape = broadcast(self, first.shape, second.shape)
        place, dtype = self.placed()
        axis = axis_of(self, place, len(shape) + 1)
        return Tensor((*shape[:axis], self.num, *shape[axis:]), promoted(self, dtype or strong(first.dtype), "float"))

    @abstractmethod
    def placed(self) -> tuple[int, str | None]:
        """The place of the new axis and the dtype asked for, whose fields come last in Keras's order."""


class LinSpace(Spaced):
    """Evenly spaced numbers along a new axis. https://keras.io/api/ops/numpy/"""

    retstep: Off = False
    dtype: Dtype | None = None
    axis: Int = 0

    def placed(self) -> tuple[int, str | None]:
        """The place of the new axis and the dtype asked for."""
        return self.axis, self.dtype


class GeomSpace(Spaced):
    """Numbers with an even ratio along a new axis. https://keras.io/api/ops/numpy/"""

    dtype: Dtype | None = None
    axis: Int = 0

    def placed(self) -> tuple[int, str | None]:
        """The place of the new axis and the dtype asked for."""
        return self.axis, self.dtype


class LogSpace(Spaced):
    """Powers of `base` with evenly spaced exponents along a new axis. https://keras.io/api/ops/numpy/"""

    base: Number = 10
    dtype: Dtype | None = None
    axis: Int = 0

    def placed(self) -> tuple[int, str | None]:
        """The place of the new axis and the dtype asked for."""
        return self.axis, self.dtype
