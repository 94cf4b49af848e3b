"""ConvLSTM1D, ConvLSTM2D and ConvLSTM3D against Keras."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from modelspec.catalogue.layers.recurrent.convolutional import ConvLSTM1D, ConvLSTM2D, ConvLSTM3D
from modelspec.catalogue.layers.wrappers import Bidirectional, TimeDistributed
from modelspec.catalogue.tensor import Refusal, Tensor
from tests.catalogue.layers.recurrent.test_recurrent import flags
from tests.catalogue.oracle import assert_agrees, assert_same_signature
from tests.catalogue.strategies import dims

IMAGES = Tensor((None, 5, 8, 9, 2))


@pytest.mark.parametrize("entry", [ConvLSTM1D, ConvLSTM2D, ConvLSTM3D])
def test_signatures_are_those_of_keras(entry):
    assert_same_signature(entry)


@st.composite
def layers_and_inputs(draw):
    """A layer, and a sequence whose axes are mostly as many as it needs, and mostly known."""
    entry, axes = draw(st.sampled_from([(ConvLSTM1D, 1), (ConvLSTM2D, 2), (ConvLSTM3D, 3)]))
    window = st.integers(1, 3) | st.tuples(*[st.integers(1, 3)] * axes)
    stretched = draw(st.sampled_from([{}, {"strides": draw(window)}, {"dilation_rate": draw(window)}]))
    layer = entry(
        filters=draw(st.integers(1, 3)),
        kernel_size=draw(window),
        padding=draw(st.sampled_from(["valid", "same"])),
        data_format=draw(st.sampled_from([None, "channels_last", "channels_first"])),
        use_bias=draw(st.booleans()),
        **stretched,
        **draw(flags()),
        **({"unroll": True, "zero_output_for_mask": draw(st.booleans())} if not draw(st.integers(0, 4)) else {}),
    )
    rank = axes + 1 + draw(st.sampled_from([0, 0, 0, 0, 0, 0, 1, -1]))
    sizes = st.integers(1, 6) if draw(st.integers(0, 4)) else dims(1, 6)
    return layer, Tensor((None, draw(dims()), *(draw(sizes) for _ in range(rank))))


@given(both=layers_and_inputs())
def test_conv_lstm_agrees_with_keras(both):
    layer, sequences = both
    assert_agrees(layer, sequences=sequences)


@given(both=layers_and_inputs(), merge_mode=st.sampled_from(["concat", "ave", None]))
def test_conv_lstm_in_two_directions_agrees_with_keras(both, merge_mode):
    layer, sequences = both
    if not layer.go_backwards:
        assert_agrees(Bidirectional(layer=layer, merge_mode=merge_mode), sequences=sequences)


def test_conv_lstm_accepts_free_steps_and_refuses_free_images():
    layer = ConvLSTM2D(filters=3, kernel_size=3)
    assert assert_agrees(layer, sequences=IMAGES)
    assert assert_agrees(layer, sequences=Tensor((None, None, 8, 9, 2)))
    assert not assert_agrees(layer, sequences=Tensor((None, 5, None, 9, 2)))
    assert not assert_agrees(layer, sequences=Tensor((None, 5, 8, 9, None)))
    assert not assert_agrees(layer, sequences=Tensor((None, 5, 2, 9, 2)))
    assert assert_agrees(TimeDistributed(layer=layer), inputs=Tensor((None, 4, 5, 8, 9, 2)))


def test_conv_lstm_takes_a_hidden_and_a_carry_state():
    layer, state = ConvLSTM2D(filters=3, kernel_size=3), Tensor((None, 6, 7, 3))
    assert assert_agrees(layer, sequences=IMAGES, initial_state=(state, state))
    for states in ((state,), (state, Tensor((None, 6, 3))), (state, Tensor((None, 6, 6, 3)))):
        with pytest.raises(Refusal) as refused:
            layer.infer(IMAGES, states)
        assert refused.value.code in ("MS406", "MS407")


def test_conv_lstm_needs_floats():
    with pytest.raises(Refusal) as refused:
        ConvLSTM2D(filters=3, kernel_size=3).infer(IMAGES._replace(dtype="uint8"))
    assert refused.value.code == "MS405"


def test_strides_and_dilation_exclude_each_other():
    with pytest.raises(ValidationError, match="dilation_rate"):
        ConvLSTM1D(filters=3, kernel_size=3, strides=2, dilation_rate=2)


def test_multiply_adds_count_both_kernels_at_every_place_and_step():
    assert ConvLSTM2D(filters=3, kernel_size=3).multiply_adds(IMAGES) == 5 * (6 * 7) * (9 * 12 * (2 + 3))
