"""How often the output is right. No TensorFlow here."""

from typing import ClassVar

from modelspec.catalogue.losses.loss import TargetKind
from modelspec.catalogue.metrics.metric import Metric, Name, PlainMetric
from modelspec.catalogue.types import Bool, DtypePolicy, Float, PositiveInt


class Accuracy(PlainMetric):
    """How often the output *equals* the target. https://keras.io/api/metrics/accuracy_metrics/#accuracy-class"""

    averages_numbers: ClassVar[bool] = True


class BinaryAccuracy(PlainMetric):
    """How often the output is on the right side of `threshold`. https://keras.io/api/metrics/accuracy_metrics/#binaryaccuracy-class"""

    averages_numbers: ClassVar[bool] = True

    target_kind: ClassVar[TargetKind | None] = "binary"
    threshold: Float = 0.5


class CategoricalAccuracy(PlainMetric):
    """Accuracy for one-hot rows. https://keras.io/api/metrics/accuracy_metrics/#categoricalaccuracy-class"""

    target_kind: ClassVar[TargetKind | None] = "one_hot"


class SparseCategoricalAccuracy(PlainMetric):
    """Accuracy for class numbers. https://keras.io/api/metrics/accuracy_metrics/#sparsecategoricalaccuracy-class"""

    target_kind: ClassVar[TargetKind | None] = "classes"


class TopKCategoricalAccuracy(Metric):
    """How often the right class is among the `k` best. https://keras.io/api/metrics/accuracy_metrics/#topkcategoricalaccuracy-class"""

    target_kind: ClassVar[TargetKind | None] = "one_hot"
    k: PositiveInt = 5
    name: Name | None = None
    dtype: DtypePolicy | None = None


class SparseTopKCategoricalAccuracy(Metric):
    """Top-k accuracy for class numbers. https://keras.io/api/metrics/accuracy_metrics/#sparsetopkcategoricalaccuracy-class"""

    target_kind: ClassVar[TargetKind | None] = "classes"
    k: PositiveInt = 5
    name: Name | None = None
    dtype: DtypePolicy | None = None
    from_sorted_ids: Bool = False
