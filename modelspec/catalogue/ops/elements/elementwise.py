"""Functions of one tensor that keep its shape: they differ only in the dtype of the result. No TensorFlow here."""

from __future__ import annotations

from typing import Annotated, ClassVar

from annotated_types import Ge
from pydantic import Strict

from modelspec.catalogue.ops.arguments import Axes, Constant, Number
from modelspec.catalogue.ops.op import Op
from modelspec.catalogue.ops.rules import at_least_rank, axis_of, is_integer, promoted, result, to_float
from modelspec.catalogue.tensor import Refusal, Tensor, shape_text
from modelspec.catalogue.types import Bool, Dtype, Int


class Unary(Op):
    """Element by element; shape and dtype stay. https://keras.io/api/ops/numpy/"""

    def infer(self, x: Tensor) -> Tensor:
        """(...) -> (...)."""
        return Tensor(x.shape, self.result_dtype(x.dtype))

    def result_dtype(self, dtype: str) -> str:
        """The same dtype, unless a family says otherwise."""
        return dtype


class UnaryFloat(Unary):
    """Element by element; an integer becomes a float. https://keras.io/api/ops/numpy/"""

    def result_dtype(self, dtype: str) -> str:
        """The dtype promoted with a Python float."""
        return promoted(self, dtype, "float")


class UnaryExponential(Unary):
    """Element by element; an integer becomes float32. https://keras.io/api/ops/numpy/"""

    def result_dtype(self, dtype: str) -> str:
        """float32 for integers."""
        return to_float(dtype)


class UnaryReal(UnaryExponential):
    """Element by element; an integer becomes float32, complex numbers are refused. https://keras.io/api/ops/numpy/"""

    def result_dtype(self, dtype: str) -> str:
        """float32 for integers."""
        if "complex" in dtype:
            raise Refusal("MS405", f"{self.label} does not support complex inputs; received dtype {dtype}")
        return to_float(dtype)


class UnarySquare(Unary):
    """Element by element; bool becomes int32. https://keras.io/api/ops/numpy/"""

    def result_dtype(self, dtype: str) -> str:
        """int32 for bool."""
        return "int32" if dtype == "bool" else dtype


class UnaryRoot(Unary):
    """Element by element; int64 becomes float64, a smaller integer float32. https://keras.io/api/ops/numpy/"""

    def result_dtype(self, dtype: str) -> str:
        """A float as wide as the integer."""
        if dtype == "int64":
            return "float64"
        return "float32" if is_integer(dtype) and dtype != "uint64" else dtype


class UnaryAngle(Unary):
    """Element by element; half floats stay, 64 bits become float64, all else float32. https://keras.io/api/ops/numpy/"""

    def result_dtype(self, dtype: str) -> str:
        """A float, of 64 bits for 64 bits."""
        if dtype in ("int64", "float64"):
            return "float64"
        return dtype if dtype in ("bfloat16", "float16") else "float32"


class UnaryBool(Unary):
    """A truth value for each element. https://keras.io/api/ops/numpy/"""

    def result_dtype(self, dtype: str) -> str:
        """bool."""
        return "bool"


class UnaryFloat32(Unary):
    """Element by element; Keras always says float32. https://keras.io/api/ops/numpy/"""

    def result_dtype(self, dtype: str) -> str:
        """float32."""
        return "float32"


class StopGradient(Op):
    """The tensor itself; no gradient flows back through it. https://keras.io/api/ops/core/"""

    tensor_parameters: ClassVar[tuple[str, ...]] = ("variable",)

    def infer(self, variable: Tensor) -> Tensor:
        """(...) -> (...)."""
        return variable


class Clip(UnarySquare):
    """Values below `x_min` or above `x_max` become these. https://keras.io/api/ops/numpy/"""

    x_min: Number
    x_max: Number


class Round(Unary):
    """Rounds to so many decimals. https://keras.io/api/ops/numpy/"""

    decimals: Int = 0


class NanToNum(Unary):
    """Puts numbers in place of NaN and infinities. https://keras.io/api/ops/numpy/"""

    nan: Number = 0.0
    posinf: Number | None = None
    neginf: Number | None = None


class UnaryAlpha(Unary):
    """An activation with a slope `alpha` below zero. https://keras.io/api/ops/nn/"""

    alpha: Number = 1.0


class LeakyRelu(Unary):
    """An activation with a small slope below zero. https://keras.io/api/ops/nn/"""

    negative_slope: Number = 0.2


class Gelu(Unary):
    """The Gaussian error linear unit. https://keras.io/api/ops/nn/"""

    approximate: Bool = True


class Shrink(Unary):
    """Values near zero become zero. https://keras.io/api/ops/nn/"""

    threshold: Number = 0.5


class Squareplus(Unary):
    """A smooth ReLU made of a square root. https://keras.io/api/ops/nn/"""

    b: Number = 4


class Threshold(Unary):
    """Values up to `threshold` become `default_value`. https://keras.io/api/ops/nn/"""

    threshold: Number
    default_value: Number


class Triangle(Unary):
    """Zeros on one side of the k-th diagonal of the last two axes. https://keras.io/api/ops/numpy/"""

    k: Int = 0

    def infer(self, x: Tensor) -> Tensor:
        """(..., m, n) -> (..., m, n)."""
        at_least_rank(self, x, 2)
        return x


class Cast(Unary):
    """The tensor in another dtype. https://keras.io/api/ops/core/"""

    dtype: Dtype

    def result_dtype(self, dtype: str) -> str:
        """The dtype asked for."""
        return self.dtype


class Like(Unary):
    """A tensor of the same shape, in another dtype where one is given. https://keras.io/api/ops/numpy/"""

    dtype: Dtype | None = None

    def result_dtype(self, dtype: str) -> str:
        """The dtype asked for, else the same."""
        return self.dtype or dtype


class ConvertToTensor(Like):
    """The tensor itself, dense and in another dtype where asked for. https://keras.io/api/ops/core/"""

    sparse: Bool | None = None
    ragged: Bool | None = None


class FullLike(Op):
    """A tensor of the same shape filled with one value. https://keras.io/api/ops/numpy/"""

    tensor_parameters: ClassVar[tuple[str, ...]] = ("x", "fill_value")
    fill_value: Constant | None = None
    dtype: Dtype | None = None

    def infer(self, x: Tensor, fill_value: Tensor | None = None) -> Tensor:
        """(...) -> (...)."""
        if fill_value is None and self.fill_value is None:
            raise Refusal("MS406", f"{self.label} needs a fill_value", argument="fill_value")
        return Tensor(x.shape, self.dtype or x.dtype)


class Softmax(Unary):
    """Probabilities along one axis or several. https://keras.io/api/ops/nn/"""

    axis: Axes | None = -1

    def infer(self, x: Tensor) -> Tensor:
        """(...) -> (...)."""
        for axis in () if self.axis is None else (self.axis,) if isinstance(self.axis, int) else self.axis:
            axis_of(self, axis, x.rank)
        return Tensor(x.shape, self.result_dtype(x.dtype))


class Sparsemax(Unary):
    """Probabilities along an axis, many of them zero. https://keras.io/api/ops/nn/"""

    axis: Int = -1

    def infer(self, x: Tensor) -> Tensor:
        """(...) -> (...)."""
        axis_of(self, self.axis, x.rank)
        return x


class Normalize(Softmax):
    """Divides by the norm along an axis. https://keras.io/api/ops/nn/"""

    order: Annotated[int, Strict(), Ge(1)] = 2
    epsilon: Number | None = None

    def infer(self, x: Tensor) -> Tensor:
        """(...) -> (...)."""
        if self.order == 2 and is_integer(x.dtype):
            raise Refusal(
                "MS405", f"{self.label} works on floats; received {x.dtype}", help="cast it first: `ops.cast: float32`"
            )
        return super().infer(x)

    def result_dtype(self, dtype: str) -> str:
        """float32, as Keras says."""
        return "float32"


class Glu(Unary):
    """The first half along an axis, gated by the sigmoid of the second. https://keras.io/api/ops/nn/"""

    axis: Int = -1

    def infer(self, x: Tensor) -> Tensor:
        """(..., 2n, ...) -> (..., n, ...)."""
        axis = axis_of(self, self.axis, x.rank)
        size = x.shape[axis]
        if size is None:
            return x
        if size % 2:
            raise Refusal(
                "MS408",
                f"{self.label} needs an even size on axis {self.axis}; received {shape_text(x.shape)}",
                argument="axis",
            )
        return result(self, (*x.shape[:axis], size // 2, *x.shape[axis + 1 :]), x.dtype)
