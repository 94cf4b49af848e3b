"""The arguments of an object: which is the first, and which are objects themselves."""

from __future__ import annotations

from functools import cache

from pydantic import BaseModel

from modelspec.catalogue.types import Nested

BASE_ARGUMENTS = frozenset({"trainable", "dtype", "activity_regularizer", "autocast"})
"""What every layer takes beside its own arguments."""


def first_argument(entry: type[BaseModel]) -> str | None:
    """The argument that a value which is not a mapping stands for: `Dense: 4` is `Dense: {units: 4}`."""
    return next((name for name in entry.model_fields if name not in BASE_ARGUMENTS), None)


@cache
def nested_fields(entry: type[BaseModel]) -> dict[str, Nested]:
    """The fields of an entry that hold objects."""
    found: dict[str, Nested] = {}
    for name, field in entry.model_fields.items():
        for item in field.metadata:
            if isinstance(item, Nested):
                found[name] = item
    return found
