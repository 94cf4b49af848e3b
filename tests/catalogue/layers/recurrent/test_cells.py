"""LSTMCell, GRUCell, SimpleRNNCell and StackedRNNCells against Keras."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from modelspec.catalogue.layers.core.core import Dense
from modelspec.catalogue.layers.recurrent.cells import GRUCell, LSTMCell, SimpleRNNCell, StackedRNNCells
from modelspec.catalogue.tensor import Refusal, Tensor
from tests.catalogue.oracle import assert_agrees, assert_same_signature
from tests.catalogue.strategies import dims

STEP, STATE = Tensor((None, 8)), Tensor((None, 3))


@pytest.mark.parametrize("entry", [LSTMCell, GRUCell, SimpleRNNCell, StackedRNNCells])
def test_signatures_are_those_of_keras(entry):
    assert_same_signature(entry)


@given(
    width=dims(),
    units=st.integers(1, 4),
    state=st.integers(1, 4),
    entry=st.sampled_from([LSTMCell, GRUCell, SimpleRNNCell]),
    count=st.integers(1, 2),
    more=st.fixed_dictionaries(
        {},
        optional={
            "use_bias": st.booleans(),
            "trainable": st.booleans(),
            "dtype": st.sampled_from(["float16", "float64"]),
            "recurrent_dropout": st.just(0.5),
        },
    ),
)
def test_a_cell_agrees_with_keras(width, units, state, entry, count, more):
    cell = entry(units=units, **more)
    first = "sequence" if entry is SimpleRNNCell else "inputs"
    states = (Tensor((None, state if state <= 2 else units)),) * (2 if entry is LSTMCell else 1)
    assert_agrees(cell, **{first: Tensor((None, width)), "states": states})


def test_a_cell_accepts_its_states_and_refuses_others():
    assert assert_agrees(LSTMCell(units=3), inputs=STEP, states=(STATE, STATE))
    assert assert_agrees(GRUCell(units=3), inputs=STEP, states=(STATE,))
    assert assert_agrees(GRUCell(units=3), inputs=STEP, states=STATE)
    assert not assert_agrees(LSTMCell(units=3), inputs=STEP, states=(STATE,))
    assert not assert_agrees(SimpleRNNCell(units=3), sequence=STEP, states=(Tensor((None, 4)),))


def test_a_stack_gives_each_cell_the_output_of_the_one_below():
    cells = (LSTMCell(units=3), GRUCell(units=2), GRUCell(units=4))
    states = ((STATE, STATE), Tensor((None, 2)), Tensor((None, 4)))
    assert assert_agrees(StackedRNNCells(cells=cells), inputs=STEP, states=states)
    with pytest.raises(Refusal):
        StackedRNNCells(cells=cells).infer(STEP, (STATE, STATE, Tensor((None, 2)), Tensor((None, 4))))


def test_a_stack_is_of_cells_only():
    for cells in ((), (Dense(units=3),)):
        with pytest.raises(ValidationError, match="StackedRNNCells"):
            StackedRNNCells(cells=cells)


def test_multiply_adds_count_both_kernels_once():
    assert LSTMCell(units=3).multiply_adds(STEP, (STATE, STATE)) == 4 * 3 * (8 + 3)
