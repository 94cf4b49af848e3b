"""Functions that make one number of many along some axes, or run along an axis. No TensorFlow here."""

from __future__ import annotations

from typing import ClassVar, Literal

from modelspec.catalogue.ops.arguments import Axes, Number, Numbers
from modelspec.catalogue.ops.op import Op
from modelspec.catalogue.ops.rules import (
    at_least_rank,
    axis_of,
    flat_size,
    is_integer,
    promoted,
    reduced,
    same_shape,
    to_float,
    two_axes,
    widened,
)
from modelspec.catalogue.tensor import Refusal, Tensor, Tensors, shape_text
from modelspec.catalogue.types import Bool, Dtype, Int


class Reduce(Op):
    """Reduces axes; the dtype stays. https://keras.io/api/ops/numpy/"""

    axis: Axes | None = None
    keepdims: Bool = False

    def infer(self, x: Tensor) -> Tensor:
        """The axes are gone, or of size 1 with `keepdims`."""
        return Tensor(reduced(self, x.shape, self.axis, self.keepdims), self.result_dtype(x.dtype))

    def result_dtype(self, dtype: str) -> str:
        """The same dtype, unless a family says otherwise."""
        return dtype


class ReduceInitial(Reduce):
    """The largest or smallest along axes, and of `initial`. https://keras.io/api/ops/numpy/"""

    initial: Number | None = None


class ReduceBool(Reduce):
    """A truth value along axes. https://keras.io/api/ops/numpy/"""

    def result_dtype(self, dtype: str) -> str:
        """bool."""
        return "bool"


class ReduceFloat(Reduce):
    """Reduces axes; the result is a float. https://keras.io/api/ops/numpy/"""

    def result_dtype(self, dtype: str) -> str:
        """The dtype promoted with a Python float."""
        return promoted(self, dtype, "float")


class ReduceMean(Reduce):
    """The mean along axes; an integer becomes float32. https://keras.io/api/ops/numpy/"""

    def result_dtype(self, dtype: str) -> str:
        """float32 for integers."""
        common = promoted(self, dtype, "float32")
        return common if is_integer(dtype) else dtype


class ReduceDeviation(Reduce):
    """The standard deviation along axes; an integer becomes float32. https://keras.io/api/ops/numpy/"""

    def result_dtype(self, dtype: str) -> str:
        """float32 for integers."""
        return to_float(dtype)


class ReduceSum(Reduce):
    """The sum along axes; small integers widen to 32 bits. https://keras.io/api/ops/numpy/"""

    def result_dtype(self, dtype: str) -> str:
        """At least 32 bits."""
        return widened(promoted(self, dtype))


class ReduceExtreme(Reduce):
    """The largest or smallest along axes, NaN aside. https://keras.io/api/ops/numpy/"""

    def result_dtype(self, dtype: str) -> str:
        """The same dtype, one that Keras can give."""
        return promoted(self, dtype)


class ReduceProduct(Reduce):
    """The product along axes; small integers widen to 32 bits. https://keras.io/api/ops/numpy/"""

    def result_dtype(self, dtype: str) -> str:
        """At least 32 bits."""
        return widened(dtype)


class Product(ReduceProduct):
    """The product along axes; small integers widen to 32 bits. https://keras.io/api/ops/numpy/"""

    dtype: Dtype | None = None

    def result_dtype(self, dtype: str) -> str:
        """The dtype asked for, else at least 32 bits."""
        return self.dtype or widened(dtype)


class LogSumExp(Reduce):
    """log(sum(exp(x))) along axes, which Keras says is float32. https://keras.io/api/ops/core/"""

    def result_dtype(self, dtype: str) -> str:
        """float32."""
        return "float32"


class ArgReduce(Op):
    """The place of an element along an axis, or among all. https://keras.io/api/ops/numpy/"""

    axis: Int | None = None
    keepdims: Bool = False

    def infer(self, x: Tensor) -> Tensor:
        """The axis is gone, or of size 1 with `keepdims`."""
        return Tensor(reduced(self, x.shape, self.axis, self.keepdims), "int32")


class CountNonzero(Op):
    """How many elements along axes are not zero. https://keras.io/api/ops/numpy/"""

    axis: Axes | None = None

    def infer(self, x: Tensor) -> Tensor:
        """The axes are gone."""
        return Tensor(reduced(self, x.shape, self.axis), "int32")


class Size(Op):
    """The number of elements. https://keras.io/api/ops/numpy/"""

    def infer(self, x: Tensor) -> Tensor:
        """(...) -> ()."""
        return Tensor((), "int32")


class Average(Op):
    """The mean along an axis, weighted where weights are given. https://keras.io/api/ops/numpy/"""

    tensor_parameters: ClassVar[tuple[str, ...]] = ("x", "weights")
    axis: Int | None = None

    def infer(self, x: Tensor, weights: Tensor | None = None) -> Tensor:
        """The axis is gone; weights have the shape of x, or the size of its axis."""
        dtype = promoted(self, x.dtype, "float", *((weights.dtype,) if weights else ()))
        shape = reduced(self, x.shape, self.axis)
        if weights is not None and not same_shape(x.shape, weights.shape):
            size = () if self.axis is None else (x.shape[axis_of(self, self.axis, x.rank)],)
            if self.axis is None or not same_shape(size, weights.shape):
                wanted = shape_text(x.shape) if self.axis is None else f"{shape_text(x.shape)} or {shape_text(size)}"
                raise Refusal(
                    "MS402", f"{self.label} needs weights of shape {wanted}; received {shape_text(weights.shape)}"
                )
        return Tensor(shape, dtype)


_Method = Literal["linear", "lower", "higher", "midpoint", "nearest"]


class Quantile(Op):
    """Quantiles along axes; several of them come as a new first axis. https://keras.io/api/ops/numpy/"""

    tensor_parameters: ClassVar[tuple[str, ...]] = ("x", "q")
    longest_single: ClassVar[int] = 1
    """A list of so many quantiles makes no axis."""
    q: Numbers | None = None
    axis: Axes | None = None
    method: _Method = "linear"
    keepdims: Bool = False

    def infer(self, x: Tensor, q: Tensor | None = None) -> Tensor:
        """The axes are gone; a list or a tensor of quantiles puts its size in front."""
        shape = reduced(self, x.shape, self.axis, self.keepdims)
        if q is None and self.q is None:
            raise Refusal("MS406", f"{self.label} needs q, one number or a list", argument="q")
        if q is not None:
            if q.rank > 1:
                message = f"{self.label} takes quantiles along one axis; received {shape_text(q.shape)}"
                raise Refusal("MS401", message, "flatten them first, with `ops.ravel`", argument="q")
            shape = (*q.shape[:1], *shape)
        elif isinstance(self.q, tuple) and len(self.q) > self.longest_single:
            shape = (len(self.q), *shape)
        return Tensor(shape, self.result_dtype(x.dtype))

    def result_dtype(self, dtype: str) -> str:
        """The dtype promoted with a Python float."""
        return promoted(self, dtype, "float")


class NanPercentile(Quantile):
    """Percentiles along axes, NaN aside; several of them come as a new first axis. https://keras.io/api/ops/numpy/"""

    longest_single: ClassVar[int] = -1


class Percentile(NanPercentile):
    """Percentiles along axes; several of them come as a new first axis. https://keras.io/api/ops/numpy/"""

    def result_dtype(self, dtype: str) -> str:
        """float32, unless it is a float."""
        return dtype if "float" in dtype else "float32"


class Moments(Op):
    """Mean and variance along axes. https://keras.io/api/ops/nn/"""

    axes: Axes
    keepdims: Bool = False
    synchronized: Bool = False

    def infer(self, x: Tensor) -> Tensors:
        """Twice the shape without the axes."""
        moment = Tensor(reduced(self, x.shape, self.axes, self.keepdims, "axes"), x.dtype)
        return (moment, moment)


class Running(Op):
    """Sums or products that run along an axis, or along all elements. https://keras.io/api/ops/numpy/"""

    axis: Int | None = None
    dtype: Dtype | None = None

    def infer(self, x: Tensor) -> Tensor:
        """(...) -> (...); without an axis (...) -> (size,)."""
        dtype = self.dtype or x.dtype
        dtype = "int32" if dtype == "bool" else dtype
        if self.axis is None:
            return Tensor((flat_size(x.shape),), dtype)
        axis_of(self, self.axis, x.rank)
        return Tensor(x.shape, dtype)


class Sort(Op):
    """Sorts along an axis, or all elements. https://keras.io/api/ops/numpy/"""

    axis: Int | None = -1

    def infer(self, x: Tensor) -> Tensor:
        """(...) -> (...); without an axis (...) -> (size,)."""
        if self.axis is None:
            return Tensor((flat_size(x.shape),), self.result_dtype(x.dtype))
        axis_of(self, self.axis, x.rank)
        return Tensor(x.shape, self.result_dtype(x.dtype))

    def result_dtype(self, dtype: str) -> str:
        """The same dtype."""
        return dtype


class ArgSort(Sort):
    """The places that elements come from when sorted. https://keras.io/api/ops/numpy/"""

    def result_dtype(self, dtype: str) -> str:
        """int32."""
        return "int32"


class Trapezoid(Op):
    """The integral along an axis by the trapezoidal rule. https://keras.io/api/ops/numpy/"""

    tensor_parameters: ClassVar[tuple[str, ...]] = ("y",)
    x: tuple[Number, ...] | None = None
    dx: Number = 1.0
    axis: Int = -1

    def infer(self, y: Tensor) -> Tensor:
        """The axis is gone."""
        at_least_rank(self, y, 1)
        return Tensor(reduced(self, y.shape, self.axis), promoted(self, y.dtype, "float"))


class Trace(Op):
    """The sum of the diagonal of two axes. https://keras.io/api/ops/numpy/"""

    offset: Int = 0
    axis1: Int = 0
    axis2: Int = 1

    def infer(self, x: Tensor) -> Tensor:
        """The two axes are gone."""
        return Tensor(reduced(self, x.shape, two_axes(self, self.axis1, self.axis2, x.rank)), widened(x.dtype))
