"""Arguments that Keras makes a tensor of float32 from when an object is made, which takes no number beyond float32's.

Measured: a model with each number of each class at 1e39 was built and trained. With most arguments Keras computes, and some
result is infinite; that is no mistake of the arguments alone. No TensorFlow here.
"""

from __future__ import annotations

from typing import Any

from modelspec.catalogue.ops.numbers import becomes_infinite

_MADE_FLOAT32: dict[str, tuple[str, ...]] = {
    "L1": ("l1",),
    "Normalization": ("mean", "variance"),
    "OrthogonalRegularizer": ("factor",),
    "RandomUniform": ("minval", "maxval"),
    "kaiser": ("beta",),
}


def refused_number(name: str, argument: str, value: Any) -> float | None:
    """The first of a class's argument that it does not take; None where it takes all."""
    return _first(value) if argument in _MADE_FLOAT32.get(name, ()) else None


def _first(value: Any) -> float | None:
    if isinstance(value, tuple):
        return next((found for item in value if (found := _first(item)) is not None), None)
    return value if isinstance(value, float) and becomes_infinite(value, "float32") else None
