"""The constraints: what is done to a weight after each step so that it stays in bounds. No TensorFlow here."""

from __future__ import annotations

from typing import Annotated, ClassVar

from annotated_types import MinLen
from pydantic import model_validator

from modelspec.catalogue.entry import Entry, refuse_arguments
from modelspec.catalogue.types import Float, Fraction, Int, NonNegativeFloat

Axes = Int | Annotated[tuple[Int, ...], MinLen(1)]


class Constraint(Entry):
    """What all constraints are."""

    keras_module: ClassVar[str] = "keras.constraints"


class MaxNorm(Constraint):
    """Norms of at most `max_value`. https://keras.io/api/layers/constraints/#maxnorm-class"""

    max_value: NonNegativeFloat = 2
    axis: Axes = 0


class MinMaxNorm(Constraint):
    """Norms from `min_value` to `max_value`. https://keras.io/api/layers/constraints/#minmaxnorm-class"""

    min_value: NonNegativeFloat = 0.0
    max_value: Float = 1.0
    rate: Fraction = 1.0
    axis: Axes = 0

    @model_validator(mode="after")
    def _ordered(self) -> MinMaxNorm:
        if self.max_value < self.min_value:
            refuse_arguments(
                f"`max_value` {self.max_value:g} is below `min_value` {self.min_value:g}: no norm fits", "max_value"
            )
        return self


class NonNeg(Constraint):
    """No weight below 0. https://keras.io/api/layers/constraints/#nonneg-class"""


class UnitNorm(Constraint):
    """Norms of 1. https://keras.io/api/layers/constraints/#unitnorm-class"""

    axis: Axes = 0
