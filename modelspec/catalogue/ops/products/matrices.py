"""Linear algebra on the last two axes. No TensorFlow here."""

from __future__ import annotations

from typing import ClassVar, Literal

from modelspec.catalogue.ops.arguments import Axes, NormOrder, Number
from modelspec.catalogue.ops.op import Op
from modelspec.catalogue.ops.rules import at_least_rank, reduced, to_float
from modelspec.catalogue.tensor import Refusal, Tensor, Tensors, shape_text
from modelspec.catalogue.types import Bool


def _square(op: Op, x: Tensor) -> None:
    at_least_rank(op, x, 2)
    if x.shape[-2] != x.shape[-1]:
        raise Refusal("MS407", f"{op.label} needs square matrices on the last two axes; received {shape_text(x.shape)}")


def _known(op: Op, x: Tensor) -> tuple[int, int]:
    at_least_rank(op, x, 2)
    rows, columns = x.shape[-2:]
    if rows is None or columns is None:
        raise Refusal("MS403", f"{op.label} needs last two axes of known sizes; received {shape_text(x.shape)}")
    return rows, columns


class Square(Op):
    """From a square matrix to one of the same shape. https://keras.io/api/ops/linalg/"""

    def infer(self, x: Tensor) -> Tensor:
        """(..., n, n) -> (..., n, n)."""
        _square(self, x)
        return x


class Cholesky(Square):
    """The triangular factor of a positive definite matrix, or the inverse from it. https://keras.io/api/ops/linalg/"""

    upper: Bool = False


class Determinant(Op):
    """The determinant of square matrices, or its logarithm. https://keras.io/api/ops/linalg/"""

    def infer(self, x: Tensor) -> Tensor:
        """(..., n, n) -> (...)."""
        _square(self, x)
        return Tensor(x.shape[:-2], x.dtype)


class LogDeterminant(Op):
    """The logarithm of the determinant. https://keras.io/api/ops/core/"""

    def infer(self, x: Tensor) -> Tensor:
        """(..., n, n) -> (...)."""
        at_least_rank(self, x, 2)
        return Tensor(x.shape[:-2], x.dtype)


class SignedLogDeterminant(Op):
    """Sign and logarithm of the determinant. https://keras.io/api/ops/linalg/"""

    def infer(self, x: Tensor) -> Tensors:
        """(..., n, n) -> (), (...), as Keras says."""
        at_least_rank(self, x, 2)
        return (Tensor((), x.dtype), Tensor(x.shape[:-2], x.dtype))


class Eigen(Op):
    """Eigenvalues and eigenvectors. https://keras.io/api/ops/linalg/"""

    def infer(self, x: Tensor) -> Tensors:
        """(..., n, n) -> (..., n), (..., n, n)."""
        _square(self, x)
        return (Tensor(x.shape[:-1], x.dtype), x)


class LuFactor(Op):
    """The LU decomposition, which TensorFlow has for square matrices. https://keras.io/api/ops/linalg/"""

    def infer(self, x: Tensor) -> Tensors:
        """(..., n, n) -> (..., n, n), (..., n)."""
        rows, _ = _known(self, x)
        _square(self, x)
        return (x, Tensor((*x.shape[:-2], rows), x.dtype))


class QR(Op):
    """An orthogonal and a triangular factor. https://keras.io/api/ops/linalg/"""

    mode: Literal["reduced", "complete"] = "reduced"

    def infer(self, x: Tensor) -> Tensors:
        """(..., m, n) -> (..., m, k), (..., k, n) with k the smaller of both; (..., m, m), (..., m, n) if complete."""
        rows, columns = _known(self, x)
        inner = min(rows, columns) if self.mode == "reduced" else rows
        return (Tensor((*x.shape[:-2], rows, inner), x.dtype), Tensor((*x.shape[:-2], inner, columns), x.dtype))


class SVD(Op):
    """The singular value decomposition. https://keras.io/api/ops/linalg/"""

    full_matrices: Bool = True
    compute_uv: Bool = True

    def infer(self, x: Tensor) -> Tensor | Tensors:
        """(..., m, n) -> (..., m, m), (..., k), (..., n, n); k in place of m and n unless `full_matrices`."""
        rows, columns = _known(self, x)
        batch, inner = x.shape[:-2], min(rows, columns)
        values = Tensor((*batch, inner), x.dtype)
        if not self.compute_uv:
            return values
        left, right = (rows, columns) if self.full_matrices else (inner, inner)
        return (Tensor((*batch, rows, left), x.dtype), values, Tensor((*batch, right, columns), x.dtype))


class PInv(Op):
    """The pseudo-inverse. https://keras.io/api/ops/linalg/"""

    rcond: Number | None = None

    def infer(self, x: Tensor) -> Tensor:
        """(..., m, n) -> (..., n, m)."""
        at_least_rank(self, x, 2)
        return Tensor((*x.shape[:-2], x.shape[-1], x.shape[-2]), x.dtype)


class MatrixRank(Op):
    """The rank of matrices. https://keras.io/api/ops/linalg/"""

    tol: Number | None = None

    def infer(self, x: Tensor) -> Tensor:
        """(..., m, n) -> (...)."""
        at_least_rank(self, x, 2)
        return Tensor(x.shape[:-2], "int32")


class Solve(Op):
    """The x of a @ x = b. https://keras.io/api/ops/linalg/"""

    tensor_parameters: ClassVar[tuple[str, ...]] = ("a", "b")

    def infer(self, a: Tensor, b: Tensor) -> Tensor:
        """(..., n, n), (..., n) or (..., n, k) -> the shape of b."""
        _square(self, a)
        at_least_rank(self, b, 1)
        unlike = (a.rank == b.rank and a.shape[-2] != b.shape[-2]) or (
            a.rank == b.rank - 1 and a.shape[-1] != b.shape[-1]
        )
        if unlike:
            raise Refusal("MS402", f"{self.label}: a and b do not fit: {shape_text(a.shape)} and {shape_text(b.shape)}")
        return b


class SolveTriangular(Solve):
    """The x of a @ x = b for a triangular a. https://keras.io/api/ops/linalg/"""

    lower: Bool = False


class LeastSquares(Op):
    """The x for which a @ x is nearest to b. https://keras.io/api/ops/linalg/"""

    tensor_parameters: ClassVar[tuple[str, ...]] = ("a", "b")
    rcond: Number | None = None

    def infer(self, a: Tensor, b: Tensor) -> Tensor:
        """(m, n), (m,) or (m, k) -> (n,) or (n, k)."""
        if a.rank != 2 or b.rank not in (1, 2):
            raise Refusal(
                "MS401",
                f"{self.label} needs a with 2 axes and b with 1 or 2; received {shape_text(a.shape)} and {shape_text(b.shape)}",
            )
        if a.shape[0] != b.shape[0]:
            raise Refusal(
                "MS402",
                f"{self.label} needs a and b of the same first size; received {shape_text(a.shape)} and {shape_text(b.shape)}",
            )
        return Tensor((*a.shape[1:], *b.shape[1:]), a.dtype)


class Norm(Op):
    """The norm of vectors along one axis, of matrices along two. https://keras.io/api/ops/linalg/"""

    ord: NormOrder = None
    axis: Axes | None = None
    keepdims: Bool = False

    def infer(self, x: Tensor) -> Tensor:
        """The axes are gone, or of size 1 with `keepdims`."""
        count = x.rank if self.axis is None else 1 if isinstance(self.axis, int) else len(self.axis)
        if count not in (1, 2):
            raise Refusal(
                "MS408",
                f"{self.label} takes one axis or two; received {count} of {shape_text(x.shape)}",
                help="name the axes with `axis`",
                argument="axis",
            )
        if count == 1 and isinstance(self.ord, str):
            raise Refusal("MS408", f"{self.label}: ord '{self.ord}' is for matrices, not for one axis", argument="ord")
        if count == 2 and self.ord not in (None, "fro", "nuc", float("inf"), float("-inf"), 1, -1, 2, -2):
            raise Refusal(
                "MS408",
                f"{self.label}: ord of a matrix is 'fro', 'nuc', 1, -1, 2, -2 or an infinity; received {self.ord}",
                argument="ord",
            )
        return Tensor(reduced(self, x.shape, self.axis, self.keepdims), to_float(x.dtype))
