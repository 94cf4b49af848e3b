"""The learning-rate schedules: a rate that depends on how many steps were made. No TensorFlow here."""

from typing import Annotated, ClassVar

from annotated_types import MinLen
from pydantic import model_validator
from typing_extensions import Self

from modelspec.catalogue.entry import Entry, refuse_arguments
from modelspec.catalogue.types import Bool, Count, Float, NonNegativeFloat, PositiveFloat, PositiveInt

Steps = PositiveInt | PositiveFloat
"""A number of training steps (batches); Keras also takes `1e4`."""


class Schedule(Entry):
    """What all schedules are."""

    keras_module: ClassVar[str] = "keras.optimizers.schedules"


class CosineDecay(Schedule):
    """Half a cosine wave down. https://keras.io/api/optimizers/learning_rate_schedules/cosine_decay/"""

    initial_learning_rate: NonNegativeFloat
    decay_steps: Steps
    alpha: NonNegativeFloat = 0.0
    warmup_target: NonNegativeFloat | None = None
    warmup_steps: Count | NonNegativeFloat = 0


class CosineDecayRestarts(Schedule):
    """Cosine decay that restarts. https://keras.io/api/optimizers/learning_rate_schedules/cosine_decay_restarts/"""

    initial_learning_rate: NonNegativeFloat
    first_decay_steps: Steps
    t_mul: PositiveFloat = 2.0
    m_mul: NonNegativeFloat = 1.0
    alpha: NonNegativeFloat = 0.0


class ExponentialDecay(Schedule):
    """`decay_rate ** (step / decay_steps)`. https://keras.io/api/optimizers/learning_rate_schedules/exponential_decay/"""

    initial_learning_rate: NonNegativeFloat
    decay_steps: Steps
    decay_rate: PositiveFloat
    staircase: Bool = False


class InverseTimeDecay(Schedule):
    """`1 / (1 + decay_rate * t)`. https://keras.io/api/optimizers/learning_rate_schedules/inverse_time_decay/"""

    initial_learning_rate: NonNegativeFloat
    decay_steps: Steps
    decay_rate: NonNegativeFloat
    staircase: Bool = False


class PiecewiseConstantDecay(Schedule):
    """One rate up to each boundary. https://keras.io/api/optimizers/learning_rate_schedules/piecewise_constant_decay/"""

    boundaries: Annotated[tuple[Count | NonNegativeFloat, ...], MinLen(1)]
    values: Annotated[tuple[NonNegativeFloat, ...], MinLen(2)]

    @model_validator(mode="after")
    def _one_value_more(self) -> Self:
        wanted, given = len(self.boundaries) + 1, len(self.values)
        if given != wanted:
            refuse_arguments(
                f"{wanted - 1} boundaries divide the steps into {wanted} ranges, which need {wanted} values; received {given}",
                "values",
            )
        if any(low >= high for low, high in zip(self.boundaries, self.boundaries[1:], strict=False)):
            refuse_arguments("each of the `boundaries` must be above the one before", "boundaries")
        return self


class PolynomialDecay(Schedule):
    """A power of the steps that are left. https://keras.io/api/optimizers/learning_rate_schedules/polynomial_decay/"""

    initial_learning_rate: NonNegativeFloat
    decay_steps: Steps
    end_learning_rate: NonNegativeFloat = 0.0001
    power: Float = 1.0
    cycle: Bool = False
