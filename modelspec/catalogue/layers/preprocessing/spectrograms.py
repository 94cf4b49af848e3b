"""Layers that turn sound into spectrograms. No TensorFlow here."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import model_validator

from modelspec.catalogue.entry import refuse_arguments
from modelspec.catalogue.layers.layer import Layer
from modelspec.catalogue.layers.rules import expect_rank, passed_dtype, refuse_text
from modelspec.catalogue.tensor import Dim, Refusal, Tensor, Weight, shape_text
from modelspec.catalogue.types import Bool, DataFormat, Float, Padding, PositiveInt

ScipyWindow = Literal[
    "bart", "barthann", "bartlett", "bkh", "black", "blackman", "blackmanharris", "blk", "bohman", "box", "boxcar",
    "brt", "brthan", "bth", "cosine", "exponential", "flat", "flattop", "flt", "halfcosine", "ham", "hamm", "hamming",
    "han", "hann", "lanczos", "nuttall", "ones", "par", "parz", "parzen", "rect", "taylor", "taylorwin", "tri",
    "triang", "tukey",
]  # fmt: skip
"""The windows of scipy.signal that take no arguments; scipy makes them when the model is built."""


class MelSpectrogram(Layer):
    """Turns sound into Mel-scaled spectrograms.
    https://keras.io/api/layers/preprocessing_layers/audio_preprocessing/mel_spectrogram/"""

    fft_length: PositiveInt = 2048
    sequence_stride: PositiveInt = 512
    sequence_length: PositiveInt | None = None
    window: Literal["hann", "hamming"] | None = "hann"
    sampling_rate: PositiveInt = 16000
    num_mel_bins: PositiveInt = 128
    min_freq: Float = 20.0
    max_freq: Float | None = None
    power_to_db: Bool = True
    top_db: Float = 80.0
    mag_exp: Float = 2.0
    min_power: Float = 1e-10
    ref_power: Float = 1.0

    @model_validator(mode="after")
    def _long_enough(self) -> MelSpectrogram:
        if self.sequence_length is not None and self.fft_length < self.sequence_length:
            message = f"`fft_length` {self.fft_length} is smaller than `sequence_length` {self.sequence_length}"
            refuse_arguments(message, argument="fft_length")
        return self

    def infer(self, inputs: Tensor) -> Tensor:
        """(batch, time) -> (batch, num_mel_bins, time // sequence_stride + 1), by Keras's own count of the frames."""
        length = self._length(inputs)
        frames = None if length is None else (length + self.sequence_stride + 1) // self.sequence_stride
        return Tensor((*inputs.shape[:-1], self.num_mel_bins, frames), self.compute_dtype)

    def infer_traced(self, inputs: Tensor) -> Tensor:
        """As `infer`, with the frames that Keras computes rather than promises."""
        length = self._length(inputs)
        odd = self.fft_length % 2
        frames = None if length is None else (length - odd) // self.sequence_stride + 1
        return Tensor((*inputs.shape[:-1], self.num_mel_bins, frames), self.compute_dtype)

    def _length(self, inputs: Tensor) -> Dim:
        refuse_text(self, inputs)
        if inputs.rank not in (1, 2):
            raise Refusal(
                "MS401",
                f"MelSpectrogram needs sound of shape (batch, time); received {shape_text(inputs.shape)}",
                help="remove the channels axis, with Reshape for instance",
            )
        if self.compute_dtype == "float64" and self.power_to_db:
            raise Refusal(
                "MS405",
                "MelSpectrogram cannot compute decibels in float64: Keras keeps `ref_power` in float32",
                help="give this layer `dtype: float32`",
                argument="dtype",
            )
        length = inputs.shape[-1]
        if length is not None and length <= self.fft_length // 2:
            raise Refusal(
                "MS404",
                f"MelSpectrogram mirrors half of `fft_length` at both ends, {self.fft_length // 2} steps, and needs "
                f"more than that; received {shape_text(inputs.shape)}",
                help="use a smaller `fft_length`, or longer sound",
                argument="fft_length",
            )
        return length


class STFTSpectrogram(Layer):
    """Turns sound into spectrograms, by a short-time Fourier transform whose kernels are weights.
    https://keras.io/api/layers/preprocessing_layers/audio_preprocessing/stft_spectrogram/"""

    multiplies: ClassVar[bool] = True
    mode: Literal["log", "magnitude", "psd", "real", "imag", "angle", "stft"] = "log"
    frame_length: PositiveInt = 256
    frame_step: PositiveInt | None = None
    fft_length: PositiveInt | None = None
    window: ScipyWindow | None = "hann"
    periodic: Bool = False
    scaling: Literal["density", "spectrum"] | None = "density"
    padding: Padding = "valid"
    expand_dims: Bool = False
    data_format: DataFormat | None = None

    @model_validator(mode="after")
    def _fitting(self) -> STFTSpectrogram:
        if self.frame_step is not None and self.frame_step > self.frame_length:
            message = f"`frame_step` {self.frame_step} is greater than `frame_length` {self.frame_length}"
            refuse_arguments(message, argument="frame_step")
        if self.fft_length is not None and self.fft_length < self.frame_length:
            message = f"`fft_length` {self.fft_length} is smaller than `frame_length` {self.frame_length}"
            refuse_arguments(message, argument="fft_length")
        if self.frame_length == 1 and self.frame_step is None:
            refuse_arguments("a `frame_length` of 1 needs a `frame_step`", argument="frame_length")
        return self

    @property
    def step(self) -> int:
        """The steps from one frame to the next."""
        return self.frame_step or self.frame_length // 2

    @property
    def frequencies(self) -> int:
        """The frequencies of one frame: half of `fft_length`, by default the next power of two."""
        fft_length: int = self.fft_length or 2 ** (self.frame_length - 1).bit_length()
        return fft_length // 2 + 1

    def infer(self, inputs: Tensor) -> Tensor:
        """(batch, time, channels) -> (batch, frames, channels * frequencies), or with `expand_dims` apart."""
        first = self.data_format == "channels_first"
        expect_rank(self, inputs, 3, "(batch, channels, time)" if first else "(batch, time, channels)")
        self._check_dtype(inputs)
        batch, length, channels = inputs.shape
        if first:
            length, channels = channels, length
        if channels is None:
            raise Refusal(
                "MS403",
                f"STFTSpectrogram needs a known number of channels; received {shape_text(inputs.shape)}",
                help="give the channels axis a size: 1 for mono sound",
            )
        frames = self._frames(length, inputs)
        frequencies = self.frequencies * (2 if self.mode == "stft" else 1)
        if self.expand_dims:
            shape = (batch, channels, frames, frequencies) if first else (batch, frames, frequencies, channels)
            return Tensor(shape, self.compute_dtype)
        flat = frequencies * channels
        return Tensor((batch, flat, frames) if first else (batch, frames, flat), self.compute_dtype)

    def _check_dtype(self, inputs: Tensor) -> None:
        dtype = passed_dtype(self, inputs)
        if dtype not in ("float16", "float32", "float64"):
            raise Refusal(
                "MS405",
                f"STFTSpectrogram needs float16, float32 or float64; received dtype {dtype}",
                help="declare the input as float32; Rescaling turns integers into floats",
            )

    def _frames(self, length: Dim, inputs: Tensor) -> Dim:
        if length is None:
            return None
        if self.padding == "same":
            return -(-length // self.step)
        if length < self.frame_length:
            raise Refusal(
                "MS404",
                f"STFTSpectrogram: the output would be empty, because a frame of {self.frame_length} is longer than "
                f"the input; received {shape_text(inputs.shape)}",
                help="use a smaller `frame_length`, or `padding: same`",
                argument="frame_length",
            )
        return (length - self.frame_length) // self.step + 1

    def _kernels(self) -> tuple[str, ...]:
        return {"real": ("real_kernel",), "imag": ("imag_kernel",)}.get(self.mode, ("real_kernel", "imag_kernel"))

    def new_weights(self, inputs: Tensor) -> tuple[Weight, ...]:
        """`real_kernel` and `imag_kernel`, (frame_length, 1, frequencies); one of them for the modes real and imag."""
        shape = (self.frame_length, 1, self.frequencies)
        return tuple(Weight(name, shape, self.trainable, self.variable_dtype) for name in self._kernels())

    def multiply_adds(self, inputs: Tensor) -> int:
        """Frames times channels times the sizes of the kernels."""
        first = self.data_format == "channels_first"
        length, channels = (inputs.shape[2], inputs.shape[1]) if first else (inputs.shape[1], inputs.shape[2])
        work = (self._frames(length, inputs) or 1) * (channels or 1) * self.frame_length * self.frequencies
        return work * len(self._kernels())
