"""Losses, normalizations, attention and blocks of pixels, as functions. No TensorFlow here."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from annotated_types import Ge
from pydantic import BeforeValidator, Strict

from modelspec.catalogue.ops.arguments import Axes, Number
from modelspec.catalogue.ops.op import Op
from modelspec.catalogue.ops.rules import at_least_rank, axes_of, axis_of, broadcast, flat_size, promoted, same_shape
from modelspec.catalogue.tensor import Refusal, Shape, Tensor, Tensors, shape_text
from modelspec.catalogue.types import Bool, Count, Int, Off, PositiveInt, spread

_Pair = Annotated[tuple[PositiveInt, PositiveInt], BeforeValidator(spread(2))]
_Pads = Annotated[tuple[Count, Count], BeforeValidator(spread(2))]
_BlockSize = Annotated[int, Strict(), Ge(2)]


def _unlike(op: Op, what: str, first: Tensor, second: Tensor) -> Refusal:
    return Refusal(
        "MS402", f"{op.label} needs {what}; received {shape_text(first.shape)} and {shape_text(second.shape)}"
    )


def _fill_axes(op: Op, name: str, vector: Tensor, sizes: Shape) -> None:
    """Refuse a tensor that has not a number for each of the normalized axes' together: Keras reshapes it to them."""
    if None in sizes or flat_size(vector.shape) != flat_size(sizes):
        wanted = shape_text(sizes)
        message = f"{op.label}: {name} must have the shape of the axes that are normalized, {wanted}; received "
        help = (
            "give it no axis for rows: make it from numbers or weights alone, or scale afterwards, with `ops.multiply`"
        )
        raise Refusal("MS402", message + shape_text(vector.shape), help, argument=name)


def _stretch_to(op: Op, name: str, vector: Tensor, x: Tensor) -> None:
    """Refuse a tensor that cannot be stretched to another, nor the other to it, which Keras does not mind."""
    try:
        broadcast(op, x.shape, vector.shape)
    except Refusal:
        message = f"{op.label}: {name} must fit {shape_text(x.shape)}; received {shape_text(vector.shape)}"
        help = "reshape it, or a part of it, to that shape with `ops.reshape`"
        raise Refusal("MS402", message, help, argument=name) from None


class BinaryCrossentropy(Op):
    """The loss of each probability. https://keras.io/api/ops/nn/"""

    tensor_parameters: ClassVar[tuple[str, ...]] = ("target", "output")
    from_logits: Bool = False

    def infer(self, target: Tensor, output: Tensor) -> Tensor:
        """(...), (...) -> (...)."""
        if target.shape != output.shape:
            raise _unlike(self, "target and output of the same shape", target, output)
        return output


class CategoricalCrossentropy(Op):
    """The loss of each row of probabilities. https://keras.io/api/ops/nn/"""

    tensor_parameters: ClassVar[tuple[str, ...]] = ("target", "output")
    from_logits: Bool = False
    axis: Int = -1

    def infer(self, target: Tensor, output: Tensor) -> Tensor:
        """(..., classes), (..., classes) -> (...)."""
        if target.shape != output.shape:
            raise _unlike(self, "target and output of the same shape", target, output)
        at_least_rank(self, output, 1)
        axis_of(self, self.axis, output.rank)
        return Tensor(output.shape[:-1], output.dtype)


class SparseCategoricalCrossentropy(Op):
    """The loss of each row of probabilities, the target a class number. https://keras.io/api/ops/nn/"""

    tensor_parameters: ClassVar[tuple[str, ...]] = ("target", "output")
    from_logits: Bool = False
    axis: Int = -1

    def infer(self, target: Tensor, output: Tensor) -> Tensor:
        """(...) or (..., 1), (..., classes) -> (...)."""
        at_least_rank(self, output, 1)
        axis = axis_of(self, self.axis, output.rank)
        if axis != output.rank - 1:
            raise Refusal("MS408", f"{self.label} takes the classes on the last axis only", argument="axis")
        shape = target.shape
        if target.rank == output.rank and shape[-1] == 1:
            shape = shape[:-1]
        rest = output.shape[:axis] + output.shape[axis + 1 :]
        if shape != rest:
            raise _unlike(self, "a target of the output's shape without the classes", target, output)
        return Tensor(rest, output.dtype)


class BatchNormalization(Op):
    """Scaled to mean 0 and variance 1 along an axis. https://keras.io/api/ops/nn/"""

    tensor_parameters: ClassVar[tuple[str, ...]] = ("x", "mean", "variance", "offset", "scale")
    axis: Int
    epsilon: Number = 0.001

    def infer(
        self, x: Tensor, mean: Tensor, variance: Tensor, offset: Tensor | None = None, scale: Tensor | None = None
    ) -> Tensor:
        """(...) -> (...); the other tensors are vectors of the axis's size."""
        shape = (x.shape[axis_of(self, self.axis, x.rank)],)
        if offset is not None and scale is None:
            raise Refusal("MS406", f"{self.label} needs `scale` if it has `offset`")
        for name, vector in (("mean", mean), ("variance", variance), ("offset", offset), ("scale", scale)):
            if vector is not None and vector.shape != shape:
                raise Refusal(
                    "MS402",
                    f"{self.label}: {name} must be a vector of the size of axis {self.axis}, {shape_text(shape)}; received "
                    f"{shape_text(vector.shape)}",
                )
        return x


class LayerNormalization(Op):
    """Scaled to mean 0 and variance 1 within each sample. https://keras.io/api/ops/nn/"""

    tensor_parameters: ClassVar[tuple[str, ...]] = ("x", "gamma", "beta")
    axis: Axes = -1
    epsilon: Number | None = None

    def infer(self, x: Tensor, gamma: Tensor | None = None, beta: Tensor | None = None) -> Tensor:
        """(...) -> (...)."""
        axes = axes_of(self, self.axis, x.rank)
        written = sorted((self.axis,) if isinstance(self.axis, int) else self.axis)
        for name, vector in (("gamma", gamma), ("beta", beta)):
            if vector is not None and vector.rank != x.rank and written != [x.rank - 1]:
                _fill_axes(self, name, vector, tuple(x.shape[axis] for axis in axes))
            elif vector is not None:
                _stretch_to(self, name, vector, x)
        return x


class RmsNormalization(Op):
    """Divided by the root of the mean square. https://keras.io/api/ops/nn/"""

    tensor_parameters: ClassVar[tuple[str, ...]] = ("x", "scale")
    axis: Axes = -1
    epsilon: Number | None = None

    def infer(self, x: Tensor, scale: Tensor | None = None) -> Tensor:
        """(...) -> (...)."""
        if x.rank:
            axes_of(self, self.axis, x.rank)
        if scale is not None:
            _stretch_to(self, "scale", scale, x)
        return x


class CtcLoss(Op):
    """The loss of sequences without alignment. https://keras.io/api/ops/nn/"""

    tensor_parameters: ClassVar[tuple[str, ...]] = ("target", "output", "target_length", "output_length")
    mask_index: Int = 0

    def infer(self, target: Tensor, output: Tensor, target_length: Tensor, output_length: Tensor) -> Tensor:
        """(batch, n), (batch, m, classes), (batch,), (batch,) -> (batch,)."""
        for tensor in (target, output, target_length, output_length):
            at_least_rank(self, tensor, 1)
        for one, other in ((target, output), (target_length, target), (output_length, output)):
            if one.shape[0] != other.shape[0]:
                raise _unlike(self, "the same first size everywhere", one, other)
        return Tensor((target.shape[0],), promoted(self, output.dtype, "float32"))


class CtcDecode(Op):
    """The likeliest sequences without alignment, and their scores. https://keras.io/api/ops/nn/"""

    tensor_parameters: ClassVar[tuple[str, ...]] = ("inputs", "sequence_lengths")
    strategy: Literal["greedy", "beam_search"] = "greedy"
    beam_width: PositiveInt = 100
    top_paths: PositiveInt = 1
    merge_repeated: Bool = True
    mask_index: Int = 0

    def infer(self, inputs: Tensor, sequence_lengths: Tensor) -> Tensors:
        """(batch, n, classes), (batch,) -> (paths, batch, n), (batch, paths)."""
        if inputs.rank != 3:
            raise Refusal("MS401", f"{self.label} needs inputs with 3 axes; received {shape_text(inputs.shape)}")
        paths = 1 if self.strategy == "greedy" else self.top_paths
        batch, steps, _ = inputs.shape
        return (Tensor((paths, batch, steps), "int32"), Tensor((batch, paths), promoted(self, inputs.dtype, "float32")))


class DotProductAttention(Op):
    """Values weighted by how well queries fit keys. https://keras.io/api/ops/nn/"""

    tensor_parameters: ClassVar[tuple[str, ...]] = ("query", "key", "value", "bias", "mask")
    scale: Number | None = None
    is_causal: Bool = False
    flash_attention: Off | None = None
    attn_logits_soft_cap: None = None

    def infer(
        self, query: Tensor, key: Tensor, value: Tensor, bias: Tensor | None = None, mask: Tensor | None = None
    ) -> Tensor:
        """(batch, time, heads, size) each -> the shape of the query, as Keras says."""
        if query.rank != 4:
            raise Refusal("MS401", f"{self.label} needs a query with 4 axes; received {shape_text(query.shape)}")
        return Tensor(query.shape, promoted(self, query.dtype, key.dtype, value.dtype))


class Psnr(Op):
    """How alike two images are, in decibels. https://keras.io/api/ops/nn/"""

    tensor_parameters: ClassVar[tuple[str, ...]] = ("x1", "x2")
    max_val: Number

    def infer(self, x1: Tensor, x2: Tensor) -> Tensor:
        """(...), (...) -> ()."""
        if not same_shape(x1.shape, x2.shape):
            raise _unlike(self, "tensors of the same shape", x1, x2)
        return Tensor((), "float32")


class Polar(Op):
    """Complex numbers from sizes and angles. https://keras.io/api/ops/nn/"""

    tensor_parameters: ClassVar[tuple[str, ...]] = ("abs_", "angle")

    def infer(self, abs_: Tensor, angle: Tensor) -> Tensor:
        """(...), (...) -> the shape of the first, float32 as Keras says."""
        broadcast(self, abs_.shape, angle.shape)
        return Tensor(abs_.shape, "float32")
