"""SGD, RMSprop and the others that scale the gradient itself; the optimizer that scales the loss. No TensorFlow here."""

from typing import Annotated, Any, ClassVar

from annotated_types import Le

from modelspec.catalogue.entry import Entry
from modelspec.catalogue.optimizers.optimizer import BaseOptimizer, LearningRate
from modelspec.catalogue.types import Bool, Float, Fraction, Nested, NonNegativeFloat, PositiveFloat, PositiveInt


class Adadelta(BaseOptimizer):
    """Learning rates from recent gradients. https://keras.io/api/optimizers/adadelta/"""

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
    """Learning rates from all gradients so far. https://keras.io/api/optimizers/adagrad/"""

    initial_accumulator_value: NonNegativeFloat = 0.1
    epsilon: NonNegativeFloat = 1e-7


class Ftrl(BaseOptimizer):
    """Follow the regularized leader. https://keras.io/api/optimizers/ftrl/"""

    learning_rate_power: Annotated[Float, Le(0)] = -0.5
    initial_accumulator_value: NonNegativeFloat = 0.1
    l1_regularization_strength: NonNegativeFloat = 0.0
    l2_regularization_strength: NonNegativeFloat = 0.0
    l2_shrinkage_regularization_strength: NonNegativeFloat = 0.0
    beta: Float = 0.0


class LossScaleOptimizer(Entry):
    """Scales the loss so that small gradients survive float16. https://keras.io/api/optimizers/loss_scale_optimizer/"""

    keras_module: ClassVar[str] = "keras.optimizers"
    inner_optimizer: Annotated[Any, Nested("optimizer")]
    initial_scale: PositiveFloat = 32768.0
    dynamic_growth_steps: PositiveInt = 2000


class RMSprop(BaseOptimizer):
    """A learning rate for each weight. https://keras.io/api/optimizers/rmsprop/"""

    rho: Fraction = 0.9
    momentum: Fraction = 0.0
    epsilon: NonNegativeFloat = 1e-7
    centered: Bool = False


class SGD(BaseOptimizer):
    """Gradient descent, with or without momentum. https://keras.io/api/optimizers/sgd/"""

    learning_rate: LearningRate = 0.01
    momentum: Fraction = 0.0
    nesterov: Bool = False
