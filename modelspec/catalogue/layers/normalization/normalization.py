"""LayerNormalization, GroupNormalization, RMSNormalization and UnitNormalization. No TensorFlow here."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field, model_validator

from modelspec.catalogue.backends.tensorflow.dtypes import refuse_other_than_float
from modelspec.catalogue.entry import refuse_arguments
from modelspec.catalogue.layers.normalization.learned import ScaleAndOffset
from modelspec.catalogue.layers.rules import (
    Axes,
    SameShape,
    distinct_axes,
    known_size,
)
from modelspec.catalogue.tensor import Refusal, Tensor, Weight, shape_text
from modelspec.catalogue.types import Bool, Constraint, Float, Initializer, Int, Regularizer


class LayerNormalization(ScaleAndOffset):
    """Mean 0 and variance 1 per sample. https://keras.io/api/layers/normalization_layers/layer_normalization/"""

    takes_ragged: ClassVar[bool] = True
    computes_along: ClassVar[bool] = True
    through_kwargs = ("rms_scaling",)
    axis: Axes = Field(default=-1, validate_default=True)
    epsilon: Float = 1e-3
    center: Bool = True
    scale: Bool = True
    beta_initializer: Initializer = "zeros"
    gamma_initializer: Initializer = "ones"
    beta_regularizer: Regularizer = None
    gamma_regularizer: Regularizer = None
    beta_constraint: Constraint = None
    gamma_constraint: Constraint = None
    rms_scaling: Bool = False

    def new_weights(self, inputs: Tensor) -> tuple[Weight, ...]:
        """`gamma` and `beta`, each with the sizes of `axis`; with `rms_scaling` `gamma` alone."""
        return (self._weight("gamma", inputs),) if self.rms_scaling else self._gamma_and_beta(inputs)


class GroupNormalization(ScaleAndOffset):
    """Mean 0 and variance 1 per group of channels; with `groups: -1` each channel is a group.

    https://keras.io/api/layers/normalization_layers/group_normalization/
    """

    fixed_rank = True
    groups: Int = 32
    axis: Int = -1
    epsilon: Float = 1e-3
    center: Bool = True
    scale: Bool = True
    beta_initializer: Initializer = "zeros"
    gamma_initializer: Initializer = "ones"
    beta_regularizer: Regularizer = None
    gamma_regularizer: Regularizer = None
    beta_constraint: Constraint = None
    gamma_constraint: Constraint = None

    @model_validator(mode="after")
    def _some_groups(self) -> GroupNormalization:
        if self.groups <= 0 and self.groups != -1:
            refuse_arguments("must be positive, or -1 for one group per channel", argument="groups")
        return self

    def infer(self, inputs: Tensor) -> Tensor:
        """(..., n, ...) -> the same; the groups must divide n, the size of `axis`."""
        size = known_size(self, self.axis, inputs)
        if self.groups != -1 and size % self.groups != 0:
            raise Refusal(
                "MS408",
                f"GroupNormalization: {self.groups} groups do not divide the {size} channels of "
                f"{shape_text(inputs.shape)}",
                help=f"choose `groups` that divide {size}, or -1 for one group per channel",
                argument="groups",
            )
        return super().infer(inputs)

    def new_weights(self, inputs: Tensor) -> tuple[Weight, ...]:
        """`gamma` and `beta`, each with the size of `axis`."""
        return self._gamma_and_beta(inputs)


class RMSNormalization(ScaleAndOffset):
    """Divides by the root mean square. https://keras.io/api/layers/normalization_layers/rms_normalization/"""

    takes_ragged: ClassVar[bool] = True
    computes_along: ClassVar[bool] = True
    moves_whole: ClassVar[bool] = True
    keeps_mask: ClassVar[bool] = False
    axis: Axes = Field(default=-1, validate_default=True)
    epsilon: Float = 1e-6

    def infer(self, x: Tensor) -> Tensor:
        """(...) -> (...); `scale` must broadcast from the last axis."""
        output = super().infer(x)
        scale = self.new_weights(x)[0].shape
        pairs = zip(reversed(scale), reversed(x.shape), strict=False)
        if any(one != 1 and size is not None and one != size for one, size in pairs):
            raise Refusal(
                "MS408",
                f"RMSNormalization multiplies by a scale of shape {shape_text(scale)}, "
                f"which does not fit the last axes of {shape_text(x.shape)}",
                help="normalize over the last axis, or move the axis to the end with Permute",
                argument="axis",
            )
        return output

    def new_weights(self, x: Tensor) -> tuple[Weight, ...]:
        """`scale`, with the sizes of `axis`."""
        return (self._weight("scale", x),)


class UnitNormalization(SameShape):
    """Scales to length 1 along `axis`. https://keras.io/api/layers/normalization_layers/unit_normalization/"""

    takes_ragged: ClassVar[bool] = True
    computes_along: ClassVar[bool] = True
    axis: Axes = Field(default=-1, validate_default=True)

    def infer(self, inputs: Tensor) -> Tensor:
        """(...) -> (...)."""
        distinct_axes(self, self.axis, inputs)
        refuse_other_than_float(self, inputs)
        return super().infer(inputs)
