"""The functions that give back the very tensor they are given, and with it all that Keras has hung on it.

TensorFlow does nothing where there is nothing to do: the conjugate of a real number, a cast to the dtype that is there.
"""

from __future__ import annotations

from modelspec.catalogue.ops.op import Op
from modelspec.catalogue.tensor import Tensor

_REAL = frozenset({"array", "conj", "conjugate", "convert_to_tensor", "real"})
_WHOLE = frozenset({"nan_to_num", "round", "trunc"})


def gives_back(op: Op, x: Tensor) -> bool:
    """Whether the function's result is `x` itself."""
    name = type(op).__name__
    if name == "cast":
        return getattr(op, "dtype", None) == x.dtype
    return (name in _REAL and "complex" not in x.dtype) or (name in _WHOLE and "int" in x.dtype)
