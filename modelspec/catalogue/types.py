"""The types that catalogue fields are made of: strict scalars inside lenient containers, with Keras's limits.

`int` never takes `true` or `3.0`, floats are finite, one number stands for a tuple where Keras says so.
Must not know any layer.
"""

import math
from dataclasses import dataclass
from typing import Annotated, Any, Literal, NamedTuple

from annotated_types import Ge, Gt, Le, Lt
from pydantic import BeforeValidator, Strict, WithJsonSchema
from pydantic_core import PydanticCustomError, PydanticKnownError

MAX_DIM = 2**31 - 1
"""The largest size of one axis that any backend takes."""


class Nested(NamedTuple):
    """Field metadata: the argument is itself a Keras object of this kind, read by the spec stage before pydantic sees it.

    `kind` is a key of `catalogue.KINDS`; `many` says that the argument is a list of them, `listed` that it may be one.
    `example` is one that fits, where not every object of the kind does.
    """

    kind: str
    many: bool = False
    listed: bool = False
    example: str | None = None


def _number(value: object) -> object:
    """Let an int stand for a float, as Keras does, but never a boolean or a string."""
    if isinstance(value, int) and not isinstance(value, bool):
        try:
            return float(value)
        except OverflowError:  # an integer of hundreds of digits, refused as what it would be
            return math.inf
    return value


@dataclass(frozen=True, repr=False)
class Spread:
    """A validator that turns `3` into `(3, 3)`, as Keras does for kernel sizes and the like."""

    count: int

    def __call__(self, value: object) -> object:
        if isinstance(value, int) and not isinstance(value, bool):
            return (value,) * self.count
        return value


def spread(count: int) -> Spread:
    """One number stands for `count` of them."""
    return Spread(count)


def _truth_value(value: object) -> object:
    """Refuse 0 and 1, which pydantic would take for false and true."""
    if not isinstance(value, bool):
        raise PydanticKnownError("bool_type")
    return value


Bool = Annotated[bool, Strict()]
Off = Annotated[Literal[False], BeforeValidator(_truth_value)]
"""A switch that a spec cannot turn on."""
Text = Annotated[str, Strict()]
Int = Annotated[int, Strict(), Ge(-MAX_DIM), Le(MAX_DIM)]
Count = Annotated[int, Strict(), Ge(0), Le(MAX_DIM)]
PositiveInt = Annotated[int, Strict(), Gt(0), Le(MAX_DIM)]
Float = Annotated[float, BeforeValidator(_number), Strict()]
PositiveFloat = Annotated[float, BeforeValidator(_number), Strict(), Gt(0)]
NonNegativeFloat = Annotated[float, BeforeValidator(_number), Strict(), Ge(0)]
Fraction = Annotated[float, BeforeValidator(_number), Strict(), Ge(0), Le(1)]
"""From 0 to 1, both included."""
FractionBelowOne = Annotated[float, BeforeValidator(_number), Strict(), Ge(0), Lt(1)]


def _nested_numbers(value: object) -> object:
    """Tuples of numbers, nested alike; another value is refused."""
    if isinstance(value, list | tuple):
        items = tuple(_nested_numbers(item) for item in value)
        if not items or len({_sizes(item) for item in items}) > 1:
            raise PydanticCustomError("ragged", "lists of numbers, all of one length and not empty")
        return items
    made = _number(value)
    if isinstance(made, bool) or not isinstance(made, float):
        raise PydanticCustomError("no_number", "a number, or lists of numbers")
    if not math.isfinite(made):
        raise PydanticKnownError("finite_number")
    return made


def _sizes(value: object) -> tuple[int, ...]:
    return (len(value), *_sizes(value[0])) if isinstance(value, tuple) else ()


_LIST_OF_NUMBERS = {"type": "array", "items": {"anyOf": [{"type": "number"}, {"type": "array"}]}, "minItems": 1}
Numbers = Annotated[
    Any, BeforeValidator(_nested_numbers), WithJsonSchema({"anyOf": [{"type": "number"}, _LIST_OF_NUMBERS]})
]
"""A number, or an array of them as nested lists."""

Pair = Annotated[tuple[PositiveInt, PositiveInt], BeforeValidator(spread(2))]
Triple = Annotated[tuple[PositiveInt, PositiveInt, PositiveInt], BeforeValidator(spread(3))]
Single = Annotated[tuple[PositiveInt], BeforeValidator(spread(1))]

Padding = Literal["valid", "same"]
CausalPadding = Literal["valid", "same", "causal"]
DataFormat = Literal["channels_last", "channels_first"]

FLOAT_DTYPES = ("float32", "float16", "bfloat16", "float64")
Dtype = Literal[
    "float32", "float16", "bfloat16", "float64", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "bool",
    "string",
]  # fmt: skip
DtypePolicy = Literal["float32", "float16", "bfloat16", "float64", "mixed_float16", "mixed_bfloat16"]

Initializer = Annotated[Any, Nested("initializer")]
Regularizer = Annotated[Any, Nested("regularizer")]
Constraint = Annotated[Any, Nested("constraint")]
Activation = Annotated[Any, Nested("activation")]
LayerArgument = Annotated[Any, Nested("layer")]
LayerArguments = Annotated[Any, Nested("layer", many=True)]
