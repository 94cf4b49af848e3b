"""The class that wins: which outputs have one, and what it is."""

import numpy as np
import pytest

import modelspec
from modelspec.runtime.evaluate.winners import winners
from tests.tiny import write

ROWS = np.array([[0.2, 0.7, 0.1], [0.5, 0.1, 0.4], [0.3, 0.3, 0.3]], dtype="float32")
LARGEST, ABOVE_HALF = [1, 0, 0], [[0, 1, 0], [0, 0, 0], [0, 0, 0]]
SPEC = """\
modelspec: 1
inputs: {{x: [4]}}
layers:
  - Dense: {{units: {units}, activation: {activation}}}
    name: y
outputs:
  y: {{loss: {loss}}}
"""


def won(folder, rows, loss, activation="linear", text=SPEC):
    rows = np.asarray(rows, dtype="float32")
    network = modelspec.load(write(folder, text.format(units=rows.shape[-1], activation=activation, loss=loss)))
    found = winners(network, {"y": rows})
    return found["y"].tolist() if found else None


@pytest.mark.parametrize(
    ("loss", "activation", "expected"),
    [
        ("sparse_categorical_crossentropy", "softmax", LARGEST),
        ("{SparseCategoricalCrossentropy: {from_logits: true}}", "linear", LARGEST),
        ("categorical_crossentropy", "softmax", LARGEST),
        ("CategoricalFocalCrossentropy", "softmax", LARGEST),
        ("CategoricalHinge", "linear", LARGEST),
        ("CategoricalGeneralizedCrossEntropy", "softmax", LARGEST),
        ("kl_divergence", "softmax", LARGEST),
        ("mse", "softmax", LARGEST),
        ("null", "softmax", LARGEST),
        ("binary_crossentropy", "sigmoid", ABOVE_HALF),
        ("BinaryFocalCrossentropy", "sigmoid", ABOVE_HALF),
        ("Dice", "sigmoid", ABOVE_HALF),
        ("mse", "linear", None),
        ("mae", "sigmoid", None),
        ("poisson", "softplus", None),
        ("Circle", "linear", None),
        ("null", "linear", None),
        ("null", "sigmoid", None),
    ],
)
def test_the_loss_or_the_last_activation_says_that_there_are_classes(tmp_path, loss, activation, expected):
    assert won(tmp_path, ROWS, loss, activation) == expected


@pytest.mark.parametrize(
    ("loss", "activation", "expected"),
    [
        ("binary_crossentropy", "sigmoid", [[0], [0], [1]]),
        ("{BinaryCrossentropy: {from_logits: true}}", "linear", [[0], [1], [1]]),
        ("hinge", "tanh", [[-1], [1], [1]]),
        ("squared_hinge", "tanh", [[-1], [1], [1]]),
        ("null", "sigmoid", [[0], [0], [1]]),
        ("mse", "linear", None),
    ],
)
def test_of_a_yes_or_no_the_bound_is_that_of_the_loss(tmp_path, loss, activation, expected):
    assert won(tmp_path, [[-2.0], [0.5], [0.9]], loss, activation) == expected


def test_classes_along_another_axis_are_found_there(tmp_path):
    text = SPEC.replace("[4]", "[3, 4]").replace("units: {units}", "units: 2")
    rows = np.moveaxis(np.array([[[0.1, 0.8, 0.1], [0.6, 0.2, 0.2]]]), 1, 2)
    assert won(
        tmp_path, rows, "{{CategoricalCrossentropy: {{axis: 1}}}}".replace("{{", "{").replace("}}", "}"), text=text
    ) == [[1, 0]]


def test_an_output_that_restores_an_input_tells_no_classes_apart(tmp_path):
    text = SPEC.replace("y: {{loss: {loss}}}", "y: {{loss: {loss}, column: x}}")
    assert won(tmp_path, np.full((2, 4), 0.7), "binary_crossentropy", "sigmoid", text) is None
    assert won(tmp_path, np.full((2, 4), 0.7), "binary_crossentropy", "sigmoid") == [[1] * 4] * 2
