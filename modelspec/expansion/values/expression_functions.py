"""What an expression computes with: its functions, operators and comparisons, on numbers, texts, booleans and lists.

What they cannot take is refused in words of our own. Must not know how an expression is read, nor how large it may get.
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable
from typing import Any

MOST_ITEMS = 10_000
"""Items of a list and characters of a text that an expression makes."""
_MOST_DIGITS = 400
"""Places of a number that rounding can change, and more."""


class NotComputable(Exception):
    """What a function or an operator cannot take, in words of our own; Python's change with its version."""


def kind(value: Any) -> str:
    """What a value is, in a message."""
    names = {bool: "a boolean", int: "a number", float: "a number", str: "a string", list: "a list", dict: "a mapping"}
    return names.get(type(value), "null")


def numbers(*values: Any) -> None:
    """Refuse what is no number."""
    for value in values:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise NotComputable(f"expected a number; received {kind(value)}")


def _range(*bounds: Any) -> list[int]:
    _whole(*bounds)
    if len(bounds) == 3 and bounds[2] == 0:
        raise NotComputable("the step of a range cannot be zero")
    found = range(*bounds)
    if len(found) > MOST_ITEMS:
        raise NotComputable(f"a range of {len(found):,} items; at most {MOST_ITEMS:,}")
    return list(found)


def _len(value: Any) -> int:
    if not isinstance(value, list | str | dict):
        raise NotComputable(f"{kind(value)} has no length")
    return len(value)


def _least(*values: Any) -> Any:
    return _chosen("min", min, values)


def _most(*values: Any) -> Any:
    return _chosen("max", max, values)


def _chosen(function: str, choose: Callable[[Any], Any], values: tuple[Any, ...]) -> Any:
    items = values[0] if len(values) == 1 else values
    if not isinstance(items, list | tuple) or not items:
        raise NotComputable(f"{function} takes several values, or one list of them")
    try:
        return choose(items)
    except TypeError:
        raise NotComputable(f"{function} takes values that can be ordered: only numbers, or only strings") from None


def _int(value: Any) -> int:
    numbers(value)
    return int(value)


def _round(value: Any, digits: Any = None) -> Any:
    numbers(value)
    if digits is not None:
        _whole(digits)
        digits = max(-_MOST_DIGITS, min(digits, _MOST_DIGITS))  # Python computes 10 to their power
    return round(value, digits)


def _whole(*values: Any) -> None:
    for value in values:
        if isinstance(value, bool) or not isinstance(value, int):
            raise NotComputable(f"expected a whole number; received {kind(value)}")


def _less(compare: Callable[[Any, Any], bool]) -> Callable[[Any, Any], bool]:
    """A comparison of size."""

    def compared(left: Any, right: Any) -> bool:
        try:
            return compare(left, right)
        except TypeError:
            kinds = kind(left), kind(right)
            what = " and ".join(kinds) if kinds[0] != kinds[1] else f"{kinds[0]} and another one"
            raise NotComputable(f"{what} have no order") from None

    return compared


def _within(left: Any, right: Any) -> bool:
    if not isinstance(right, list | str | dict):
        raise NotComputable(f"`in` needs a list or a string; received {kind(right)}")
    if isinstance(right, str) and not isinstance(left, str):
        raise NotComputable(f"only a string can be in a string; received {kind(left)}")
    return left in right


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "min": _least, "max": _most, "int": _int, "round": _round, "len": _len, "range": _range,
}  # fmt: skip
TAKES: dict[str, tuple[int, int]] = {"int": (1, 1), "round": (1, 2), "len": (1, 1), "range": (1, 3)}
"""The least and the most values of a function that does not take any number of them."""
OPERATORS: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv, ast.Mod: operator.mod, ast.Pow: operator.pow,
}  # fmt: skip
COMPARISONS: dict[type[ast.cmpop], Callable[[Any, Any], bool]] = {
    ast.Eq: operator.eq, ast.NotEq: operator.ne, ast.Lt: _less(operator.lt), ast.LtE: _less(operator.le),
    ast.Gt: _less(operator.gt), ast.GtE: _less(operator.ge), ast.In: _within,
    ast.NotIn: lambda left, right: not _within(left, right),
}  # fmt: skip
