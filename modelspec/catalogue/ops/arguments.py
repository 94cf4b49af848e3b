"""The types of arguments that only functions of `keras.ops` take: numbers beside tensors, one axis or several.

One validator each and no unions, so that a problem keeps its place in the YAML text.
"""

from __future__ import annotations

import math
from typing import Annotated, Any

from pydantic import PlainValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

from modelspec.catalogue.types import MAX_DIM


def _is_int(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and -MAX_DIM <= value <= MAX_DIM


def _number(value: object) -> int | float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise PydanticCustomError("number", "Input should be a number")
    return value


def _constant(value: object) -> bool | int | float:
    if not isinstance(value, bool | int | float) or not math.isfinite(value):
        raise PydanticCustomError("constant", "Input should be a number, true or false")
    return value


def _constants(value: object) -> object:
    if not isinstance(value, list | tuple):
        return _constant(value)
    items = tuple(_constants(item) for item in value)
    if not items or len({(sizes_of(item), truths(item)) for item in items}) > 1:
        message = "Input should be lists of numbers, or of true and false, all of one length and not empty"
        raise PydanticCustomError("ragged", message)
    return items


def truths(constants: object) -> bool:
    """Whether these are true and false, not numbers."""
    return truths(constants[0]) if isinstance(constants, tuple) else isinstance(constants, bool)


def sizes_of(constants: object) -> tuple[int, ...]:
    """The shape of nested lists."""
    return (len(constants), *sizes_of(constants[0])) if isinstance(constants, tuple) else ()


def _axes(value: object) -> int | tuple[int, ...]:
    if isinstance(value, list | tuple) and all(_is_int(item) for item in value):
        return tuple(value)
    if isinstance(value, int) and _is_int(value):
        return value
    raise PydanticCustomError("int_or_ints", "Input should be a whole number or a list of whole numbers")


def _counts(value: object) -> int | tuple[int, ...]:
    found = _axes(value)
    if any(item < 1 for item in (found if isinstance(found, tuple) else (found,))):
        raise PydanticCustomError("positive_ints", "Input should be a positive whole number, or a list of them")
    return found


def _sizes(value: object) -> int | tuple[int, ...]:
    found = _axes(value)
    if any(item < 0 for item in (found if isinstance(found, tuple) else (found,))):
        raise PydanticCustomError("sizes", "Input should be a whole number of at least 0, or a list of them")
    return found


def _numbers(value: object) -> float | tuple[float, ...]:
    if isinstance(value, list | tuple):
        return tuple(_number(item) for item in value)
    return _number(value)


Number = Annotated[float, PlainValidator(_number, json_schema_input_type=float)]
"""A number that stays what it is: `2` is an integer and `2.0` is not, which decides the dtype of a result."""
Constant = Annotated[float, PlainValidator(_constant, json_schema_input_type=float | bool)]
"""What may stand in place of a tensor: a number, or true and false."""
_ONE: dict[str, Any] = {"anyOf": [{"type": "number"}, {"type": "boolean"}]}
_LISTS = {"type": "array", "items": {"anyOf": [*_ONE["anyOf"], {"type": "array"}]}, "minItems": 1}
Constants = Annotated[
    Any, PlainValidator(_constants, json_schema_input_type=Any), WithJsonSchema({"anyOf": [*_ONE["anyOf"], _LISTS]})
]
"""The same, or an array of them as nested lists."""
Numbers = Annotated[float | tuple[float, ...], PlainValidator(_numbers, json_schema_input_type=float | list[float])]
Axes = Annotated[int | tuple[int, ...], PlainValidator(_axes, json_schema_input_type=int | list[int])]
"""One axis or several; also any other whole number or list of them."""
Counts = Annotated[int | tuple[int, ...], PlainValidator(_counts, json_schema_input_type=int | list[int])]
"""One positive whole number, or one for each axis."""
Sizes = Annotated[int | tuple[int, ...], PlainValidator(_sizes, json_schema_input_type=int | list[int])]
"""One whole number of at least 0, or one for each axis."""


def _order(value: object) -> object:
    if value in ("fro", "nuc") or (isinstance(value, int | float) and not isinstance(value, bool) and value == value):
        return value
    raise PydanticCustomError("norm_order", "Input should be 'fro', 'nuc', a number or an infinity")


def _pads(value: object) -> int | tuple[int, int] | tuple[tuple[int, int], ...]:
    def pair(item: object) -> bool:
        return isinstance(item, list | tuple) and len(item) == 2 and all(_is_size(size) for size in item)

    if isinstance(value, int) and _is_size(value):
        return value
    if isinstance(value, list | tuple):
        if pair(value):
            return (value[0], value[1])
        if value and all(pair(item) for item in value):
            return tuple((item[0], item[1]) for item in value)
    raise PydanticCustomError(
        "pads", "Input should be a size of at least 0, a pair [before, after], or a list with one pair for each axis"
    )


def _is_size(value: object) -> bool:
    return isinstance(value, int) and _is_int(value) and value >= 0


def _contracted(value: object) -> int | tuple[tuple[int, ...], tuple[int, ...]]:
    if isinstance(value, int) and _is_int(value):
        return value
    if isinstance(value, list | tuple) and len(value) == 2:
        first, second = (_axes(item) for item in value)
        if isinstance(first, tuple) and isinstance(second, tuple):
            return (first, second)
    raise PydanticCustomError(
        "contracted", "Input should be a whole number, or two lists: the axes of the first tensor and of the second"
    )


NormOrder = Annotated[Any, PlainValidator(_order, json_schema_input_type=str | float)]
"""`fro`, `nuc`, or a number, which may be infinite."""
Pads = Annotated[Any, PlainValidator(_pads, json_schema_input_type=int | list[int] | list[list[int]])]
"""How much comes before and after: for all axes together, or for each."""
Contracted = Annotated[Any, PlainValidator(_contracted, json_schema_input_type=int | list[list[int]])]
"""How many axes of two tensors are summed over, or which."""
