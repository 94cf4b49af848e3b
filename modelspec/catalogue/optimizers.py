"""The optimizers: how weights follow their gradients. No TensorFlow here."""

from __future__ import annotations

import math
import re
from typing import Annotated, Any, ClassVar

from annotated_types import Ge, Gt, Le
from pydantic import BeforeValidator, Strict, model_validator
from pydantic_core import PydanticKnownError

from modelspec.catalogue.entry import Entry, refuse_arguments
from modelspec.catalogue.types import (
    MAX_DIM,
    Bool,
    Count,
    Float,
    Fraction,
    FractionBelowOne,
    Nested,
    NonNegativeFloat,
    PositiveFloat,
    PositiveInt,
    Text,
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
    def _clips_one_way(self) -> BaseOptimizer:
        given = [name for name in ("clipnorm", "clipvalue", "global_clipnorm") if getattr(self, name) is not None]
        if len(given) > 1:
            names = "`clipnorm`, `clipvalue` and `global_clipnorm`"
            refuse_arguments(f"only one of {names} can be set; received {' and '.join(given)}", given[-1])
        return self


class Adadelta(BaseOptimizer):
    """Rates from a window of gradients. https://keras.io/api/optimizers/adadelta/"""

    rho: Fraction = 0.95
    epsilon: NonNegativeFloat = 1e-7


class Adafactor(BaseOptimizer):
    """Adam with less memory. https://keras.io/api/optimizers/adafactor/"""

    beta_2_decay: Float = -0.8
    epsilon_1: NonNegativeFloat = 1e-30
    epsilon_2: NonNegativeFloat = 1e-3
    clip_threshold: PositiveFloat = 1.0
    relative_step: Bool = True


class Adagrad(BaseOptimizer):
    """Rates from all gradients so far. https://keras.io/api/optimizers/adagrad/"""

    initial_accumulator_value: NonNegativeFloat = 0.1
    epsilon: NonNegativeFloat = 1e-7


class Adam(BaseOptimizer):
    """Momentum and a rate for each weight. https://keras.io/api/optimizers/adam/"""

    beta_1: Decay = 0.9
    beta_2: Decay = 0.999
    epsilon: NonNegativeFloat = 1e-7
    amsgrad: Bool = False


class AdamW(Adam):
    """Adam with weight decay apart from the gradient. https://keras.io/api/optimizers/adamw/"""

    weight_decay: NonNegativeFloat = 0.004


class Adamax(BaseOptimizer):
    """Adam by the largest gradient. https://keras.io/api/optimizers/adamax/"""

    beta_1: Decay = 0.9
    beta_2: Decay = 0.999
    epsilon: NonNegativeFloat = 1e-7


class Ftrl(BaseOptimizer):
    """Follow the regularized leader. https://keras.io/api/optimizers/ftrl/"""

    learning_rate_power: Annotated[Float, Le(0)] = -0.5
    initial_accumulator_value: NonNegativeFloat = 0.1
    l1_regularization_strength: NonNegativeFloat = 0.0
    l2_regularization_strength: NonNegativeFloat = 0.0
    l2_shrinkage_regularization_strength: NonNegativeFloat = 0.0
    beta: Float = 0.0


class Lamb(BaseOptimizer):
    """Adam with a rate for each layer. https://keras.io/api/optimizers/lamb/"""

    beta_1: Decay = 0.9
    beta_2: Decay = 0.999
    epsilon: NonNegativeFloat = 1e-7


class Lion(BaseOptimizer):
    """Only the sign of the momentum. https://keras.io/api/optimizers/lion/"""

    beta_1: Annotated[Fraction, Gt(0)] = 0.9
    beta_2: Fraction = 0.99


class LossScaleOptimizer(Entry):
    """Scales the loss so that small gradients survive float16. https://keras.io/api/optimizers/loss_scale_optimizer/"""

    keras_module: ClassVar[str] = "keras.optimizers"
    inner_optimizer: Annotated[Any, Nested("optimizer")]
    initial_scale: PositiveFloat = 32768.0
    dynamic_growth_steps: PositiveInt = 2000


class Muon(BaseOptimizer):
    """Orthogonal steps for matrices, Adam for the rest. https://keras.io/api/optimizers/muon/"""

    adam_beta_1: Decay = 0.9
    adam_beta_2: Decay = 0.999
    adam_weight_decay: NonNegativeFloat | None = 0.004
    epsilon: NonNegativeFloat = 1e-7
    weight_decay: NonNegativeFloat | None = 0.004
    exclude_layers: tuple[Text, ...] | None = None
    exclude_embeddings: Bool = True
    muon_a: Float = 3.4445
    muon_b: Float = -4.775
    muon_c: Float = 2.0315
    adam_lr_ratio: PositiveFloat = 1
    momentum: Fraction = 0.95
    ns_steps: PositiveInt = 5
    nesterov: Bool = True
    rms_rate: PositiveFloat | None = 0.2

    @model_validator(mode="after")
    def _patterns_are_patterns(self) -> Muon:
        for pattern in self.exclude_layers or ():
            try:
                re.compile(pattern)
            except re.error as error:
                refuse_arguments(f"'{pattern}' is not a regular expression: {error}", "exclude_layers")
        return self


class Nadam(BaseOptimizer):
    """Adam with Nesterov momentum. https://keras.io/api/optimizers/Nadam/"""

    beta_1: Decay = 0.9
    beta_2: Decay = 0.999
    epsilon: NonNegativeFloat = 1e-7


class RMSprop(BaseOptimizer):
    """A rate for each weight. https://keras.io/api/optimizers/rmsprop/"""

    rho: Fraction = 0.9
    momentum: Fraction = 0.0
    epsilon: NonNegativeFloat = 1e-7
    centered: Bool = False


class SGD(BaseOptimizer):
    """Down the gradient, with or without momentum. https://keras.io/api/optimizers/sgd/"""

    learning_rate: LearningRate = 0.01
    momentum: Fraction = 0.0
    nesterov: Bool = False


class ScheduleFreeAdamW(BaseOptimizer):
    """AdamW that needs no schedule. https://keras.io/api/optimizers/"""

    learning_rate: LearningRate = 0.0025
    beta_1: Decay = 0.9
    beta_2: Decay = 0.999
    epsilon: NonNegativeFloat = 1e-8
    warmup_steps: Count = 0
