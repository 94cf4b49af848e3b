"""LSTM, GRU, SimpleRNN and RNN against Keras."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from modelspec.catalogue.layers.recurrent.cells import GRUCell, LSTMCell, SimpleRNNCell, StackedRNNCells
from modelspec.catalogue.layers.recurrent.recurrent import GRU, LSTM, RNN, SimpleRNN
from modelspec.catalogue.layers.wrappers import Bidirectional
from modelspec.catalogue.tensor import Refusal, Tensor
from modelspec.pipeline import check_text
from modelspec.runtime.build.model import build_model
from modelspec.runtime.build.objects import to_keras
from tests.catalogue.oracle import assert_agrees, assert_same_signature
from tests.catalogue.strategies import dtypes, shapes

POLICIES = st.sampled_from([None, None, "float16", "float64", "mixed_float16"])
SEQUENCE = Tensor((None, 5, 8))


def flags():
    """Settings that every recurrent layer has."""
    return st.fixed_dictionaries(
        {},
        optional={
            "return_sequences": st.booleans(),
            "return_state": st.booleans(),
            "go_backwards": st.booleans(),
            "trainable": st.booleans(),
            "dtype": POLICIES,
        },
    )


@st.composite
def cells(draw):
    """A cell, or a stack of cells."""
    simple = st.one_of(
        st.builds(LSTMCell, units=st.integers(1, 4), use_bias=st.booleans(), trainable=st.booleans()),
        st.builds(GRUCell, units=st.integers(1, 4), reset_after=st.booleans(), dtype=POLICIES),
        st.builds(SimpleRNNCell, units=st.integers(1, 4), use_bias=st.booleans()),
    )
    if draw(st.booleans()):
        return draw(simple)
    dtype = draw(POLICIES)
    stacked = tuple(cell.model_copy(update={"dtype": dtype}) for cell in draw(st.lists(simple, min_size=1, max_size=3)))
    return StackedRNNCells(cells=stacked, trainable=draw(st.booleans()), dtype=dtype)


@given(cells=st.lists(cells(), min_size=1, max_size=3).map(tuple), more=flags())
def test_a_list_of_cells_is_the_stack_of_them(cells, more):
    try:
        stacked = RNN(cell=StackedRNNCells(cells=cells), **more)
    except ValidationError:
        with pytest.raises(ValidationError):
            RNN(cell=cells, **more)
        return
    listed = RNN(cell=cells, **more)
    assert listed == stacked
    theirs = keras.layers.RNN([to_keras(cell) for cell in cells], **more)
    assert type(theirs.cell).__name__ == type(to_keras(listed).cell).__name__ == "StackedRNNCells"


@pytest.mark.parametrize("entry", [LSTM, GRU, SimpleRNN, RNN])
def test_signatures_are_those_of_keras(entry):
    assert_same_signature(entry)


@given(shape=shapes(max_rank=4), dtype=dtypes(), units=st.integers(1, 5), use_bias=st.booleans(), more=flags())
def test_lstm_agrees_with_keras(shape, dtype, units, use_bias, more):
    assert_agrees(LSTM(units=units, use_bias=use_bias, **more), sequences=Tensor(shape, dtype))


@given(shape=shapes(3, 3), units=st.integers(1, 5), use_bias=st.booleans(), reset_after=st.booleans(), more=flags())
def test_gru_agrees_with_keras(shape, units, use_bias, reset_after, more):
    layer = GRU(units=units, use_bias=use_bias, reset_after=reset_after, **more)
    assert_agrees(layer, sequences=Tensor(shape))


@given(shape=shapes(2, 4), units=st.integers(1, 5), use_bias=st.booleans(), more=flags())
def test_simple_rnn_agrees_with_keras(shape, units, use_bias, more):
    assert_agrees(SimpleRNN(units=units, use_bias=use_bias, **more), sequences=Tensor(shape))


@given(shape=shapes(3, 3), dtype=dtypes(), cell=cells(), more=flags())
def test_rnn_agrees_with_keras(shape, dtype, cell, more):
    assert_agrees(RNN(cell=cell, **more), sequences=Tensor(shape, dtype))


def test_a_recurrent_layer_accepts_sequences_and_refuses_vectors_and_unknown_features():
    assert assert_agrees(LSTM(units=3), sequences=SEQUENCE)
    assert assert_agrees(LSTM(units=3), sequences=Tensor((None, None, 8)))
    assert not assert_agrees(LSTM(units=3), sequences=Tensor((None, 8)))
    assert not assert_agrees(LSTM(units=3), sequences=Tensor((None, 5, None)))


def test_initial_states_are_accepted_one_for_each_state():
    state = Tensor((None, 3))
    assert assert_agrees(LSTM(units=3), sequences=SEQUENCE, initial_state=(state, state))
    assert assert_agrees(GRU(units=3), sequences=SEQUENCE, initial_state=state)
    assert assert_agrees(GRU(units=3), sequences=SEQUENCE, initial_state=(state,))
    stack = RNN(cell=StackedRNNCells(cells=(LSTMCell(units=3), GRUCell(units=2))), return_state=True)
    assert assert_agrees(stack, sequences=SEQUENCE, initial_state=((state, state), Tensor((None, 2))))
    assert assert_agrees(stack, sequences=SEQUENCE, initial_state=((state, state), (Tensor((None, 2)),)))


LSTMS = RNN(cell=StackedRNNCells(cells=(LSTMCell(units=3), LSTMCell(units=3))))


@pytest.mark.parametrize(
    ("layer", "states"),
    [
        (LSTM(units=3), [(None, 3)]),
        (LSTM(units=3), [(None, 3)] * 3),
        (SimpleRNN(units=3), [(None, 4)]),
        (GRU(units=3), [(None, 1, 3)]),
        (LSTM(units=3), [[(None, 3)], [(None, 3)]]),
        (RNN(cell=GRUCell(units=3)), [[(None, 3)]]),
        (LSTMS, [(None, 3)] * 4),
        (LSTMS, [[(None, 3)] * 2] * 3),
        (LSTMS, [[(None, 3)] * 2, [(None, 3)] * 3]),
        (LSTMS, [[(None, 3)] * 2, [(None, 3)]]),
        (Bidirectional(layer=LSTM(units=3)), [[(None, 3)] * 2] * 2),
    ],
)
def test_initial_states_that_fail_on_data_are_refused_although_keras_builds_the_model(layer, states):
    with pytest.raises(Refusal) as refused:
        layer.infer(SEQUENCE, _each(states, Tensor, tuple))
    assert refused.value.code in ("MS406", "MS407")
    tensors = _each(states, lambda state: keras.Input(state[1:]), list)
    sequences, flat = keras.Input(SEQUENCE.shape[1:]), keras.tree.flatten(tensors)
    model = keras.Model([sequences, *flat], to_keras(layer)(sequences, initial_state=tensors))
    arrays = [keras.ops.ones((2, *tensor.shape[1:])) for tensor in (sequences, *flat)]
    with pytest.raises((ValueError, IndexError, tf.errors.InvalidArgumentError)):
        model(arrays)


def _each(states, make, kind):
    """`make` of every shape in nested lists, which become `kind`."""
    return kind(_each(state, make, kind) if isinstance(state, list) else make(state) for state in states)


def test_a_stack_within_a_stack_cannot_return_its_states_where_keras_fails_on_them():
    inner = StackedRNNCells(cells=(LSTMCell(units=3), GRUCell(units=2)))
    cell = StackedRNNCells(cells=(LSTMCell(units=3), inner))
    assert RNN(cell=cell).infer(SEQUENCE) == Tensor(to_keras(RNN(cell=cell))(keras.Input(SEQUENCE.shape[1:])).shape)
    with pytest.raises(ValidationError, match="cannot return the states"):
        RNN(cell=cell, return_state=True)
    with pytest.raises(ValueError, match="RNN"):
        keras.layers.RNN(to_keras(cell), return_state=True)(keras.Input(SEQUENCE.shape[1:]))


def test_a_mask_has_one_boolean_for_each_step():
    for shape in ((None, 5), (None, None), (None, 5, 1)):
        assert assert_agrees(GRU(units=3), sequences=SEQUENCE, mask=Tensor(shape, "bool"))
    for shape in ((None, 4), (None,), (None, 5, 8)):
        with pytest.raises(Refusal) as refused:
            GRU(units=3).infer(SEQUENCE, mask=Tensor(shape, "bool"))
        assert refused.value.code == "MS407"


def test_a_stateful_layer_needs_a_batch_size():
    assert not assert_agrees(LSTM(units=3, stateful=True), sequences=SEQUENCE)
    fixed = Tensor((4, 5, 8))
    layer = LSTM(units=3, stateful=True, return_state=True)
    built = to_keras(layer)
    outputs = built(keras.KerasTensor(fixed.shape))
    assert [tuple(output.shape) for output in outputs] == [output.shape for output in layer.infer(fixed)]
    assert [tuple(weight.shape) for weight in built.weights] == [weight.shape for weight in layer.new_weights(fixed)]


def test_an_unrolled_layer_takes_a_free_number_of_steps_and_unrolls_over_those_of_the_rows():
    assert assert_agrees(LSTM(units=3, unroll=True), sequences=SEQUENCE)
    assert assert_agrees(LSTM(units=3, unroll=True), sequences=Tensor((None, None, 8)))
    inputs = keras.Input((None, 8))
    model = keras.Model(inputs, keras.layers.LSTM(3, unroll=True)(inputs))
    model.compile("sgd", "mse")
    rows = np.ones((2, 4, 8), "float32")
    assert model.predict(rows, verbose=0).shape == (2, 3)
    model.fit(rows, np.ones((2, 3)), verbose=0)
    with pytest.raises(ValueError, match="Cannot unroll"):  # what was compiled for one number takes no other
        model.predict(np.ones((2, 6, 8), "float32"), verbose=0)


def test_rnn_refuses_what_is_no_cell():
    for inner in (LSTM(units=3), 3, None):
        with pytest.raises(ValidationError, match="RNN takes a recurrent cell"):
            RNN(cell=inner)


def test_strings_are_refused():
    with pytest.raises(Refusal) as refused:
        LSTM(units=3).infer(Tensor((None, 5, 8), "string"))
    assert refused.value.code == "MS405"


def test_dropout_needs_floats():
    whole = SEQUENCE._replace(dtype="int32")
    assert assert_agrees(LSTM(units=3), sequences=whole)
    for layer in (LSTM(units=3, dropout=0.5), RNN(cell=StackedRNNCells(cells=(GRUCell(units=3, dropout=0.5),)))):
        with pytest.raises(Refusal) as refused:
            layer.infer(whole)
        assert refused.value.code == "MS405"
        with pytest.raises(ValueError, match="floating point"):
            to_keras(layer)(keras.ops.ones((2, 5, 8), dtype="int32"), training=True)


def test_dropout_needs_the_dtype_of_the_cell():
    mixed = RNN(cell=GRUCell(units=3, dropout=0.5), dtype="float16")
    for layer in (mixed, GRU(units=3, dropout=0.5, dtype="float16", autocast=False)):
        with pytest.raises(Refusal):
            layer.infer(SEQUENCE)
        with pytest.raises((TypeError, tf.errors.InvalidArgumentError)):
            to_keras(layer)(keras.ops.ones((2, 5, 8)), training=True)


def test_stacked_cells_compute_in_one_dtype():
    stack = StackedRNNCells(cells=(GRUCell(units=3), GRUCell(units=3, dtype="float16")))
    with pytest.raises(Refusal) as refused:
        RNN(cell=stack).infer(SEQUENCE)
    assert refused.value.code == "MS405"


def test_multiply_adds_count_both_kernels_at_every_step():
    assert LSTM(units=3).multiply_adds(SEQUENCE) == 5 * 4 * 3 * (8 + 3)
    assert GRU(units=3).multiply_adds(SEQUENCE) == 5 * 3 * 3 * (8 + 3)
    assert SimpleRNN(units=3).multiply_adds(Tensor((None, None, 8))) == 3 * (8 + 3)
    stack = StackedRNNCells(cells=(SimpleRNNCell(units=3), SimpleRNNCell(units=2)))
    assert RNN(cell=stack).multiply_adds(SEQUENCE) == 5 * (3 * (8 + 3) + 2 * (3 + 2))


@pytest.mark.parametrize("name", ["LSTM", "GRU", "SimpleRNN", "RNN", "ConvLSTM1D"])
@pytest.mark.parametrize("zero", [True, False])
def test_masked_steps_are_zeros_where_the_layer_says_so_and_masks_stay_what_they_were(name, zero):
    arguments = {"RNN": "cell: {GRUCell: 3}", "ConvLSTM1D": "filters: 3, kernel_size: 1"}.get(name, "units: 3")
    settings = f"return_sequences: true, zero_output_for_mask: {str(zero).lower()}"
    more = "  - Reshape: [4, 1, 2]\n    from: x\n    name: r\n" if name == "ConvLSTM1D" else ""
    source = f"{{sequences: {'r' if more else 'x'}, mask: m}}"
    text = (
        "modelspec: 1\ninputs:\n  x: [4, 2]\n  m: {shape: [4], dtype: bool}\nlayers:\n"
        f"{more}  - {name}: {{{arguments}, {settings}}}\n    from: {source}\n    name: y\n"
    )
    checked = check_text(text)
    assert checked.ok, checked.diagnostics
    model = build_model(checked.network).model
    mask = np.array([[True, True, False, False]])
    made = np.asarray(model({"x": np.ones((1, 4, 2), "float32"), "m": mask})["y"])
    assert (not made[:, 2:].any()) == zero
    assert made[:, :2].any()
