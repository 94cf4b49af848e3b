"""The metrics that count who was taken for whom: precision, recall, areas, F scores, overlaps. No TensorFlow here."""

from typing import Annotated, ClassVar, Literal

from annotated_types import Gt, Le, MinLen
from pydantic import Strict, model_validator
from typing_extensions import Self

from modelspec.catalogue.entry import refuse_arguments
from modelspec.catalogue.losses.loss import TargetKind
from modelspec.catalogue.metrics.metric import Metric, Name
from modelspec.catalogue.types import (
    MAX_DIM,
    Bool,
    Count,
    DtypePolicy,
    Float,
    Fraction,
    Int,
    NonNegativeFloat,
    PositiveFloat,
    PositiveInt,
)

Thresholds = Fraction | Annotated[tuple[Fraction, ...], MinLen(1)] | None
ClassNumbers = Annotated[tuple[Count, ...], MinLen(1)]
CountDtype = Literal["int32", "int64", "float32", "float64"] | None
"""What the cells of a confusion matrix are; left out, integers."""


class _Counts(Metric):
    """How many rows of one kind, by threshold."""

    takes_mask: ClassVar[bool] = False

    target_kind: ClassVar[TargetKind | None] = "binary"
    direction: ClassVar[Literal["up", "down"] | None] = None
    thresholds: Thresholds = None
    name: Name | None = None
    dtype: DtypePolicy | None = None


class TruePositives(_Counts):
    """Counts 1 predicted as 1. https://keras.io/api/metrics/classification_metrics/#truepositives-class"""

    untold_direction: ClassVar[Literal["up", "down"] | None] = "up"


class TrueNegatives(_Counts):
    """Counts 0 predicted as 0. https://keras.io/api/metrics/classification_metrics/#truenegatives-class"""

    untold_direction: ClassVar[Literal["up", "down"] | None] = "up"


class FalsePositives(_Counts):
    """Counts 0 predicted as 1. https://keras.io/api/metrics/classification_metrics/#falsepositives-class"""

    untold_direction: ClassVar[Literal["up", "down"] | None] = "down"


class FalseNegatives(_Counts):
    """Counts 1 predicted as 0. https://keras.io/api/metrics/classification_metrics/#falsenegatives-class"""

    untold_direction: ClassVar[Literal["up", "down"] | None] = "down"


class Precision(Metric):
    """The share of predicted ones that are right. https://keras.io/api/metrics/classification_metrics/#precision-class"""

    takes_mask: ClassVar[bool] = False

    target_kind: ClassVar[TargetKind | None] = "binary"
    thresholds: Thresholds = None
    top_k: PositiveInt | None = None
    class_id: Count | None = None
    name: Name | None = None
    dtype: DtypePolicy | None = None


class Recall(Metric):
    """The share of target ones that are found. https://keras.io/api/metrics/classification_metrics/#recall-class"""

    takes_mask: ClassVar[bool] = False

    target_kind: ClassVar[TargetKind | None] = "binary"
    thresholds: Thresholds = None
    top_k: PositiveInt | None = None
    class_id: Count | None = None
    name: Name | None = None
    dtype: DtypePolicy | None = None


class PrecisionAtRecall(Metric):
    """The best precision at a given recall. https://keras.io/api/metrics/classification_metrics/#precisionatrecall-class"""

    takes_mask: ClassVar[bool] = False

    target_kind: ClassVar[TargetKind | None] = "binary"
    recall: Fraction
    num_thresholds: PositiveInt = 200
    class_id: Count | None = None
    name: Name | None = None
    dtype: DtypePolicy | None = None


class RecallAtPrecision(Metric):
    """The best recall at a given precision. https://keras.io/api/metrics/classification_metrics/#recallatprecision-class"""

    takes_mask: ClassVar[bool] = False

    target_kind: ClassVar[TargetKind | None] = "binary"
    precision: Fraction
    num_thresholds: PositiveInt = 200
    class_id: Count | None = None
    name: Name | None = None
    dtype: DtypePolicy | None = None


class SensitivityAtSpecificity(Metric):
    """The best sensitivity (recall) at a given specificity. https://keras.io/api/metrics/classification_metrics/"""

    takes_mask: ClassVar[bool] = False

    target_kind: ClassVar[TargetKind | None] = "binary"
    specificity: Fraction
    num_thresholds: PositiveInt = 200
    class_id: Count | None = None
    name: Name | None = None
    dtype: DtypePolicy | None = None


class SpecificityAtSensitivity(Metric):
    """The best specificity (share of true negatives) at a given sensitivity. https://keras.io/api/metrics/classification_metrics/"""

    takes_mask: ClassVar[bool] = False

    target_kind: ClassVar[TargetKind | None] = "binary"
    sensitivity: Fraction
    num_thresholds: PositiveInt = 200
    class_id: Count | None = None
    name: Name | None = None
    dtype: DtypePolicy | None = None


class AUC(Metric):
    """The area under a curve. https://keras.io/api/metrics/classification_metrics/#auc-class"""

    takes_mask: ClassVar[bool] = False

    target_kind: ClassVar[TargetKind | None] = "binary"
    num_thresholds: Annotated[int, Strict(), Gt(1), Le(MAX_DIM)] = 200
    curve: Literal["ROC", "PR", "PRGAIN", "roc", "pr", "prgain"] = "ROC"
    summation_method: Literal[
        "interpolation", "minoring", "majoring", "Interpolation", "Minoring", "Majoring"
    ] = "interpolation"  # fmt: skip
    name: Name | None = None
    dtype: DtypePolicy | None = None
    thresholds: Annotated[tuple[Fraction, ...], MinLen(1)] | None = None
    multi_label: Bool = False
    num_labels: PositiveInt | None = None
    label_weights: Annotated[tuple[NonNegativeFloat, ...], MinLen(1)] | None = None
    from_logits: Bool = False

    @model_validator(mode="after")
    def _labels_are_many(self) -> Self:
        for argument in ("num_labels", "label_weights"):
            if getattr(self, argument) is not None and not self.multi_label:
                refuse_arguments(f"`{argument}` is for `multi_label: true`", argument)
        if (
            self.num_labels is not None
            and self.label_weights is not None
            and len(self.label_weights) != self.num_labels
        ):
            wanted, given = self.num_labels, len(self.label_weights)
            refuse_arguments(f"expected {wanted} weights, one for each label; received {given}", "label_weights")
        return self


class FBetaScore(Metric):
    """The harmonic mean of precision and recall, with recall weighted `beta` times. https://keras.io/api/metrics/classification_metrics/"""

    takes_mask: ClassVar[bool] = False

    target_kind: ClassVar[TargetKind | None] = "binary"
    keras_name: ClassVar[str | None] = "fbeta_score"
    average: Literal["micro", "macro", "weighted"] | None = None
    beta: PositiveFloat = 1.0
    threshold: Annotated[PositiveFloat, Le(1)] | None = None
    name: Name | None = None
    dtype: DtypePolicy | None = None


class F1Score(Metric):
    """The harmonic mean of precision and recall. https://keras.io/api/metrics/classification_metrics/#f1score-class"""

    takes_mask: ClassVar[bool] = False

    target_kind: ClassVar[TargetKind | None] = "binary"
    average: Literal["micro", "macro", "weighted"] | None = None
    threshold: Annotated[PositiveFloat, Le(1)] | None = None
    name: Name | None = None
    dtype: DtypePolicy | None = None


def _refuse_beyond(classes: int, numbers: tuple[int, ...]) -> None:
    """Refuse class numbers that there are no classes for."""
    if max(numbers) >= classes:
        message = f"there are {classes} classes, numbered from 0; received {max(numbers)}"
        refuse_arguments(message, "target_class_ids")


class BinaryIoU(Metric):
    """The overlap of two masks. https://keras.io/api/metrics/segmentation_metrics/#binaryiou-class"""

    takes_mask: ClassVar[bool] = False

    target_kind: ClassVar[TargetKind | None] = "binary"
    target_class_ids: ClassNumbers = (0, 1)
    threshold: Float = 0.5
    name: Name | None = None
    dtype: CountDtype = None

    @model_validator(mode="after")
    def _two_classes(self) -> Self:
        _refuse_beyond(2, self.target_class_ids)
        return self


class IoU(Metric):
    """The overlap of some classes' masks. https://keras.io/api/metrics/segmentation_metrics/#iou-class"""

    takes_mask: ClassVar[bool] = False

    num_classes: PositiveInt
    target_class_ids: ClassNumbers
    name: Name | None = None
    dtype: CountDtype = None
    ignore_class: Int | None = None
    sparse_y_true: Bool = True
    sparse_y_pred: Bool = True
    axis: Int = -1

    @model_validator(mode="after")
    def _known_classes(self) -> Self:
        _refuse_beyond(self.num_classes, self.target_class_ids)
        return self


class MeanIoU(Metric):
    """The overlap of all classes' masks. https://keras.io/api/metrics/segmentation_metrics/#meaniou-class"""

    takes_mask: ClassVar[bool] = False

    num_classes: PositiveInt
    name: Name | None = None
    dtype: CountDtype = None
    ignore_class: Int | None = None
    sparse_y_true: Bool = True
    sparse_y_pred: Bool = True
    axis: Int = -1


class OneHotIoU(Metric):
    """IoU for one-hot targets. https://keras.io/api/metrics/segmentation_metrics/#onehotiou-class"""

    takes_mask: ClassVar[bool] = False

    target_kind: ClassVar[TargetKind | None] = "one_hot"
    num_classes: PositiveInt
    target_class_ids: ClassNumbers
    name: Name | None = None
    dtype: CountDtype = None
    ignore_class: Int | None = None
    sparse_y_pred: Bool = False
    axis: Int = -1

    @model_validator(mode="after")
    def _known_classes(self) -> Self:
        _refuse_beyond(self.num_classes, self.target_class_ids)
        return self


class OneHotMeanIoU(Metric):
    """MeanIoU for one-hot targets. https://keras.io/api/metrics/segmentation_metrics/#onehotmeaniou-class"""

    takes_mask: ClassVar[bool] = False

    target_kind: ClassVar[TargetKind | None] = "one_hot"
    num_classes: PositiveInt
    name: Name | None = None
    dtype: CountDtype = None
    ignore_class: Int | None = None
    sparse_y_pred: Bool = False
    axis: Int = -1
