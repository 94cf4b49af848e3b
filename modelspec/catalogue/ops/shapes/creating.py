"""Functions that make a tensor of numbers alone: positions, tables, windows. What they make has no batch axis.

No TensorFlow here.
"""

from __future__ import annotations

from math import ceil, prod
from typing import ClassVar

from modelspec.catalogue.ops.arguments import Constants, Number, Sizes, sizes_of
from modelspec.catalogue.ops.op import Op
from modelspec.catalogue.tensor import Refusal, Tensor
from modelspec.catalogue.types import Count, Dtype, Int

MOST_NUMBERS = 2**22
"""Numbers of one such tensor: Keras writes them into a saved model one by one."""


class Maker(Op):
    """A function without tensors."""

    tensor_parameters: ClassVar[tuple[str, ...]] = ()

    def made(self, shape: tuple[int, ...], dtype: str) -> Tensor:
        """The tensor, if it has some numbers and not too many."""
        if not prod(shape):
            raise Refusal("MS408", f"{self.label} makes an empty tensor: its shape is {shape}", "change its arguments")
        if prod(shape) > MOST_NUMBERS:
            message = f"{self.label} makes {prod(shape):,} numbers, more than {MOST_NUMBERS:,}"
            raise Refusal("MS410", message, "make its arguments smaller")
        return Tensor(shape, dtype)


class Arange(Maker):
    """Evenly spaced numbers, `stop` not among them. https://keras.io/api/ops/numpy/"""

    start: Number
    stop: Number | None = None
    step: Number | None = None
    dtype: Dtype | None = None

    def infer(self) -> Tensor:
        """-> (count)."""
        first, stop = (0, self.start) if self.stop is None else (self.start, self.stop)
        step = 1 if self.step is None else self.step
        if step == 0:
            raise Refusal("MS408", f"{self.label}: the step is 0, so it never ends", argument="step")
        numbers = (self.start, self.stop, self.step)
        dtype = "float32" if any(isinstance(number, float) for number in numbers) else "int32"
        return self.made((max(0, ceil((stop - first) / step)),), self.dtype or dtype)


class Eye(Maker):
    """Ones on a diagonal, or below it, and zeros elsewhere. https://keras.io/api/ops/numpy/"""

    N: Count
    M: Count | None = None
    k: Int = 0
    dtype: Dtype | None = None

    def infer(self) -> Tensor:
        """-> (N, M)."""
        return self.made((self.N, self.N if self.M is None else self.M), self.dtype or "float32")


class IdentityMatrix(Maker):
    """The identity matrix. https://keras.io/api/ops/numpy/"""

    n: Count
    dtype: Dtype | None = None

    def infer(self) -> Tensor:
        """-> (n, n)."""
        return self.made((self.n, self.n), self.dtype or "float32")


class Filled(Maker):
    """Ones or zeros. https://keras.io/api/ops/numpy/"""

    shape: Sizes
    dtype: Dtype | None = None

    def infer(self) -> Tensor:
        """-> shape."""
        return self.made((self.shape,) if isinstance(self.shape, int) else self.shape, self.dtype or "float32")


class Full(Maker):
    """One value everywhere, or an array of numbers that is repeated to the shape. https://keras.io/api/ops/numpy/"""

    shape: Sizes
    fill_value: Constants
    dtype: Dtype | None = None

    def infer(self) -> Tensor:
        """-> shape."""
        shape = (self.shape,) if isinstance(self.shape, int) else self.shape
        filled = sizes_of(self.fill_value)
        ends = shape[len(shape) - len(filled) :]
        if len(filled) > len(shape) or any(size not in (1, end) for size, end in zip(filled, ends, strict=True)):
            message = f"{self.label}: an array of shape {filled} does not fill {shape}"
            raise Refusal("MS407", message, "give an array of this shape", argument="fill_value")
        return self.made(shape, self.dtype or "float32")


class WindowFunction(Maker):
    """A window function of so many points. https://keras.io/api/ops/numpy/"""

    x: Count

    def infer(self) -> Tensor:
        """-> (x)."""
        return self.made((self.x,), "float32")


class KaiserWindow(WindowFunction):
    """A Kaiser window of so many points. https://keras.io/api/ops/numpy/"""

    made_float32: ClassVar[tuple[str, ...]] = ("beta",)
    beta: Number
