"""Every function on tensors of every dtype: what validates runs, and what is refused TensorFlow fails on."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf

from modelspec.catalogue.backends.tensorflow.functions import refuse_without_kernel
from modelspec.catalogue.ops import OPS, find_op
from modelspec.catalogue.tensor import Refusal, Tensor
from modelspec.manual.examples import given_to, made, sample_arguments
from modelspec.runtime.build.ops import call_op

pytestmark = pytest.mark.filterwarnings("ignore")
DTYPES = ("float32", "float16", "float64", "int32", "uint8", "bool", "complex64", "string")
BY_VALUE = {
    "cholesky": "it needs a positive definite matrix",
    "segment_sum": "it needs segments that count up",
    "floor_divide": "whole numbers are divided by zero",
    "slogdet": "Keras promises a number where there is one for each matrix",
}
"""What fails for the numbers in a tensor, not for its dtype."""


def runs(function: Any, given: dict[str, Any]) -> bool:
    """Whether a model of the function runs on data; anything that Keras or TensorFlow raise is a failure."""
    keras.backend.clear_session(free_memory=False)
    tensors = [item for value in given.values() for item in ((value,) if isinstance(value, Tensor) else value)]
    inputs = [keras.Input(batch_shape=item.shape, dtype=item.dtype) for item in tensors]
    rest = iter(inputs)
    keywords = {
        name: next(rest) if isinstance(value, Tensor) else [next(rest) for _ in value] for name, value in given.items()
    }
    specs = [tf.TensorSpec(item.shape, item.dtype) for item in tensors]
    try:
        made = [item for item in keras.tree.flatten(call_op(function, **keywords)) if item is not None]
        if not inputs:
            return True  # it has made its numbers
        model = keras.Model(inputs, made)
        call = tf.function(lambda *values: model(list(values)), input_signature=specs)
        call(*[array(item) for item in tensors])
    except Exception:
        return False
    return True


def array(tensor: Tensor) -> Any:
    """Numbers that do no harm: from 1 where they are whole, between 0 and 1 where they are not."""
    shape = [7 if axis == 0 and size is None else size or 5 for axis, size in enumerate(tensor.shape)]
    random = np.random.default_rng(1)
    if tensor.dtype == "string":
        return tf.constant(np.array(["a b", "c"])[random.integers(0, 2, shape)])
    if "int" in tensor.dtype or tensor.dtype == "bool":
        return tf.cast(random.integers(0 if tensor.dtype == "bool" else 1, 3, shape), tensor.dtype)
    return tf.cast(random.uniform(0.2, 0.9, shape), tensor.dtype)


def of_dtype(value: Any, dtype: str) -> Any:
    """The same tensors, of another dtype."""
    return value._replace(dtype=dtype) if isinstance(value, Tensor) else tuple(of_dtype(item, dtype) for item in value)


def rows(*sizes: int, dtype: str = "float32") -> Tensor:
    """A tensor with a free batch."""
    return Tensor((None, *sizes), dtype)


FRAMES = {"sequence_length": 256, "sequence_stride": 128, "fft_length": 256}
REFUSED = [
    ("logsumexp", {"axis": [1, 3, 5]}, {"x": rows(2, 2, 2, 2, 2)}),
    ("isnan", {}, {"x": rows(4, dtype="int32")}),
    ("clip", {"x_min": 0.0, "x_max": 1}, {"x": rows(4, dtype="int32")}),
    ("sum", {"axis": 1}, {"x": rows(4, dtype="string")}),
    ("maximum", {}, {"x1": rows(4, dtype="complex64"), "x2": rows(4)}),
    ("gcd", {}, {"x1": rows(4, dtype="int32"), "x2": rows(4, dtype="int32")}),
    ("stft", FRAMES, {"x": rows(100)}),
    ("nanmedian", {"axis": 1}, {"x": rows(4)}),
    ("in_top_k", {"k": 2}, {"targets": rows(), "predictions": rows(4)}),
    ("pad", {"pad_width": 1}, {"x": rows(4)}),
    ("unravel_index", {"shape": [4, 4]}, {"indices": rows(3, dtype="int32")}),
    ("geomspace", {"axis": 1}, {"start": rows(4), "stop": rows(4)}),
    ("argpartition", {"kth": 2, "axis": 1}, {"x": rows(6, 5, 3)}),
    ("trapezoid", {"x": [0.0, 1.0, 3.0]}, {"y": rows(4)}),
    ("trapezoid", {"x": [0.0]}, {"y": rows(4)}),
    ("trapezoid", {"x": [0.0, 1.0, 3.0], "axis": 1}, {"y": rows(3)}),
    ("logdet", {}, {"x": rows(4, 5)}),
    ("fold", {"output_size": [4, 4], "kernel_size": 2, "stride": 2}, {"x": rows(12, 5)}),
    ("log_softmax", {"axis": [1, 2]}, {"x": rows(4, 3)}),
    ("softmax", {"axis": [1]}, {"x": rows(4, 3)}),
    ("normalize", {"axis": [1, -1]}, {"x": rows(4)}),
    ("trapezoid", {"axis": -2}, {"y": rows(4, 3)}),
    ("roll", {"shift": 1, "axis": [1]}, {"x": rows(4)}),
    ("roll", {"shift": [1, 2], "axis": 1}, {"x": rows(4)}),
    ("roll", {"shift": [1]}, {"x": rows(4)}),
    ("tril", {"k": 4}, {"x": rows(4, 3)}),
    ("triu", {"k": -5}, {"x": rows(4, 3)}),
    ("tensordot", {"axes": -1}, {"x1": rows(4), "x2": rows(4)}),
    ("geomspace", {"num": 5, "dtype": "int32"}, {"start": rows(4), "stop": rows(4)}),
    ("stft", {"sequence_length": 8, "sequence_stride": 2, "fft_length": 4}, {"x": rows(40)}),
    ("segment_sum", {"num_segments": 3, "sorted": True}, {"data": rows(4), "segment_ids": rows(dtype="int32")}),
    ("slice_update", {"start_indices": [1]}, {"inputs": rows(4), "updates": rows(2)}),
    ("cast", {"dtype": "string"}, {"x": rows(4)}),
    ("cast", {"dtype": "int32"}, {"x": rows(4, dtype="string")}),
    ("full", {"shape": 8, "fill_value": 1.0}, {}),
    ("full", {"shape": [2], "fill_value": False, "dtype": "bfloat16"}, {}),
    ("eye", {"N": 4, "k": 5}, {}),
    ("eye", {"N": 4, "M": 6, "k": -5}, {}),
]
TAKEN = [
    ("logsumexp", {"axis": [1, 3, 4]}, {"x": rows(2, 2, 2, 2, 2)}),
    ("isnan", {}, {"x": rows(4)}),
    ("clip", {"x_min": 0, "x_max": 1}, {"x": rows(4, dtype="int32")}),
    ("maximum", {}, {"x1": rows(4, dtype="int32"), "x2": rows(4)}),
    ("stft", FRAMES, {"x": rows(129)}),
    ("stft", {**FRAMES, "center": False}, {"x": rows(300)}),
    ("where", {}, {"condition": rows(4, dtype="bool"), "x1": rows(4, dtype="string"), "x2": rows(4, dtype="string")}),
    ("pad", {"pad_width": [[0, 0], [1, 1]]}, {"x": rows(4)}),
    ("argpartition", {"kth": 2, "axis": None}, {"x": rows(6, 5, dtype="int32")}),
    ("trapezoid", {"x": [0.0, 1.0, 3.0, 4.0]}, {"y": rows(4)}),
    ("trapezoid", {"x": [0.0, 2.0]}, {"y": rows(4)}),
    ("logdet", {}, {"x": rows(4, 4)}),
    ("fold", {"output_size": [4, 4], "kernel_size": 2, "stride": 2}, {"x": rows(12, 4)}),
    ("softmax", {"axis": 1}, {"x": rows(4, 3)}),
    ("normalize", {"axis": [1, 2]}, {"x": rows(4, 3)}),
    ("trapezoid", {"axis": 1}, {"y": rows(4, 3)}),
    ("roll", {"shift": [1, 2], "axis": [1, 2]}, {"x": rows(4, 3)}),
    ("tril", {"k": 3}, {"x": rows(4, 3)}),
    ("triu", {"k": -4}, {"x": rows(4, 3)}),
    ("stft", {"sequence_length": 8, "sequence_stride": 2, "fft_length": 8}, {"x": rows(40)}),
    ("cast", {"dtype": "string"}, {"x": rows(4, dtype="string")}),
    ("eye", {"N": 4, "M": 6, "k": 6}, {}),
    ("full", {"shape": [8], "fill_value": 1.0}, {}),
]


@pytest.mark.parametrize(("name", "arguments", "given"), REFUSED)
def test_what_fails_when_the_model_runs_is_refused(name, arguments, given):
    function = made(find_op(name), arguments)
    function.infer(**given)
    assert refused(function, given)
    assert not runs(function, given)


@pytest.mark.parametrize(("name", "arguments", "given"), TAKEN)
def test_what_runs_is_taken(name, arguments, given):
    function = made(find_op(name), arguments)
    function.infer(**given)
    assert not refused(function, given)
    assert runs(function, given)


@pytest.mark.parametrize(
    ("x", "axis", "right"),
    [
        (np.random.default_rng(1).permutation(40), -1, True),
        (np.random.default_rng(1).permutation(40).reshape(4, 10), None, True),
        (np.random.default_rng(1).permutation(40).reshape(4, 10), -1, False),
        (np.random.default_rng(1).permutation(40) / 40, -1, False),
    ],
)
def test_argpartition_is_refused_where_its_answer_is_wrong(x, axis, right):
    places = np.asarray(keras.ops.argpartition(x, 3, axis=axis))
    ordered = np.sort(x, axis=axis)
    taken = np.take_along_axis(x, places, axis=axis)[..., :4]
    each_once = np.array_equal(np.sort(places, axis=-1), np.argsort(ordered, axis=axis))
    assert (each_once and np.array_equal(np.sort(taken, axis=-1), ordered[..., :4])) == right
    function = made(find_op("argpartition"), {"kth": 3, "axis": axis})
    dtype = "float32" if x.dtype.kind == "f" else "int32"
    assert refused(function, {"x": Tensor(x.shape, dtype)}) != right


WRONG = ("argpartition",)
"""What runs where it is refused, and has another answer than is documented."""


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in OPS if name not in (*BY_VALUE, *WRONG)])
def test_what_validates_runs_and_what_is_refused_fails(name):
    found = find_op(name)
    assert found is not None
    function = made(found, sample_arguments(found))
    usual = given_to(function)
    assert runs(function, usual)
    for dtype in DTYPES:
        given = {key: of_dtype(value, dtype) for key, value in usual.items()}
        try:
            function.infer(**given)
        except Refusal:
            continue  # Keras refuses it as well: tests/catalogue/ops/test_rules.py
        assert runs(function, given) != refused(function, given), dtype


def refused(function: Any, given: dict[str, Any]) -> bool:
    """Whether TensorFlow is said to have no kernel for these."""
    try:
        refuse_without_kernel(function, given)
    except Refusal:
        return True
    return False
