"""Metrics against the targets and outputs that they are given; Keras says which it refuses."""

import warnings

import numpy as np
import pytest

from modelspec.catalogue.kinds import find
from modelspec.catalogue.metrics import METRICS
from modelspec.runtime.build.objects import to_keras
from tests.checks.told import problems, spec, told
from tests.chosen import spread

NEEDED = {
    "PrecisionAtRecall": {"recall": 0.5},
    "RecallAtPrecision": {"precision": 0.5},
    "SensitivityAtSpecificity": {"specificity": 0.5},
    "SpecificityAtSensitivity": {"sensitivity": 0.5},
    "IoU": {"num_classes": 3, "target_class_ids": [0]},
    "MeanIoU": {"num_classes": 3},
    "OneHotIoU": {"num_classes": 3, "target_class_ids": [0]},
    "OneHotMeanIoU": {"num_classes": 3},
    "F1Score": {"average": "macro"},
    "FBetaScore": {"average": "micro"},
}
SITUATIONS = {
    "binary": ("binary_crossentropy", "sigmoid", (), 1),
    "binary labels": ("binary_crossentropy", "sigmoid", (), 3),
    "binary map": ("binary_crossentropy", "sigmoid", (5,), 1),
    "classes": ("sparse_categorical_crossentropy", "softmax", (), 3),
    "classes over time": ("sparse_categorical_crossentropy", "softmax", (5,), 3),
    "one-hot": ("categorical_crossentropy", "softmax", (), 3),
    "one-hot over time": ("categorical_crossentropy", "softmax", (5,), 3),
    "numbers": ("mse", "linear", (), 2),
}
ROWS = 4


def targets_of(loss, outer, units, random):
    shape = (ROWS, *outer)
    if loss.startswith("sparse"):
        return random.integers(0, units, shape).astype("int32")
    if loss.startswith("categorical"):
        return np.eye(units, dtype="float32")[random.integers(0, units, shape)]
    return random.integers(0, 2, (*shape, units)).astype("float32")


def keras_takes(metric, targets, outputs):
    """Whether Keras computes the metric, and one number comes out."""
    try:
        metric.update_state(targets, outputs)
        return np.shape(metric.result()) == ()
    except Exception:
        return False


@pytest.mark.parametrize("situation", SITUATIONS)
@pytest.mark.parametrize("name", spread(METRICS, 2))
def test_a_metric_is_refused_where_keras_refuses_it(name, situation):
    loss, activation, outer, units = SITUATIONS[situation]
    arguments = NEEDED.get(name, {})
    written = ", ".join(f"{key}: {value}" for key, value in arguments.items())
    text = spec(
        [f"  - Dense: {{units: {units}, activation: {activation}}}", "    name: y"],
        f"outputs: {{y: {{loss: {loss}, metrics: [{{{name}: {{{written}}}}}]}}}}",
        inputs=f"inputs: {{x: {[*outer, 4]}}}",
    )
    refused = {problem.code for problem in problems(text) if problem.severity == "error"}
    assert refused <= {"MS513", "MS514"}
    random = np.random.default_rng(0)
    outputs = random.random((ROWS, *outer, units)).astype("float32")
    outputs = outputs / outputs.sum(-1, keepdims=True) if activation == "softmax" else outputs
    made = to_keras(find("metric", name)(**arguments))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        taken = keras_takes(made, targets_of(loss, outer, units, random), outputs)
    if taken and name in ("CategoricalAccuracy", "OneHotIoU", "OneHotMeanIoU") and loss.startswith("sparse"):
        taken = False  # Keras takes the class numbers of the batch for one row, without a word
    assert taken != bool(refused), [problem.message for problem in problems(text)]


def dense(units, activation, metrics, loss):
    return spec(
        [f"  - Dense: {{units: {units}, activation: {activation}}}", "    name: y"],
        f"outputs: {{y: {{loss: {loss}, metrics: [{metrics}]}}}}",
    )


FAILING = {
    "acc": ("MS512", dense(3, "softmax", "acc", "categorical_crossentropy")),
    "a sparse metric with one-hot targets": (
        "MS513",
        dense(3, "softmax", "sparse_categorical_accuracy", "categorical_crossentropy"),
    ),
    "a metric that gives several numbers": ("MS514", dense(3, "softmax", "F1Score", "categorical_crossentropy")),
    "several thresholds": ("MS514", dense(1, "sigmoid", "{Recall: {thresholds: [0.1, 0.5]}}", "bce")),
    "binary accuracy of a softmax": ("MS515", dense(3, "softmax", "BinaryAccuracy", "categorical_crossentropy")),
    "as many best as there are classes": (
        "MS515",
        dense(5, "softmax", "top_k_categorical_accuracy", "categorical_crossentropy"),
    ),
    "accuracy of numbers": ("MS515", dense(1, "linear", "accuracy", "mse")),
    "accuracy of logits": ("MS515", dense(1, "linear", "accuracy", "{BinaryCrossentropy: {from_logits: true}}")),
    "the area under a curve of logits": (
        "MS515",
        dense(1, "linear", "AUC", "{BinaryCrossentropy: {from_logits: true}}"),
    ),
    "one class": ("MS515", dense(1, "sigmoid", "CategoricalAccuracy", "bce")),
}
PASSING = {
    "accuracy": dense(3, "softmax", "accuracy", "categorical_crossentropy"),
    "a sparse metric with class numbers": dense(
        3, "softmax", "sparse_categorical_accuracy", "sparse_categorical_crossentropy"
    ),
    "one number for all classes": dense(3, "softmax", "{F1Score: {average: macro}}", "categorical_crossentropy"),
    "one threshold": dense(1, "sigmoid", "{Recall: {thresholds: 0.1}}", "bce"),
    "one threshold in a list": dense(1, "sigmoid", "{Recall: {thresholds: [0.1]}}", "bce"),
    "binary accuracy of several labels": dense(3, "sigmoid", "BinaryAccuracy", "bce"),
    "fewer best than classes": dense(6, "softmax", "top_k_categorical_accuracy", "categorical_crossentropy"),
    "a distance of numbers": dense(1, "linear", "mae", "mse"),
    "accuracy of what lies from 0 to 1": dense(1, "sigmoid", "accuracy", "mse"),
    "accuracy of logits from 0 on": dense(
        1, "linear", "{BinaryAccuracy: {threshold: 0.0}}", "{BinaryCrossentropy: {from_logits: true}}"
    ),
    "the area of logits said to be logits": dense(
        1, "linear", "{AUC: {from_logits: true}}", "{BinaryCrossentropy: {from_logits: true}}"
    ),
}


@pytest.mark.parametrize("case", FAILING)
def test_a_metric_that_does_not_fit_is_told_at_its_name(case):
    code, text = FAILING[case]
    column = text.split("\n")[5].index("metrics: [") + len("metrics: [") + 1
    ((found, line, at),) = told(text)
    assert (found, line) == (code, 6)
    assert at >= column


@pytest.mark.parametrize("case", PASSING)
def test_a_metric_that_fits_is_not_told(case):
    assert told(PASSING[case]) == []


def test_the_old_name_is_told_with_the_new_one():
    (problem,) = problems(dense(3, "softmax", "acc", "categorical_crossentropy"))
    assert (problem.severity, problem.help) == ("warning", "write `accuracy`")
