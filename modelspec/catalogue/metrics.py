"""The metrics that are a mean over rows: errors, accuracies, correlations. No TensorFlow here."""

from __future__ import annotations

import re
from typing import Annotated, ClassVar, Literal

from annotated_types import MinLen
from pydantic import Strict

from modelspec.catalogue.entry import Entry
from modelspec.catalogue.losses import TargetKind
from modelspec.catalogue.types import Bool, Count, DtypePolicy, Float, Fraction, Int, PositiveInt

Name = Annotated[str, Strict(), MinLen(1)]
"""The name in the history and the progress bar; left out, it is Keras's own for the metric."""


class Metric(Entry):
    """What all metrics are."""

    keras_module: ClassVar[str] = "keras.metrics"
    target_kind: ClassVar[TargetKind | None] = None
    """What targets the metric is for; None where it takes several kinds, or any number."""
    direction: ClassVar[Literal["up", "down"] | None] = "up"
    """Which way is better, as callbacks take it where `mode` is auto; None where Keras cannot tell."""
    keras_name: ClassVar[str | None] = None
    """Keras's default name, where it is not the class's name in snake case."""

    @property
    def history_name(self) -> str:
        """The metric's name in the history.

        Keras numbers the names of some classes by how many were ever made (`auc`, `auc_1`); give it this one.
        """
        given: str | None = getattr(self, "name", None)
        return given or self.identifier or self.keras_name or _snake_case(type(self).__name__)


def _snake_case(name: str) -> str:
    """As Keras does it: `BinaryIoU` is `binary_io_u`, `AUC` is `auc`."""
    name = re.sub("(.)([A-Z][a-z]+)", r"\1_\2", name)
    return re.sub("([a-z])([A-Z])", r"\1_\2", name).lower()


class _PlainMetric(Metric):
    """A metric whose arguments begin with the two that all have."""

    name: Name | None = None
    dtype: DtypePolicy | None = None


class _Error(_PlainMetric):
    """A plain metric that is best when small."""

    direction: ClassVar[Literal["up", "down"] | None] = "down"


class Accuracy(_PlainMetric):
    """How often the output *equals* the target. https://keras.io/api/metrics/accuracy_metrics/#accuracy-class"""


class BinaryAccuracy(_PlainMetric):
    """How often the right side of `threshold`. https://keras.io/api/metrics/accuracy_metrics/#binaryaccuracy-class"""

    target_kind: ClassVar[TargetKind | None] = "binary"
    threshold: Float = 0.5


class CategoricalAccuracy(_PlainMetric):
    """For one-hot rows. https://keras.io/api/metrics/accuracy_metrics/#categoricalaccuracy-class"""

    target_kind: ClassVar[TargetKind | None] = "one_hot"


class SparseCategoricalAccuracy(_PlainMetric):
    """For class numbers. https://keras.io/api/metrics/accuracy_metrics/#sparsecategoricalaccuracy-class"""

    target_kind: ClassVar[TargetKind | None] = "classes"


class TopKCategoricalAccuracy(Metric):
    """How often among the `k` best. https://keras.io/api/metrics/accuracy_metrics/#topkcategoricalaccuracy-class"""

    target_kind: ClassVar[TargetKind | None] = "one_hot"
    k: PositiveInt = 5
    name: Name | None = None
    dtype: DtypePolicy | None = None


class SparseTopKCategoricalAccuracy(Metric):
    """For class numbers. https://keras.io/api/metrics/accuracy_metrics/#sparsetopkcategoricalaccuracy-class"""

    target_kind: ClassVar[TargetKind | None] = "classes"
    k: PositiveInt = 5
    name: Name | None = None
    dtype: DtypePolicy | None = None
    from_sorted_ids: Bool = False


class BinaryCrossentropy(_Error):
    """The loss of that name. https://keras.io/api/metrics/probabilistic_metrics/#binarycrossentropy-class"""

    target_kind: ClassVar[TargetKind | None] = "binary"
    from_logits: Bool = False
    label_smoothing: Fraction = 0


class CategoricalCrossentropy(_Error):
    """The loss of that name. https://keras.io/api/metrics/probabilistic_metrics/#categoricalcrossentropy-class"""

    target_kind: ClassVar[TargetKind | None] = "one_hot"
    from_logits: Bool = False
    label_smoothing: Fraction = 0
    axis: Int = -1


class SparseCategoricalCrossentropy(_Error):
    """The loss of that name. https://keras.io/api/metrics/probabilistic_metrics/#sparsecategoricalcrossentropy-class"""

    target_kind: ClassVar[TargetKind | None] = "classes"
    from_logits: Bool = False
    ignore_class: Int | None = None
    axis: Int = -1


class KLDivergence(_Error):
    """`sum(y * log(y / p))`. https://keras.io/api/metrics/probabilistic_metrics/#kldivergence-class"""

    target_kind: ClassVar[TargetKind | None] = "distribution"


class Poisson(_Error):
    """`mean(p - y * log(p))`. https://keras.io/api/metrics/probabilistic_metrics/#poisson-class"""

    target_kind: ClassVar[TargetKind | None] = "real"


class MeanSquaredError(_Error):
    """`mean((y - p) ** 2)`. https://keras.io/api/metrics/regression_metrics/#meansquarederror-class"""


class RootMeanSquaredError(_Error):
    """The root of it. https://keras.io/api/metrics/regression_metrics/#rootmeansquarederror-class"""


class MeanAbsoluteError(_Error):
    """`mean(abs(y - p))`. https://keras.io/api/metrics/regression_metrics/#meanabsoluteerror-class"""


class MeanAbsolutePercentageError(_Error):
    """In percent of y. https://keras.io/api/metrics/regression_metrics/#meanabsolutepercentageerror-class"""


class MeanSquaredLogarithmicError(_Error):
    """Of `log(1 + y)`. https://keras.io/api/metrics/regression_metrics/#meansquaredlogarithmicerror-class"""


class CosineSimilarity(_PlainMetric):
    """From -1 to 1, same direction. https://keras.io/api/metrics/regression_metrics/#cosinesimilarity-class"""

    axis: Int = -1


class LogCoshError(_Error):
    """`mean(log(cosh(p - y)))`. https://keras.io/api/metrics/regression_metrics/#logcosherror-class"""

    keras_name: ClassVar[str | None] = "logcosh"


class R2Score(Metric):
    """1 for a perfect fit, 0 for the mean. https://keras.io/api/metrics/regression_metrics/#r2score-class"""

    target_kind: ClassVar[TargetKind | None] = "real"
    class_aggregation: Literal["uniform_average", "variance_weighted_average"] | None = "uniform_average"
    num_regressors: Count = 0
    name: Name | None = None
    dtype: DtypePolicy | None = None


class ConcordanceCorrelation(_PlainMetric):
    """Along the line y = p. https://keras.io/api/metrics/regression_metrics/"""

    target_kind: ClassVar[TargetKind | None] = "real"
    axis: Int | Annotated[tuple[Int, ...], MinLen(1)] = -1


class PearsonCorrelation(_PlainMetric):
    """Along any line. https://keras.io/api/metrics/regression_metrics/"""

    target_kind: ClassVar[TargetKind | None] = "real"
    axis: Int | Annotated[tuple[Int, ...], MinLen(1)] = -1


class Hinge(_Error):
    """`mean(max(1 - y * p, 0))`, y -1 or 1. https://keras.io/api/metrics/hinge_metrics/#hinge-class"""


class SquaredHinge(_Error):
    """`mean(max(1 - y * p, 0) ** 2)`. https://keras.io/api/metrics/hinge_metrics/#squaredhinge-class"""


class CategoricalHinge(_Error):
    """The right class against the best other. https://keras.io/api/metrics/hinge_metrics/#categoricalhinge-class"""

    target_kind: ClassVar[TargetKind | None] = "one_hot"
