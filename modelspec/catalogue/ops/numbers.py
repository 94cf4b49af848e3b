"""Numbers written beside tensors that become others in the tensors' dtype: 300 is 44 in uint8, and Keras says nothing.

Measured with each function; comparisons, remainders and functions of bits find a wider dtype by themselves. No TensorFlow here.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from modelspec.catalogue.backends.tensorflow.dtypes import has_range
from modelspec.catalogue.ops.op import Op
from modelspec.catalogue.tensor import Refusal

_OPERANDS = ("x1", "x2")
_CAST: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(
        ("add", "divide", "divide_no_nan", "floor_divide", "maximum", "minimum", "multiply", "power", "subtract",
         "true_divide", "where"), _OPERANDS,
    ),
    "arange": ("start", "stop", "step"),
    "clip": ("x_min", "x_max"),
    "full": ("fill_value",),
    "full_like": ("fill_value",),
    "pad": ("constant_values",),
}  # fmt: skip
"""The arguments of each function that are cast to the dtype of what comes out."""
_CUT = frozenset({"arange", "full", "full_like", "pad"})
"""Functions whose dtype does not follow the number: a fraction would be cut off."""
_ABOVE = {"float16": 65520.0, "bfloat16": 3.39617752923046e38, "float32": 3.4028235677973366e38}
"""From where on a number is rounded to infinity."""

SURELY_A_NUMBER = 65504.0
"""Every dtype of floats has a number of this size."""


def becomes_infinite(number: float, dtype: str) -> bool:
    """Whether a dtype of floats has no number for it."""
    return abs(number) >= _ABOVE.get(dtype, float("inf"))


def refuse_changed_numbers(op: Op, dtype: str) -> None:
    """Refuse a number among the arguments that is another one in `dtype`, which comes out."""
    name = type(op).__name__
    if name == "arange" and not has_range(dtype):
        help = "leave `dtype` out, and cast the result with `ops.cast`"
        raise Refusal("MS405", f"{op.label} cannot count in {dtype}", help, argument="dtype")
    for argument in _CAST.get(name, ()):
        for number, expected in _changed(getattr(op, argument, None), dtype, name in _CUT):
            help = (
                f"write a number that {dtype} can represent, or cast the tensor to a wider dtype first, with `ops.cast`"
            )
            if name in ("arange", "full"):
                help = f"write a number that {dtype} can represent, or another `dtype`"
            message = f"{op.label}: expected {expected}; received {number}"
            raise Refusal("MS405", message, help, argument=argument)


def _changed(number: Any, dtype: str, cut: bool) -> Iterator[tuple[Any, str]]:
    """A number, or those of nested lists, that would not stay what they are, with what they have to be."""
    for item in number if isinstance(number, tuple) else ():
        yield from _changed(item, dtype, cut)
    expected = _expected(number, dtype, cut)
    if expected is not None:
        yield number, expected


def _expected(number: Any, dtype: str, cut: bool) -> str | None:
    """What a number has to be to stay what it is; None where it is that."""
    if isinstance(number, bool) or not isinstance(number, int | float):
        return None
    if dtype == "bool":
        return "0 or 1 (bool)" if cut and number not in (0, 1) else None
    if dtype in _ABOVE:
        return f"a number of {dtype}" if becomes_infinite(number, dtype) else None
    if "int" not in dtype:
        return None
    bits, signed = int(dtype.lstrip("uint")), not dtype.startswith("u")
    low, high = (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1) if signed else (0, 2**bits - 1)
    whole = f"a whole number from {low} to {high} ({dtype})"
    if isinstance(number, float) and not number.is_integer():
        return whole if cut else None
    return None if low <= number <= high else whole
