"""Add, Concatenate, Dot and the other layers that take several tensors and return one. No TensorFlow here.

Shapes follow Keras's layers, which broadcast the axes after the batch axis; its functions (`ops.add`) differ.
"""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import BeforeValidator

from modelspec.catalogue.backends.tensorflow.dtypes import refuse_other_than_float, refuse_truth_values
from modelspec.catalogue.fitting import padded_or_cropped
from modelspec.catalogue.layers.layer import Layer
from modelspec.catalogue.layers.rules import mask_fits, refuse_text
from modelspec.catalogue.tensor import Dim, Masks, Refusal, Shape, Tensor, Tensors, shape_text
from modelspec.catalogue.types import Bool, Int, spread


def _listed(layer: Layer, inputs: Tensor | Tensors, exactly: int | None = None) -> Tensors:
    """The inputs as a list of the right length; Keras refuses a tensor that is not in a list."""
    name = type(layer).__name__
    wanted = "a list of tensors" if exactly is None else f"exactly {exactly} tensors"
    if isinstance(inputs, Tensor):
        raise Refusal("MS406", f"{name} takes {wanted}; received one tensor", help="give it a list: `from: [a, b]`")
    if not inputs or (exactly is not None and len(inputs) != exactly):
        raise Refusal(
            "MS406", f"{name} takes {wanted}; received a list of {len(inputs)}", help="list them all: `from: [a, b]`"
        )
    for tensor in inputs:
        refuse_text(layer, tensor)
    return inputs


def _shapes_text(inputs: Tensors) -> str:
    """The shapes as a sentence lists them: `(None, 2), (None, 3) and (None, 4)`."""
    *front, last = [shape_text(tensor.shape) for tensor in inputs]
    return f"{', '.join(front)} and {last}" if front else last


def _batch(inputs: Tensors) -> Dim:
    """The one batch size that the inputs name, or None."""
    sizes = {tensor.shape[0] for tensor in inputs if tensor.shape} - {None}
    return sizes.pop() if len(sizes) == 1 else None


class Elementwise(Layer):
    """The rule of the layers that combine tensors number by number."""

    moves_whole: ClassVar[bool] = True
    spreads_masks: ClassVar[bool] = False
    """Whether Keras stretches each mask to its tensor, to leave out the numbers that it hides."""

    def infer(self, inputs: Tensors) -> Tensor:
        """(batch, ...) of each, broadcast from the last axis -> (batch, ...)."""
        return self._broadcast(_listed(self, inputs))

    def _broadcast(self, inputs: Tensors) -> Tensor:
        name = type(self).__name__
        if len({tensor.shape[0] for tensor in inputs if tensor.shape} - {None}) > 1:
            raise Refusal(
                "MS402",
                f"{name}: inputs differ in batch size: {_shapes_text(inputs)}",
                help="give all inputs the same batch size, or none",
            )
        if len(inputs) > 1 and all(tensor.dtype == "bool" for tensor in inputs):
            refuse_truth_values(self, inputs[0])
        inner = inputs[0].shape[1:]
        for tensor in inputs[1:]:
            inner = self._broadcast_pair(inner, tensor.shape[1:], inputs)
        return Tensor((_batch(inputs), *inner), self.compute_dtype)

    def _broadcast_pair(self, first: Shape, second: Shape, inputs: Tensors) -> Shape:
        longer, shorter = (first, second) if len(first) >= len(second) else (second, first)
        split = len(longer) - len(shorter)
        merged: list[Dim] = list(longer[:split])
        for back, (one, other) in enumerate(zip(longer[split:], shorter, strict=True), start=-len(shorter)):
            if one is None or other is None:
                merged.append(None)
            elif one == 1 or other == 1 or one == other:
                merged.append(other if one == 1 else one)
            else:
                raise Refusal(
                    "MS402",
                    f"{type(self).__name__}: inputs differ on axis {back}: {_shapes_text(inputs)}",
                    help=_fitting(inputs)
                    or f"give that axis the same size in all inputs (here {one} and {other}), or size 1",
                )
        return tuple(merged)

    def output_masks(self, previous: Masks, inputs: Tensor | Tensors, outputs: Tensors) -> Masks:
        """Where every input has a mask: what one of them shows."""
        name = type(self).__name__
        most = max(tensor.rank for tensor in _listed(self, inputs))
        for mask, tensor in zip(previous, _listed(self, inputs), strict=True):
            # Keras brings tensors with fewer axes to the others' number first, and loses their masks over it.
            spread = self.spreads_masks and mask is not None and tensor.rank == most
            if spread and mask is not None and not mask_fits((*mask, 1), tensor.shape):
                raise Refusal(
                    "MS407",
                    f"{name}: the mask {shape_text(mask)} does not broadcast to {shape_text(tensor.shape)}",
                    help="use Add, which does not broadcast masks",
                )
        masks = [mask for mask in previous if mask is not None]
        if len(masks) < len(previous):
            return ()
        if len({len(mask) for mask in masks}) > 1:
            raise Refusal(
                "MS402",
                f"{name}: masks with different numbers of axes cannot be combined: {' and '.join(map(shape_text, masks))}",
                help="give the inputs the same number of axes before they are masked",
            )
        return (tuple(map(_widest, *masks)),) if len(masks) > 1 else tuple(masks)


def _widest(*sizes: Dim) -> Dim:
    """The size of an axis of several masks that are joined."""
    known = [size for size in sizes if size is not None]
    return max(known) if len(known) == len(sizes) or max(known, default=1) > 1 else None


class Add(Elementwise):
    """The sum of its inputs. https://keras.io/api/layers/merging_layers/add/"""

    as_function: ClassVar[str | None] = "add"
    takes_ragged: ClassVar[bool] = True


class Average(Elementwise):
    """The mean of its inputs. https://keras.io/api/layers/merging_layers/average/"""

    moves_whole: ClassVar[bool] = False


class Maximum(Elementwise):
    """The largest of its inputs, number by number. https://keras.io/api/layers/merging_layers/maximum/"""

    as_function: ClassVar[str | None] = "maximum"
    picks: ClassVar[bool] = True
    spreads_masks: ClassVar[bool] = True


class Minimum(Elementwise):
    """The smallest of its inputs, number by number. https://keras.io/api/layers/merging_layers/minimum/"""

    as_function: ClassVar[str | None] = "minimum"
    picks: ClassVar[bool] = True
    spreads_masks: ClassVar[bool] = True


class Multiply(Elementwise):
    """The product of its inputs, number by number. https://keras.io/api/layers/merging_layers/multiply/"""

    as_function: ClassVar[str | None] = "multiply"
    takes_ragged: ClassVar[bool] = True
    spreads_masks: ClassVar[bool] = True


class Subtract(Elementwise):
    """The first input minus the second. https://keras.io/api/layers/merging_layers/subtract/"""

    as_function: ClassVar[str | None] = "subtract"

    def infer(self, inputs: Tensors) -> Tensor:
        """Two tensors (batch, ...), broadcast from the last axis -> (batch, ...)."""
        return self._broadcast(_listed(self, inputs, exactly=2))


class Concatenate(Layer):
    """Its inputs one after the other along `axis`. https://keras.io/api/layers/merging_layers/concatenate/"""

    takes_ragged: ClassVar[bool] = True
    picks: ClassVar[bool] = True
    may_touch_batch: ClassVar[bool] = True
    moves_whole: ClassVar[bool] = True
    axis: Int = -1

    def infer(self, inputs: Tensors) -> Tensor:
        """(..., n, ...) and (..., m, ...) -> (..., n + m, ...); every other axis is the first input's."""
        inputs = _listed(self, inputs)
        rank = inputs[0].rank
        if any(tensor.rank != rank for tensor in inputs):
            raise Refusal(
                "MS402",
                f"Concatenate: inputs differ in their number of axes: {_shapes_text(inputs)}",
                help="give all inputs the same number of axes, with Reshape or Flatten",
            )
        if not -rank <= self.axis < rank:
            raise Refusal(
                "MS408",
                f"Concatenate: there is no axis {self.axis} in {shape_text(inputs[0].shape)}",
                help=f"choose an axis from {-rank} to {rank - 1}; axis 0 is the batch",
                argument="axis",
            )
        axis = self.axis % rank
        self._refuse_different(inputs, axis)
        sizes = [tensor.shape[axis] for tensor in inputs]
        joined = None if None in sizes else sum(size for size in sizes if size is not None)
        first = inputs[0].shape
        return Tensor((*first[:axis], joined, *first[axis + 1 :]), self.compute_dtype)

    def output_masks(self, previous: Masks, inputs: Tensor | Tensors, outputs: Tensors) -> Masks:
        """Where an input has a mask: a boolean for each row of the last axis, true where there was none."""
        if not any(mask is not None for mask in previous):
            return ()
        spread = [self._spread(mask, tensor) for mask, tensor in zip(previous, _listed(self, inputs), strict=True)]
        axis, rank = self.axis, len(spread[0])
        fits = all(len(shape) == rank for shape in spread) and -rank <= axis < rank
        for place, sizes in enumerate(zip(*spread, strict=False)):
            fits = fits and (place == axis % rank or len(set(sizes) - {None}) < 2)
        if not fits:
            raise Refusal(
                "MS402",
                f"Concatenate: the masks cannot be joined as the inputs are: {_shapes_text(tuple(map(Tensor, spread)))}",
                help="mask all inputs in the same way, or mask the joined tensor",
            )
        lengths = [shape[axis] for shape in spread]
        joined = None if None in lengths else sum(size for size in lengths if size is not None)
        whole = list(spread[0])
        whole[axis] = joined
        return (tuple(whole[:-1]),)

    def _spread(self, mask: Shape | None, tensor: Tensor) -> Shape:
        """The mask with the axes of its tensor, as Keras joins it."""
        if mask is None:
            return tensor.shape
        if len(mask) >= tensor.rank:
            return mask
        if not mask_fits((*mask, 1), tensor.shape):
            raise Refusal(
                "MS407",
                f"Concatenate: the mask {shape_text(mask)} does not broadcast to {shape_text(tensor.shape)}",
                help="mask the tensor after it has this shape",
            )
        return tensor.shape

    def _refuse_different(self, inputs: Tensors, joined: int) -> None:
        shapes = zip(*(tensor.shape for tensor in inputs), strict=True)
        differ = [axis for axis, sizes in enumerate(shapes) if len(set(sizes) - {None}) > 1]
        if set(differ) - {joined}:
            raise Refusal(
                "MS402",
                f"Concatenate: inputs differ outside axis {self.axis}: {_shapes_text(inputs)}",
                help=_made_alike(inputs, joined, differ),
            )


def _fitting(inputs: Tensors) -> str | None:
    """What brings two inputs to one size that differ on several axes, all of them sizes of an image, a volume or a series."""
    first, second = inputs[0].shape, inputs[1].shape
    pairs = list(zip(first, second, strict=False))
    differ = [axis for axis, pair in enumerate(pairs) if None not in pair and 1 not in pair and pair[0] != pair[1]]
    inside = len(first) == len(second) and len(inputs) == 2 and not any(1 in pair for pair in pairs[1:-1])
    return padded_or_cropped(first, second) if inside and len(differ) > 1 and pairs[-1][0] == pairs[-1][1] else None


def _made_alike(inputs: Tensors, joined: int, differ: list[int]) -> str:
    """How inputs can be concatenated that differ on other axes than the one they are to be joined along."""
    outside = [axis for axis in differ if axis != joined]
    axes = f"axis {outside[0]}" if len(outside) == 1 else f"axes {', '.join(map(str, outside))}"
    if differ == outside and len(outside) == 1 and outside != [0]:
        return f"give all inputs the same size on {axes}, or concatenate along it: `axis: {outside[0]}`"
    layers = None
    if len(inputs) == 2 and joined == inputs[0].rank - 1 and 0 not in outside:
        layers = padded_or_cropped(inputs[0].shape, inputs[1].shape)
    return layers or f"give all inputs the same size on {axes}: crop, pad or resize them"


class Dot(Layer):
    """Dot products of two tensors along one axis of each. https://keras.io/api/layers/merging_layers/dot/"""

    as_function: ClassVar[str | None] = "tensordot"
    moves_whole: ClassVar[bool] = True
    axes: Annotated[tuple[Int, Int], BeforeValidator(spread(2))]
    normalize: Bool = False

    def infer(self, inputs: Tensors) -> Tensor:
        """(batch, a..., n) and (batch, n, b...) -> (batch, a..., b...), and (batch, 1) where nothing else is left."""
        first, second = _listed(self, inputs, exactly=2)
        one, other = self._axis(self.axes[0], first), self._axis(self.axes[1], second)
        if first.shape[one] != second.shape[other]:
            raise Refusal(
                "MS407",
                f"Dot: axes {self.axes} differ in size: {_shapes_text((first, second))}",
                help="choose an axis of the first input and one of the second that have the same size",
                argument="axes",
            )
        if first.shape[0] is not None and second.shape[0] is not None and first.shape[0] != second.shape[0]:
            raise Refusal(
                "MS402",
                f"Dot: inputs differ in batch size: {_shapes_text((first, second))}",
                help="give both inputs the same batch size, or none",
            )
        for tensor in (first, second) if self.normalize else ():
            refuse_other_than_float(self, tensor)
        left = first.shape[:one] + first.shape[one + 1 :]
        right = second.shape[1:other] + second.shape[other + 1 :]
        shape = left + right
        return Tensor(shape if len(shape) > 1 else (*shape, 1), self.compute_dtype)

    def _axis(self, axis: int, tensor: Tensor) -> int:
        if tensor.rank < 2:
            raise Refusal("MS401", f"Dot needs at least 2 axes, batch included; received {shape_text(tensor.shape)}")
        if not -tensor.rank <= axis < tensor.rank or axis % tensor.rank == 0:
            raise Refusal(
                "MS408",
                f"Dot cannot work along axis {axis} of {shape_text(tensor.shape)}",
                help=f"choose an axis from 1 to {tensor.rank - 1}; axis 0 is the batch",
                argument="axes",
            )
        return axis % tensor.rank
