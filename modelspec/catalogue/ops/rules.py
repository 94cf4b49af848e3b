"""What the shape rules of `keras.ops` share: axes, broadcasting, reductions, joining, and dtypes that meet.

Must not know any single function.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from modelspec.catalogue.ops.op import Op
from modelspec.catalogue.promotion import NoCommonDtype, result_type
from modelspec.catalogue.tensor import Dim, Refusal, Shape, Tensor, shape_text


def result(op: Op, shape: Iterable[Dim], dtype: str) -> Tensor:
    """The tensor of this shape, unless an axis came out negative."""
    shape = tuple(shape)
    if any(dim is not None and dim < 0 for dim in shape):
        raise Refusal("MS404", f"{op.label} would give an axis of negative size: {shape_text(shape)}")
    return Tensor(shape, dtype)


def promoted(op: Op, *dtypes: str) -> str:
    """Keras's common dtype, `int` and `float` standing for numbers written in the spec."""
    try:
        return result_type(*dtypes)
    except NoCommonDtype:
        names = " and ".join(dict.fromkeys(dtypes))
        raise Refusal(
            "MS405", f"{op.label} has no common dtype for {names}", help="cast one of them with `ops.cast` first"
        ) from None


def is_integer(dtype: str) -> bool:
    """Whether Keras counts the dtype among the integers; bool is one."""
    return "int" in dtype or dtype == "bool"


def to_float(dtype: str) -> str:
    """float32 for integers and bool; any other dtype stays."""
    return "float32" if is_integer(dtype) else dtype


def widened(dtype: str) -> str:
    """The dtype that sums and products of small integers are kept in."""
    if dtype in ("bool", "int8", "int16"):
        return "int32"
    return "uint32" if dtype in ("uint8", "uint16") else dtype


def at_least_rank(op: Op, x: Tensor, rank: int) -> None:
    """Refuses a tensor with fewer axes."""
    if x.rank < rank:
        axes = "1 axis" if rank == 1 else f"{rank} axes"
        raise Refusal("MS401", f"{op.label} needs at least {axes}, batch included; received {shape_text(x.shape)}")


def axis_of(op: Op, axis: int, rank: int, argument: str = "axis") -> int:
    """The axis counted from the front."""
    if not -rank <= axis < rank:
        raise Refusal(
            "MS408",
            f"{op.label}: {argument} {axis} is out of bounds for a tensor with {rank} axes, batch included",
            help=f"use an axis from {-rank} to {rank - 1}" if rank else "a tensor without axes has none to choose from",
            argument=argument,
        )
    return axis % rank


def axes_of(op: Op, axes: int | Sequence[int], rank: int, argument: str = "axis") -> tuple[int, ...]:
    """The axes counted from the front, each once."""
    found = tuple(axis_of(op, axis, rank, argument) for axis in ((axes,) if isinstance(axes, int) else axes))
    if len(set(found)) != len(found):
        raise Refusal("MS408", f"{op.label}: {argument} names an axis twice: {list(found)}", argument=argument)
    return found


def two_axes(op: Op, axis1: int, axis2: int, rank: int) -> tuple[int, int]:
    """Two different axes, counted from the front."""
    first, second = axis_of(op, axis1, rank, "axis1"), axis_of(op, axis2, rank, "axis2")
    if first == second:
        message = f"{op.label} needs two different axes; received axis1={axis1}, axis2={axis2}"
        raise Refusal("MS408", message, "name another axis", argument="axis2")
    return first, second


def reduced(
    op: Op, shape: Shape, axis: int | Sequence[int] | None, keepdims: bool = False, argument: str = "axis"
) -> Shape:
    """The shape with these axes gone, or of size 1; None means all axes."""
    axes = tuple(range(len(shape))) if axis is None else axes_of(op, axis, len(shape), argument)
    if keepdims:
        return tuple(1 if place in axes else dim for place, dim in enumerate(shape))
    return tuple(dim for place, dim in enumerate(shape) if place not in axes)


def broadcast(op: Op, first: Shape, second: Shape) -> Shape:
    """The shape of both stretched to each other, from the last axis to the first."""
    rank = max(len(first), len(second))
    left, right = (1,) * (rank - len(first)) + first, (1,) * (rank - len(second)) + second
    return tuple(_stretched(op, a, b, first, second) for a, b in zip(left, right, strict=True))


def _stretched(op: Op, a: Dim, b: Dim, first: Shape, second: Shape) -> Dim:
    if a == 1:
        return b
    if a is None:
        return None if b == 1 else b
    if b in (1, None, a):
        return a
    raise Refusal(
        "MS402",
        f"{op.label} cannot broadcast {shape_text(first)} and {shape_text(second)}: {a} does not fit {b}",
        help="sizes must be equal, or one of them 1, from the last axis to the first",
    )


def flat_size(shape: Shape) -> Dim:
    """The number of elements, None if an axis is unknown."""
    sizes = [dim for dim in shape if dim is not None]
    return math.prod(sizes) if len(sizes) == len(shape) else None


def total(sizes: Iterable[Dim]) -> Dim:
    """The sum of sizes, None if one is unknown."""
    known: list[int] = []
    for size in sizes:
        if size is None:
            return None
        known.append(size)
    return sum(known)


def same_shape(first: Shape, second: Shape, but: Sequence[int] = ()) -> bool:
    """Whether the shapes agree where both are known, the axes `but` aside."""
    if len(first) != len(second):
        return False
    skipped = {axis % len(first) for axis in but}
    return all(
        place in skipped or a is None or b is None or a == b
        for place, (a, b) in enumerate(zip(first, second, strict=True))
    )
