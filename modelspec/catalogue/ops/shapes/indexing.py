"""Functions that pick, place or count elements. No TensorFlow here."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

from modelspec.catalogue.ops.arguments import Axes, Constant
from modelspec.catalogue.ops.op import Op
from modelspec.catalogue.ops.rules import axis_of, broadcast, flat_size, result
from modelspec.catalogue.ops.shapes.keys import Key, key_text, read_key
from modelspec.catalogue.tensor import Dim, Refusal, Shape, Tensor, Tensors, shape_text
from modelspec.catalogue.types import Count, Int


class Take(Op):
    """The elements at these places along an axis, or among all. https://keras.io/api/ops/numpy/"""

    tensor_parameters: ClassVar[tuple[str, ...]] = ("x", "indices")
    indices: Axes | None = None
    axis: Int | None = None

    def infer(self, x: Tensor, indices: Tensor | None = None) -> Tensor:
        """The axis becomes the axes of the indices."""
        shape: Shape
        if indices is not None:
            shape = indices.shape
        elif self.indices is None:
            raise Refusal(
                "MS406", f"{self.label} needs indices", help="give two references in `from`, or a list of indices"
            )
        else:
            shape = () if isinstance(self.indices, int) else (len(self.indices),)
        if self.axis is None:
            return Tensor(shape, x.dtype)
        axis = axis_of(self, self.axis, x.rank)
        self._check_bounds(x, axis)
        return Tensor((*x.shape[:axis], *shape, *x.shape[axis + 1 :]), x.dtype)

    def _check_bounds(self, x: Tensor, axis: int) -> None:
        size = x.shape[axis]
        places = (self.indices,) if isinstance(self.indices, int) else self.indices or ()
        for place in places:
            if size is not None and not -size <= place < size:
                raise Refusal(
                    "MS408",
                    f"{self.label}: index {place} is out of bounds on axis {self.axis} of {shape_text(x.shape)}",
                    argument="indices",
                )


class TakeAlongAxis(Op):
    """For each place of the other axes the elements at its own places. https://keras.io/api/ops/numpy/"""

    tensor_parameters: ClassVar[tuple[str, ...]] = ("x", "indices")
    axis: Int | None = None

    def infer(self, x: Tensor, indices: Tensor) -> Tensor:
        """The shape of the indices, whose other axes fit those of x."""
        shape = x.shape if self.axis is not None else (flat_size(x.shape),)
        if len(shape) != indices.rank:
            raise Refusal(
                "MS402",
                f"{self.label} needs x and indices with the same number of axes; received {shape_text(shape)} and "
                f"{shape_text(indices.shape)}",
            )
        axis = 0 if self.axis is None else axis_of(self, self.axis, len(shape))
        return Tensor(broadcast(self, (*shape[:axis], indices.shape[axis], *shape[axis + 1 :]), indices.shape), x.dtype)


class GetItem(Op):
    """The element or slice at a place, `x[key]`; the batch axis is the first. https://keras.io/api/ops/numpy/"""

    key: Key

    def constant(self, name: str) -> Any:
        """The key as Python has it."""
        return read_key(self.key)

    def infer(self, x: Tensor) -> Tensor:
        """A number takes its axis away, a slice shortens it, None adds one."""
        key = read_key(self.key)
        used = sum(part is not None and part is not ... for part in key)
        if used > x.rank:
            raise Refusal(
                "MS408",
                f"{self.label}: key [{key_text(key)}] has indices for {used} axes, and {shape_text(x.shape)} has {x.rank}",
                argument="key",
            )
        at = key.index(...) if ... in key else len(key)
        whole = (slice(None),) * (x.rank - used)
        dims = iter(x.shape)
        shape: list[Dim] = []
        for part in (*key[:at], *whole, *key[at + 1 :]):
            if part is None:
                shape.append(1)
            elif isinstance(part, int):
                self._check(part, next(dims), x)
            elif isinstance(part, slice):
                dim = next(dims)
                shape.append(None if dim is None else len(range(*part.indices(dim))))
        return result(self, shape, x.dtype)

    def _check(self, place: int, dim: Dim, x: Tensor) -> None:
        if dim is not None and not -dim <= place < dim:
            raise Refusal(
                "MS408", f"{self.label}: key {place} is out of bounds in {shape_text(x.shape)}", argument="key"
            )


class Slice(Op):
    """A block that starts at a place; -1 in `shape` reaches to the end. https://keras.io/api/ops/core/"""

    tensor_parameters: ClassVar[tuple[str, ...]] = ("inputs", "start_indices")
    start_indices: tuple[Count, ...] | None = None
    shape: tuple[Int, ...]

    def infer(self, inputs: Tensor, start_indices: Tensor | None = None) -> Tensor:
        """(...) -> shape."""
        starts = self._starts(inputs, start_indices)
        if len(self.shape) != inputs.rank:
            raise Refusal(
                "MS408",
                f"{self.label} needs one size in shape for each of the {inputs.rank} axes of {shape_text(inputs.shape)}, "
                f"batch included; received {list(self.shape)}",
                argument="shape",
            )
        return result(
            self,
            (self._size(*axis, inputs) for axis in zip(inputs.shape, starts, self.shape, strict=True)),
            inputs.dtype,
        )

    def _starts(self, inputs: Tensor, tensor: Tensor | None) -> tuple[Dim, ...]:
        if tensor is not None:
            return (None,) * inputs.rank
        if self.start_indices is None:
            raise Refusal("MS406", f"{self.label} needs start_indices", argument="start_indices")
        if len(self.start_indices) != inputs.rank:
            raise Refusal(
                "MS408",
                f"{self.label} needs one start for each of the {inputs.rank} axes of {shape_text(inputs.shape)}, batch "
                f"included; received {list(self.start_indices)}",
                argument="start_indices",
            )
        return self.start_indices

    def _size(self, dim: Dim, start: Dim, wanted: int, inputs: Tensor) -> Dim:
        if wanted == -1:
            return None if dim is None or start is None else dim - start
        if dim is not None and (start or 0) + wanted > dim:
            raise Refusal(
                "MS404",
                f"{self.label}: {wanted} elements from {start or 0} on reach beyond an axis of size {dim} in "
                f"{shape_text(inputs.shape)}",
                argument="shape",
            )
        return wanted


class SliceUpdate(Op):
    """The tensor with a block of it replaced. https://keras.io/api/ops/core/"""

    tensor_parameters: ClassVar[tuple[str, ...]] = ("inputs", "start_indices", "updates")
    start_indices: tuple[Count, ...] | None = None

    def infer(self, inputs: Tensor, updates: Tensor, start_indices: Tensor | None = None) -> Tensor:
        """(...) -> (...)."""
        if start_indices is None and self.start_indices is None:
            raise Refusal("MS406", f"{self.label} needs start_indices", argument="start_indices")
        if updates.rank != inputs.rank:
            raise Refusal(
                "MS402",
                f"{self.label} needs updates with the axes of inputs; received {shape_text(updates.shape)} for "
                f"{shape_text(inputs.shape)}",
            )
        return inputs


class Scatter(Op):
    """A tensor of zeros with values at these places. https://keras.io/api/ops/core/"""

    tensor_parameters: ClassVar[tuple[str, ...]] = ("indices", "values")
    shape: tuple[Count, ...]

    def infer(self, indices: Tensor, values: Tensor) -> Tensor:
        """-> shape."""
        return Tensor(self.shape, values.dtype)


class ScatterUpdate(Op):
    """The tensor with other values at these places. https://keras.io/api/ops/core/"""

    tensor_parameters: ClassVar[tuple[str, ...]] = ("inputs", "indices", "updates")
    reduction: Literal["add", "max", "min", "mul"] | None = None

    def infer(self, inputs: Tensor, indices: Tensor, updates: Tensor) -> Tensor:
        """(...) -> (...)."""
        return inputs


class Select(Op):
    """Elements of the first choice whose condition is true. https://keras.io/api/ops/numpy/"""

    tensor_parameters: ClassVar[tuple[str, ...]] = ("condlist", "choicelist", "default")
    default: Constant | None = 0

    def infer(self, condlist: Tensors, choicelist: Tensors, default: Tensor | None = None) -> Tensor:
        """Shape and dtype of the first choice, as Keras says."""
        if isinstance(condlist, Tensor) or isinstance(choicelist, Tensor) or not condlist or not choicelist:
            raise Refusal(
                "MS406",
                f"{self.label} needs a list of conditions and a list of choices",
                help="write `from: {condlist: [a, b], choicelist: [x, y]}`",
            )
        if len(condlist) != len(choicelist):
            raise Refusal(
                "MS406",
                f"{self.label} needs as many conditions as choices; received {len(condlist)} and {len(choicelist)}",
            )
        return choicelist[0]
