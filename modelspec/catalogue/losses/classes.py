"""The losses that tell classes apart, but the crossentropies: one-hot rows, texts, neighbours. No TensorFlow here."""

from typing import Annotated, ClassVar

from annotated_types import Lt

from modelspec.catalogue.losses.loss import Loss, PlainLoss, Reduction, Takes, TargetKind
from modelspec.catalogue.tensor import Refusal, Shape, Tensor, shape_text
from modelspec.catalogue.types import Bool, DtypePolicy, Float, PositiveFloat


class _LossOverClasses(PlainLoss):
    """A loss whose last axis holds a number for each class."""

    @property
    def class_axis(self) -> int | None:
        """The last."""
        return -1


class KLDivergence(_LossOverClasses):
    """`sum(y * log(y / p))`. https://keras.io/api/losses/probabilistic_losses/#kldivergence-class"""

    takes: ClassVar[Takes | None] = "shares"
    targets: ClassVar[TargetKind] = "distribution"


class CategoricalHinge(_LossOverClasses):
    """The margin between the right class and the best other. https://keras.io/api/losses/hinge_losses/#categoricalhinge-class"""

    targets: ClassVar[TargetKind] = "one_hot"


class CategoricalGeneralizedCrossEntropy(Loss):
    """Tolerates wrong labels. https://keras.io/api/losses/probabilistic_losses/#categoricalgeneralizedcrossentropy-class"""

    takes: ClassVar[Takes | None] = "a distribution"
    targets: ClassVar[TargetKind] = "classes"
    q: Annotated[PositiveFloat, Lt(1)] = 0.5
    reduction: Reduction = "sum_over_batch_size"
    dtype: DtypePolicy | None = None

    @property
    def class_axis(self) -> int | None:
        """The last."""
        return -1

    def target_shape(self, output: Tensor) -> Shape:
        """The output's shape without its last axis, the classes."""
        return super().target_shape(output)[:-1]


class CTC(_LossOverClasses):
    """For sequences of labels without a known alignment, such as speech to text. https://keras.io/api/losses/"""

    targets: ClassVar[TargetKind] = "classes"

    def target_shape(self, output: Tensor) -> Shape:
        """(batch, any length) for an output of (batch, steps, classes); class 0 fills short texts up."""
        if output.rank != 3:
            raise Refusal(
                "MS401",
                f"CTC needs an output of shape (batch, steps, classes); received {shape_text(output.shape)}",
                help="end with a layer that keeps the steps, such as LSTM with return_sequences and then Dense",
            )
        super().target_shape(output)
        return (output.shape[0], None)

    def values_shape(self, output: Tensor) -> Shape:
        """A number for each row of the batch."""
        return output.shape[:1]


class Circle(Loss):
    """Pulls rows of one class together. https://keras.io/api/losses/"""

    targets: ClassVar[TargetKind] = "classes"
    gamma: PositiveFloat = 80.0
    margin: Float = 0.4
    remove_diagonal: Bool = True
    reduction: Reduction = "sum_over_batch_size"
    dtype: DtypePolicy | None = None

    def target_shape(self, output: Tensor) -> Shape:
        """(batch,), one class number for each row of an output of (batch, size)."""
        if output.rank != 2:
            raise Refusal(
                "MS401",
                f"Circle needs an output of shape (batch, size); received {shape_text(output.shape)}",
                help="reduce the output to one vector for each row, with Flatten or a pooling layer",
            )
        return output.shape[:1]

    def values_shape(self, output: Tensor) -> Shape:
        """A number for each row of the batch."""
        return output.shape[:1]
