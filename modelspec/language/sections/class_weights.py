"""`class_weight`: how much each class counts, by its number, of a training and of an output.

Must not know which outputs have classes.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Literal

from modelspec.catalogue.types import MAX_DIM
from modelspec.language.fields import read_number
from modelspec.language.settings import Kind
from modelspec.source import Mapping, Place, Scalar, Sequence
from modelspec.source.words import describe, visible

if TYPE_CHECKING:
    from modelspec.language.objects import Reader

_NUMBER = re.compile(r"0|[1-9][0-9]{0,18}")
_EXAMPLE = "class_weight: {0: 1.0, 1: 5.0}"
_MOST_SHOWN = 20
ClassWeight = dict[int, float] | Literal["balanced"]
"""The weight of each class by its number, or weights with which all classes of the training rows weigh the same."""


class ClassWeights(Kind):
    """Class number -> weight, or `balanced`. A class is written as Keras has it, `0`, or in quotes, as JSON needs it."""

    def read(self, place: Place, label: str, reader: Reader) -> ClassWeight | None:
        """The weights."""
        problems = reader.problems
        if isinstance(place.node, Scalar) and place.value == "balanced":
            return "balanced"
        if not isinstance(place.node, Mapping):
            message = f"{label}: expected a mapping or `balanced`; received {describe(place.node)}"
            problems.append(place.problem("MS203", message, _meant(place)))
            return None
        weights: dict[int, float] = {}
        for key, below in place.entries():
            weight = read_number(below, f"{label}.{visible(key)}", problems, low=0.0)
            if _NUMBER.fullmatch(key) is None or int(key) > MAX_DIM:
                message = f"{label}: expected a class number; received '{visible(key)}'"
                help = f"classes are numbered from 0, in the order of the output's last axis: `{_EXAMPLE}`"
                problems.append(below.problem("MS203", message, help, key=True))
            elif weight is not None:
                weights[int(key)] = weight
        return weights

    def schema(self) -> dict[str, Any]:
        """Weights by texts of digits, which keys of JSON are."""
        weight = {"type": "number", "minimum": 0}
        by_number = {"type": "object", "propertyNames": {"pattern": "^[0-9]+$"}, "additionalProperties": weight}
        return {"anyOf": [{"const": "balanced"}, by_number]}


def _meant(place: Place) -> str:
    """What to write: the mapping that a list of weights stands for, one for each class; else an example."""
    if isinstance(place.node, Scalar) and place.value in ("auto", "inverse", "balance", True):
        return "write `class_weight: balanced`"
    weights = [item.value for item in place.items()] if isinstance(place.node, Sequence) else []
    if not 0 < len(weights) <= _MOST_SHOWN or not all(type(weight) in (int, float) for weight in weights):
        return f"write for example `{_EXAMPLE}`"
    return f"write `class_weight: {{{', '.join(f'{number}: {weight}' for number, weight in enumerate(weights))}}}`"
