"""Numbers beyond float32 in arguments that Keras makes a tensor of float32 from when it makes the object.

Which arguments these are stands at each class, as `made_float32`. Measured: a model with each number of each class at 1e39
was built and trained. With most arguments Keras computes, and some result is infinite; that is no mistake of the arguments
alone. No TensorFlow here.
"""

from __future__ import annotations

from typing import Any

from modelspec.catalogue.entry import Entry
from modelspec.catalogue.ops.numbers import becomes_infinite


def refused_number(entry: type[Entry], argument: str, value: Any) -> float | None:
    """The first number of an argument that the class does not take; None where it takes all."""
    return _first(value) if argument in entry.made_float32 else None


def _first(value: Any) -> float | None:
    if isinstance(value, tuple):
        return next((found for item in value if (found := _first(item)) is not None), None)
    return value if isinstance(value, float) and becomes_infinite(value, "float32") else None
