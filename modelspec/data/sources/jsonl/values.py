"""Values of JSON, one for each row -> a column: numbers, texts, true and false, or lists of these. Knows no file."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Any

import numpy as np

from modelspec.data.sources.typed.column import TypedColumn, Unfit, refuse_long_texts

if TYPE_CHECKING:
    from modelspec.data.arrays import Array

_NUMBERS = frozenset((int, float))
_WORDS = {int: "a number", float: "a number", str: "text", bool: "true or false", list: "a list", dict: "an object"}


def column_of(values: list[Any]) -> TypedColumn:
    """The column; None is a gap. Raises `Unfit` with the row of the first value that is of another kind than those before."""
    kinds = set(map(type, values))
    gaps: Array | None = None
    if type(None) in kinds:
        gaps = np.fromiter((value is None for value in values), bool, len(values))
        kinds.discard(type(None))
    if not kinds:
        return TypedColumn(np.zeros(len(values)), gaps)
    if dict in kinds:
        row = next(row for row, value in enumerate(values) if type(value) is dict)
        raise Unfit("MS722", "an object", _field(values[row]), row)
    if len(kinds) > 1 and not kinds <= _NUMBERS:
        raise _of_two_kinds(values)
    if kinds == {list}:
        return _lists(values, gaps)
    if kinds == {str}:
        refuse_long_texts(max(len(value) for value in values if value is not None), len(values))
    nothing: Any = "" if kinds == {str} else False if kinds == {bool} else 0
    filled = values if gaps is None else [nothing if value is None else value for value in values]
    return TypedColumn(_array(filled, kinds), gaps)


def _array(values: list[Any], kinds: set[type]) -> Array:
    if kinds == {str}:
        return np.array(values, dtype=np.str_)
    if kinds == {bool}:
        return np.array(values, dtype=bool)
    if float in kinds:
        whole = all(type(value) is int or (value.is_integer() and abs(value) < 2.0**53) for value in values)
        if not whole or int not in kinds:
            return np.array([_float(value) for value in values])
        values = [int(value) for value in values]  # a whole number among them keeps its digits
    low, high = min(values), max(values)
    if low >= -(2**63) and high < 2**63:
        return np.array(values, dtype=np.int64)
    if low >= 0 and high < 2**64:
        return np.array(values, dtype=np.uint64)
    return np.array([_float(value) for value in values])


def _float(value: float) -> float:
    try:
        return float(value)
    except OverflowError:
        return float("inf")


def _field(value: dict[str, Any]) -> str:
    return f"name what is inside: `column: NAME.{next(iter(value), 'key')}`"


def _of_two_kinds(values: list[Any]) -> Unfit:
    first = next(value for value in values if value is not None)
    model = _WORDS[type(first)]
    row = next(row for row, value in enumerate(values) if value is not None and _WORDS[type(value)] != model)
    return Unfit(
        "MS725", f"{_WORDS[type(values[row])]}, and {model} before", "give all rows of a column the same kind", row
    )


def _lists(values: list[Any], gaps: Array | None) -> TypedColumn:
    """Lists that are all of one length."""
    length = len(next(value for value in values if value is not None))
    for row, value in enumerate(values):
        if value is not None and len(value) != length:
            help = "give all lists of a column one length, such as by padding them"
            raise Unfit("MS725", f"a list of {len(value)}, where the first has {length}", help, row)
    nothing = [None] * length
    flat = list(chain.from_iterable(nothing if value is None else value for value in values))
    try:
        inner = column_of(flat)
    except Unfit as error:
        raise Unfit(
            error.code, f"{error.found}, in a list", error.help, None if error.row is None else error.row // length
        ) from None
    shape = (len(values), length, *inner.values.shape[1:])
    where = None if inner.gaps is None else inner.gaps.reshape(shape)
    if gaps is not None and where is None:
        where = np.broadcast_to(gaps.reshape(-1, *[1] * (len(shape) - 1)), shape)
    return TypedColumn(inner.values.reshape(shape), where)
