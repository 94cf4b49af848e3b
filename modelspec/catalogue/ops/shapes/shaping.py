"""Functions of one tensor that arrange its elements anew. No TensorFlow here."""

from __future__ import annotations

import math
from typing import ClassVar

from modelspec.catalogue.ops.arguments import Axes
from modelspec.catalogue.ops.op import Op
from modelspec.catalogue.ops.rules import at_least_rank, axes_of, axis_of, broadcast, flat_size, result
from modelspec.catalogue.tensor import Dim, Refusal, Shape, Tensor, shape_text
from modelspec.catalogue.types import Count, Int


class Reshape(Op):
    """The elements in another shape, in which one -1 stands for what is left. https://keras.io/api/ops/numpy/"""

    newshape: Axes

    def infer(self, x: Tensor) -> Tensor:
        """(...) -> newshape, the batch axis included."""
        wanted = (self.newshape,) if isinstance(self.newshape, int) else self.newshape
        if wanted.count(-1) > 1 or any(dim < -1 for dim in wanted):
            raise Refusal(
                "MS408",
                f"{self.label}: newshape {list(wanted)} may have one -1, and no other negative size",
                argument="newshape",
            )
        size = flat_size(x.shape)
        if size is None:
            return Tensor(tuple(None if dim == -1 else dim for dim in wanted), x.dtype)
        known = math.prod(dim for dim in wanted if dim != -1)
        fits = size == known if -1 not in wanted else known != 0 and size % known == 0
        if not fits:
            raise Refusal(
                "MS407",
                f"{self.label} cannot make {list(wanted)} of {shape_text(x.shape)}: the number of elements must stay {size}",
                help="newshape includes the batch axis; write -1 for it",
                argument="newshape",
            )
        return Tensor(tuple(size // known if dim == -1 else dim for dim in wanted), x.dtype)


class Ravel(Op):
    """All elements in one axis, batch included. https://keras.io/api/ops/numpy/"""

    def infer(self, x: Tensor) -> Tensor:
        """(...) -> (size,)."""
        return Tensor((flat_size(x.shape),), x.dtype)


class Transpose(Op):
    """The axes in another order, reversed if none is given. https://keras.io/api/ops/numpy/"""

    axes: tuple[Int, ...] | None = None

    def infer(self, x: Tensor) -> Tensor:
        """Axis i of the result is axis axes[i] of x."""
        if self.axes is None:
            return Tensor(x.shape[::-1], x.dtype)
        if len(self.axes) != x.rank:
            raise Refusal(
                "MS408",
                f"{self.label} needs one entry in axes for each of the {x.rank} axes of {shape_text(x.shape)}, batch "
                f"included; received {list(self.axes)}",
                help="the batch axis is axis 0",
                argument="axes",
            )
        return Tensor(tuple(x.shape[axis] for axis in axes_of(self, self.axes, x.rank, "axes")), x.dtype)


class ExpandDims(Op):
    """New axes of size 1. https://keras.io/api/ops/numpy/"""

    axis: Axes

    def infer(self, x: Tensor) -> Tensor:
        """Size 1 at each axis of the result."""
        count = 1 if isinstance(self.axis, int) else len(self.axis)
        axes = axes_of(self, self.axis, x.rank + count)
        rest = iter(x.shape)
        return Tensor(tuple(1 if axis in axes else next(rest) for axis in range(x.rank + count)), x.dtype)


class Squeeze(Op):
    """Without axes of size 1. https://keras.io/api/ops/numpy/"""

    axis: Axes | None = None

    def infer(self, x: Tensor) -> Tensor:
        """The axes are gone, which must be of size 1; without `axis` all that are."""
        if self.axis is None:
            return Tensor(tuple(dim for dim in x.shape if dim != 1), x.dtype)
        axes = axes_of(self, self.axis, x.rank)
        for axis in axes:
            if x.shape[axis] != 1:
                raise Refusal(
                    "MS408",
                    f"{self.label} cannot squeeze axis {axis} of {shape_text(x.shape)}: its size is {x.shape[axis]}, not 1",
                    argument="axis",
                )
        return Tensor(tuple(dim for axis, dim in enumerate(x.shape) if axis not in axes), x.dtype)


class MoveAxis(Op):
    """Axes moved to other places, the others keep their order. https://keras.io/api/ops/numpy/"""

    source: Axes
    destination: Axes

    def infer(self, x: Tensor) -> Tensor:
        """Axis source[i] of x is axis destination[i] of the result."""
        source = axes_of(self, self.source, x.rank, "source")
        destination = axes_of(self, self.destination, x.rank, "destination")
        if len(source) != len(destination):
            raise Refusal(
                "MS408",
                f"{self.label} needs as many axes in source as in destination; received {list(source)} and "
                f"{list(destination)}",
                argument="destination",
            )
        moved = dict(zip(destination, source, strict=True))
        rest = iter(axis for axis in range(x.rank) if axis not in source)
        order = [moved[axis] if axis in moved else next(rest) for axis in range(x.rank)]
        return Tensor(tuple(x.shape[axis] for axis in order), x.dtype)


class SwapAxes(Op):
    """Two axes in each other's place. https://keras.io/api/ops/numpy/"""

    axis1: Int
    axis2: Int

    def infer(self, x: Tensor) -> Tensor:
        """The sizes of the two axes are swapped."""
        return Tensor(
            swapped(x.shape, axis_of(self, self.axis1, x.rank, "axis1"), axis_of(self, self.axis2, x.rank, "axis2")),
            x.dtype,
        )


class Rot90(Op):
    """Turned by a quarter, k times, in the plane of two axes. https://keras.io/api/ops/numpy/"""

    tensor_parameters: ClassVar[tuple[str, ...]] = ("array",)
    k: Int = 1
    axes: tuple[Int, Int] = (0, 1)

    def infer(self, array: Tensor) -> Tensor:
        """The sizes of the two axes are swapped for an odd k."""
        at_least_rank(self, array, 2)
        first, second = axes_of(self, self.axes, array.rank, "axes")
        return Tensor(swapped(array.shape, first, second), array.dtype)


def swapped(shape: Shape, first: int, second: int) -> Shape:
    """The shape with two axes in each other's place."""
    sizes = list(shape)
    sizes[first], sizes[second] = sizes[second], sizes[first]
    return tuple(sizes)


class Flip(Op):
    """Backwards along axes, all if none is given. https://keras.io/api/ops/numpy/"""

    axis: Axes | None = None

    def infer(self, x: Tensor) -> Tensor:
        """(...) -> (...)."""
        if self.axis is not None:
            axes_of(self, self.axis, x.rank)
        return x


class FlipColumns(Op):
    """Backwards along the second axis. https://keras.io/api/ops/numpy/"""

    def infer(self, x: Tensor) -> Tensor:
        """(m, n, ...) -> (m, n, ...)."""
        at_least_rank(self, x, 2)
        return x


class FlipRows(Op):
    """Backwards along the first axis. https://keras.io/api/ops/numpy/"""

    def infer(self, x: Tensor) -> Tensor:
        """(m, ...) -> (m, ...)."""
        at_least_rank(self, x, 1)
        return x


class Roll(Op):
    """Shifted along axes; what leaves at one end comes in at the other. https://keras.io/api/ops/numpy/"""

    shift: Axes
    axis: Axes | None = None

    def infer(self, x: Tensor) -> Tensor:
        """(...) -> (...)."""
        if self.axis is not None:
            axes_of(self, self.axis, x.rank)
        return x


class Repeat(Op):
    """Each element several times, along an axis or all flat. https://keras.io/api/ops/numpy/"""

    repeats: Axes
    axis: Int | None = None

    def infer(self, x: Tensor) -> Tensor:
        """The axis grows by the repeats."""
        repeats = (self.repeats,) if isinstance(self.repeats, int) else self.repeats
        if self.axis is None:
            return result(self, (self._grown(flat_size(x.shape), repeats, x),), x.dtype)
        axis = axis_of(self, self.axis, x.rank)
        return result(self, (*x.shape[:axis], self._grown(x.shape[axis], repeats, x), *x.shape[axis + 1 :]), x.dtype)

    def _grown(self, size: Dim, repeats: tuple[int, ...], x: Tensor) -> Dim:
        if size is None:
            return None
        if len(repeats) == 1:
            return size * repeats[0]
        if len(repeats) != size:
            raise Refusal(
                "MS408",
                f"{self.label} needs one number in repeats, or {size} of them for {shape_text(x.shape)}; received {len(repeats)}",
                argument="repeats",
            )
        return sum(repeats)


class Tile(Op):
    """The whole tensor several times along each axis. https://keras.io/api/ops/numpy/"""

    repeats: Axes

    def infer(self, x: Tensor) -> Tensor:
        """Each axis times its repeats, counted from the last."""
        repeats = (self.repeats,) if isinstance(self.repeats, int) else self.repeats
        rank = max(x.rank, len(repeats))
        repeats = (1,) * (rank - len(repeats)) + repeats
        shape = (1,) * (rank - x.rank) + x.shape
        return result(
            self, (None if dim is None else dim * times for dim, times in zip(shape, repeats, strict=True)), x.dtype
        )


class BroadcastTo(Op):
    """Stretched to a shape. https://keras.io/api/ops/numpy/"""

    shape: tuple[Count, ...]

    def infer(self, x: Tensor) -> Tensor:
        """(...) -> shape, the batch axis included."""
        if x.rank > len(self.shape) or broadcast(self, x.shape, self.shape) != self.shape:
            raise Refusal(
                "MS407", f"{self.label} cannot stretch {shape_text(x.shape)} to {list(self.shape)}", argument="shape"
            )
        return Tensor(self.shape, x.dtype)
