"""Callbacks and the numbers that they look at; Keras says what these are called."""

import warnings

import keras
import numpy as np
import pytest

from modelspec.catalogue.kinds import find
from modelspec.catalogue.metrics import METRICS
from modelspec.catalogue.metrics.metric import Metric
from modelspec.checks.outputs.outputs import trained_outputs
from modelspec.checks.training.history import _better, _silent, training_numbers
from modelspec.pipeline import check_text
from modelspec.runtime.build.model import build_model
from tests.checks.told import problems, told

ONE = (
    "outputs: {y: {loss: bce, metrics: [accuracy, mae, AUC, {AUC: {curve: PR}}, {AUC: {name: area}}, FalsePositives]}}"
)
TWO = (
    "outputs: {y: {loss: bce, metrics: [accuracy, Precision], weighted_metrics: [accuracy, AUC]}, "
    "z: {loss: mse, metrics: [Precision, {BinaryAccuracy: {name: z_best}}]}}"
)
PARTIAL = "outputs: {y: {loss: bce, metrics: [accuracy]}, z: {loss: null}}"
WEIGHTED = "outputs: {y: {loss: bce, metrics: [accuracy, auc], weighted_metrics: [accuracy, auc, auc]}}"


def text(outputs, callback="", data="data: {train: {synthetic: 8}, validation: {split: 0.5}}", train=""):
    several = "z:" in outputs
    lines = ["modelspec: 1", "inputs: {x: [4]}", "layers:", "  - Dense: {units: 1, activation: sigmoid}", "    name: y"]
    lines += ["  - Dense: {units: 1, activation: sigmoid}", "    from: x", "    name: z"] if several else []
    lines += [outputs, "train:", "  optimizer: sgd"] + ([f"  {train}"] if train else [])
    lines += ["  callbacks:", f"    - {callback}"] if callback else []
    return "\n".join([*lines, data, ""])


def test_a_callback_or_metric_that_is_refused_is_all_that_is_told():
    for refused in ("LambdaCallback", "Nonsense"):
        found = told(
            text("outputs: {y: {loss: bce}}", refused).replace(f"- {refused}", f"- {refused}\n    - TerminateOnNaN")
        )
        assert [code for code, _, _ in found] == ["MS211" if refused == "LambdaCallback" else "MS207"]
    assert [code for code, _, _ in told(text("outputs: {y: {loss: bce, metrics: [accuracy, Nonsense]}}"))] == ["MS207"]


def numbers_of(outputs):
    network = check_text(text(outputs)).network
    return network, training_numbers(network, trained_outputs(network))


def fitted(model, callbacks=()):
    """What Keras's own fit calls the numbers, with validation."""
    rows = np.random.default_rng(0).random((8, 4)).astype("float32")
    targets = {name: np.array([0.0, 1.0] * 4).reshape(8, 1) for name in model.output_names}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model.run_eagerly = True  # two small steps take less than their graphs
        return model.fit({"x": rows}, targets, validation_split=0.5, verbose=0, callbacks=list(callbacks)).history


@pytest.mark.parametrize("outputs", [ONE, TWO, PARTIAL, WEIGHTED])
def test_numbers_have_the_names_that_keras_gives_them(outputs):
    network, numbers = numbers_of(outputs)
    assert {*numbers, *(f"val_{name}" for name in numbers)} == set(fitted(build_model(network).model))


@pytest.mark.parametrize("outputs", [ONE, TWO])
def test_the_way_that_is_better_is_told_where_keras_cannot_tell_it(outputs):
    network, numbers = numbers_of(outputs)
    model = build_model(network).model
    for name, number in numbers.items():
        callback = keras.callbacks.EarlyStopping(monitor=f"val_{name}", patience=5)
        try:
            fitted(model, [callback])
            known = {"greater": "up", "less": "down"}[callback.monitor_op.__name__]
        except ValueError:
            known = None
        assert number.known_to_keras == known, name
        found = [item.code for item in problems(text(outputs, f"EarlyStopping: {{monitor: val_{name}}}"))]
        assert found == ([] if known else ["MS521"]), name


@pytest.mark.parametrize("name", METRICS)
def test_metrics_have_the_names_and_ways_that_keras_gives_them(name):
    needed = {"target_class_ids": (0,), "num_classes": 2}
    needed |= dict.fromkeys(("recall", "precision", "specificity", "sensitivity"), 0.5)
    kind = find("metric", name)
    required = {key: needed[key] for key, field in kind.model_fields.items() if field.is_required()}
    entry = kind(**required)
    assert isinstance(entry, Metric)
    made = getattr(keras.metrics, name)(**required)
    assert made.name.rstrip("0123456789").rstrip("_") == entry.history_name.rstrip("0123456789").rstrip("_")
    assert _silent(entry) == (not hasattr(made, "_direction"))
    assert _silent(entry) or _better(entry) == made._direction


FAILING = {
    "a name that is misspelt": ("MS520", "EarlyStopping: {monitor: val_acuracy}"),
    "an old name": ("MS520", "ReduceLROnPlateau: {monitor: val_acc}"),
    "best only, of a name that is none": (
        "MS520",
        "ModelCheckpoint: {filepath: b.keras, save_best_only: true, monitor: val_nope}",
    ),
    "a file name with a number that is none": ("MS520", 'ModelCheckpoint: {filepath: "{val_acc:.2f}.keras"}'),
    "the wrong way of an accuracy": ("MS522", "EarlyStopping: {monitor: val_accuracy, mode: min}"),
    "the wrong way of a loss": ("MS522", "EarlyStopping: {monitor: val_loss, mode: max}"),
}
SIMPLE = "outputs: {y: {loss: bce, metrics: [accuracy]}}"
PLACES = {
    "a name that is misspelt": "val_acuracy",
    "an old name": "val_acc",
    "best only, of a name that is none": "val_nope",
    "a file name with a number that is none": '"{val_acc',
    "the wrong way of an accuracy": "min",
    "the wrong way of a loss": "max",
}


@pytest.mark.parametrize("case", FAILING)
def test_a_callback_that_cannot_work_is_told_at_its_argument(case):
    code, callback = FAILING[case]
    spec = text(SIMPLE, callback)
    line = next(number for number, found in enumerate(spec.split("\n"), 1) if callback in found)
    assert told(spec) == [(code, line, spec.split("\n")[line - 1].index(PLACES[case]) + 1)]


@pytest.mark.parametrize(
    "callback",
    [
        "EarlyStopping",
        "EarlyStopping: {monitor: accuracy}",
        "EarlyStopping: {monitor: val_accuracy, mode: max}",
        "ModelCheckpoint: {filepath: a.keras}",
        'ModelCheckpoint: {filepath: "{epoch}-{val_loss:.2f}.keras"}',
        "TerminateOnNaN",
    ],
)
def test_a_callback_that_looks_at_real_numbers_is_not_told(callback):
    assert told(text(SIMPLE, callback)) == []


def test_without_validation_rows_there_is_no_number_of_validation():
    bare = "data: {train: {synthetic: 8}}"
    (problem,) = problems(text(SIMPLE, "EarlyStopping", bare))
    assert problem.code == "MS520"
    assert "validation: {split: 0.1}" in problem.help
    assert told(text(SIMPLE, "ModelCheckpoint: {filepath: a.keras}", bare)) == []
    assert told(text(SIMPLE, "EarlyStopping: {monitor: loss}", bare)) == []


def test_without_data_nothing_is_known_of_validation():
    assert told(text(SIMPLE, "EarlyStopping", "")) == []


def test_a_rate_is_a_number_after_the_callback_that_lowers_it():
    lower = "ReduceLROnPlateau\n    - EarlyStopping: {monitor: learning_rate, mode: min}"
    assert told(text(SIMPLE, lower)) == []
    assert [code for code, *_ in told(text(SIMPLE, "EarlyStopping: {monitor: learning_rate, mode: min}"))] == ["MS520"]


def test_the_help_says_what_was_meant_and_what_there_is():
    (problem,) = problems(text(SIMPLE, "EarlyStopping: {monitor: val_acuracy}"))
    assert problem.help == "did you mean 'val_accuracy'? training computes accuracy, loss, val_accuracy, val_loss"


@pytest.mark.parametrize(
    ("monitor", "number"),
    [
        ("val_mean_absolute_error", "val_p_mae"), ("val_p_mean_squared_error", "val_p_mse"),
        ("p_mean_absolute_error", "p_mae"), ("val_z_mean_absolute_percentage_error", "val_z_mape"),
    ],
)  # fmt: skip
def test_a_number_is_meant_by_every_name_of_its_metric(monitor, number):
    def spec(watched):
        lines = [
            "modelspec: 1",
            "inputs: {x: [4]}",
            "layers:",
            "  - {Dense: 1, name: p}",
            "  - {Dense: 1, from: x, name: z}",
        ]
        lines += ["outputs: {p: {loss: mse, metrics: [mae, mse]}, z: {loss: mse, metrics: [mape]}}"]
        lines += [f"train: {{callbacks: [{{EarlyStopping: {{monitor: {watched}, mode: min}}}}]}}"]
        return "\n".join([*lines, "data: {train: {synthetic: 8}, validation: {split: 0.5}}", ""])

    (problem,) = problems(spec(monitor))
    assert problem.code == "MS520" and problem.help.startswith(f"did you mean '{number}'?")
    assert problems(spec(number)) == ()
