"""Which dtypes TensorFlow's kernels take, and how many axes, where Keras's symbolic call accepts more.

Keras infers a shape for `sigmoid` of integers and for a tensor of ten axes, and then fails on the first batch. Measured: every
function ran on tensors of each dtype, and of six to ten axes.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from modelspec.catalogue.ops.op import Op
from modelspec.catalogue.ops.rules import is_integer
from modelspec.catalogue.promotion import NoCommonDtype, result_type
from modelspec.catalogue.tensor import Refusal, Tensor, shape_text

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
_OF_SOME_DTYPES = FLOATS_ONLY | WHOLE_ONLY | NO_BOOL


def refuse_dtype(op: Op, tensors: Mapping[str, Any]) -> None:
    """Refuse a dtype that the function cannot run on; of several operands, their common one."""
    name = type(op).__name__
    if name not in _OF_SOME_DTYPES:
        return
    dtype = _common(op, tensors)
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


def _common(op: Op, tensors: Mapping[str, Any]) -> str:
    """The dtype that the operands meet in: tensors, and numbers of the spec in the place of one."""
    given = [item.dtype for item in tensors.values() if isinstance(item, Tensor)]
    numbers = (getattr(op, name, None) for name in ("x1", "x2") if tensors.get(name) is None)
    given += [type(number).__name__ for number in numbers if isinstance(number, bool | int | float)]
    try:
        return result_type(*given)
    except NoCommonDtype:
        return ""


_OF_EIGHT = (
    "diff", "flip", "fliplr", "flipud", "fmax", "fmin", "hard_shrink", "heaviside", "ldexp", "logaddexp", "logaddexp2",
    "logsumexp", "nan_to_num", "nancumprod", "nancumsum", "nanmax", "nanmean", "nanmin", "nanprod", "nanstd", "nansum",
    "nanvar", "select", "sinc", "soft_shrink", "sparse_plus", "sparse_sigmoid", "sparsemax", "threshold", "trace",
    "trapezoid", "trunc", "where",
)  # fmt: skip
_ALONG_ONE = ("argmax", "argmin", "nanargmax", "nanargmin")
MOST_AXES: dict[str, int] = {
    **dict.fromkeys(_OF_EIGHT, 8),
    **dict.fromkeys(("median", "percentile", "pinv", "quantile"), 9),
    **dict.fromkeys(_ALONG_ONE, 7),
    **dict.fromkeys(("geomspace", "linspace", "logspace"), 7),  # with one more, there is no gradient
}
"""So many axes a tensor may have; functions that are not here take more than anyone has."""


def refuse_too_many_axes(op: Any, given: list[Tensor]) -> None:
    """Refuse a tensor of more axes than the function's kernel takes."""
    name = type(op).__name__
    most = MOST_AXES.get(name)
    if most is None:
        return
    if name in _ALONG_ONE and op.axis is None:
        most = 8  # it is flattened first
    for tensor in given:
        if tensor.rank > most:
            message = (
                f"{op.label} works on at most {most} axes, the batch included; received {shape_text(tensor.shape)}"
            )
            raise Refusal("MS401", message, "merge some axes first, with Reshape")
