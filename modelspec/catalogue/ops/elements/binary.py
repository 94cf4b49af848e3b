"""Functions of two tensors that stretch them to each other's shape, and dtypes that meet. No TensorFlow here.

Either operand may be a number written in the spec, which then gives way to the tensor's dtype as Python's numbers do.
"""

from __future__ import annotations

from typing import ClassVar

from modelspec.catalogue.ops.arguments import Constant, Number
from modelspec.catalogue.ops.op import Op
from modelspec.catalogue.ops.rules import broadcast, promoted
from modelspec.catalogue.tensor import Refusal, Tensor
from modelspec.catalogue.types import Bool, Int


def constant(value: float) -> Tensor:
    """A number of the spec as an operand: no axes, and the dtype that Keras takes Python's numbers for."""
    return Tensor((), type(value).__name__)


def operand(op: Op, name: str, tensor: Tensor | None, value: float | None) -> Tensor:
    """The tensor, or the number that stands for it."""
    if tensor is not None:
        return tensor
    if value is None:
        raise Refusal(
            "MS406", f"{op.label} needs {name}", help=f"give two references in `from`, or a number as `{name}`"
        )
    return constant(value)


def strong(dtype: str) -> str:
    """The dtype of a number that does not give way."""
    return {"int": "int64", "float": "float32"}.get(dtype, dtype)


class Binary(Op):
    """Element by element, with Keras's common dtype. https://keras.io/api/ops/numpy/"""

    tensor_parameters: ClassVar[tuple[str, ...]] = ("x1", "x2")
    x1: Constant | None = None
    x2: Constant | None = None

    def infer(self, x1: Tensor | None = None, x2: Tensor | None = None) -> Tensor:
        """(...), (...) -> the shape of both, broadcast."""
        first, second = self.operand("x1", x1), self.operand("x2", x2)
        promoted(self, first.dtype, second.dtype)  # refuses what has no common dtype, though the result may be bool
        return Tensor(broadcast(self, first.shape, second.shape), self.result_dtype(first.dtype, second.dtype))

    def operand(self, name: str, tensor: Tensor | None) -> Tensor:
        """The tensor, or the number that stands for it."""
        value: float | None = getattr(self, name)
        return operand(self, name, tensor, value)

    def result_dtype(self, first: str, second: str) -> str:
        """The common dtype."""
        return promoted(self, first, second)


class BinaryFloat(Binary):
    """Element by element; the result is a float. https://keras.io/api/ops/numpy/"""

    def result_dtype(self, first: str, second: str) -> str:
        """The common dtype, promoted with a Python float."""
        return promoted(self, first, second, "float")


class BinaryModulo(Binary):
    """Element by element; two bools give int32. https://keras.io/api/ops/numpy/"""

    def result_dtype(self, first: str, second: str) -> str:
        """The common dtype, int32 for bool."""
        common = promoted(self, first, second)
        return "int32" if common == "bool" else common


class Comparison(Binary):
    """A truth value for each pair of elements. https://keras.io/api/ops/numpy/"""

    def result_dtype(self, first: str, second: str) -> str:
        """bool."""
        return "bool"


class BinaryStrong(Binary):
    """Element by element; a number counts as int64 or float32. https://keras.io/api/ops/numpy/"""

    def result_dtype(self, first: str, second: str) -> str:
        """The common dtype, in which a number does not give way."""
        return promoted(self, strong(first), strong(second))


class BinaryStrongFloat(Binary):
    """Element by element; a number counts as int64 or float32, the result is a float. https://keras.io/api/ops/numpy/"""

    def result_dtype(self, first: str, second: str) -> str:
        """The common dtype, in which a number does not give way, promoted with a Python float."""
        return promoted(self, strong(first), strong(second), "float")


class Ldexp(BinaryStrongFloat):
    """`x1` times two to the power of the whole numbers `x2`. https://keras.io/api/ops/numpy/"""

    def result_dtype(self, first: str, second: str) -> str:
        """The common dtype, in which a number does not give way, promoted with a Python float."""
        if "int" not in second:
            raise Refusal("MS405", f"{self.label} needs whole numbers as x2; received {second}", argument="x2")
        return super().result_dtype(first, second)


class Arctan2(Binary):
    """The angle of each pair; a number counts as float32. https://keras.io/api/ops/numpy/"""

    def operand(self, name: str, tensor: Tensor | None) -> Tensor:
        """The tensor, or a float32 without axes."""
        return tensor or super().operand(name, tensor)._replace(dtype="float32")

    def result_dtype(self, first: str, second: str) -> str:
        """The common dtype, promoted with a Python float."""
        return promoted(self, first, second, "float")


class IsClose(Comparison):
    """Whether each pair of elements is equal within a tolerance. https://keras.io/api/ops/numpy/"""

    rtol: Number = 1e-05
    atol: Number = 1e-08
    equal_nan: Bool = False


class AllClose(IsClose):
    """Whether all pairs of elements are equal within a tolerance. https://keras.io/api/ops/numpy/"""

    def infer(self, x1: Tensor | None = None, x2: Tensor | None = None) -> Tensor:
        """(...), (...) -> ()."""
        super().infer(x1, x2)
        return Tensor((), "bool")


class BinaryTensors(Op):
    """Element by element; both are tensors and the result is a float. https://keras.io/api/ops/numpy/"""

    tensor_parameters: ClassVar[tuple[str, ...]] = ("x1", "x2")

    def infer(self, x1: Tensor, x2: Tensor) -> Tensor:
        """(...), (...) -> the shape of both, broadcast."""
        common = promoted(self, x1.dtype, x2.dtype)
        if common == "int64":
            common = "float64"
        elif "int" in common:
            common = "float32"
        return Tensor(broadcast(self, x1.shape, x2.shape), common)


class Bitwise(Op):
    """Bit by bit; both are tensors. https://keras.io/api/ops/numpy/"""

    tensor_parameters: ClassVar[tuple[str, ...]] = ("x", "y")

    def infer(self, x: Tensor, y: Tensor) -> Tensor:
        """(...), (...) -> the shape of the first, as Keras says."""
        common = promoted(self, x.dtype, y.dtype)
        return Tensor(x.shape, common)


class Shift(Op):
    """Moves bits; how far is a tensor or a whole number. https://keras.io/api/ops/numpy/"""

    tensor_parameters: ClassVar[tuple[str, ...]] = ("x", "y")
    y: Int | None = None

    def infer(self, x: Tensor, y: Tensor | None = None) -> Tensor:
        """(...), (...) -> the shape of the first, as Keras says."""
        if y is not None:
            return Tensor(x.shape, promoted(self, x.dtype, y.dtype))
        if self.y is None:
            raise Refusal("MS406", f"{self.label} needs y", help="give two references in `from`, or a number as `y`")
        return x


class Where(Op):
    """Elements of `x1` where the condition is true, else of `x2`. https://keras.io/api/ops/numpy/"""

    tensor_parameters: ClassVar[tuple[str, ...]] = ("condition", "x1", "x2")
    x1: Constant | None = None
    x2: Constant | None = None

    def infer(self, condition: Tensor, x1: Tensor | None = None, x2: Tensor | None = None) -> Tensor:
        """(...), (...), (...) -> the shape of all, broadcast."""
        first, second = self._branch("x1", x1), self._branch("x2", x2)
        shape = broadcast(self, broadcast(self, condition.shape, first.shape), second.shape)
        return Tensor(shape, promoted(self, first.dtype, second.dtype))

    def _branch(self, name: str, tensor: Tensor | None) -> Tensor:
        value: float | None = getattr(self, name)
        if tensor is not None:
            return tensor
        if value is None:
            raise Refusal(
                "MS406",
                f"{self.label} needs x1 and x2: without them the size of the result is known only at run time",
                help="give three references in `from`, or numbers as `x1` and `x2`",
            )
        return constant(value)
