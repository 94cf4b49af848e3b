"""How well outputs and targets go together as a whole. No TensorFlow here."""

from typing import Annotated, ClassVar, Literal

from annotated_types import MinLen

from modelspec.catalogue.losses.loss import TargetKind
from modelspec.catalogue.metrics.metric import Metric, Name, PlainMetric
from modelspec.catalogue.types import Count, DtypePolicy, Int


class CosineSimilarity(PlainMetric):
    """From -1 to 1 (same direction). https://keras.io/api/metrics/regression_metrics/#cosinesimilarity-class"""

    axis: Int = -1


class R2Score(Metric):
    """1 for a perfect fit, 0 for the mean. https://keras.io/api/metrics/regression_metrics/#r2score-class"""

    takes_mask: ClassVar[bool] = False

    target_kind: ClassVar[TargetKind | None] = "real"
    class_aggregation: Literal["uniform_average", "variance_weighted_average"] | None = "uniform_average"
    num_regressors: Count = 0
    name: Name | None = None
    dtype: DtypePolicy | None = None


class ConcordanceCorrelation(PlainMetric):
    """Correlation along the line y = p. https://keras.io/api/metrics/regression_metrics/"""

    target_kind: ClassVar[TargetKind | None] = "real"
    axis: Int | Annotated[tuple[Int, ...], MinLen(1)] = -1


class PearsonCorrelation(PlainMetric):
    """Correlation along any line. https://keras.io/api/metrics/regression_metrics/"""

    target_kind: ClassVar[TargetKind | None] = "real"
    axis: Int | Annotated[tuple[Int, ...], MinLen(1)] = -1
