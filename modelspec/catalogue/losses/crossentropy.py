"""The crossentropies of classes, for one-hot rows and for class numbers. No TensorFlow here."""

from typing import ClassVar

from modelspec.catalogue.losses.loss import Loss, Reduction, Takes, TargetKind, class_axis_of
from modelspec.catalogue.tensor import Refusal, Shape, Tensor, shape_text
from modelspec.catalogue.types import Bool, DtypePolicy, Float, Fraction, Int, NonNegativeFloat


class CategoricalCrossentropy(Loss):
    """For targets in one-hot rows. https://keras.io/api/losses/probabilistic_losses/#categoricalcrossentropy-class"""

    takes: ClassVar[Takes | None] = "a distribution"
    targets: ClassVar[TargetKind] = "one_hot"
    from_logits: Bool = False
    label_smoothing: Fraction = 0.0
    axis: Int = -1
    reduction: Reduction = "sum_over_batch_size"
    dtype: DtypePolicy | None = None

    @property
    def class_axis(self) -> int | None:
        """The argument `axis`."""
        return self.axis


class CategoricalFocalCrossentropy(Loss):
    """Categorical crossentropy that gives hard rows more weight. https://keras.io/api/losses/probabilistic_losses/#categoricalfocalcrossentropy-class"""

    takes: ClassVar[Takes | None] = "a distribution"
    targets: ClassVar[TargetKind] = "one_hot"
    alpha: NonNegativeFloat | tuple[NonNegativeFloat, ...] = 0.25
    gamma: Float = 2.0
    from_logits: Bool = False
    label_smoothing: Fraction = 0.0
    axis: Int = -1
    reduction: Reduction = "sum_over_batch_size"
    dtype: DtypePolicy | None = None

    @property
    def class_axis(self) -> int | None:
        """The argument `axis`."""
        return self.axis

    def target_shape(self, output: Tensor) -> Shape:
        """The output's shape; a list of `alpha` has a number for each class."""
        shape = super().target_shape(output)
        classes = output.shape[class_axis_of(self, output, self.axis)]
        if isinstance(self.alpha, tuple) and classes not in (None, len(self.alpha)):
            message = f"CategoricalFocalCrossentropy: `alpha` has {len(self.alpha)} numbers; expected {classes}, one per class"
            raise Refusal("MS408", message, help="give one number, or one for each class", argument="alpha")
        return shape


class SparseCategoricalCrossentropy(Loss):
    """For targets in class numbers. https://keras.io/api/losses/probabilistic_losses/#sparsecategoricalcrossentropy-class"""

    takes: ClassVar[Takes | None] = "a distribution"
    targets: ClassVar[TargetKind] = "classes"
    from_logits: Bool = False
    ignore_class: Int | None = None
    reduction: Reduction = "sum_over_batch_size"
    axis: Int = -1
    dtype: DtypePolicy | None = None

    @property
    def class_axis(self) -> int | None:
        """The last, whichever way `axis` counts."""
        return -1

    def target_shape(self, output: Tensor) -> Shape:
        """The output's shape without its last axis, the only one that TensorFlow takes the classes from."""
        if class_axis_of(self, output, self.axis) != output.rank - 1:
            message = f"SparseCategoricalCrossentropy: the classes must be the last axis; received axis {self.axis}"
            help = "put a Permute layer before the output, and leave `axis` out"
            raise Refusal("MS408", f"{message} of {shape_text(output.shape)}", help=help, argument="axis")
        return output.shape[:-1]
