"""The tensors that normalizations scale and shift by, and sparse ones: what TensorFlow cannot compute is refused."""

import keras
import pytest
import tensorflow as tf

from modelspec.catalogue.ops import find_op
from modelspec.catalogue.tensor import Refusal, Tensor
from modelspec.pipeline import check_text

INPUTS = [(None, 8), (None, 4, 8), (None, 1, 8), (3, 4, 8)]
SCALES = [
    (), (1,), (4,), (8,), (32,), (1, 8), (4, 8), (None, 8), (1, 4, 8), (1, 1, 8), (None, 4, 8), (None, 1, 8), (None, 4, 1), (2, 4, 8),
    (1, 1, 1, 8),
]  # fmt: skip
AXES = [-1, 1, 2, -2, (1, 2), (-1,), (2,), (-1, -2)]
BATCH = 3


def accepted(name, axis, x, **given):
    """Whether we take the shapes, for any number of rows; None where the axis is not there."""
    try:
        op = find_op(name)(axis=axis)
        op.infer(Tensor(x))
    except Refusal:
        return None
    try:
        for rows in (None, 97):  # as a spec is checked: some fail for a number of rows only
            counted = {key: Tensor(tuple(size or rows for size in shape)) for key, shape in given.items()}
            op.infer(Tensor(tuple(size or rows for size in x)), **counted)
    except Refusal:
        return False
    return True


def computed(name, axis, x, **given):
    """Whether TensorFlow computes it."""

    def call(first, second):
        return getattr(keras.ops, name)(first, axis=axis, **dict.fromkeys(given, second))

    shapes = [x, *given.values()]
    sizes = [tuple(size or BATCH for size in shape) for shape in shapes]
    try:
        traced = tf.function(call).get_concrete_function(*map(tf.TensorSpec, shapes))
        traced(*map(tf.ones, sizes))
    except Exception:
        return False
    return True


@pytest.mark.slow
@pytest.mark.parametrize("x", INPUTS)
@pytest.mark.parametrize(("name", "argument"), [(n, a) for n, a in (
    ("layer_normalization", "gamma"), ("layer_normalization", "beta"), ("rms_normalization", "scale"))])  # fmt: skip
def test_what_a_normalization_is_scaled_by_is_what_tensorflow_takes(name, argument, x):
    wrong = []
    for axis in AXES:
        for shape in SCALES:
            if x[0] is not None and None in shape:
                continue  # with as many rows in one as are fixed in the other, or not: the rows decide
            ours = accepted(name, axis, x, **{argument: shape})
            if ours is not None and ours != computed(name, axis, x, **{argument: shape}):
                wrong.append((axis, shape, ours))
    assert wrong == []


def told(steps, inputs="x: [4, 8], g: [8]"):
    """The errors of a spec of these steps."""
    text = f"modelspec: 1\ninputs: {{{inputs}}}\nlayers:\n" + "".join(f"  - {step}\n" for step in steps)
    return [(item.code, item.span.line) for item in check_text(text).diagnostics if item.severity == "error"]


@pytest.mark.parametrize("given", ["{x: x, gamma: g}", "{x: x, beta: g}"])
def test_a_scale_with_an_axis_for_rows_is_told_at_its_name(given):
    assert told([f"{{ops.layer_normalization: {{axis: -2}}, from: {given}}}"]) == [("MS402", 4)]
    assert told([f"{{ops.layer_normalization: {{axis: 1}}, from: {given}}}"]) == [("MS402", 4)]


def test_a_scale_without_rows_is_taken():
    first = "{ops.get_item: 0, from: g, name: g1}"
    assert told([first, "{ops.layer_normalization: {}, from: {x: x, gamma: g1}}"]) == []
    assert told([first, "{ops.rms_normalization: {}, from: {x: x, scale: g1}}"]) == []


def test_a_sparse_one_hot_needs_all_sizes():
    step = "{ops.one_hot: {num_classes: 5, sparse: true}}"
    assert told([step], "x: {shape: [4], dtype: int32}") == [("MS408", 4)]
    assert told([step], "x: {shape: [], dtype: int32}") == []
    assert told([step.replace("one", "multi")], "x: {shape: [4], dtype: int32}") == []
