"""The losses of zeros and ones: yes or no, and masks. No TensorFlow here."""

from typing import ClassVar

from modelspec.catalogue.losses import Axes, Loss, Reduction, Takes, TargetKind, check_axes
from modelspec.catalogue.tensor import Shape, Tensor
from modelspec.catalogue.types import Bool, DtypePolicy, Fraction, Int, NonNegativeFloat


class _BinaryLoss(Loss):
    """A loss of zeros and ones, whose mean is taken over one axis."""

    targets: ClassVar[TargetKind] = "binary"

    def target_shape(self, output: Tensor) -> Shape:
        """The output's shape, of which `axis` must be one."""
        check_axes(self, output, getattr(self, "axis"))  # noqa: B009  (the field stands in Keras's order, below)
        return output.shape


class BinaryCrossentropy(_BinaryLoss):
    """For 0 or 1. https://keras.io/api/losses/probabilistic_losses/#binarycrossentropy-class"""

    takes: ClassVar[Takes | None] = "chances"
    from_logits: Bool = False
    label_smoothing: Fraction = 0.0
    axis: Int = -1
    reduction: Reduction = "sum_over_batch_size"
    dtype: DtypePolicy | None = None


class BinaryFocalCrossentropy(_BinaryLoss):
    """Looks at hard rows. https://keras.io/api/losses/probabilistic_losses/#binaryfocalcrossentropy-class"""

    takes: ClassVar[Takes | None] = "chances"
    apply_class_balancing: Bool = False
    alpha: Fraction = 0.25
    gamma: NonNegativeFloat = 2.0
    from_logits: Bool = False
    label_smoothing: Fraction = 0.0
    axis: Int = -1
    reduction: Reduction = "sum_over_batch_size"
    dtype: DtypePolicy | None = None


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
    """As Dice, but `alpha` and `beta` weigh what is missed and what is too much. https://keras.io/api/losses/"""

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
