"""The initializers: how a weight's first values are made. No TensorFlow here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from annotated_types import MinLen
from pydantic import PrivateAttr

from modelspec.catalogue.entry import Entry
from modelspec.catalogue.types import Count, Float, Int, NonNegativeFloat, Numbers, PositiveFloat, Text

if TYPE_CHECKING:
    from modelspec.source.array_file import ArrayHeader


Axes = Annotated[tuple[Int, ...], MinLen(1)]


class Initializer(Entry):
    """What all initializers are."""

    keras_module: ClassVar[str] = "keras.initializers"


class _FanScaled(Initializer):
    """Scaled by how many values meet in one weight; the two axes arguments say which axes those are."""

    seed: Count | None = None
    input_axes: Axes | None = None
    output_axes: Axes | None = None


class Constant(Initializer):
    """One value everywhere, or an array. https://keras.io/api/layers/initializers/#constant-class"""

    value: Numbers = 0.0

    @property
    def shape(self) -> tuple[int, ...]:
        """The array's; () for one number."""
        shape, value = [], self.value
        while isinstance(value, tuple):
            shape.append(len(value))
            value = value[0]
        return tuple(shape)


class GlorotNormal(_FanScaled):
    """Normal, of variance 2 / (fan_in + fan_out). https://keras.io/api/layers/initializers/#glorotnormal-class"""


class GlorotUniform(_FanScaled):
    """Uniform, of variance 2 / (fan_in + fan_out). https://keras.io/api/layers/initializers/#glorotuniform-class"""


class HeNormal(_FanScaled):
    """Normal, of variance 2 / fan_in. https://keras.io/api/layers/initializers/#henormal-class"""


class HeUniform(_FanScaled):
    """Uniform, of variance 2 / fan_in. https://keras.io/api/layers/initializers/#heuniform-class"""


class Identity(Initializer):
    """Ones on the diagonal of a matrix. https://keras.io/api/layers/initializers/#identity-class"""

    gain: Float = 1.0


class LecunNormal(_FanScaled):
    """Normal, of variance 1 / fan_in. https://keras.io/api/layers/initializers/#lecunnormal-class"""


class LecunUniform(_FanScaled):
    """Uniform, of variance 1 / fan_in. https://keras.io/api/layers/initializers/#lecununiform-class"""


class Ones(Initializer):
    """1 everywhere. https://keras.io/api/layers/initializers/#ones-class"""


class Orthogonal(Initializer):
    """A random orthogonal matrix. https://keras.io/api/layers/initializers/#orthogonal-class"""

    gain: Float = 1.0
    seed: Count | None = None


class RandomNormal(Initializer):
    """Normally distributed values. https://keras.io/api/layers/initializers/#randomnormal-class"""

    mean: Float = 0.0
    stddev: NonNegativeFloat = 0.05
    seed: Count | None = None


class RandomUniform(Initializer):
    """Values spread evenly over an interval. https://keras.io/api/layers/initializers/#randomuniform-class"""

    made_float32: ClassVar[tuple[str, ...]] = ("minval", "maxval")
    minval: Float = -0.05
    maxval: Float = 0.05
    seed: Count | None = None


class TruncatedNormal(Initializer):
    """Normal, redrawn beyond two deviations. https://keras.io/api/layers/initializers/#truncatednormal-class"""

    mean: Float = 0.0
    stddev: NonNegativeFloat = 0.05
    seed: Count | None = None


class npz(Initializer):
    """The numbers of an array in an npz file, which numpy.savez wrote. https://numpy.org/doc/stable/reference/generated/numpy.savez.html"""

    keras_module: ClassVar[str] = "modelspec"
    path: Annotated[Text, MinLen(1)]
    array: Text | None = None
    _header: ArrayHeader | None = PrivateAttr(default=None)
    _allowed: tuple[str, ...] = PrivateAttr(default=())

    @property
    def header(self) -> ArrayHeader | None:
        """The file and the array's shape, where the file is there."""
        return self._header

    @property
    def allowed(self) -> tuple[str, ...]:
        """What the path may lead to beside the spec's folder: folders, and files that the command line names."""
        return self._allowed

    def found(self, header: ArrayHeader | None, allowed: tuple[str, ...] = ()) -> npz:
        """The same, knowing the array and where its file may lie."""
        copy = self.model_copy()
        copy._header, copy._allowed = header, allowed
        return copy


class VarianceScaling(Initializer):
    """Scaled to the shape of the weight. https://keras.io/api/layers/initializers/#variancescaling-class"""

    scale: PositiveFloat = 1.0
    mode: Literal["fan_in", "fan_out", "fan_avg"] = "fan_in"
    distribution: Literal["normal", "truncated_normal", "untruncated_normal", "uniform"] = "truncated_normal"
    seed: Count | None = None
    input_axes: Axes | None = None
    output_axes: Axes | None = None


class Zeros(Initializer):
    """0 everywhere. https://keras.io/api/layers/initializers/#zeros-class"""
