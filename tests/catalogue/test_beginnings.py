"""Which argument begins which weight, against what Keras does with a constant; arrays that fit and that do not."""

import keras
import numpy as np
import pytest

from modelspec.catalogue.beginnings import beginnings
from modelspec.catalogue.initializers import Constant
from modelspec.catalogue.kinds import KINDS, find
from modelspec.language.arguments import nested_fields
from modelspec.manual.examples import given_to, made, sample_arguments
from modelspec.pipeline import check_text
from modelspec.runtime.build.model import build_model
from modelspec.runtime.build.objects import to_keras
from tests.catalogue.oracle import _symbolic

VALUE = 0.625


def begun():
    """Every layer and each of its arguments that begins weights."""
    for name in KINDS["layer"].classes:
        entry = find("layer", name)
        for argument, nested in nested_fields(entry).items():
            if nested.kind == "initializer":
                yield name, argument


def test_a_regularizer_or_constraint_that_is_not_written_is_none():
    """So layers that write none need no look at their weights."""
    classes = [find("layer", name) for name in KINDS["layer"].classes]
    terms = {
        (entry.__name__, name): field.default
        for entry in classes
        for name, field in entry.model_fields.items()
        if name.endswith(("_regularizer", "_constraint"))
    }
    assert len(terms) > 100
    assert set(terms.values()) == {None}


@pytest.mark.parametrize(("name", "argument"), list(begun()))
def test_an_argument_begins_the_weights_that_keras_begins_with_it(name, argument):
    entry = find("layer", name)
    sample = made(entry, {**sample_arguments(entry), argument: {"Constant": VALUE}})
    given = given_to(made(entry, sample_arguments(entry)))
    layer = to_keras(sample)
    layer(**{key: _symbolic(value) for key, value in given.items()})
    theirs = {weight.path.split("/", 1)[1] for weight in layer.weights if VALUE in np.asarray(weight)}
    ours = {
        found.weight.name for found in beginnings(sample, sample.new_weights(**given)) if found.argument == (argument,)
    }
    assert ours == theirs
    assert all(
        isinstance(found.initializer, Constant) == (found.argument == (argument,))
        for found in [item for item in beginnings(sample, sample.new_weights(**given)) if item.weight.name in ours]
    )


def text(layer, inputs="[4]", more=""):
    """A spec of one layer."""
    return f"modelspec: 1\ninputs: {{x: {inputs}}}\nlayers:\n  - {layer}\n    name: y\n{more}"


MATRIX = "[[1, 2], [3, 4], [5, 6], [7, 8]]"


@pytest.mark.parametrize(
    ("layer", "inputs", "weight"),
    [
        (f"Dense: {{units: 2, kernel_initializer: {{Constant: {{value: {MATRIX}}}}}}}", "[4]", 0),
        ("Dense: {units: 2, bias_initializer: {Constant: [1, 2]}}", "[4]", 1),
        ("Dense: {units: 2, kernel_initializer: {Constant: [1, 2]}}", "[4]", 0),
        ("Conv1D: {filters: 2, kernel_size: 1, kernel_initializer: {Constant: [[[1, 2], [3, 4]]]}}", "[5, 2]", 0),
        ("BatchNormalization: {moving_mean_initializer: {Constant: [1, 2, 3, 4]}}", "[4]", 2),
        ("PReLU: {alpha_initializer: {Constant: [1, 2, 3, 4]}}", "[4]", 0),
        ("LSTM: {units: 1, unit_forget_bias: false, bias_initializer: {Constant: [1, 2, 3, 4]}}", "[5, 4]", 2),
        ("Embedding: {input_dim: 4, output_dim: 2, embeddings_initializer: {Constant: " + MATRIX + "}}", "[4]", 0),
        ("TimeDistributed: {layer: {Dense: {units: 2, bias_initializer: {Constant: [1, 2]}}}}", "[5, 4]", 1),
        ("RNN: [{GRUCell: {units: 1, recurrent_initializer: {Constant: [[1, 2, 3]]}}}]", "[5, 4]", 1),
    ],
)
def test_an_array_that_fits_is_what_the_weight_begins_with(layer, inputs, weight):
    checked = check_text(text(layer, inputs))
    assert checked.ok, checked.diagnostics
    made = build_model(checked.network).layers["y"].weights[weight]
    numbers = np.asarray(made)
    assert numbers.std() > 0
    assert set(np.unique(numbers)) <= set(range(1, 9))


@pytest.mark.parametrize(
    ("layer", "inputs", "words"),
    [
        ("Dense: {units: 3, bias_initializer: {Constant: [1, 2]}}", "[4]", "shape (2,); expected (3,) for `bias`"),
        ("Dense: {units: 2, bias_initializer: {Constant: [[1, 2]]}}", "[4]", "shape (1, 2); expected (2,)"),
        (f"Dense: {{units: 2, kernel_initializer: {{Constant: {MATRIX}}}}}", "[3]", "expected (3, 2) for `kernel`"),
        ("LSTM: {units: 1, bias_initializer: {Constant: [1, 2, 3, 4]}}", "[5, 4]", "lstm_cell/bias"),
        ("Bidirectional: {layer: {GRU: {units: 2, bias_initializer: {Constant: [1, 2]}}}}", "[5, 4]", "forward_gru"),
        ("TimeDistributed: {layer: {Dense: {units: 3, bias_initializer: {Constant: [1, 2]}}}}", "[5, 4]", "dense/bias"),
    ],
)
def test_an_array_that_does_not_fit_is_told_at_its_place_and_keras_refuses_it(layer, inputs, words):
    checked = check_text(text(layer, inputs))
    assert [problem.code for problem in checked.diagnostics] == ["MS408"]
    assert words in checked.diagnostics[0].message
    assert checked.diagnostics[0].path[-1] in ("bias_initializer", "kernel_initializer")


def test_keras_itself_fails_on_an_array_of_another_shape():
    with pytest.raises(Exception, match=r"shape|[Ii]ncompatible"):
        keras.layers.Dense(3, bias_initializer=keras.initializers.Constant([1.0, 2.0])).build((None, 4))


@pytest.mark.parametrize("value", ["[[1, 2], [3]]", "[]", "[1, a]", "true", "[true]", "a", "[.inf]", "{a: 1}"])
def test_what_is_no_array_is_refused(value):
    checked = check_text(text(f"Dense: {{units: 2, kernel_initializer: {{Constant: {{value: {value}}}}}}}"))
    assert not checked.ok
    assert {problem.code for problem in checked.diagnostics} <= {"MS203", "MS113"}
