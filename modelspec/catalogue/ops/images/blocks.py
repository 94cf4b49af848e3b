"""Functions that turn windows and blocks of pixels into channels, and back. No TensorFlow here."""

from __future__ import annotations

from typing import Annotated

from annotated_types import Ge
from pydantic import Strict

from modelspec.catalogue.ops.arguments import Counts, Sizes
from modelspec.catalogue.ops.images.windows import each
from modelspec.catalogue.ops.op import Op
from modelspec.catalogue.tensor import Dim, Refusal, Shape, Tensor, shape_text
from modelspec.catalogue.types import DataFormat

_BlockSize = Annotated[int, Strict(), Ge(2)]


class Unfold(Op):
    """The windows of an image as columns, channels first. https://keras.io/api/ops/nn/"""

    kernel_size: Counts
    dilation: Counts = 1
    padding: Sizes = 0
    stride: Counts = 1

    def infer(self, x: Tensor) -> Tensor:
        """(batch, channels, height, width) -> (batch, channels times the window, windows)."""
        if x.rank != 4:
            raise Refusal("MS401", f"{self.label} needs 4 axes; received {shape_text(x.shape)}")
        batch, *sizes = x.shape
        known = [size for size in sizes if size is not None]
        if len(known) < len(sizes):
            raise Refusal(
                "MS403", f"{self.label} needs known sizes after the batch axis; received {shape_text(x.shape)}"
            )
        channels, height, width = known
        kernel, dilation = _both(self, self.kernel_size, "kernel_size"), _both(self, self.dilation, "dilation")
        padding, stride = _both(self, self.padding, "padding"), _both(self, self.stride, "stride")
        windows = [
            (size + 2 * padding[i] - dilation[i] * (kernel[i] - 1) - 1) // stride[i] + 1
            for i, size in enumerate((height, width))
        ]
        if min(windows) < 0:
            raise Refusal(
                "MS404", f"{self.label}: the window {list(kernel)} is larger than the image in {shape_text(x.shape)}"
            )
        return Tensor((batch, channels * kernel[0] * kernel[1], windows[0] * windows[1]), x.dtype)


def _both(op: Op, value: int | tuple[int, ...], argument: str) -> tuple[int, int]:
    height, width = each(op, value, 2, argument)
    return height, width


class Fold(Op):
    """An image of columns that were its windows, channels first. https://keras.io/api/ops/nn/"""

    output_size: Counts
    kernel_size: Counts
    dilation: Counts = 1
    padding: Sizes = 0
    stride: Counts = 1

    def infer(self, x: Tensor) -> Tensor:
        """(batch, channels times the window, windows) -> (batch, channels, height, width)."""
        if x.rank != 3:
            raise Refusal("MS401", f"{self.label} needs 3 axes; received {shape_text(x.shape)}")
        kernel, size = _both(self, self.kernel_size, "kernel_size"), _both(self, self.output_size, "output_size")
        window, columns = kernel[0] * kernel[1], x.shape[1]
        if columns is not None and columns % window:
            raise Refusal(
                "MS408",
                f"{self.label}: axis 1 of {shape_text(x.shape)} must be divisible by {window}, the elements of kernel_size",
                argument="kernel_size",
            )
        return Tensor((x.shape[0], None if columns is None else columns // window, *size), x.dtype)


class DepthToSpace(Op):
    """Channels become blocks of pixels. https://keras.io/api/ops/nn/"""

    block_size: _BlockSize
    data_format: DataFormat = "channels_last"

    def infer(self, x: Tensor) -> Tensor:
        """(batch, h, w, c) -> (batch, h times b, w times b, c over b squared)."""
        height, width, channels = _image(self, x, self.data_format)
        block = self.block_size**2
        if channels is not None and channels % block:
            raise Refusal(
                "MS408",
                f"{self.label}: the {channels} channels of {shape_text(x.shape)} must be divisible by {block}, the square of "
                "block_size",
                argument="block_size",
            )
        return Tensor(
            _like(
                x,
                self.data_format,
                _times(height, self.block_size),
                _times(width, self.block_size),
                _over(channels, block),
            ),
            x.dtype,
        )


class SpaceToDepth(Op):
    """Blocks of pixels become channels. https://keras.io/api/ops/nn/"""

    block_size: _BlockSize
    data_format: DataFormat = "channels_last"

    def infer(self, x: Tensor) -> Tensor:
        """(batch, h, w, c) -> (batch, h over b, w over b, c times b squared)."""
        height, width, channels = _image(self, x, self.data_format)
        for size in (height, width):
            if size is not None and size % self.block_size:
                raise Refusal(
                    "MS408",
                    f"{self.label}: height and width of {shape_text(x.shape)} must be divisible by block_size {self.block_size}",
                    argument="block_size",
                )
        return Tensor(
            _like(
                x,
                self.data_format,
                _over(height, self.block_size),
                _over(width, self.block_size),
                _times(channels, self.block_size**2),
            ),
            x.dtype,
        )


def _times(size: Dim, factor: int) -> Dim:
    return None if size is None else size * factor


def _over(size: Dim, divisor: int) -> Dim:
    return None if size is None else size // divisor


def _image(op: Op, x: Tensor, data_format: str) -> tuple[Dim, Dim, Dim]:
    if x.rank != 4:
        raise Refusal("MS401", f"{op.label} needs 4 axes; received {shape_text(x.shape)}")
    _, a, b, c = x.shape
    return (a, b, c) if data_format == "channels_last" else (b, c, a)


def _like(x: Tensor, data_format: str, height: Dim, width: Dim, channels: Dim) -> Shape:
    if data_format == "channels_last":
        return (x.shape[0], height, width, channels)
    return (x.shape[0], channels, height, width)
