"""Products of tensors. No TensorFlow here."""

from __future__ import annotations

from typing import ClassVar, Literal

from modelspec.catalogue.ops.arguments import Contracted
from modelspec.catalogue.ops.elements.binary import Binary
from modelspec.catalogue.ops.op import Op
from modelspec.catalogue.ops.rules import at_least_rank, axes_of, axis_of, broadcast, flat_size, promoted
from modelspec.catalogue.tensor import Dim, Refusal, Shape, Tensor, shape_text
from modelspec.catalogue.types import Int


def differ(a: Dim, b: Dim) -> bool:
    """Whether two sizes are known and different."""
    return a is not None and b is not None and a != b


def _misfit(op: Op, what: str, x1: Tensor, x2: Tensor) -> Refusal:
    message = f"{op.label} needs {what}; received {shape_text(x1.shape)} and {shape_text(x2.shape)}"
    return Refusal("MS407", message, _products(x1, x2))


def _products(x1: Tensor, x2: Tensor) -> str | None:
    """The product of each row of one tensor with the same row of the other, where their sizes leave one way."""
    left, right = x1.shape[1:], x2.shape[1:]
    if (len(left), len(right)) == (1, 1) and left == right:
        return _ways("the layer `Dot: {axes: 1}`", 'ops.einsum: "bi,bi->b"')
    if (len(left), len(right)) == (2, 2) and left[1] == right[0]:
        return _ways("`ops.matmul`, the layer `Dot: {axes: [2, 1]}`", 'ops.einsum: "bij,bjk->bik"')
    if (len(left), len(right)) == (2, 2) and left[1] == right[1]:
        return _ways("the layer `Dot: {axes: 2}`", 'ops.einsum: "bij,bkj->bik"')
    if (len(left), len(right)) == (2, 2) and left[0] == right[0]:
        return _ways("the layer `Dot: {axes: 1}`", 'ops.einsum: "bij,bik->bjk"')
    if (len(left), len(right)) == (2, 1) and left[1] == right[0]:
        return _ways("the layer `Dot: {axes: [2, 1]}`", 'ops.einsum: "bij,bj->bi"')
    if (len(left), len(right)) == (1, 2) and left[0] == right[0]:
        return _ways("the layer `Dot: {axes: 1}`", 'ops.einsum: "bi,bij->bj"')
    return None


def _ways(first: str, einsum: str) -> str:
    return f"for each row by itself, write {first} or `{einsum}`"


class MatMul(Op):
    """The product of matrices, for each place of the axes before. https://keras.io/api/ops/numpy/"""

    tensor_parameters: ClassVar[tuple[str, ...]] = ("x1", "x2")

    def row_by_row(self, *tensors: Tensor) -> str | None:
        """The same product, with the batch before it."""
        return _products(*tensors) if len(tensors) == 2 else None

    def infer(self, x1: Tensor, x2: Tensor) -> Tensor:
        """(..., m, n), (..., n, p) -> (..., m, p); a vector counts as a row or a column, which is gone again."""
        at_least_rank(self, x1, 1)
        at_least_rank(self, x2, 1)
        left = (1, *x1.shape) if x1.rank == 1 else x1.shape
        right = (*x2.shape, 1) if x2.rank == 1 else x2.shape
        if differ(left[-1], right[-2]):
            raise _misfit(self, f"equal inner sizes, and {left[-1]} is not {right[-2]}", x1, x2)
        rows = () if x1.rank == 1 else left[-2:-1]
        columns = () if x2.rank == 1 else right[-1:]
        dtype = "int32" if x1.dtype == x2.dtype == "int8" else promoted(self, x1.dtype, x2.dtype)
        return Tensor((*broadcast(self, left[:-2], right[:-2]), *rows, *columns), dtype)


class Dot(Binary):
    """The product over the last axis of one and the last but one of the other. https://keras.io/api/ops/numpy/"""

    def row_by_row(self, *tensors: Tensor) -> str | None:
        """The same product, with the batch before it."""
        return _products(*tensors) if len(tensors) == 2 else None

    def infer(self, x1: Tensor | None = None, x2: Tensor | None = None) -> Tensor:
        """(..., n), (..., n, p) -> (..., ..., p); with a number, each element times it."""
        first, second = self.operand("x1", x1), self.operand("x2", x2)
        dtype = self.result_dtype(first.dtype, second.dtype)
        if first.rank == 0 or second.rank == 0:
            return Tensor(broadcast(self, first.shape, second.shape), dtype)
        inner = second.shape[-1] if second.rank == 1 else second.shape[-2]
        strictly = second.rank == 1 and first.rank > 1
        if differ(first.shape[-1], inner) or (strictly and first.shape[-1] != inner):
            raise _misfit(self, f"equal inner sizes, and {first.shape[-1]} is not {inner}", first, second)
        rest = () if second.rank == 1 else (*second.shape[:-2], second.shape[-1])
        return Tensor((*first.shape[:-1], *rest), dtype)


class Inner(Binary):
    """The product over the last axes. https://keras.io/api/ops/numpy/"""

    def row_by_row(self, *tensors: Tensor) -> str | None:
        """The same product, with the batch before it."""
        return _products(*tensors) if len(tensors) == 2 else None

    def infer(self, x1: Tensor | None = None, x2: Tensor | None = None) -> Tensor:
        """(..., n), (..., n) -> (..., ...); with a number, each element times it."""
        first, second = self.operand("x1", x1), self.operand("x2", x2)
        dtype = self.result_dtype(first.dtype, second.dtype)
        if first.rank == 0 or second.rank == 0:
            return Tensor(first.shape + second.shape, dtype)
        if differ(first.shape[-1], second.shape[-1]):
            raise _misfit(self, "last axes of the same size", first, second)
        return Tensor(first.shape[:-1] + second.shape[:-1], dtype)


class Outer(Binary):
    """Each element of one times each of the other. https://keras.io/api/ops/numpy/"""

    def row_by_row(self, *tensors: Tensor) -> str | None:
        """Each element of a row times each of the same row of the other."""
        if len(tensors) == 2 and all(tensor.rank == 2 for tensor in tensors):
            return 'for each row by itself, write `ops.einsum: "bi,bj->bij"`'
        return None

    def infer(self, x1: Tensor | None = None, x2: Tensor | None = None) -> Tensor:
        """(...), (...) -> (size, size)."""
        first, second = self.operand("x1", x1), self.operand("x2", x2)
        return Tensor((flat_size(first.shape), flat_size(second.shape)), self.result_dtype(first.dtype, second.dtype))


class VDot(Binary):
    """The sum of the products of all elements. https://keras.io/api/ops/numpy/"""

    def row_by_row(self, *tensors: Tensor) -> str | None:
        """The same product, with the batch before it."""
        return _products(*tensors) if len(tensors) == 2 else None

    def infer(self, x1: Tensor | None = None, x2: Tensor | None = None) -> Tensor:
        """(...), (...) -> ()."""
        first, second = self.operand("x1", x1), self.operand("x2", x2)
        if differ(flat_size(first.shape), flat_size(second.shape)):
            raise _misfit(self, "as many elements in both", first, second)
        return Tensor((), self.result_dtype(first.dtype, second.dtype))


class TensorDot(Op):
    """The product over some axes of both. https://keras.io/api/ops/numpy/"""

    tensor_parameters: ClassVar[tuple[str, ...]] = ("x1", "x2")
    axes: Contracted = 2

    def row_by_row(self, *tensors: Tensor) -> str | None:
        """The same product, with the batch before it."""
        return _products(*tensors) if len(tensors) == 2 else None

    def infer(self, x1: Tensor, x2: Tensor) -> Tensor:
        """The other axes of the first, then those of the second."""
        first, second = self._axes(x1, x2)
        if len(first) != len(second):
            raise Refusal(
                "MS408",
                f"{self.label} needs the same number of axes from both; received {list(first)} and {list(second)}",
                argument="axes",
            )
        sizes, others = tuple(x1.shape[axis] for axis in first), tuple(x2.shape[axis] for axis in second)
        unlike = any(map(differ, sizes, others))
        if isinstance(self.axes, int):  # whole blocks of axes only need as many elements
            unlike = differ(flat_size(sizes), flat_size(others))
        if unlike:
            raise _misfit(self, f"the same sizes on axes {list(first)} of one and {list(second)} of the other", x1, x2)
        rest = (dim for axis, dim in enumerate(x1.shape) if axis not in first)
        return Tensor(
            (*rest, *(dim for axis, dim in enumerate(x2.shape) if axis not in second)),
            promoted(self, x1.dtype, x2.dtype),
        )

    def _axes(self, x1: Tensor, x2: Tensor) -> tuple[tuple[int, ...], tuple[int, ...]]:
        if not isinstance(self.axes, int):
            first, second = self.axes
            return axes_of(self, first, x1.rank, "axes"), axes_of(self, second, x2.rank, "axes")
        count = max(self.axes, 0)
        if count > min(x1.rank, x2.rank):
            raise Refusal(
                "MS408",
                f"{self.label}: axes is {count}, but {shape_text(x1.shape)} and {shape_text(x2.shape)} have fewer",
                argument="axes",
            )
        return tuple(range(x1.rank - count, x1.rank)), tuple(range(count))


class Cross(Op):
    """The cross product of vectors with 2 or 3 elements. https://keras.io/api/ops/numpy/"""

    tensor_parameters: ClassVar[tuple[str, ...]] = ("x1", "x2")
    axisa: Int = -1
    axisb: Int = -1
    axisc: Int = -1
    axis: Int | None = None

    def infer(self, x1: Tensor, x2: Tensor) -> Tensor:
        """The other axes, broadcast, with the vectors' axis of size 3; without it for vectors of size 2."""
        axisa, axisb, axisc = (self.axisa, self.axisb, self.axisc) if self.axis is None else (self.axis,) * 3
        a, b = axis_of(self, axisa, x1.rank, "axisa"), axis_of(self, axisb, x2.rank, "axisb")
        first, second = x1.shape[a], x2.shape[b]
        rest = broadcast(self, x1.shape[:a] + x1.shape[a + 1 :], x2.shape[:b] + x2.shape[b + 1 :])
        for size, x in ((first, x1), (second, x2)):
            if size not in (None, 2, 3):
                raise Refusal("MS407", f"{self.label} needs vectors of size 2 or 3; received {shape_text(x.shape)}")
        vector: Shape = (3,) if 3 in (first, second) else ()
        c = axis_of(self, axisc, len(rest) + len(vector), "axisc")
        return Tensor((*rest[:c], *vector, *rest[c:]), promoted(self, x1.dtype, x2.dtype))


class CDist(Op):
    """The distance of each row of one from each row of the other. https://keras.io/api/ops/core/"""

    tensor_parameters: ClassVar[tuple[str, ...]] = ("x", "y")

    def infer(self, x: Tensor, y: Tensor) -> Tensor:
        """(..., m, n), (..., p, n) -> (..., m, p)."""
        at_least_rank(self, x, 2)
        at_least_rank(self, y, 2)
        if differ(x.shape[-1], y.shape[-1]):
            raise _misfit(self, "last axes of the same size", x, y)
        batch = broadcast(self, x.shape[:-2], y.shape[:-2])
        return Tensor((*batch, x.shape[-2], y.shape[-2]), promoted(self, x.dtype, y.dtype, "float"))


class Correlate(Op):
    """The cross-correlation of two sequences. https://keras.io/api/ops/numpy/"""

    tensor_parameters: ClassVar[tuple[str, ...]] = ("x1", "x2")
    mode: Literal["valid", "same", "full"] = "valid"

    def infer(self, x1: Tensor, x2: Tensor) -> Tensor:
        """(m,), (n,) -> (|m - n| + 1,), (max(m, n),) or (m + n - 1,)."""
        if x1.rank != 1 or x2.rank != 1:
            raise Refusal(
                "MS401",
                f"{self.label} needs tensors with 1 axis; received {shape_text(x1.shape)} and {shape_text(x2.shape)}",
            )
        first, second = x1.shape[0], x2.shape[0]
        if first is None or second is None:
            raise Refusal(
                "MS403",
                f"{self.label} needs known sizes; received {shape_text(x1.shape)} and {shape_text(x2.shape)}",
            )
        size = {"valid": abs(first - second) + 1, "same": max(first, second), "full": first + second - 1}[self.mode]
        common = promoted(self, x1.dtype, x2.dtype)
        if common == "int64":
            common = "float64"
        return Tensor((size,), common if common in ("bfloat16", "float16", "float64") else "float32")
