"""The dtypes that TensorFlow has no kernel for, where Keras's symbolic call does not say so.

Keras infers a shape for `sigmoid` of integers, and then fails on the first batch.
"""

from __future__ import annotations

from modelspec.catalogue.entry import Op
from modelspec.catalogue.ops.rules import is_integer
from modelspec.catalogue.tensor import Refusal

FLOATS_ONLY = frozenset({
    "celu", "elu", "erf", "erfc", "erfinv", "gelu", "glu", "hard_shrink", "hard_sigmoid", "hard_silu", "hard_swish",
    "hard_tanh", "log_sigmoid", "log_softmax", "logsumexp", "reciprocal", "rsqrt", "selu", "sigmoid", "silu",
    "soft_shrink", "softmax", "softplus", "softsign", "sparse_plus", "sparse_sigmoid", "sparsemax", "squareplus", "swish",
    "tanh_shrink",
})  # fmt: skip
WHOLE_ONLY = frozenset({
    "bitwise_and", "bitwise_invert", "bitwise_left_shift", "bitwise_not", "bitwise_or", "bitwise_right_shift", "bitwise_xor",
    "gcd", "lcm", "left_shift", "right_shift",
})  # fmt: skip
NO_BOOL = frozenset({
    "add", "conj", "conjugate", "floor_divide", "fmax", "fmin", "greater", "greater_equal", "heaviside", "hypot", "leaky_relu",
    "less", "less_equal", "maximum", "minimum", "multiply", "negative", "power", "ptp", "real", "relu", "relu6", "round", "sign",
    "subtract", "threshold",
})  # fmt: skip


def check_dtype(op: Op, dtype: str) -> None:
    """Refuses a dtype that the function cannot run on; of two operands, their common one."""
    name = type(op).__name__
    if name in FLOATS_ONLY and is_integer(dtype):
        raise Refusal(
            "MS405", f"{op.label} works on floats; received {dtype}", help="cast it first: `ops.cast: float32`"
        )
    if name in WHOLE_ONLY and "int" not in dtype:
        raise Refusal(
            "MS405", f"{op.label} works on whole numbers; received {dtype}", help="cast it first: `ops.cast: int32`"
        )
    if name in NO_BOOL and dtype == "bool":
        raise Refusal("MS405", f"{op.label} does not work on bool", help="cast it first: `ops.cast: int32`")
