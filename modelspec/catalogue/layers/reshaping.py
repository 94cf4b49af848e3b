"""Flatten, Reshape, ZeroPadding2D and the other layers that move numbers without computing. No TensorFlow here."""

from __future__ import annotations

from abc import abstractmethod
from math import prod
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BeforeValidator, Field, model_validator

from modelspec.catalogue.entry import Layer, refuse_arguments
from modelspec.catalogue.layers.rules import axes_words, expect_batch, expect_rank, passed_dtype, refuse_text
from modelspec.catalogue.tensor import Dim, Refusal, Tensor, shape_text
from modelspec.catalogue.types import Count, DataFormat, Int, Pair, PositiveInt, Triple, spread

Sides = Annotated[tuple[Count, Count], BeforeValidator(spread(2))]
"""How much at the start and at the end of one axis."""
Sides2D = Annotated[tuple[Sides, Sides], BeforeValidator(spread(2))]
Sides3D = Annotated[tuple[Sides, Sides, Sides], BeforeValidator(spread(3))]


class Flatten(Layer):
    """Joins all axes but the batch. https://keras.io/api/layers/reshaping_layers/flatten/"""

    picks: ClassVar[bool] = True
    hands_on: ClassVar[Literal["in place", "elsewhere"] | None] = "elsewhere"
    moves_whole: ClassVar[bool] = True
    data_format: DataFormat | None = None

    def infer(self, inputs: Tensor) -> Tensor:
        """(batch, a, b, ...) -> (batch, a * b * ...)."""
        expect_batch(self, inputs)
        flat = None if None in inputs.shape[1:] else prod(dim for dim in inputs.shape[1:] if dim is not None)
        return Tensor((inputs.shape[0], flat), passed_dtype(self, inputs))


class Reshape(Layer):
    """The same numbers in another shape. https://keras.io/api/layers/reshaping_layers/reshape/"""

    takes_ragged: ClassVar[bool] = True
    picks: ClassVar[bool] = True
    hands_on: ClassVar[Literal["in place", "elsewhere"] | None] = "elsewhere"
    moves_whole: ClassVar[bool] = True
    target_shape: tuple[Annotated[Int, Field(ge=-1)] | None, ...]

    @model_validator(mode="after")
    def _one_free_axis(self) -> Reshape:
        if sum(dim in (None, -1) for dim in self.target_shape) > 1:
            refuse_arguments("at most one axis can be -1", argument="target_shape")
        return self

    def infer(self, inputs: Tensor) -> Tensor:
        """(batch, ...) -> (batch, *target_shape); -1 takes what is left."""
        expect_batch(self, inputs)
        asked = [dim for dim in self.target_shape if dim is not None and dim != -1]
        if 0 in asked:
            raise Refusal(
                "MS404",
                f"Reshape: an axis of size 0 in {shape_text(self.target_shape)} would leave no numbers",
                help="choose sizes of 1 or more; one of them may be -1",
                argument="target_shape",
            )
        left: Dim = None
        if None not in inputs.shape[1:]:
            left = self._left(inputs, prod(dim for dim in inputs.shape[1:] if dim is not None), prod(asked))
        target = (left if dim == -1 else dim for dim in self.target_shape)
        return Tensor((inputs.shape[0], *target), passed_dtype(self, inputs))

    def _left(self, inputs: Tensor, size: int, asked: int) -> int:
        """What -1 stands for; refused where the numbers do not fit."""
        free = any(dim in (None, -1) for dim in self.target_shape)
        if size % asked != 0 if free else size != asked:
            target = (inputs.shape[0], *self.target_shape)
            raise Refusal(
                "MS407",
                f"Reshape: the {size} numbers of {shape_text(inputs.shape)} do not fit {shape_text(target)}, "
                f"which takes {'a multiple of ' if free else ''}{asked}",
                help=f"choose axes whose product is {size}; one of them may be -1",
                argument="target_shape",
            )
        return size // asked


class Permute(Layer):
    """Its axes in another order, counted from 1. https://keras.io/api/layers/reshaping_layers/permute/"""

    picks: ClassVar[bool] = True
    hands_on: ClassVar[Literal["in place", "elsewhere"] | None] = "elsewhere"
    moves_whole: ClassVar[bool] = True
    dims: tuple[Int, ...]

    @model_validator(mode="after")
    def _permutation(self) -> Permute:
        if sorted(self.dims) != list(range(1, len(self.dims) + 1)):
            refuse_arguments(f"must hold each number from 1 to {len(self.dims)} once", argument="dims")
        return self

    def infer(self, inputs: Tensor) -> Tensor:
        """(batch, a, b) with dims (2, 1) -> (batch, b, a)."""
        if inputs.rank != len(self.dims) + 1:
            raise Refusal(
                "MS401",
                f"Permute: dims {self.dims} takes {len(self.dims) + 1} axes, batch included; received {shape_text(inputs.shape)}",
                help=f"name each axis from 1 to {inputs.rank - 1} once",
                argument="dims",
            )
        return Tensor((inputs.shape[0], *(inputs.shape[dim] for dim in self.dims)), passed_dtype(self, inputs))


class RepeatVector(Layer):
    """Its input `n` times in a row. https://keras.io/api/layers/reshaping_layers/repeat_vector/"""

    picks: ClassVar[bool] = True
    hands_on: ClassVar[Literal["in place", "elsewhere"] | None] = "in place"
    moves_whole: ClassVar[bool] = True
    n: PositiveInt

    def infer(self, inputs: Tensor) -> Tensor:
        """(batch, features) -> (batch, n, features)."""
        expect_rank(self, inputs, 2, "(batch, features)")
        refuse_text(self, inputs)
        return Tensor((inputs.shape[0], self.n, inputs.shape[1]), self.compute_dtype)


class _Spatial(Layer):
    """A rule that changes the size of each spatial axis by itself and leaves batch and channels."""

    moves_whole: ClassVar[bool] = True
    spatial_axes: ClassVar[int]

    def infer(self, inputs: Tensor) -> Tensor:
        """(batch, spatial..., channels) -> (batch, changed..., channels), or with the channels first."""
        first = getattr(self, "data_format", None) == "channels_first"
        expect_rank(self, inputs, self.spatial_axes + 2, axes_words(self.spatial_axes, first))
        refuse_text(self, inputs)
        start = 2 if first else 1
        shape = list(inputs.shape)
        for index in range(self.spatial_axes):
            size = shape[start + index]
            if size is not None:
                shape[start + index] = self._changed(index, size, inputs)
        return Tensor(tuple(shape), self.compute_dtype)

    @abstractmethod
    def _changed(self, index: int, size: int, inputs: Tensor) -> int:
        """The new size of a spatial axis, the `index`-th of them."""


class _UpSampling(_Spatial):
    size: Any

    def _changed(self, index: int, size: int, inputs: Tensor) -> int:
        factors: tuple[int, ...] = self.size if isinstance(self.size, tuple) else (self.size,)
        return size * factors[index]


class UpSampling1D(_UpSampling):
    """Each step `size` times. https://keras.io/api/layers/reshaping_layers/up_sampling1d/"""

    picks: ClassVar[bool] = True
    hands_on: ClassVar[Literal["in place", "elsewhere"] | None] = "in place"
    spatial_axes = 1
    size: PositiveInt = 2


class UpSampling2D(_UpSampling):
    """Rows and columns repeated or interpolated. https://keras.io/api/layers/reshaping_layers/up_sampling2d/"""

    spatial_axes = 2
    size: Pair = (2, 2)
    data_format: DataFormat | None = None
    interpolation: Literal["nearest", "bilinear", "bicubic", "lanczos3", "lanczos5", "area"] = "nearest"


class UpSampling3D(_UpSampling):
    """Each plane, row and column repeated. https://keras.io/api/layers/reshaping_layers/up_sampling3d/"""

    picks: ClassVar[bool] = True
    hands_on: ClassVar[Literal["in place", "elsewhere"] | None] = "in place"
    spatial_axes = 3
    size: Triple = (2, 2, 2)
    data_format: DataFormat | None = None


class _ZeroPadding(_Spatial):
    picks: ClassVar[bool] = True
    padding: Any

    def _changed(self, index: int, size: int, inputs: Tensor) -> int:
        sides: tuple[int, int] = self.padding if self.spatial_axes == 1 else self.padding[index]
        return size + sum(sides)


class ZeroPadding1D(_ZeroPadding):
    """Zeros before and after the steps. https://keras.io/api/layers/reshaping_layers/zero_padding1d/"""

    spatial_axes = 1
    padding: Sides = Field(default=1, validate_default=True)
    data_format: DataFormat | None = None


class ZeroPadding2D(_ZeroPadding):
    """Zeros around an image. https://keras.io/api/layers/reshaping_layers/zero_padding2d/"""

    spatial_axes = 2
    padding: Sides2D = Field(default=(1, 1), validate_default=True)
    data_format: DataFormat | None = None


class ZeroPadding3D(_ZeroPadding):
    """Zeros around a volume. https://keras.io/api/layers/reshaping_layers/zero_padding3d/"""

    spatial_axes = 3
    padding: Sides3D = ((1, 1), (1, 1), (1, 1))
    data_format: DataFormat | None = None


class _Cropping(_Spatial):
    picks: ClassVar[bool] = True
    hands_on: ClassVar[Literal["in place", "elsewhere"] | None] = "in place"
    cropping: Any

    def _changed(self, index: int, size: int, inputs: Tensor) -> int:
        sides: tuple[int, int] = self.cropping if self.spatial_axes == 1 else self.cropping[index]
        if sum(sides) >= size:
            raise Refusal(
                "MS404",
                f"{type(self).__name__}: cropping {sides[0]} + {sides[1]} of {size} would leave nothing of "
                f"{shape_text(inputs.shape)}",
                help=f"crop less than {size} in all",
                argument="cropping",
            )
        return size - sum(sides)


class Cropping1D(_Cropping):
    """Removes the first and last steps. https://keras.io/api/layers/reshaping_layers/cropping1d/"""

    spatial_axes = 1
    cropping: Sides = (1, 1)


class Cropping2D(_Cropping):
    """Removes the border of an image. https://keras.io/api/layers/reshaping_layers/cropping2d/"""

    spatial_axes = 2
    cropping: Sides2D = ((0, 0), (0, 0))
    data_format: DataFormat | None = None


class Cropping3D(_Cropping):
    """Removes the border of a volume. https://keras.io/api/layers/reshaping_layers/cropping3d/"""

    spatial_axes = 3
    cropping: Sides3D = ((1, 1), (1, 1), (1, 1))
    data_format: DataFormat | None = None
