"""Fourier transforms and frames of signals; a complex signal is a pair of tensors, real and imaginary.

No TensorFlow here.
"""

from __future__ import annotations

from typing import ClassVar, Literal

from modelspec.catalogue.ops.op import Op
from modelspec.catalogue.ops.rules import at_least_rank, result
from modelspec.catalogue.tensor import Dim, Refusal, Tensor, Tensors, shape_text
from modelspec.catalogue.types import Bool, PositiveInt

_Window = Literal["hann", "hamming"]


def _pair(op: Op, x: Tensors, rank: int) -> tuple[Tensor, Tensor]:
    if isinstance(x, Tensor) or len(x) != 2:
        raise Refusal(
            "MS406",
            f"{op.label} needs two tensors, the real and the imaginary part",
            help="write `from: [real, imaginary]`",
        )
    real, imaginary = x
    if real.shape != imaginary.shape:
        raise Refusal(
            "MS402",
            f"{op.label} needs a real and an imaginary part of the same shape; received {shape_text(real.shape)} and "
            f"{shape_text(imaginary.shape)}",
        )
    at_least_rank(op, real, rank)
    return real, imaginary


class Fourier(Op):
    """The Fourier transform along the last axis. https://keras.io/api/ops/fft/"""

    tensor_parameters: ClassVar[tuple[str, ...]] = ()
    list_parameter: ClassVar[str | None] = "x"
    axes: ClassVar[int] = 1

    def infer(self, x: Tensors) -> Tensors:
        """Real and imaginary part, (...) each -> (...) each."""
        real, imaginary = _pair(self, x, self.axes)
        if None in real.shape[-self.axes :]:
            which = "a last axis" if self.axes == 1 else "last two axes"
            raise Refusal("MS403", f"{self.label} needs {which} of known size; received {shape_text(real.shape)}")
        return (real, imaginary)


class Fourier2(Fourier):
    """The Fourier transform along the last two axes, or back. https://keras.io/api/ops/fft/"""

    axes: ClassVar[int] = 2


class RealFourier(Op):
    """The Fourier transform of a real signal along the last axis. https://keras.io/api/ops/fft/"""

    fft_length: PositiveInt | None = None

    def infer(self, x: Tensor) -> Tensors:
        """(..., n) -> (..., n / 2 + 1) twice."""
        at_least_rank(self, x, 1)
        length = self.fft_length if self.fft_length is not None else x.shape[-1]
        part = Tensor((*x.shape[:-1], None if length is None else length // 2 + 1), x.dtype)
        return (part, part)


class InverseRealFourier(Op):
    """The real signal of a Fourier transform along the last axis. https://keras.io/api/ops/fft/"""

    tensor_parameters: ClassVar[tuple[str, ...]] = ()
    list_parameter: ClassVar[str | None] = "x"
    fft_length: PositiveInt | None = None

    def infer(self, x: Tensors) -> Tensor:
        """Real and imaginary part, (..., n) each -> (..., 2 (n - 1))."""
        real, _ = _pair(self, x, 1)
        last = real.shape[-1]
        length = self.fft_length if self.fft_length is not None else None if last is None else 2 * (last - 1)
        return result(self, (*real.shape[:-1], length), real.dtype)


class Sequences(Op):
    """Frames of the last axis, each a stride after the one before. https://keras.io/api/ops/fft/"""

    sequence_length: PositiveInt
    sequence_stride: PositiveInt

    def infer(self, x: Tensor) -> Tensor:
        """(..., n) -> (..., frames, sequence_length)."""
        at_least_rank(self, x, 1)
        size = x.shape[-1]
        count = None if size is None else 1 + (size - self.sequence_length) // self.sequence_stride
        return result(self, (*x.shape[:-1], count, self.sequence_length), x.dtype)


class ShortTimeFourier(Op):
    """The Fourier transforms of frames of the last axis. https://keras.io/api/ops/fft/"""

    sequence_length: PositiveInt
    sequence_stride: PositiveInt
    fft_length: PositiveInt
    window: _Window | None = "hann"
    center: Bool = True

    def infer(self, x: Tensor) -> Tensors:
        """(..., n) -> (..., frames, fft_length / 2 + 1) twice."""
        at_least_rank(self, x, 1)
        size: Dim = x.shape[-1]
        if size is not None:
            padded = self.fft_length // 2 * 2 if self.center else 0
            size = 1 + (size + padded - self.fft_length) // self.sequence_stride
        part = result(self, (*x.shape[:-1], size, self.fft_length // 2 + 1), x.dtype)
        return (part, part)


class InverseShortTimeFourier(Op):
    """The signal of the Fourier transforms of its frames. https://keras.io/api/ops/fft/"""

    tensor_parameters: ClassVar[tuple[str, ...]] = ()
    list_parameter: ClassVar[str | None] = "x"
    sequence_length: PositiveInt
    sequence_stride: PositiveInt
    fft_length: PositiveInt
    length: PositiveInt | None = None
    window: _Window | None = "hann"
    center: Bool = True

    def infer(self, x: Tensors) -> Tensor:
        """Real and imaginary part, (..., frames, bins) each -> (..., length)."""
        real, _ = _pair(self, x, 2)
        frames = real.shape[-2]
        size: Dim = self.length
        if size is None and frames is not None:
            size = (frames - 1) * self.sequence_stride + self.fft_length
            size -= self.fft_length // 2 * 2 if self.center else 0
        return result(self, (*real.shape[:-2], size), real.dtype)
