"""The losses of zeros and ones: yes or no, and masks. No TensorFlow here."""

from typing import ClassVar

from pydantic import model_validator
from typing_extensions import Self

from modelspec.catalogue.entry import refuse_arguments
from modelspec.catalogue.losses.loss import Axes, Loss, Reduction, Takes, TargetKind, check_axes
from modelspec.catalogue.tensor import Shape, Tensor
from modelspec.catalogue.types import Bool, DtypePolicy, Float, Fraction, Int, NonNegativeFloat


class _BinaryLoss(Loss):
    """A loss of zeros and ones, whose mean is taken over one axis."""

    targets: ClassVar[TargetKind] = "binary"

    def target_shape(self, output: Tensor) -> Shape:
        """The output's shape, of which `axis` must be one."""
        check_axes(self, output, getattr(self, "axis"))  # noqa: B009  (the field stands in Keras's order, below)
        return output.shape


class BinaryCrossentropy(_BinaryLoss):
    """For targets of 0 or 1. https://keras.io/api/losses/probabilistic_losses/#binarycrossentropy-class"""

    takes: ClassVar[Takes | None] = "chances"
    from_logits: Bool = False
    label_smoothing: Fraction = 0.0
    axis: Int = -1
    reduction: Reduction = "sum_over_batch_size"
    dtype: DtypePolicy | None = None


class BinaryFocalCrossentropy(_BinaryLoss):
    """Binary crossentropy that gives hard rows more weight. https://keras.io/api/losses/probabilistic_losses/#binaryfocalcrossentropy-class"""

    takes: ClassVar[Takes | None] = "chances"
    apply_class_balancing: Bool = False
    alpha: Float = 0.25
    gamma: Float = 2.0
    from_logits: Bool = False
    label_smoothing: Fraction = 0.0
    axis: Int = -1
    reduction: Reduction = "sum_over_batch_size"
    dtype: DtypePolicy | None = None

    @model_validator(mode="after")
    def _both_classes_weigh(self) -> Self:
        if self.apply_class_balancing and not 0 <= self.alpha <= 1:
            refuse_arguments(
                f"BinaryFocalCrossentropy weighs ones by `alpha` and zeros by 1 - alpha, here {self.alpha:g} and "
                f"{1 - self.alpha:g}: with a negative weight the model learns the opposite",
                argument="alpha",
                help="write a number from 0 to 1, or leave out `apply_class_balancing`, without which `alpha` is not used",
            )
        return self


class Dice(Loss):
    """How far two masks overlap. https://keras.io/api/losses/"""

    targets: ClassVar[TargetKind] = "binary"
    reduction: Reduction = "sum_over_batch_size"
    axis: Axes | None = None
    dtype: DtypePolicy | None = None

    def target_shape(self, output: Tensor) -> Shape:
        """The output's shape, of which each axis of `axis` must be one."""
        check_axes(self, output, self.axis)
        return output.shape


class Tversky(Loss):
    """Like Dice, but `alpha` weights false positives and `beta` false negatives. https://keras.io/api/losses/"""

    targets: ClassVar[TargetKind] = "binary"
    alpha: NonNegativeFloat = 0.5
    beta: NonNegativeFloat = 0.5
    reduction: Reduction = "sum_over_batch_size"
    axis: Axes | None = None
    dtype: DtypePolicy | None = None

    def target_shape(self, output: Tensor) -> Shape:
        """The output's shape, of which each axis of `axis` must be one."""
        check_axes(self, output, self.axis)
        return output.shape
