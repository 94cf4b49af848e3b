"""`budget`: the most that the model may have (parameters) or do for one sample (FLOPs)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from modelspec.language.fields import expect_mapping
from modelspec.language.settings import read_settings, setting
from modelspec.language.settings.values import Number
from modelspec.source import Place

if TYPE_CHECKING:
    from modelspec.language.objects import Reader


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Budget:
    """The bounds; None is no bound."""

    place: Place
    parameters: float | None = setting(Number(0), "The most parameters that the model may have.", None)
    flops: float | None = setting(Number(0), "The most FLOPs that one sample may take.", None)


def read_budget(place: Place | None, reader: Reader) -> Budget | None:
    """`budget`, with no bound for what is left out."""
    if place is None or not expect_mapping(place, "budget", reader.problems, "budget: {parameters: 5e6, flops: 1e9}"):
        return None
    return Budget(place, **read_settings(Budget, place, "budget", reader).values)
