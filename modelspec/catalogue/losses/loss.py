"""What all losses are: what targets each one wants. The losses are in the modules beside this one. No TensorFlow here."""

from typing import Annotated, ClassVar, Literal

from annotated_types import MinLen

from modelspec.catalogue.entry import Entry
from modelspec.catalogue.tensor import Refusal, Shape, Tensor, shape_text
from modelspec.catalogue.types import DtypePolicy, Int

TargetKind = Literal["real", "binary", "classes", "one_hot", "distribution"]
"""What the numbers of a target mean.

`real` is any number, `binary` is 0 or 1 (or between, for a target that is unsure), `classes` are class numbers,
`one_hot` and `distribution` are numbers from 0 that sum to 1 over the class axis, the first mostly a single 1.
"""
Takes = Literal["chances", "shares", "a distribution"]
"""What a loss without `from_logits` takes its output for.

`chances` are numbers from 0 to 1, `shares` any that are not negative, `a distribution` numbers that sum to 1 over the classes.
"""
Reduction = Literal["sum_over_batch_size", "sum", "mean", "mean_with_sample_weight", "none"] | None
Axes = Int | Annotated[tuple[Int, ...], MinLen(1)]


class Loss(Entry):
    """What all losses are; by default the target has the output's shape, a number for each number."""

    keras_module: ClassVar[str] = "keras.losses"
    targets: ClassVar[TargetKind] = "real"
    takes: ClassVar[Takes | None] = None
    """What it takes the output for; None where any numbers will do."""
    two_sides: ClassVar[bool] = False
    """Whether it takes two classes for numbers, -1 and 1 or 0 and 1."""

    @property
    def target_kind(self) -> TargetKind:
        """What the numbers of the target mean; one-hot rows are reported as such where they lie along the last axis."""
        return self.targets if self.class_axis in (None, -1) else "real"

    @property
    def class_axis(self) -> int | None:
        """The axis of the output that holds a number for each class; None where the output holds no classes."""
        return None

    @property
    def ignored_class(self) -> int | None:
        """A class number whose targets do not count, the argument `ignore_class` of the losses that have it."""
        ignored: int | None = getattr(self, "ignore_class", None)
        return ignored

    def target_shape(self, output: Tensor) -> Shape:
        """The shape of the target that goes with `output`, the batch axis included.

        Raises `Refusal` where the loss has no meaning for an output of that shape.
        """
        if self.class_axis is not None:
            class_axis_of(self, output, self.class_axis)
        return output.shape

    def values_shape(self, output: Tensor) -> Shape:
        """The shape, batch included, of the losses that are averaged, for an output that `target_shape` takes."""
        axes = -1 if self.class_axis is None else self.class_axis
        axes = getattr(self, "axis", axes)
        if axes is None:
            return ()
        gone = {axis % output.rank for axis in ((axes,) if isinstance(axes, int) else axes)} if output.rank else set()
        return tuple(size for place, size in enumerate(output.shape) if place not in gone)

    def classes(self, output: Tensor) -> int | None:
        """How many classes the output tells apart; None where it holds none, or an unknown number of them."""
        return None if self.class_axis is None else output.shape[class_axis_of(self, output, self.class_axis)]


class PlainLoss(Loss):
    """A loss without arguments of its own."""

    reduction: Reduction = "sum_over_batch_size"
    dtype: DtypePolicy | None = None


def class_axis_of(loss: Loss, output: Tensor, axis: int) -> int:
    """The axis of the classes, counted from the front."""
    name, found = type(loss).__name__, shape_text(output.shape)
    if output.rank < 2:
        raise Refusal(
            "MS401",
            f"{name} needs an output with a number for each class, of shape (batch, classes); received {found}",
            help="end with a layer such as Dense, with one unit for each class",
        )
    place = axis + output.rank if axis < 0 else axis
    if not 0 < place < output.rank:
        raise Refusal("MS408", f"{name}: there is no class axis {axis} in {found}", argument="axis")
    if output.shape[place] == 1 and loss.targets in ("classes", "one_hot"):
        raise Refusal(
            "MS407",
            f"{name} needs an output of at least two classes; received {found}, which has one",
            help="give it one unit for each class; for yes or no with one unit use binary_crossentropy",
        )
    return place


def check_axes(loss: Loss, output: Tensor, axes: int | tuple[int, ...] | None) -> None:
    """Refuse an axis that the output does not have."""
    for axis in (axes,) if isinstance(axes, int) else axes or ():
        if not -output.rank <= axis < output.rank:
            message = f"{type(loss).__name__}: there is no axis {axis} in {shape_text(output.shape)}"
            raise Refusal("MS408", message, argument="axis")
