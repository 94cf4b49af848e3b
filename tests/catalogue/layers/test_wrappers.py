"""TimeDistributed and Bidirectional against Keras."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from modelspec.catalogue.layers.convolution import Conv2D
from modelspec.catalogue.layers.core import Dense
from modelspec.catalogue.layers.multi_head_attention import MultiHeadAttention
from modelspec.catalogue.layers.recurrent import GRU, LSTM, RNN, SimpleRNN
from modelspec.catalogue.layers.recurrent_cells import GRUCell, LSTMCell, StackedRNNCells
from modelspec.catalogue.layers.wrappers import Bidirectional, TimeDistributed
from modelspec.catalogue.tensor import Refusal, Tensor, Weight
from tests.catalogue.layers.test_recurrent import flags
from tests.catalogue.oracle import assert_agrees, assert_same_signature, keras_says
from tests.catalogue.strategies import dtypes, shapes

SEQUENCE = Tensor((None, 5, 8))


def test_signatures_are_those_of_keras():
    assert_same_signature(TimeDistributed)
    assert_same_signature(Bidirectional, left_out={"weights": "arrays, which a spec cannot hold"})


def inner_layers():
    """What TimeDistributed wraps."""
    simple = st.one_of(
        st.builds(Dense, units=st.integers(1, 4), trainable=st.booleans()),
        st.builds(LSTM, units=st.integers(1, 4), return_sequences=st.booleans()),
        st.builds(Conv2D, filters=st.integers(1, 4), kernel_size=st.just((2, 2)), padding=st.just("same")),
    )
    return st.one_of(simple, simple, st.builds(TimeDistributed, layer=simple))


@given(shape=shapes(1, 6), layer=inner_layers(), trainable=st.booleans())
def test_time_distributed_agrees_with_keras(shape, layer, trainable):
    wrapped, inputs = TimeDistributed(layer=layer, trainable=trainable), Tensor(shape)
    try:
        wrapped.infer(inputs)
    except Refusal as refusal:
        # Keras never checks the rank of what the inner layer gets; such models fail on data
        if refusal.code == "MS401" and len(shape) > 2:
            return
    assert_agrees(wrapped, inputs=inputs)


@pytest.mark.parametrize(
    ("layer", "shape"),
    [
        (Dense(units=3), (None, 5, 8)),
        (Dense(units=3), (None, None, 5, 8)),
        (Conv2D(filters=3, kernel_size=(2, 2)), (None, 5, 9, 9, 2)),
        (LSTM(units=3), (None, None, 4, 8)),
        (Bidirectional(layer=LSTM(units=3)), (None, 5, 4, 8)),
        (TimeDistributed(layer=Dense(units=3)), (None, 5, 4, 8)),
    ],
)
def test_time_distributed_accepts_a_layer_that_takes_one_step(layer, shape):
    assert assert_agrees(TimeDistributed(layer=layer), inputs=Tensor(shape))


@given(dtype=dtypes())
def test_time_distributed_gives_its_own_dtype(dtype):
    assert assert_agrees(TimeDistributed(layer=Dense(units=3), dtype="float16"), inputs=Tensor((None, 5, 8), dtype))


def test_time_distributed_refuses_too_few_axes_and_inner_layers_with_several_outputs():
    assert not assert_agrees(TimeDistributed(layer=Dense(units=3)), inputs=Tensor((None, 8)))
    assert not assert_agrees(TimeDistributed(layer=LSTM(units=3, return_state=True)), inputs=Tensor((None, 5, 4, 8)))


def test_time_distributed_refuses_layers_that_need_more_than_one_tensor():
    for layer in (LSTMCell(units=3), MultiHeadAttention(num_heads=2, key_dim=2)):
        with pytest.raises(ValidationError, match="TimeDistributed"):
            TimeDistributed(layer=layer)


def test_time_distributed_checks_the_mask():
    layer = TimeDistributed(layer=Dense(units=3))
    assert assert_agrees(layer, inputs=SEQUENCE, mask=Tensor((None, 5), "bool"))
    for shape in ((None,), (None, 4)):
        with pytest.raises(Refusal):
            layer.infer(SEQUENCE, Tensor(shape, "bool"))


def test_time_distributed_takes_whatever_infers_like_a_layer():
    class Shared:
        def infer(self, inputs):
            return Tensor((*inputs.shape[:-1], 7))

        def new_weights(self, inputs):
            return (Weight("kernel", (inputs.shape[-1], 7)),)

        def multiply_adds(self, inputs):
            return 7 * inputs.shape[-1]

    wrapped = TimeDistributed(layer=Shared())
    assert wrapped.infer(SEQUENCE) == Tensor((None, 5, 7))
    assert wrapped.new_weights(SEQUENCE) == (Weight("kernel", (8, 7)),)
    assert wrapped.multiply_adds(SEQUENCE) == 5 * 7 * 8


@st.composite
def recurrent_layers(draw):
    """What Bidirectional wraps."""
    cell = st.sampled_from(
        [GRUCell(units=3), LSTMCell(units=2), StackedRNNCells(cells=(LSTMCell(units=3), GRUCell(units=2)))]
    )
    units = draw(st.integers(1, 4))
    more = {**draw(flags()), "go_backwards": False}
    kind = draw(st.sampled_from([LSTM, GRU, SimpleRNN, RNN]))
    return RNN(cell=draw(cell), **more) if kind is RNN else kind(units=units, **more)


@given(
    shape=shapes(2, 4),
    layer=recurrent_layers(),
    merge_mode=st.sampled_from(["concat", "sum", "mul", "ave", None]),
    trainable=st.booleans(),
    dtype=st.sampled_from([None, "float16"]),
)
def test_bidirectional_agrees_with_keras(shape, layer, merge_mode, trainable, dtype):
    wrapped = Bidirectional(layer=layer, merge_mode=merge_mode, trainable=trainable, dtype=dtype)
    inputs = Tensor(shape)
    if isinstance(layer, RNN) and len(shape) != 3:
        with pytest.raises(Refusal):
            wrapped.infer(inputs)
    else:
        assert_agrees(wrapped, sequences=inputs)


def test_bidirectional_accepts_sequences_and_refuses_vectors():
    assert assert_agrees(Bidirectional(layer=LSTM(units=3, return_sequences=True)), sequences=SEQUENCE)
    assert not assert_agrees(Bidirectional(layer=LSTM(units=3)), sequences=Tensor((None, 8)))


def test_bidirectional_takes_another_layer_backwards():
    layer = Bidirectional(layer=LSTM(units=3), backward_layer=GRU(units=3, go_backwards=True))
    assert assert_agrees(layer, sequences=SEQUENCE)


def test_bidirectional_refuses_directions_that_differ_in_size_although_keras_builds_the_model():
    layer = Bidirectional(layer=LSTM(units=3), backward_layer=LSTM(units=4, go_backwards=True))
    assert not isinstance(keras_says(layer, sequences=SEQUENCE), Exception)
    with pytest.raises(Refusal) as refused:
        layer.infer(SEQUENCE)
    assert refused.value.argument == "backward_layer"


@pytest.mark.parametrize(
    "arguments",
    [
        {"layer": LSTM(units=3, go_backwards=True)},
        {"layer": Dense(units=3)},
        {"layer": LSTMCell(units=3)},
        {"layer": LSTM(units=3), "backward_layer": LSTM(units=3)},
        {"layer": LSTM(units=3), "backward_layer": LSTM(units=3, go_backwards=True, return_sequences=True)},
        {"layer": LSTM(units=3), "backward_layer": Dense(units=3)},
    ],
)
def test_bidirectional_refuses_what_keras_refuses_to_wrap(arguments):
    with pytest.raises(ValidationError):
        Bidirectional(**arguments)
    unchecked = Bidirectional.model_construct(_fields_set=set(arguments), **arguments)
    assert isinstance(keras_says(unchecked, sequences=SEQUENCE), Exception)


def test_bidirectional_takes_the_states_of_both_directions():
    state = Tensor((None, 3))
    assert assert_agrees(Bidirectional(layer=LSTM(units=3)), sequences=SEQUENCE, initial_state=(state,) * 4)
    assert assert_agrees(Bidirectional(layer=GRU(units=3)), sequences=SEQUENCE, initial_state=(state,) * 2)
    for count in (1, 2, 3, 6):
        with pytest.raises(Refusal):
            Bidirectional(layer=LSTM(units=3)).infer(SEQUENCE, (state,) * count)


def test_multiply_adds_are_those_of_the_inner_layer():
    assert TimeDistributed(layer=Dense(units=3)).multiply_adds(SEQUENCE) == 5 * 8 * 3
    assert Bidirectional(layer=LSTM(units=3)).multiply_adds(SEQUENCE) == 2 * LSTM(units=3).multiply_adds(SEQUENCE)
