"""BatchNormalization, LayerNormalization and their kin. No TensorFlow here."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from pydantic import Field, model_validator

from modelspec.catalogue.backends.tensorflow.dtypes import refuse_other_than_float
from modelspec.catalogue.entry import Layer, called, refuse_arguments
from modelspec.catalogue.layers.rules import (
    Axes,
    SameShape,
    default_name,
    distinct_axes,
    known_size,
    mask_fits,
    refuse_text,
    tensors_needed,
)
from modelspec.catalogue.tensor import Refusal, Shape, Tensor, Weight, shape_text
from modelspec.catalogue.types import Bool, Constraint, Float, Initializer, Int, LayerArgument, PositiveInt, Regularizer


class _Normalization(SameShape):
    """What the layers with a learned scale and offset share: their weights lie along `axis`."""

    if TYPE_CHECKING:  # each class declares its own fields, at the places that Keras's signature gives them
        axis: Any
        center: bool
        scale: bool

    def _axes(self) -> tuple[int, ...]:
        # Keras sorts the axes as they are written, negative ones first, and lays the weights out in that order.
        return (self.axis,) if isinstance(self.axis, int) else tuple(sorted(self.axis))

    def _weight(self, name: str, inputs: Tensor, trainable: bool = True) -> Weight:
        shape = tuple(known_size(self, axis, inputs) for axis in self._axes())
        return Weight(name, shape, trainable and self.trainable, self.variable_dtype)

    def _gamma_and_beta(self, inputs: Tensor) -> tuple[Weight, ...]:
        learned = (("gamma", self.scale), ("beta", self.center))
        return tuple(self._weight(name, inputs) for name, wanted in learned if wanted)

    def infer(self, inputs: Tensor) -> Tensor:
        """(...) -> (...); the axes that weights lie along must have known sizes."""
        distinct_axes(self, self._axes(), inputs)
        self.new_weights(inputs)
        return super().infer(inputs)


class BatchNormalization(_Normalization):
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


class LayerNormalization(_Normalization):
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


class GroupNormalization(_Normalization):
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


class RMSNormalization(_Normalization):
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


class SpectralNormalization(Layer):
    """A layer whose kernel is kept at spectral norm 1.

    https://keras.io/api/layers/normalization_layers/spectral_normalization/
    """

    layer: LayerArgument
    power_iterations: PositiveInt = 1

    @model_validator(mode="after")
    def _takes_one_tensor(self) -> SpectralNormalization:
        if isinstance(self.layer, Layer) and tensors_needed(self.layer) > 1:
            message = (
                f"SpectralNormalization passes one tensor to the layer it wraps; {called(self.layer)} needs several"
            )
            refuse_arguments(message, "layer", "wrap a Dense, a convolution or an Embedding")
        return self

    def infer(self, inputs: Tensor) -> Tensor:
        """What the layer inside gives, cast to this layer's dtype."""
        refuse_text(self, inputs)
        output = self._inner().infer(inputs)
        self._kernel(inputs)
        assert isinstance(output, Tensor)  # no layer with a kernel of its own returns several
        return Tensor(output.shape, self.compute_dtype)

    def _inner(self) -> Layer:
        if not isinstance(self.layer, Layer):
            raise Refusal(
                "MS408",
                "SpectralNormalization needs a layer that is written in place, not a model",
                help="to share the layer, put the SpectralNormalization under `shared` with the layer inside it",
                argument="layer",
            )
        return self.layer

    def _kernel(self, inputs: Tensor) -> Weight:
        weights = self._inner().new_weights(inputs)
        if any(weight.name.startswith("lora_") for weight in weights):
            raise Refusal(
                "MS408",
                "SpectralNormalization sets its layer's kernel at each step, which lora_rank freezes",
                help="leave out `lora_rank` of the layer inside",
                argument="layer",
            )
        for weight in weights:
            if weight.name in ("kernel", "embeddings"):
                return weight
        raise Refusal(
            "MS408",
            f"SpectralNormalization needs a layer with a kernel or embeddings; {called(self.layer)} has none",
            help="wrap a Dense, a convolution or an Embedding",
            argument="layer",
        )

    def new_weights(self, inputs: Tensor) -> tuple[Weight, ...]:
        """The layer's kernel, `vector_u` (1, the kernel's last size), then the rest of the layer's weights."""
        inner, kernel = self._inner(), self._kernel(inputs)
        prefix = default_name(inner)
        vector = Weight("vector_u", (1, kernel.shape[-1]), trainable=False, dtype=kernel.dtype)
        rest = [weight for weight in inner.new_weights(inputs) if weight != kernel]
        inside = [weight._replace(name=f"{prefix}/{weight.name}") for weight in (kernel, *rest)]
        return (inside[0], vector, *inside[1:])

    def multiply_adds(self, inputs: Tensor) -> int:
        """The layer's own."""
        return self._inner().multiply_adds(inputs)
