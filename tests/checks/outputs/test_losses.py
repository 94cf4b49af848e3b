"""Losses against the activations, units and columns of their outputs; Keras says which it refuses."""

import keras
import numpy as np
import pytest

from modelspec.catalogue.kinds import find
from modelspec.catalogue.losses import LOSSES
from modelspec.runtime.build.objects import to_keras
from tests.checks.told import problems, spec, told


def dense(units, activation, loss, *more):
    end = f", activation: {activation}" if activation else ""
    shape = "{shape: [64], column: image}" if "dataset" in "".join(more) else "[4]"
    layers, outputs = [f"  - Dense: {{units: {units}{end}}}", "    name: y"], f"outputs: {{y: {{loss: {loss}}}}}"
    return spec(layers, outputs, *more, inputs=f"inputs: {{x: {shape}}}")


LOGITS = "{BinaryCrossentropy: {from_logits: true}}"
FAILING = {
    "a sigmoid and from_logits": (dense(1, "sigmoid", LOGITS), [("MS505", 6, 56)]),
    "a softmax and from_logits": (
        dense(3, "softmax", "{CategoricalCrossentropy: {from_logits: true}}"),
        [("MS505", 6, 61)],
    ),
    "no activation, binary": (dense(1, "", "bce"), [("MS505", 6, 21)]),
    "no activation, class numbers": (dense(3, "", "sparse_categorical_crossentropy"), [("MS505", 6, 21)]),
    "no activation, one-hot": (dense(3, "", "categorical_crossentropy"), [("MS505", 6, 21)]),
    "relu, binary": (dense(1, "relu", "bce"), [("MS505", 6, 21)]),
    "softplus, one-hot": (dense(3, "softplus", "categorical_crossentropy"), [("MS505", 6, 21)]),
    "tanh, one-hot": (dense(3, "tanh", "kl_divergence"), [("MS505", 6, 21)]),
    "one class": (dense(1, "sigmoid", "categorical_crossentropy"), [("MS507", 6, 21)]),
    "one class number": (dense(1, "sigmoid", "sparse_categorical_crossentropy"), [("MS507", 6, 21)]),
    "a softmax of many, binary": (dense(3, "softmax", "bce"), [("MS508", 6, 21)]),
    "a column of class numbers": (
        dense(
            10,
            "softmax",
            "categorical_crossentropy, column: label",
            "data: {train: {dataset: {name: digits, flatten: true}}}",
        ),
        [("MS509", 6, 21)],
    ),
    "a column of one-hot rows": (
        dense(
            10,
            "softmax",
            "sparse_categorical_crossentropy, column: one_hot",
            "data: {train: {dataset: {name: digits, flatten: true}}}",
        ),
        [("MS509", 6, 21)],
    ),
    "an output that Circle refuses": (
        spec(["  - Reshape: [2, 2]", "  - Dense: 3", "    name: y"], "outputs: {y: {loss: Circle}}"),
        [("MS401", 7, 21)],
    ),
    "an axis that is not there": (
        dense(3, "", "{CosineSimilarity: {axis: 2}}"),
        [("MS408", 6, 47)],
    ),
}
PASSING = {
    "logits": dense(1, "", LOGITS),
    "a sigmoid": dense(1, "sigmoid", "bce"),
    "a hard sigmoid": dense(1, "hard_sigmoid", "bce"),
    "several labels": dense(3, "sigmoid", "bce"),
    "a softmax": dense(3, "softmax", "categorical_crossentropy"),
    "class numbers": dense(3, "softmax", "sparse_categorical_crossentropy"),
    "logarithms of probabilities": dense(3, "log_softmax", "{CategoricalCrossentropy: {from_logits: true}}"),
    "mse of a softmax": dense(3, "softmax", "mse"),
    "a column of class numbers": dense(
        10,
        "softmax",
        "sparse_categorical_crossentropy, column: label",
        "data: {train: {dataset: {name: digits, flatten: true}}}",
    ),
    "an activation that cannot be told": spec(
        ["  - Dense: 3", "  - BatchNormalization:", "    name: y"], "outputs: {y: {loss: categorical_crossentropy}}"
    ),
}


@pytest.mark.parametrize("case", FAILING)
def test_a_loss_that_does_not_fit_is_told_at_its_place(case):
    text, expected = FAILING[case]
    assert told(text) == expected


@pytest.mark.parametrize("case", PASSING)
def test_a_loss_that_fits_is_not_told(case):
    assert told(PASSING[case]) == []


ENDS = {
    "an Activation": (["  - Dense: 3", "  - Activation: softmax", "    name: y"], "softmax"),
    "a Softmax": (["  - Dense: 3", "  - Softmax:", "    name: y"], "softmax"),
    "an op": (["  - Dense: 3", "  - ops.softmax:", "    name: y"], "softmax"),
    "a reshaped softmax": (
        ["  - Dense: {units: 3, activation: softmax}", "  - Reshape: [1, 3]", "    name: y"],
        "softmax",
    ),
    "dropout after it": (["  - Dense: {units: 3, activation: softmax}", "  - Dropout: 0.1", "    name: y"], "softmax"),
    "a wrapper": (
        [
            "  - Reshape: [2, 2]",
            "  - TimeDistributed: {layer: {Dense: {units: 3, activation: softmax}}}",
            "    name: y",
        ],
        "softmax",
    ),
    "a linear Activation after it": (
        ["  - Dense: {units: 3, activation: softmax}", "  - Activation: linear", "    name: y"],
        "softmax",
    ),
    "a shared layer": (["  - {call: d, name: y}", "shared: {d: {Dense: {units: 3, activation: softmax}}}"], "softmax"),
    "a model": (
        [
            "  - {call: m, name: y}",
            "models:",
            "  m: {inputs: {a: [4]}, layers: [{Dense: {units: 3, activation: softmax}}]}",
        ],
        "softmax",
    ),
    "a model over time": (
        [
            "  - Reshape: [2, 2]",
            "  - TimeDistributed: m",
            "    name: y",
            "models:",
            "  m: {inputs: {a: [2]}, layers: [{Dense: {units: 3, activation: softmax}}]}",
        ],
        "softmax",
    ),
}


@pytest.mark.parametrize("case", ENDS)
def test_the_activation_is_found_behind(case):
    lines, activation = ENDS[case]
    (problem,) = problems(spec(lines, "outputs: {y: {loss: {CategoricalCrossentropy: {from_logits: true}}}}"))
    assert problem.code == "MS505"
    assert f"'y' ends in {activation}" in [note.message for note in problem.related]


@pytest.mark.parametrize("name", LOSSES)
@pytest.mark.parametrize("outer", [(), (5,), (4, 5)])
def test_a_loss_is_refused_only_where_keras_refuses_it(name, outer):
    loss = find("loss", name)()
    text = spec(
        ["  - Dense: {units: 3, activation: softmax}", "    name: y"],
        f"outputs: {{y: {{loss: {name}}}}}",
        inputs=f"inputs: {{x: {[*outer, 4]}}}",
    )
    refused = [problem for problem in problems(text) if problem.severity == "error"]
    outputs = np.random.default_rng(0).random((6, *outer, 3)).astype("float32")
    try:
        fewer = loss.targets == "classes" and name != "Circle"
        targets = np.ones((6, *outer) if fewer else (6,) if name == "Circle" else (6, *outer, 3), "float32")
        value = to_keras(loss)(targets.astype("int32") if loss.targets == "classes" else targets, outputs)
        taken = np.shape(keras.ops.convert_to_numpy(value)) == ()
    except Exception:
        taken = False
    assert taken != bool(refused), [problem.message for problem in refused]


TWO = ["  - Dense: 1", "    name: y", "  - Dense: 1", "    from: x", "    name: z"]


def test_an_output_without_a_loss_is_told_where_others_have_one():
    assert told(spec(TWO, "outputs: {y: {loss: mse}, z: {}}")) == [("MS510", 9, 27)]
    assert told(spec(TWO, "outputs: {y: {loss: mse}, z: {loss: null}}")) == []
    assert told(spec(TWO, "outputs: {y: {loss: mse}, z: {}}", "train: {loss: mse}")) == []
    assert told(spec(TWO, "outputs: {y: {}, z: {}}")) == []


def test_what_only_a_loss_gives_a_meaning_is_told_without_one():
    text = spec(TWO, "outputs: {y: {loss: mse}, z: {loss: null, loss_weight: 0.5, metrics: [mae]}}")
    assert told(text) == [("MS511", 9, 43), ("MS511", 9, 61)]
    assert told(spec(TWO, "outputs: {y: {loss: mse}, z: {loss: mse, loss_weight: 0.5, metrics: [mae]}}")) == []


def test_the_one_loss_of_all_outputs_is_told_at_its_own_place():
    assert told(spec(TWO, "outputs: {y: {}, z: {loss: null}}", "train: {loss: bce}")) == [("MS505", 10, 15)]


def test_an_output_without_numbers_has_no_loss():
    text = "modelspec: 1\ninputs: {x: [4]}\nlayers:\n  - Dense: 2\n  - ops.tile: {repeats: [1, 0]}\noutputs: {tile: {loss: %s}}\n"
    assert [code for code, *_ in told(text % "mse") if code == "MS404"] == ["MS404"]
    assert not [code for code, *_ in told(text % "null") if code == "MS404"]
