"""The layers that turn sound into spectrograms against Keras."""

from importlib.util import find_spec

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from modelspec.catalogue.layers.preprocessing.spectrograms import MelSpectrogram, STFTSpectrogram
from modelspec.catalogue.tensor import Tensor
from tests.catalogue.oracle import assert_same_signature, ours
from tests.catalogue.strategies import dims
from tests.catalogue.trial import assert_agrees_on_data

FEW = settings(max_examples=max(6, settings().max_examples // 4))
WINDOWS = ["hann", "boxcar", None] if find_spec("scipy") else [None]
"""Keras asks scipy for every window of STFTSpectrogram but none."""
DTYPES = st.sampled_from(["float32", "float32", "float32", "float16", "bfloat16", "int32", "bool", "string"])
POLICIES = st.sampled_from([None, None, "float16", "bfloat16", "float64", "mixed_float16"])


@pytest.mark.parametrize("layer", [MelSpectrogram, STFTSpectrogram])
def test_a_spectrogram_layer_has_kerass_arguments(layer):
    assert_same_signature(layer)


@st.composite
def sounds(draw, rank):
    """Sound of mostly the right rank, long and short."""
    rank = draw(st.sampled_from([rank, rank, rank, rank, 1, 2, 3, 4]))
    size = st.one_of(dims(1, 40), st.integers(9, 40))
    return Tensor((None, *(draw(size) for _ in range(rank - 1))), draw(DTYPES))


@FEW
@given(
    tensor=sounds(2),
    fft=st.sampled_from([2, 8, 16]),
    stride=st.sampled_from([1, 3, 8]),
    length=st.sampled_from([None, 2]),
    bins=st.integers(1, 4),
    window=st.sampled_from(["hann", "hamming", None]),
    to_db=st.booleans(),
    policy=POLICIES,
)
def test_mel_spectrogram_agrees_with_keras(tensor, fft, stride, length, bins, window, to_db, policy):
    layer = MelSpectrogram(
        fft_length=fft, sequence_stride=stride, sequence_length=length, num_mel_bins=bins, window=window,
        power_to_db=to_db, dtype=policy,
    )  # fmt: skip
    mine = ours(layer, inputs=tensor)
    last = tensor.shape[-1]
    if tensor.rank == 1 or (not isinstance(mine, Exception) and last is not None and (last + 1) % stride == 0):
        # A lone sound has the batch as its length; and Keras promises a frame too many where one step is missing.
        return
    assert_agrees_on_data(layer, dict.fromkeys(range(1, 5), 33), training=(True,), inputs=tensor)


def test_mel_spectrogram_counts_frames_as_keras_does():
    layer = MelSpectrogram(fft_length=16, sequence_stride=8, num_mel_bins=4)
    assert assert_agrees_on_data(layer, inputs=Tensor((None, 40)))
    assert ours(layer, inputs=Tensor((None, 40)))[0] == (Tensor((None, 4, 6)),)
    assert ours(layer, inputs=Tensor((None, 8))).code == "MS404"
    assert not assert_agrees_on_data(layer, inputs=Tensor((None, 8)))


def test_mel_spectrogram_refuses_an_fft_shorter_than_a_sequence():
    with pytest.raises(ValidationError, match="sequence_length"):
        MelSpectrogram(fft_length=8, sequence_length=16)


@pytest.mark.filterwarnings("ignore:.*power of two")
@FEW
@given(
    tensor=sounds(3),
    mode=st.sampled_from(["log", "magnitude", "psd", "real", "imag", "angle", "stft"]),
    frame=st.integers(2, 9),
    step=st.sampled_from([None, 1, 2]),
    longer=st.sampled_from([None, 0, 3]),
    window=st.sampled_from(WINDOWS),
    scaling=st.sampled_from([None, "density", "spectrum"]),
    padding=st.sampled_from(["valid", "same"]),
    expand=st.booleans(),
    order=st.sampled_from([None, "channels_last", "channels_first"]),
    policy=POLICIES,
    trainable=st.booleans(),
)
def test_stft_spectrogram_agrees_with_keras_and_runs_on_what_it_accepts(
    tensor, mode, frame, step, longer, window, scaling, padding, expand, order, policy, trainable
):
    if order == "channels_first":  # in which TensorFlow has few kernels for a CPU
        policy = None
    layer = STFTSpectrogram(
        mode=mode, frame_length=frame, frame_step=step, fft_length=None if longer is None else frame + longer,
        window=window, scaling=scaling, padding=padding, expand_dims=expand, data_format=order, dtype=policy,
        trainable=trainable,
    )  # fmt: skip
    assert_agrees_on_data(layer, {1: 20, 2: 20}, training=(True,), inputs=tensor)


def test_stft_spectrogram_makes_frames_of_frequencies():
    layer = STFTSpectrogram(frame_length=8, frame_step=4, window=None)
    assert assert_agrees_on_data(layer, inputs=Tensor((None, 20, 2)))
    assert ours(layer, inputs=Tensor((None, 20, 2)))[0] == (Tensor((None, 4, 10)),)
    assert ours(layer, inputs=Tensor((None, 7, 2))).code == "MS404"
    assert ours(layer, inputs=Tensor((None, 20, None))).code == "MS403"
    assert ours(layer, inputs=Tensor((None, 20, 2), "int32")).code == "MS405"
    assert layer.multiply_adds(Tensor((None, 20, 2))) == 2 * 4 * 2 * 8 * 5


@pytest.mark.parametrize(
    "arguments",
    [
        {"frame_length": 8, "frame_step": 9},
        {"frame_length": 8, "fft_length": 7},
        {"frame_length": 1},
        {"mode": "loud"},
        {"window": "kaiser"},
        {"scaling": "none"},
    ],
)
def test_stft_spectrogram_refuses_arguments_that_keras_refuses(arguments):
    with pytest.raises(ValidationError):
        STFTSpectrogram(**arguments)
