"""TimeDistributed and Bidirectional against Keras."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from modelspec.catalogue.layers.attention.multi_head import MultiHeadAttention
from modelspec.catalogue.layers.convolution.convolution import Conv2D
from modelspec.catalogue.layers.core.core import Dense
from modelspec.catalogue.layers.recurrent.cells import GRUCell, LSTMCell, StackedRNNCells
from modelspec.catalogue.layers.recurrent.convolutional import ConvLSTM1D
from modelspec.catalogue.layers.recurrent.recurrent import GRU, LSTM, RNN, SimpleRNN
from modelspec.catalogue.layers.wrappers import Bidirectional, TimeDistributed
from modelspec.catalogue.tensor import Refusal, Tensor, Weight
from modelspec.pipeline import check_text
from modelspec.runtime.build.model import build_model
from modelspec.runtime.build.objects import to_keras
from tests.catalogue.layers.recurrent.test_recurrent import flags
from tests.catalogue.oracle import assert_agrees, assert_same_signature, keras_says
from tests.catalogue.strategies import dtypes, shapes
from tests.chosen import spread

SEQUENCE = Tensor((None, 5, 8))


def test_signatures_are_those_of_keras():
    assert_same_signature(TimeDistributed)
    assert_same_signature(Bidirectional, left_out={"weights": "arrays, which a spec cannot contain"})


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


DIRECTIONS = [
    (LSTM(units=3), LSTM(units=4, go_backwards=True)),
    (LSTM(units=2), GRU(units=5, go_backwards=True)),
    (GRU(units=1), SimpleRNN(units=5, go_backwards=True)),
    (
        ConvLSTM1D(filters=2, kernel_size=2, padding="same"),
        ConvLSTM1D(filters=3, kernel_size=3, padding="same", go_backwards=True),
    ),
    (ConvLSTM1D(filters=2, kernel_size=2), ConvLSTM1D(filters=3, kernel_size=3, go_backwards=True)),
]


MERGED = [
    (both, merge_mode, more)
    for both in DIRECTIONS
    for merge_mode in ("concat", "sum", "mul", "ave", None)
    for more in ({}, {"return_sequences": True}, {"return_state": True})
]


@pytest.mark.parametrize(("both", "merge_mode", "more"), spread(MERGED, 4), ids=repr)
def test_directions_that_differ_in_size_have_the_shapes_that_keras_gives_data(both, merge_mode, more):
    forward, backward = (type(layer)(**{**layer.model_dump(exclude_unset=True), **more}) for layer in both)
    layer = Bidirectional(layer=forward, backward_layer=backward, merge_mode=merge_mode)
    shape = (2, 5, 6, 4) if isinstance(forward, ConvLSTM1D) else (2, 5, 8)
    theirs = keras.layers.Bidirectional(to_keras(forward), backward_layer=to_keras(backward), merge_mode=merge_mode)
    try:
        made = keras.tree.flatten(theirs(np.ones(shape, "float32")))
    except (ValueError, tf.errors.InvalidArgumentError):
        with pytest.raises(Refusal) as refused:
            layer.infer(Tensor(shape))
        assert refused.value.code == "MS402"
        assert refused.value.argument == "backward_layer"
        return
    ours = layer.infer(Tensor(shape))
    listed = (ours,) if isinstance(ours, Tensor) else ours
    assert [tensor.shape for tensor in listed] == [tuple(tensor.shape) for tensor in made]
    promised = keras.tree.flatten(to_keras(layer)(keras.KerasTensor(shape)))
    assert [tensor.shape for tensor in listed] == [tuple(tensor.shape) for tensor in promised]


def test_the_layers_behind_directions_that_differ_are_built_for_what_data_gets():
    text = (
        "modelspec: 1\ninputs: {x: [5, 3]}\nlayers:\n"
        "  - Bidirectional: {layer: {LSTM: {units: 2, return_sequences: true}},"
        " backward_layer: {GRU: {units: 5, go_backwards: true, return_sequences: true}}}\n    name: both\n"
        "  - TimeDistributed: {layer: {Dense: 4}}\n"
        "  - Bidirectional: {layer: {LSTM: 2}, backward_layer: {GRU: {units: 5, go_backwards: true}}}\n"
        "  - Dense: {units: 3}\n    name: y\n"
    )
    checked = check_text(text)
    assert checked.ok, checked.diagnostics
    assert [tensors[0].shape for tensors in checked.network.main.tensors] == [
        (None, 5, 3),
        (None, 5, 7),
        (None, 5, 4),
        (None, 7),
        (None, 3),
    ]
    built = build_model(checked.network)
    rows = np.ones((2, 5, 3), "float32")
    step = built.layers["both"](rows)
    made = built.model({"x": rows})["y"]
    assert made.shape == (2, 3)
    by_hand = rows
    for path in ("both", "time_distributed", "bidirectional", "y"):
        by_hand = built.layers[path](by_hand)
    assert np.array_equal(made, by_hand)
    assert step.shape == (2, 5, 7)


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
