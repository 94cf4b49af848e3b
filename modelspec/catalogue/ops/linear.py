"""Products of tensors. No TensorFlow here."""

from __future__ import annotations

from typing import ClassVar

from modelspec.catalogue.entry import Op
from modelspec.catalogue.ops.rules import at_least_rank, broadcast, promoted
from modelspec.catalogue.tensor import Refusal, Tensor, shape_text


class MatMul(Op):
    """The product of matrices, for each place of the axes before. https://keras.io/api/ops/numpy/"""

    tensor_parameters: ClassVar[tuple[str, ...]] = ("x1", "x2")

    def infer(self, x1: Tensor, x2: Tensor) -> Tensor:
        """(..., m, n), (..., n, p) -> (..., m, p); a vector counts as a row or a column, which is gone again."""
        at_least_rank(self, x1, 1)
        at_least_rank(self, x2, 1)
        left = (1, *x1.shape) if x1.rank == 1 else x1.shape
        right = (*x2.shape, 1) if x2.rank == 1 else x2.shape
        if None not in (left[-1], right[-2]) and left[-1] != right[-2]:
            raise Refusal(
                "MS407",
                f"{self.label} needs inner sizes that are equal; received {shape_text(x1.shape)} and {shape_text(x2.shape)}: "
                f"{left[-1]} is not {right[-2]}",
            )
        rows = () if x1.rank == 1 else left[-2:-1]
        columns = () if x2.rank == 1 else right[-1:]
        dtype = "int32" if x1.dtype == x2.dtype == "int8" else promoted(self, x1.dtype, x2.dtype)
        return Tensor((*broadcast(self, left[:-2], right[:-2]), *rows, *columns), dtype)
