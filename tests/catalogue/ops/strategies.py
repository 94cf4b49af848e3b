"""What Hypothesis draws for `keras.ops`: shapes that are near each other, and arguments by the parameter's name."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from modelspec.catalogue.ops.op import Op
from modelspec.catalogue.tensor import Shape, Tensor

DTYPES = (
    "bool", "uint8", "uint16", "uint32", "uint64", "int8", "int16", "int32", "int64", "bfloat16", "float16", "float32", "float64",
    "complex64", "string",
)  # fmt: skip

AXIS = st.integers(-4, 4)
SIZES = st.sampled_from([3, 2, 4, 3, None, 1, 6])


def any_shape(low: int = 0, high: int = 4) -> st.SearchStrategy[Shape]:
    """A shape of any rank, mostly of a few axes, any of them unknown now and then."""
    ranks = [rank for rank in (2, 3, 1, 2, 3, 4, 0) if low <= rank <= high] or [low]
    return st.sampled_from(ranks).flatmap(lambda rank: st.tuples(*[SIZES] * rank))


@st.composite
def near(draw: st.DrawFn, shape: Shape) -> Shape:
    """The shape itself, or with an axis changed, or with axes missing in front, or another one."""
    kind = draw(st.integers(0, 6))
    if kind == 0 or not shape:
        return draw(any_shape())
    if kind == 1:
        return shape[draw(st.integers(0, len(shape))) :]
    if kind == 2:
        return tuple(draw(st.sampled_from([dim, dim, 1, None])) for dim in shape)
    if kind == 3:
        place = draw(st.integers(0, len(shape) - 1))
        return (*shape[:place], 5, *shape[place + 1 :])
    return shape


def a_dtype() -> st.SearchStrategy[str]:
    """Mostly float32, and all else."""
    return st.one_of(st.just("float32"), st.sampled_from(DTYPES))


@st.composite
def a_tensor(draw: st.DrawFn, shape: Shape | None = None) -> Tensor:
    """A tensor of this shape, or any."""
    return Tensor(draw(any_shape()) if shape is None else shape, draw(a_dtype()))


BY_NAME: dict[str, st.SearchStrategy[Any]] = {
    "axis": AXIS,
    "axis1": AXIS,
    "axis2": AXIS,
    "keepdims": st.booleans(),
    "dtype": st.sampled_from([dtype for dtype in DTYPES if dtype != "complex64"]),
    "k": st.integers(-3, 3),
    "offset": st.integers(-3, 3),
}


@st.composite
def arguments_for(draw: st.DrawFn, kind: type[Op], known: dict[str, st.SearchStrategy[Any]]) -> dict[str, Any]:
    """Constants for the function: those it needs always, others now and then."""
    drawn = {}
    for name, field in kind.model_fields.items():
        strategy = known.get(name, BY_NAME.get(name))
        seldom = name in kind.tensor_parameters
        if strategy is not None and (field.is_required() or not draw(st.integers(0, 3 if seldom else 1))):
            drawn[name] = draw(strategy)
    return drawn


@st.composite
def tensors_for(draw: st.DrawFn, kind: type[Op], given_constants: dict[str, Any]) -> dict[str, Any]:
    """Tensors of shapes near each other for the parameters without a constant."""
    base = draw(any_shape())
    tensors: dict[str, Any] = {}
    if kind.list_parameter is not None:
        count = draw(st.integers(1, 3))
        tensors[kind.list_parameter] = tuple(draw(a_tensor(draw(near(base)))) for _ in range(count))
    for name in kind.tensor_parameters:
        if name not in given_constants or not tensors:
            tensors[name] = draw(a_tensor(draw(near(base)) if tensors else base))
    return tensors
