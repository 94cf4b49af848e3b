"""The optimizers that follow a running average of the gradients, Adam's kin among them. No TensorFlow here."""

import re
from typing import Annotated

from annotated_types import Gt
from pydantic import model_validator
from typing_extensions import Self

from modelspec.catalogue.entry import refuse_arguments
from modelspec.catalogue.optimizers.optimizer import BaseOptimizer, Decay, LearningRate
from modelspec.catalogue.types import Bool, Count, Float, Fraction, NonNegativeFloat, PositiveFloat, PositiveInt, Text


class Adamax(BaseOptimizer):
    """Adam scaled by the largest gradient. https://keras.io/api/optimizers/adamax/"""

    beta_1: Decay = 0.9
    beta_2: Decay = 0.999
    epsilon: NonNegativeFloat = 1e-7


class Lamb(BaseOptimizer):
    """Adam with a learning rate for each layer. https://keras.io/api/optimizers/lamb/"""

    beta_1: Decay = 0.9
    beta_2: Decay = 0.999
    epsilon: NonNegativeFloat = 1e-7


class Lion(BaseOptimizer):
    """Uses only the sign of the momentum. https://keras.io/api/optimizers/lion/"""

    beta_1: Annotated[Fraction, Gt(0)] = 0.9
    beta_2: Fraction = 0.99


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
    def _patterns_are_patterns(self) -> Self:
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


class ScheduleFreeAdamW(BaseOptimizer):
    """AdamW that needs no schedule. https://keras.io/api/optimizers/"""

    learning_rate: LearningRate = 0.0025
    beta_1: Decay = 0.9
    beta_2: Decay = 0.999
    epsilon: NonNegativeFloat = 1e-8
    warmup_steps: Count = 0
