"""`class_weight`: how much each class counts, by its number, of a training and of an output.

Must not know which outputs have classes.
"""

from __future__ import annotations

import re

from modelspec.catalogue.types import MAX_DIM
from modelspec.diagnostics import Diagnostic
from modelspec.language.fields import expect_mapping, read_number
from modelspec.source import Place
from modelspec.source.words import visible

_NUMBER = re.compile(r"0|[1-9][0-9]{0,18}")
_EXAMPLE = "class_weight: {0: 1.0, 1: 5.0}"


def read_class_weight(place: Place, what: str, problems: list[Diagnostic]) -> dict[int, float] | None:
    """Class number -> weight, or None and a problem where no mapping stands. `what` is what a message calls it.

    A class is written as Keras has it, `0`, or in quotes, as JSON needs it.
    """
    if not expect_mapping(place, what, problems, _EXAMPLE):
        return None
    weights: dict[int, float] = {}
    for key, below in place.entries():
        weight = read_number(below, f"{what}.{visible(key)}", problems, low=0.0)
        if _NUMBER.fullmatch(key) is None or int(key) > MAX_DIM:
            message = f"{what}: expected a class number; received '{visible(key)}'"
            help = f"classes are numbered from 0, in the order of the output's last axis: `{_EXAMPLE}`"
            problems.append(below.problem("MS203", message, help, key=True))
        elif weight is not None:
            weights[int(key)] = weight
    return weights
