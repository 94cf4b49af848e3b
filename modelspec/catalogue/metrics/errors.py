"""The metrics that are the mean of an error, the losses among them. No TensorFlow here."""

from typing import ClassVar

from modelspec.catalogue.losses.loss import TargetKind
from modelspec.catalogue.metrics.metric import ErrorMetric
from modelspec.catalogue.types import Bool, Fraction, Int


class BinaryCrossentropy(ErrorMetric):
    """The loss of that name. https://keras.io/api/metrics/probabilistic_metrics/#binarycrossentropy-class"""

    target_kind: ClassVar[TargetKind | None] = "binary"
    from_logits: Bool = False
    label_smoothing: Fraction = 0


class CategoricalCrossentropy(ErrorMetric):
    """The loss of that name. https://keras.io/api/metrics/probabilistic_metrics/#categoricalcrossentropy-class"""

    target_kind: ClassVar[TargetKind | None] = "one_hot"
    from_logits: Bool = False
    label_smoothing: Fraction = 0
    axis: Int = -1


class SparseCategoricalCrossentropy(ErrorMetric):
    """The loss of that name. https://keras.io/api/metrics/probabilistic_metrics/#sparsecategoricalcrossentropy-class"""

    target_kind: ClassVar[TargetKind | None] = "classes"
    from_logits: Bool = False
    ignore_class: Int | None = None
    axis: Int = -1


class KLDivergence(ErrorMetric):
    """`sum(y * log(y / p))`. https://keras.io/api/metrics/probabilistic_metrics/#kldivergence-class"""

    target_kind: ClassVar[TargetKind | None] = "distribution"


class Poisson(ErrorMetric):
    """`mean(p - y * log(p))`. https://keras.io/api/metrics/probabilistic_metrics/#poisson-class"""

    target_kind: ClassVar[TargetKind | None] = "real"


class MeanSquaredError(ErrorMetric):
    """`mean((y - p) ** 2)`. https://keras.io/api/metrics/regression_metrics/#meansquarederror-class"""


class RootMeanSquaredError(ErrorMetric):
    """`sqrt(mean((y - p) ** 2))`. https://keras.io/api/metrics/regression_metrics/#rootmeansquarederror-class"""

    averages_numbers: ClassVar[bool] = True


class MeanAbsoluteError(ErrorMetric):
    """`mean(abs(y - p))`. https://keras.io/api/metrics/regression_metrics/#meanabsoluteerror-class"""


class MeanAbsolutePercentageError(ErrorMetric):
    """The absolute error in percent of y. https://keras.io/api/metrics/regression_metrics/#meanabsolutepercentageerror-class"""


class MeanSquaredLogarithmicError(ErrorMetric):
    """The squared error of `log(1 + y)`. https://keras.io/api/metrics/regression_metrics/#meansquaredlogarithmicerror-class"""


class LogCoshError(ErrorMetric):
    """`mean(log(cosh(p - y)))`. https://keras.io/api/metrics/regression_metrics/#logcosherror-class"""

    keras_name: ClassVar[str | None] = "logcosh"


class Hinge(ErrorMetric):
    """`mean(max(1 - y * p, 0))`, y -1 or 1. https://keras.io/api/metrics/hinge_metrics/#hinge-class"""


class SquaredHinge(ErrorMetric):
    """`mean(max(1 - y * p, 0) ** 2)`. https://keras.io/api/metrics/hinge_metrics/#squaredhinge-class"""


class CategoricalHinge(ErrorMetric):
    """The margin between the right class and the best other. https://keras.io/api/metrics/hinge_metrics/#categoricalhinge-class"""

    target_kind: ClassVar[TargetKind | None] = "one_hot"
