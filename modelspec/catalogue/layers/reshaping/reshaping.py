"""Flatten, Reshape, Permute and RepeatVector: the same numbers along other axes. No TensorFlow here."""

from __future__ import annotations

from math import prod
from typing import Annotated, ClassVar, Literal

from pydantic import Field, model_validator

from modelspec.catalogue.entry import refuse_arguments
from modelspec.catalogue.layers.layer import Layer
from modelspec.catalogue.layers.rules import expect_batch, expect_rank, passed_dtype, refuse_text
from modelspec.catalogue.tensor import Dim, Refusal, Tensor, shape_text
from modelspec.catalogue.types import DataFormat, Int, PositiveInt


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
