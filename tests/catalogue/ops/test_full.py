"""`ops.full` of arrays, and the diagonals of `ops.eye`, against the installed Keras."""

import json

import keras
import pytest

from modelspec.pipeline import check_text

HEAD = "modelspec: 1\ninputs: {x: [3, 2]}\nlayers:\n"
REST = "    name: c\n  - ops.cast: float32\n    name: d\n  - ops.add:\n    from: [x, d]\n"
ARRAYS = (
    [True, False],
    [0, 1],
    [0.5, 2],
    [[1, 2]],
    [[1], [2], [3]],
    [1, 2, 3],
    [[1, 2], [3]],
    [],
    [[[1, 2]]],
    [1],
    1,
)


@pytest.mark.parametrize("value", ARRAYS, ids=str)
@pytest.mark.parametrize("dtype", ["float32", "bfloat16", "int32", "bool"])
def test_an_array_fills_a_shape_where_it_does_in_keras(value, dtype):
    try:
        made = keras.ops.full([3, 2], value, dtype=dtype)
    except Exception:
        made = None
    text = f"{HEAD}  - ops.full: {{shape: [3, 2], fill_value: {json.dumps(value)}, dtype: {dtype}}}\n{REST}"
    checked = check_text(text)
    changed = any(problem.code == "MS405" and "expected" in problem.message for problem in checked.diagnostics)
    assert checked.ok == (made is not None) or changed, checked.diagnostics
    if checked.ok:
        assert tuple(made.shape) == (3, 2)


def test_a_number_of_an_array_that_the_dtype_lacks_is_named():
    (problem,) = check_text(
        f"{HEAD}  - ops.full: {{shape: [3, 2], fill_value: [1, 300], dtype: uint8}}\n{REST}"
    ).diagnostics
    assert (problem.code, "received 300" in problem.message) == ("MS405", True)


@pytest.mark.parametrize("rows", range(1, 5))
def test_a_diagonal_is_refused_where_tensorflow_makes_another_shape(rows):
    for columns in range(1, 5):
        for k in range(-6, 7):
            try:
                right = tuple(keras.ops.eye(rows, columns, k).shape) == (rows, columns)
            except Exception:
                right = False
            text = HEAD.replace("[3, 2]", f"[{rows}, {columns}]")
            text += f"  - ops.eye: {{N: {rows}, M: {columns}, k: {k}}}\n    name: c\n  - ops.add:\n    from: [x, c]\n"
            assert check_text(text).ok == right, (columns, k)


def test_what_is_said_of_such_a_diagonal_makes_it():
    below = keras.ops.tri(6, 4, -1) - keras.ops.tri(6, 4, -2)
    assert below.shape == (6, 4)
    assert keras.ops.convert_to_numpy(below).sum() == 4


def test_true_beside_a_number_is_refused_as_keras_does_for_whole_numbers():
    with pytest.raises(ValueError, match="mixed types"):
        keras.ops.full([3, 2], [True, 1], dtype="int32")
    (problem,) = check_text(f"{HEAD}  - ops.full: {{shape: [3, 2], fill_value: [true, 1]}}\n{REST}").diagnostics
    assert (problem.code, "or of true and false" in problem.message) == ("MS203", True)
