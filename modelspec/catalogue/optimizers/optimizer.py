"""What all optimizers take; the optimizers themselves are in the modules beside this one. No TensorFlow here."""

import math
from typing import Annotated, Any, ClassVar

from annotated_types import Ge, Le
from pydantic import BeforeValidator, Strict, model_validator
from pydantic_core import PydanticKnownError
from typing_extensions import Self

from modelspec.catalogue.entry import Entry, refuse_arguments
from modelspec.catalogue.types import (
    MAX_DIM,
    Bool,
    Fraction,
    FractionBelowOne,
    Nested,
    NonNegativeFloat,
    PositiveFloat,
    PositiveInt,
)


def _rate(value: object) -> object:
    """A positive finite number, or a schedule."""
    if isinstance(value, Entry) and value.keras_module == "keras.optimizers.schedules":
        return value
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise PydanticKnownError("float_type")
    try:
        rate = float(value)
    except OverflowError:  # an integer of hundreds of digits
        rate = math.inf
    if not math.isfinite(rate):
        raise PydanticKnownError("finite_number")
    if rate <= 0:
        raise PydanticKnownError("greater_than", {"gt": 0.0})
    return rate


LearningRate = Annotated[Any, Nested("schedule"), BeforeValidator(_rate)]
Decay = Annotated[FractionBelowOne, "how much of a running average each step keeps"]


class BaseOptimizer(Entry):
    """The arguments of all optimizers. `learning_rate` is the first of each, and a class sets its default."""

    keras_module: ClassVar[str] = "keras.optimizers"
    learning_rate: LearningRate = 0.001
    weight_decay: NonNegativeFloat | None = None
    clipnorm: PositiveFloat | None = None
    clipvalue: PositiveFloat | None = None
    global_clipnorm: PositiveFloat | None = None
    use_ema: Bool = False
    ema_momentum: Fraction = 0.99
    ema_overwrite_frequency: PositiveInt | None = None
    loss_scale_factor: PositiveFloat | None = None
    gradient_accumulation_steps: Annotated[int, Strict(), Ge(2), Le(MAX_DIM)] | None = None

    @model_validator(mode="after")
    def _clips_one_way(self) -> Self:
        given = [name for name in ("clipnorm", "clipvalue", "global_clipnorm") if getattr(self, name) is not None]
        if len(given) > 1:
            names = "`clipnorm`, `clipvalue` and `global_clipnorm`"
            refuse_arguments(f"only one of {names} can be set; received {' and '.join(given)}", given[-1])
        return self
