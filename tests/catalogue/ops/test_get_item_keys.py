"""`ops.get_item: ":, 1:4"`: Python's slices as a text, with Keras's shapes and values."""

from __future__ import annotations

import keras
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic_core import PydanticCustomError

from modelspec.catalogue.ops import find_op
from modelspec.catalogue.ops.shapes.keys import key_text, read_key
from modelspec.catalogue.tensor import Refusal, Tensor
from modelspec.runtime.build.ops import call_op
from tests.graph.telling import only, place, shapes, told

ONE = "inputs: {x: [7, 5]}\nlayers:\n"
BOUND = st.none() | st.integers(-9, 9)
SLICE = st.builds(slice, BOUND, BOUND, st.none() | st.integers(-3, 3).filter(bool))
KEYS = st.lists(SLICE | st.integers(-8, 8) | st.none() | st.just(...), min_size=1, max_size=5).filter(
    lambda key: sum(part is ... for part in key) <= 1
)


@settings(max_examples=300, deadline=None)
@given(KEYS)
def test_shapes_and_values_are_those_of_keras(key):
    key = tuple(key)
    text = key_text(key)
    assert read_key(text) == key
    op = find_op("get_item")(key=text)
    rows = np.arange(4 * 7 * 5, dtype="float32").reshape(4, 7, 5)
    try:
        expected = keras.ops.get_item(keras.KerasTensor((None, 7, 5)), key).shape
    except ValueError:
        expected = None
    try:
        found = op.infer(Tensor((None, 7, 5), "float32")).shape
    except Refusal:
        found = None
    assert found == expected, text
    try:
        values = rows[key]
    except IndexError:
        return  # of four rows there is no ninth
    assert np.array_equal(call_op(op, x=rows), values)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        (":, -1", (slice(None), -1)),
        (":,1:4", (slice(None), slice(1, 4))),
        ("[:, ::2]", (slice(None), slice(None, None, 2))),
        ("..., None", (..., None)),
        ("np.newaxis, Ellipsis", (None, ...)),
        ("1,", (1,)),
        (" : , - 1".replace("- ", "-"), (slice(None), -1)),
        (3, (3,)),
        ([0, -1], (0, -1)),
    ],
)
def test_a_key_is_read_as_python_reads_it(text, key):
    assert read_key(text) == key


@pytest.mark.parametrize(
    "text", ["", "a", "1:2:3:4", "::0", "..., ...", "1 2", "__import__('os')", "x[0]", "1e3", ":" + ", :" * 64, 1.5, True, [True], "99999999999", "0x1", "(1, 2)", "1;2"]
)  # fmt: skip
def test_anything_else_is_refused(text):
    with pytest.raises(PydanticCustomError):
        read_key(text)


def test_a_spec_says_slices():
    text = ONE + '  - ops.get_item: ":, 1:6:2, None, -1"\n    name: y\noutputs: {y: }\n'
    assert shapes(text) == {"y": (None, 3, 1)}


@pytest.mark.parametrize(
    ("written", "at"),
    [('":, 9"', "MS408"), ('":, :, :, 0"', "MS408"), ('":; 1"', "MS203"), ('"::0"', "MS203")],
)
def test_a_key_that_does_not_fit_is_told_at_its_place(written, at):
    assert told(ONE + f"  - ops.get_item: {written}\n") == [(at, 4, 5 if at == "MS408" else 19)] or told(
        ONE + f"  - ops.get_item: {written}\n"
    ) == [(at, 4, 19)]


def test_a_key_of_the_wrong_form_shows_one_that_fits():
    wrong = only(ONE + "  - ops.get_item: first\n")
    assert place(wrong) == ("MS203", 4, 19)
    assert ":, 1:4" in wrong.message


def test_what_is_saved_is_loaded(tmp_path):
    x = keras.Input((7, 5))
    op = find_op("get_item")(key=":, 5:1:-2, None, -1")
    model = keras.Model(x, call_op(op, x=x))
    model.save(tmp_path / "m.keras")
    rows = np.arange(2 * 7 * 5, dtype="float32").reshape(2, 7, 5)
    assert np.array_equal(keras.models.load_model(tmp_path / "m.keras")(rows), rows[:, 5:1:-2, None, -1])


@pytest.mark.parametrize("key", ['"[0, 2], 1"', '"x > 3"', '":, i"', "[[0, 2], 1]", "{key: [true]}"])
def test_places_that_no_key_can_say_lead_to_the_ops_that_take_them(key):
    spec = "inputs: {x: [4, 3]}\nlayers: [{ops.get_item: KEY, name: y}]\n"
    problem = only(spec.replace("KEY", key))
    assert "expected indices as in Python" in problem.message
    assert "ops.slice" in problem.help
    followed = spec.replace("{ops.get_item: KEY, ", "{" + problem.help.split("`")[1] + ", ")
    assert shapes(followed)["y"] == (None, 2, 3)


@pytest.mark.parametrize("written", ['":, 1.5"', '[":", -1]', '"..., ..., 1"', '"::0"', "first"])
def test_what_was_expected_is_said_in_a_sentence(written):
    wrong = only(ONE + f"  - ops.get_item: {written}\n")
    assert "expected input" not in wrong.message
    assert wrong.help is None or "only the first argument" not in wrong.help
