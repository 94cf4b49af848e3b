"""Adam and AdamW. No TensorFlow here."""

from modelspec.catalogue.optimizers.optimizer import BaseOptimizer, Decay
from modelspec.catalogue.types import Bool, NonNegativeFloat


class Adam(BaseOptimizer):
    """Momentum and a learning rate for each weight. https://keras.io/api/optimizers/adam/"""

    beta_1: Decay = 0.9
    beta_2: Decay = 0.999
    epsilon: NonNegativeFloat = 1e-7
    amsgrad: Bool = False


class AdamW(Adam):
    """Adam with decoupled weight decay. https://keras.io/api/optimizers/adamw/"""

    weight_decay: NonNegativeFloat = 0.004
