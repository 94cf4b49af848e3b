"""Functions about diagonals, padding, differences and the memory of a tensor. No TensorFlow here."""

from __future__ import annotations

from typing import ClassVar, Literal

from modelspec.catalogue.ops.arguments import Constant, Pads
from modelspec.catalogue.ops.op import Op
from modelspec.catalogue.ops.rules import at_least_rank, axis_of, flat_size, two_axes
from modelspec.catalogue.tensor import Dim, Refusal, Tensor, shape_text
from modelspec.catalogue.types import Bool, Count, Dtype, Int


class Diag(Op):
    """The k-th diagonal of a matrix, or a matrix with this diagonal. https://keras.io/api/ops/numpy/"""

    k: Int = 0

    def infer(self, x: Tensor) -> Tensor:
        """(n,) -> (n + |k|, n + |k|); (m, n) -> (length of the diagonal,)."""
        if x.rank == 1:
            size = _grown(x.shape[0], self.k)
            return Tensor((size, size), x.dtype)
        if x.rank == 2:
            return Tensor((diagonal_length(x.shape[0], x.shape[1], self.k),), x.dtype)
        raise Refusal("MS401", f"{self.label} needs 1 or 2 axes, batch included; received {shape_text(x.shape)}")


def _grown(size: Dim, k: int) -> Dim:
    return None if size is None else size + abs(k)


def diagonal_length(rows: Dim, columns: Dim, offset: int) -> Dim:
    """The length of a diagonal; above the main one for a positive offset."""
    if rows is None or columns is None:
        return None
    remaining = columns - offset if offset > 0 else rows + offset
    return max(0, min(remaining, rows, columns))


class DiagFlat(Op):
    """A matrix with all elements on its k-th diagonal. https://keras.io/api/ops/numpy/"""

    k: Int = 0

    def infer(self, x: Tensor) -> Tensor:
        """(...) -> (size + |k|, size + |k|)."""
        size = _grown(flat_size(x.shape), self.k)
        return Tensor((size, size), x.dtype)


class Diagonal(Op):
    """The diagonals of two axes. https://keras.io/api/ops/numpy/"""

    offset: Int = 0
    axis1: Int = 0
    axis2: Int = 1

    def infer(self, x: Tensor) -> Tensor:
        """The two axes are gone; a last one has the length of the diagonal."""
        axes = first, second = two_axes(self, self.axis1, self.axis2, x.rank)
        rest = (dim for axis, dim in enumerate(x.shape) if axis not in axes)
        return Tensor((*rest, diagonal_length(x.shape[first], x.shape[second], self.offset)), x.dtype)


class Diff(Op):
    """The n-th difference of neighbours along an axis. https://keras.io/api/ops/numpy/"""

    tensor_parameters: ClassVar[tuple[str, ...]] = ("a",)
    n: Count = 1
    axis: Int = -1

    def infer(self, a: Tensor) -> Tensor:
        """The axis is shorter by n."""
        axis = axis_of(self, self.axis, a.rank)
        size = a.shape[axis]
        shorter = None if size is None else max(size - self.n, 0)
        return Tensor((*a.shape[:axis], shorter, *a.shape[axis + 1 :]), a.dtype)


class Pad(Op):
    """More elements before and after, along each axis. https://keras.io/api/ops/numpy/"""

    tensor_parameters: ClassVar[tuple[str, ...]] = ("x", "constant_values")
    pad_width: Pads
    mode: Literal["constant", "reflect", "symmetric"] = "constant"
    constant_values: Constant | None = None

    def infer(self, x: Tensor, constant_values: Tensor | None = None) -> Tensor:
        """Each axis grows by what comes before and after it."""
        if self.mode != "constant" and (constant_values is not None or self.constant_values is not None):
            raise Refusal(
                "MS408", f"{self.label} takes constant_values only with mode 'constant'", argument="constant_values"
            )
        if constant_values is not None and constant_values.rank:
            raise Refusal(
                "MS401", f"{self.label} needs one value to pad with; received {shape_text(constant_values.shape)}"
            )
        pads = self._pads(x)
        self._check_mirror(x, pads)
        sizes = (None if dim is None else dim + pad[0] + pad[1] for dim, pad in zip(x.shape, pads, strict=True))
        return Tensor(tuple(sizes), x.dtype)

    def _pads(self, x: Tensor) -> tuple[tuple[int, int], ...]:
        pads = self.pad_width
        if isinstance(pads, int):
            return ((pads, pads),) * x.rank
        if isinstance(pads[0], int):
            return ((pads[0], pads[1]),) * x.rank
        if len(pads) == 1:
            return tuple(pads) * x.rank
        if len(pads) != x.rank:
            raise Refusal(
                "MS408",
                f"{self.label} needs one pair in pad_width for each of the {x.rank} axes of {shape_text(x.shape)}, batch "
                f"included; received {len(pads)}",
                argument="pad_width",
            )
        return tuple(pads)

    def _check_mirror(self, x: Tensor, pads: tuple[tuple[int, int], ...]) -> None:
        if self.mode == "constant":
            return
        spare = 1 if self.mode == "reflect" else 0
        for dim, pad in zip(x.shape, pads, strict=True):
            if dim is not None and max(pad) > dim - spare:
                raise Refusal(
                    "MS408",
                    f"{self.label} cannot mirror {max(pad)} elements of an axis of size {dim} in {shape_text(x.shape)}",
                    argument="pad_width",
                )


_BYTES = {"bool": 1, "complex64": 8, "complex128": 16, "bfloat16": 2}


def _bytes(op: Op, dtype: str) -> int:
    if dtype == "string":
        raise Refusal("MS405", f"{op.label} cannot view strings as another dtype, or another dtype as strings")
    return _BYTES.get(dtype) or int(dtype.removeprefix("u").removeprefix("int").removeprefix("float")) // 8


class View(Op):
    """The same bytes, read as another dtype. https://keras.io/api/ops/numpy/"""

    dtype: Dtype | None = None

    def infer(self, x: Tensor) -> Tensor:
        """(..., n) -> (..., n times the old size over the new)."""
        dtype = self.dtype or x.dtype
        old, new = _bytes(self, x.dtype), _bytes(self, dtype)
        if old == new:
            return Tensor(x.shape, dtype)
        at_least_rank(self, x, 1)
        last = x.shape[-1]
        if last is None:
            return Tensor(x.shape, dtype)
        if last * old % new:
            raise Refusal(
                "MS408",
                f"{self.label} cannot read {shape_text(x.shape)} of {x.dtype} as {dtype}: the last axis has {last * old} "
                f"bytes, which {new} does not divide",
                argument="dtype",
            )
        return Tensor((*x.shape[:-1], last * old // new), dtype)


class ViewAsReal(Op):
    """Complex numbers as pairs along a new last axis. https://keras.io/api/ops/core/"""

    def infer(self, x: Tensor) -> Tensor:
        """(...) -> (..., 2)."""
        return Tensor((*x.shape, 2), "float32")


class Vander(Op):
    """The powers of each element, a Vandermonde matrix. https://keras.io/api/ops/numpy/"""

    N: Count | None = None
    increasing: Bool = False

    def infer(self, x: Tensor) -> Tensor:
        """(m,) -> (m, N)."""
        if x.rank != 1:
            raise Refusal("MS401", f"{self.label} needs 1 axis; received {shape_text(x.shape)}")
        return Tensor((x.shape[0], x.shape[0] if self.N is None else self.N), x.dtype)
