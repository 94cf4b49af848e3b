"""BatchNormalization: mean 0 and variance 1 over the batch. No TensorFlow here."""

from __future__ import annotations

from math import prod
from typing import ClassVar, Literal

from pydantic import model_validator

from modelspec.catalogue.entry import refuse_arguments
from modelspec.catalogue.layers.normalization.learned import ScaleAndOffset
from modelspec.catalogue.layers.rules import (
    mask_fits,
)
from modelspec.catalogue.tensor import Refusal, Shape, Tensor, Weight, shape_text
from modelspec.catalogue.types import Bool, Constraint, Float, Initializer, Int, Regularizer


class BatchNormalization(ScaleAndOffset):
    """Mean 0 and variance 1 over the batch. https://keras.io/api/layers/normalization_layers/batch_normalization/"""

    takes_ragged: ClassVar[bool] = True
    fixed_rank = True
    axis: Int = -1
    momentum: Float = 0.99
    epsilon: Float = 1e-3
    center: Bool = True
    scale: Bool = True
    beta_initializer: Initializer = "zeros"
    gamma_initializer: Initializer = "ones"
    moving_mean_initializer: Initializer = "zeros"
    moving_variance_initializer: Initializer = "ones"
    beta_regularizer: Regularizer = None
    gamma_regularizer: Regularizer = None
    beta_constraint: Constraint = None
    gamma_constraint: Constraint = None
    renorm: Bool = False
    renorm_clipping: dict[Literal["rmax", "rmin", "dmax"], Float] | None = None
    renorm_momentum: Float = 0.99
    synchronized: Bool = False

    @model_validator(mode="after")
    def _clipping_in_order(self) -> BatchNormalization:
        clipping = self.renorm_clipping or {}
        if self.renorm and clipping.get("rmax", 0) < clipping.get("rmin", clipping.get("rmax", 0)):
            refuse_arguments("rmax must not be smaller than rmin", argument="renorm_clipping")
        if self.renorm and clipping.get("dmax", 0) < 0:
            refuse_arguments("dmax must not be negative", argument="renorm_clipping")
        return self

    def infer(self, inputs: Tensor, mask: Tensor | None = None) -> Tensor:
        """(..., n, ...) -> the same, n at `axis`; a mask is for all of the inputs' axes but the last."""
        if mask is not None and (mask.rank != inputs.rank - 1 or not mask_fits(mask.shape, inputs.shape[:-1])):
            raise Refusal(
                "MS401",
                f"BatchNormalization: the mask must be {shape_text(inputs.shape[:-1])} for {shape_text(inputs.shape)}; "
                f"received {shape_text(mask.shape)}",
                help="the mask has one boolean for each row of the last axis",
            )
        return super().infer(inputs)

    def numbers_per_statistic(self, shape: Shape) -> int | None:
        """Those of all axes but `axis`; none where it is frozen, and keeps the statistics that it has."""
        axis = self.axis % len(shape)
        sizes = [size for place, size in enumerate(shape) if place not in (0, axis)]
        return prod(2 if size is None else size for size in sizes) if self.trainable else None

    def new_weights(self, inputs: Tensor, mask: Tensor | None = None) -> tuple[Weight, ...]:
        """`gamma`, `beta` and the moving statistics, each (n)."""
        moving = ["moving_mean", "moving_variance"]
        if self.renorm:
            moving += ["moving_stddev", "renorm_mean", "renorm_stddev"]
        return (
            *self._gamma_and_beta(inputs),
            *(self._weight(name, inputs, trainable=False) for name in moving),
        )
