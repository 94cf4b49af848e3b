"""Keras's rules for the dtype of a result when the inputs' dtypes differ; the same as `keras.backend.result_type`.

`int` and `float` stand for Python's numbers, whose dtype gives way to that of a tensor. TensorFlow backend.
"""

from __future__ import annotations

from functools import cache

_WIDER: dict[str, tuple[str, ...]] = {
    "bool": ("int",),
    "uint8": ("int16", "uint16"),
    "uint16": ("int32", "uint32"),
    "uint32": ("int64", "uint64"),
    "uint64": ("float",),
    "int": ("uint8", "int8", "complex64"),
    "int8": ("int16",),
    "int16": ("int32",),
    "int32": ("int64",),
    "int64": ("float",),
    "float": ("bfloat16", "float16"),
    "bfloat16": ("float32",),
    "float16": ("float32",),
    "float32": ("float64", "complex64"),
    "float64": ("complex128",),
    "complex64": ("complex128",),
    "complex128": (),
}
"""For each dtype the next wider ones: Keras took this lattice from JAX."""

_STRONG = {"int": "int64", "float": "float32"}
_ALONE = {"int": "int32", "float": "float32"}
_KEPT_SMALL = {"uint64": "uint32", "complex128": "complex64"}
"""Keras never gives a result of these dtypes."""


class NoCommonDtype(ValueError):
    """No dtype holds them all: `string` beside a number, for instance."""


@cache
def _at_least(dtype: str) -> frozenset[str]:
    if dtype not in _WIDER:
        raise NoCommonDtype(dtype)
    return frozenset({dtype}).union(*(_at_least(wider) for wider in _WIDER[dtype]))


def _least_upper_bound(dtypes: frozenset[str]) -> str:
    common = frozenset.intersection(*(_at_least(dtype) for dtype in dtypes))
    for candidate in common:
        if common <= _at_least(candidate):
            return candidate
    raise NoCommonDtype(", ".join(sorted(dtypes)))


@cache
def result_type(*dtypes: str) -> str:
    """The dtype that `keras.backend.result_type` gives; raises `NoCommonDtype` where it refuses."""
    strong = {_STRONG.get(dtype, dtype) for dtype in dtypes}
    weak = all(dtype in _STRONG for dtype in dtypes)
    if len(strong) == 1 and (len(dtypes) == 1 or not weak):
        result = strong.pop()
    elif weak:
        result = _least_upper_bound(frozenset(strong))
    else:
        result = _least_upper_bound(frozenset(dtypes))
    if weak:
        result = "int32" if result.startswith("int") else "float32"
    result = _ALONE.get(result, result)
    return _KEPT_SMALL.get(result, result)
