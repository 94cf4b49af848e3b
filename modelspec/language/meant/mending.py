"""An object with a wrong argument, as far as it is known: its class, its other arguments, what the wrong one was meant for.

What is known of it lets the later stages tell what else is wrong with the file, in the same run. Nothing is built of it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pydantic import BaseModel, ValidationError

from modelspec.language.meant.legacy import LEGACY_VALUES
from modelspec.language.refusals import meant_arguments
from modelspec.source import Place

MEND = frozenset({"initializer", "regularizer", "constraint", "activation"})
"""Kinds of objects that no shape depends on: an argument that names one wrongly leaves the rest known."""


class Unknown:
    """Stands where something is that was refused, and of which nothing is known."""


UNKNOWN = Unknown()


def mended(
    entry: type[BaseModel],
    values: dict[str, Any],
    error: ValidationError,
    place: Place,
    read: Callable[[str, Place], Any],
) -> tuple[BaseModel | None, ValidationError | None]:
    """The object without its unknown arguments, their values under the names that they are meant for, where they fit.

    `read` reads the value of an argument. None where more is wrong than names; then what only shows once they are right.
    """
    if any(detail["type"] != "extra_forbidden" and not _missing(detail) for detail in error.errors(include_url=False)):
        return None, None
    unknown = {str(detail["loc"][0]) for detail in error.errors() if detail["type"] == "extra_forbidden"}
    if not unknown:
        return None, None
    kept = {name: value for name, value in values.items() if name not in unknown}
    for new, old in meant_arguments(error, entry, place).items():
        below = place.get(old) if old else None
        value = None if below is None else read(new, below)
        trial = {**kept, new: LEGACY_VALUES.get(value, value) if isinstance(value, str) else value}
        if value is not None and not _refused(entry, trial, new):
            kept = trial
    try:
        return entry.model_validate(kept), None
    except ValidationError as found:
        # A combination of arguments shows only now; a missing one was reported, or shows in the wrong name.
        told = all(detail["type"] == "combination" for detail in found.errors())
        return (without_its_combination(entry, kept, found), found) if told else (None, None)


def without_its_combination(entry: type[BaseModel], values: dict[str, Any], error: ValidationError) -> BaseModel | None:
    """A callback whose arguments do not fit together, each as it is: its values are plain, and no shape depends on it."""
    plain = getattr(entry, "keras_module", "") == "keras.callbacks"
    if not plain or any(detail["type"] != "combination" for detail in error.errors(include_url=False)):
        return None
    return entry.model_construct(**{name: value for name, value in values.items() if name in entry.model_fields})


def with_unknown(made: BaseModel, arguments: set[str]) -> BaseModel:
    """The object with some arguments of which nothing is known."""
    return made.model_copy(update=dict.fromkeys(arguments, UNKNOWN))


def _missing(detail: Any) -> bool:
    return detail["type"] == "missing" and len(detail["loc"]) == 1


def _refused(entry: type[BaseModel], values: dict[str, Any], name: str) -> bool:
    """Whether an argument's value is refused by itself."""
    try:
        entry.model_validate(values)
    except ValidationError as error:
        return any(detail["loc"][:1] == (name,) for detail in error.errors())
    return False
