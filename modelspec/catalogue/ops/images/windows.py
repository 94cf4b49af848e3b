"""Convolutions whose kernel is a tensor, and pooling, as functions. No TensorFlow here."""

from __future__ import annotations

from typing import ClassVar

from modelspec.catalogue.ops.arguments import Counts
from modelspec.catalogue.ops.op import Op
from modelspec.catalogue.tensor import Dim, Refusal, Shape, Tensor, shape_text
from modelspec.catalogue.types import DataFormat, Padding


def spatial(shape: Shape, data_format: str | None) -> Shape:
    """The sizes between batch and channels."""
    return shape[2:] if data_format == "channels_first" else shape[1:-1]


def channels(shape: Shape, data_format: str | None) -> Dim:
    """The size of the channels' axis."""
    return shape[1] if data_format == "channels_first" else shape[-1]


def assembled(shape: Shape, sizes: Shape, filters: Dim, data_format: str | None) -> Shape:
    """The shape with other sizes and channels."""
    return (shape[0], filters, *sizes) if data_format == "channels_first" else (shape[0], *sizes, filters)


def each(op: Op, value: int | tuple[int, ...], count: int, argument: str, single: bool = False) -> tuple[int, ...]:
    """One number for each spatial axis; with `single`, a list of one number stands for all."""
    if isinstance(value, int):
        return (value,) * count
    if single and len(value) == 1:
        return value * count
    if len(value) != count:
        raise Refusal(
            "MS408",
            f"{op.label} needs one number in {argument}, or {count}, one for each spatial axis; received {list(value)}",
            argument=argument,
        )
    return value


def not_both(op: Op, strides: int | tuple[int, ...], dilation: int | tuple[int, ...]) -> None:
    """Refuses strides together with dilation, which TensorFlow cannot do."""
    if all((value if isinstance(value, int) else max(value, default=1)) > 1 for value in (strides, dilation)):
        raise Refusal(
            "MS408", f"{op.label} cannot combine strides above 1 with a dilation_rate above 1", argument="dilation_rate"
        )


def slid(
    op: Op, sizes: Shape, window: tuple[int, ...], strides: tuple[int, ...], dilation: tuple[int, ...], padding: str
) -> Shape:
    """How many times a window fits along each axis."""
    fitted: list[Dim] = []
    for size, width, stride, spread in zip(sizes, window, strides, dilation, strict=True):
        if size is None:
            fitted.append(None)
            continue
        reach = 1 if padding == "same" else (width - 1) * spread + 1
        if padding == "valid" and reach > size:
            raise Refusal(
                "MS404",
                f"{op.label}: the window of size {reach} is larger than an axis of size {size} in {shape_text(sizes)}",
                help="make the window smaller, or use padding: same",
            )
        fitted.append((size - reach) // stride + 1)
    return tuple(fitted)


class Pool(Op):
    """The largest, or the mean, of each window. https://keras.io/api/ops/nn/"""

    tensor_parameters: ClassVar[tuple[str, ...]] = ("inputs",)
    pool_size: Counts
    strides: Counts | None = None
    padding: Padding = "valid"
    data_format: DataFormat | None = None

    def infer(self, inputs: Tensor) -> Tensor:
        """Batch and channels stay; each other axis has the number of windows."""
        if not 3 <= inputs.rank <= 5:
            raise Refusal(
                "MS401", f"{self.label} needs 3 to 5 axes, batch included; received {shape_text(inputs.shape)}"
            )
        sizes = spatial(inputs.shape, self.data_format)
        window = each(self, self.pool_size, len(sizes), "pool_size", single=True)
        strides = window if self.strides is None else each(self, self.strides, len(sizes), "strides", single=True)
        sizes = slid(self, sizes, window, strides, (1,) * len(sizes), self.padding)
        return Tensor(
            assembled(inputs.shape, sizes, channels(inputs.shape, self.data_format), self.data_format), inputs.dtype
        )


def _kernel(op: Op, inputs: Tensor, kernel: Tensor, data_format: str | None, into: int) -> Shape:
    """The kernel's spatial sizes, once kernel and inputs are known to fit; axis `into` meets the channels."""
    if not 3 <= inputs.rank <= 5 or kernel.rank != inputs.rank:
        raise Refusal(
            "MS401",
            f"{op.label} needs a kernel with the same number of axes as the inputs, 3 to 5; received {shape_text(inputs.shape)} "
            f"and a kernel {shape_text(kernel.shape)}",
        )
    incoming, taken = channels(inputs.shape, data_format), kernel.shape[into]
    if None not in (incoming, taken) and incoming != taken:
        raise Refusal(
            "MS407",
            f"{op.label}: the inputs {shape_text(inputs.shape)} have {incoming} channels, the kernel "
            f"{shape_text(kernel.shape)} takes {taken}",
        )
    return kernel.shape[:-2]


def _known(op: Op, kernel: Tensor) -> tuple[int, ...]:
    sizes = tuple(size for size in kernel.shape[:-2] if size is not None)
    if len(sizes) < kernel.rank - 2:
        raise Refusal("MS403", f"{op.label} needs a kernel of known size; received {shape_text(kernel.shape)}")
    return sizes


class Conv(Op):
    """A convolution with a kernel (size..., channels, filters). https://keras.io/api/ops/nn/"""

    tensor_parameters: ClassVar[tuple[str, ...]] = ("inputs", "kernel")
    strides: Counts = 1
    padding: Padding = "valid"
    data_format: DataFormat | None = None
    dilation_rate: Counts = 1

    def infer(self, inputs: Tensor, kernel: Tensor) -> Tensor:
        """Each spatial axis has the number of windows, the channels are the filters."""
        not_both(self, self.strides, self.dilation_rate)
        return self.convolved(inputs, kernel, kernel.shape[-1] if kernel.rank else None)

    def convolved(self, inputs: Tensor, kernel: Tensor, filters: Dim) -> Tensor:
        """The convolution with so many channels as result."""
        window = _kernel(self, inputs, kernel, self.data_format, -2)
        strides = each(self, self.strides, len(window), "strides", single=True)
        dilation = each(self, self.dilation_rate, len(window), "dilation_rate")
        known = (1,) * len(window) if self.padding == "same" else _known(self, kernel)
        sizes = slid(self, spatial(inputs.shape, self.data_format), known, strides, dilation, self.padding)
        return Tensor(assembled(inputs.shape, sizes, filters, self.data_format), inputs.dtype)


class DepthwiseConv(Conv):
    """A convolution of each channel by itself. https://keras.io/api/ops/nn/"""

    def infer(self, inputs: Tensor, kernel: Tensor) -> Tensor:
        """Each spatial axis has the number of windows; as many channels as channels times multipliers."""
        _kernel(self, inputs, kernel, self.data_format, -2)
        if inputs.rank > 4:
            raise Refusal("MS401", f"{self.label} needs inputs with 3 or 4 axes; received {shape_text(inputs.shape)}")
        taken, times = kernel.shape[-2:]
        if taken is None or times is None:
            raise Refusal("MS403", f"{self.label} needs a kernel of known size; received {shape_text(kernel.shape)}")
        return self.convolved(inputs, kernel, taken * times)


class SeparableConv(DepthwiseConv):
    """A convolution of each channel by itself, then of all channels at each place. https://keras.io/api/ops/nn/"""

    tensor_parameters: ClassVar[tuple[str, ...]] = ("inputs", "depthwise_kernel", "pointwise_kernel")

    def infer(self, inputs: Tensor, depthwise_kernel: Tensor, pointwise_kernel: Tensor) -> Tensor:  # type: ignore[override]
        """Each spatial axis has the number of windows, the channels are those of the pointwise kernel."""
        between = super().infer(inputs, depthwise_kernel)
        if pointwise_kernel.rank < 1:
            raise Refusal("MS401", f"{self.label} needs a pointwise kernel with the axes of the inputs; received ()")
        sizes = spatial(between.shape, self.data_format)
        return Tensor(assembled(inputs.shape, sizes, pointwise_kernel.shape[-1], self.data_format), inputs.dtype)
