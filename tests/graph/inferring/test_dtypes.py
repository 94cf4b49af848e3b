"""What Keras promises as floats and gives as whole numbers: refused where a later step fails on it."""

import pytest

from tests.graph.telling import good, only, place

WHOLE = "inputs: {x: {shape: [5, 4], dtype: int32}, y: [5, 4]}\nlayers:\n"


@pytest.mark.parametrize(
    "steps",
    [
        "  - {Add: null, from: [x, x]}\n  - Dropout: 0.5\n",
        "  - {Concatenate: null, from: [x, x]}\n  - Softmax\n",
        "  - {Maximum: null, from: [x, x]}\n  - Conv1D: {filters: 2, kernel_size: 2}\n",
        "  - {Multiply: null, from: [x, x]}\n  - ops.sigmoid\n",
        "  - {Subtract: null, from: [x, x]}\n  - TimeDistributed: {layer: Softmax}\n",
        "  - {Add: null, from: [x, x]}\n  - LSTM: {units: 3, dropout: 0.1}\n",
    ],
)
def test_a_step_that_fails_on_whole_numbers_is_refused_after_a_merge_of_them(steps):
    error = only(WHOLE + steps)
    assert place(error) == ("MS405", 5, 5)
    assert "though Keras infers float32" in error.message


def test_whole_numbers_stay_whole_through_steps_that_move_them():
    error = only(WHOLE + "  - {Add: null, from: [x, x]}\n  - Flatten\n  - ReLU\n  - ops.add: 1\n  - Softmax\n")
    assert place(error) == ("MS405", 8, 5)


@pytest.mark.parametrize(
    "steps",
    [
        "  - {Add: null, from: [x, x]}\n  - ops.cast: float32\n  - Softmax\n",
        "  - {Add: null, from: [x, x]}\n  - Dense: 3\n  - Dropout: 0.5\n",
        "  - {Add: null, from: [x, y]}\n  - Softmax\n",
        "  - {Average: null, from: [x, x]}\n  - Softmax\n",
        "  - {Add: null, from: [x, x]}\n  - ops.add: 1.5\n  - Softmax\n",
        "  - {Add: null, from: [x, x]}\n  - LSTM: 3\n",
    ],
)
def test_floats_made_of_them_are_floats(steps):
    unused = "" if "y" in steps else "  - {Add: null, from: [y, y]}\n"
    assert good(WHOLE + unused + steps)


def test_a_nested_model_casts_what_it_is_given():
    model = "models: {m: {inputs: {q: [5, 4]}, layers: [Softmax]}}\n"
    assert good(model + WHOLE + "  - {Add: null, from: [x, x]}\n  - call: m\n")
