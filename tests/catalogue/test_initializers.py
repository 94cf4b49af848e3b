"""Which initializer can fill which weight, against the installed Keras and TensorFlow."""

import keras
import pytest

from modelspec.catalogue.beginnings import BegunWeight, check_beginnings, check_filling
from modelspec.catalogue.kinds import KINDS, find
from modelspec.catalogue.tensor import Refusal, Weight
from modelspec.manual.examples import given_to, made, sample_arguments
from modelspec.pipeline import check_text
from modelspec.runtime.build.objects import to_keras
from tests.catalogue.oracle import _symbolic
from tests.catalogue.test_beginnings import begun

SHAPES = [(), (1,), (4,), (4, 4), (3, 4), (1, 4), (2, 3, 4), (2, 2, 3, 4), (1, 2, 2, 3, 4)]
DTYPES = ["float32", "float16", "bfloat16", "float64"]
AXES = [([0], [1]), ([2], [1]), ([-1], [0]), ([-5], [0]), ([0, 0], [1]), ([0], None), (None, [9])]
MADE = [
    *((name, {}) for name in KINDS["initializer"].classes if name != "npz"),
    *(
        (name, {key: axes for key, axes in zip(("input_axes", "output_axes"), pair, strict=True) if axes is not None})
        for name in ("GlorotNormal", "HeUniform", "VarianceScaling")
        for pair in AXES
    ),
]


@pytest.mark.parametrize(("name", "values"), MADE, ids=str)
def test_an_initializer_is_refused_for_the_weights_that_keras_cannot_fill_with_it(name, values):
    initializer = made(find("initializer", name), values)
    for shape in SHAPES:
        for dtype in DTYPES:
            found = BegunWeight(Weight("kernel", shape, dtype=dtype), ("kernel_initializer",), initializer, (shape,))
            assert refuses(lambda found=found: check_filling(found)) == fails(to_keras(initializer), shape, dtype), (
                shape,
                dtype,
            )


def fails(initializer, shape, dtype):
    """Whether Keras makes no variable of it."""
    try:
        keras.Variable(initializer, shape=shape, dtype=dtype)
    except Exception:  # Keras and TensorFlow raise what they like
        return True
    return False


def refuses(check):
    """Whether a check raises a refusal."""
    try:
        check()
    except Refusal:
        return True
    return False


SOME = [
    ("BatchNormalization", "moving_variance_initializer"),
    ("Dense", "bias_initializer"),
    ("GRU", "bias_initializer"),
]


@pytest.mark.parametrize(
    ("layer", "argument"),
    [item if item in SOME else pytest.param(*item, marks=pytest.mark.slow) for item in begun()],
)
@pytest.mark.parametrize("initializer", ["identity", "orthogonal"])
def test_a_layer_is_refused_the_initializers_with_which_keras_cannot_build_it(layer, argument, initializer):
    entry = find("layer", layer)
    given = given_to(made(entry, sample_arguments(entry)))
    sample = made(entry, {**sample_arguments(entry), argument: initializer})
    keras.backend.clear_session(free_memory=False)
    try:
        to_keras(sample)(**{key: _symbolic(value) for key, value in given.items()})
    except Exception:
        theirs = True
    else:
        theirs = False
    assert refuses(lambda: check_beginnings(sample, sample.new_weights(**given))) == theirs


@pytest.mark.parametrize(
    ("layer", "inputs", "code", "column"),
    [
        ("BatchNormalization: {moving_variance_initializer: orthogonal}", "[4]", "MS408", 55),
        ("Dense: {units: 3, bias_initializer: {Identity: 2.0}}", "[4]", "MS408", 41),
        ("Dense: {units: 3, bias_initializer: {HeNormal: {input_axes: [0], output_axes: [1]}}}", "[4]", "MS408", 83),
        ("TimeDistributed: {layer: {BatchNormalization: {gamma_initializer: orthogonal}}}", "[2, 4]", "MS408", 71),
        ("Bidirectional: {layer: {LSTM: {units: 3, bias_initializer: orthogonal}}}", "[2, 4]", "MS408", 64),
        ("Dense: {units: 3, kernel_initializer: OrthogonalInitializer, dtype: bfloat16}", "[4]", "MS405", 43),
        ("LSTM: {units: 3, dtype: bfloat16}", "[2, 4]", "MS405", 11),
    ],
)
def test_what_cannot_fill_a_weight_is_told_where_it_stands(layer, inputs, code, column):
    told = check_text(f"modelspec: 1\ninputs: {{x: {inputs}}}\nlayers:\n  - {layer}\n").diagnostics
    assert [(item.code, item.span.line, item.span.column) for item in told] == [(code, 4, column)]


def test_what_the_help_says_makes_the_weight_of_bfloat16():
    head = "modelspec: 1\ninputs: {x: [2, 4]}\nlayers:\n  - LSTM: {units: 3, "
    assert check_text(f"{head}recurrent_initializer: glorot_uniform, dtype: bfloat16}}\n").ok
    assert check_text(f"{head}dtype: mixed_bfloat16}}\n").ok
