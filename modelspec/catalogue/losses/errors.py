"""The losses of numbers: how far they are off, whatever the numbers are. No TensorFlow here."""

from typing import ClassVar

from modelspec.catalogue.losses.loss import Loss, PlainLoss, Reduction, check_axes
from modelspec.catalogue.tensor import Shape, Tensor
from modelspec.catalogue.types import DtypePolicy, Int, PositiveFloat


class MeanSquaredError(PlainLoss):
    """`mean((y - p) ** 2)`. https://keras.io/api/losses/regression_losses/#meansquarederror-class"""


class MeanAbsoluteError(PlainLoss):
    """`mean(abs(y - p))`. https://keras.io/api/losses/regression_losses/#meanabsoluteerror-class"""


class MeanAbsolutePercentageError(PlainLoss):
    """The absolute error in percent of y. https://keras.io/api/losses/regression_losses/#meanabsolutepercentageerror-class"""


class MeanSquaredLogarithmicError(PlainLoss):
    """The squared error of `log(1 + y)`. https://keras.io/api/losses/regression_losses/#meansquaredlogarithmicerror-class"""


class LogCosh(PlainLoss):
    """`mean(log(cosh(p - y)))`. https://keras.io/api/losses/regression_losses/#logcosh-class"""


class Huber(Loss):
    """Squared up to `delta`, linear beyond. https://keras.io/api/losses/regression_losses/#huber-class"""

    delta: PositiveFloat = 1.0
    reduction: Reduction = "sum_over_batch_size"
    dtype: DtypePolicy | None = None


class CosineSimilarity(Loss):
    """From -1 (same direction) to 1. https://keras.io/api/losses/regression_losses/#cosinesimilarity-class"""

    axis: Int = -1
    reduction: Reduction = "sum_over_batch_size"
    dtype: DtypePolicy | None = None

    def target_shape(self, output: Tensor) -> Shape:
        """The output's shape, of which `axis` must be one."""
        check_axes(self, output, self.axis)
        return output.shape


class Poisson(PlainLoss):
    """`mean(p - y * log(p))`, y a count. https://keras.io/api/losses/probabilistic_losses/#poisson-class"""


class Hinge(PlainLoss):
    """`mean(max(1 - y * p, 0))`, y -1 or 1. https://keras.io/api/losses/hinge_losses/#hinge-class"""

    two_sides: ClassVar[bool] = True


class SquaredHinge(PlainLoss):
    """`mean(max(1 - y * p, 0) ** 2)`. https://keras.io/api/losses/hinge_losses/#squaredhinge-class"""

    two_sides: ClassVar[bool] = True
