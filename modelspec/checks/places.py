"""Where the parts of an object stand that a spec names: its name, and each argument.

Knows nothing of what is checked.
"""

from __future__ import annotations

from typing import TypeVar

from modelspec.language.meant.mending import UNKNOWN
from modelspec.source import Mapping, Place, Sequence

Object = TypeVar("Object")


def placed(objects: tuple[Object, ...], place: Place | None) -> tuple[tuple[Object, Place], ...]:
    """The objects of a list, or the one that stands alone, each with its place, but for those that were refused."""
    if place is None:
        return ()
    places = tuple(place.items()) if isinstance(place.node, Sequence) else (place,)
    pairs = zip(objects, places, strict=True) if len(objects) == len(places) else ()
    return tuple((item, place) for item, place in pairs if item is not UNKNOWN)


def argument_place(place: Place, argument: str) -> Place:
    """The place of an object's argument, or of its name where the argument is not written."""
    if isinstance(place.node, Mapping) and len(place.node.entries) == 1:
        _, arguments = next(place.entries())
        found = arguments.get(argument)
        if found is not None:
            return found
    return place.only_key()


def written(place: Place, argument: str) -> bool:
    """Whether the object has the argument by its name."""
    return argument_place(place, argument).path[-1:] == (argument,)
