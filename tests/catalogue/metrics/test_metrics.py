"""The metrics against Keras: arguments, names, and being computed on targets and outputs."""

import keras
import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import ValidationError

from modelspec.catalogue.kinds import KINDS
from modelspec.runtime.build.objects import to_keras
from tests.catalogue.named import (
    arguments,
    assert_agree,
    assert_both_refuse,
    assert_builds,
    assert_identifiers_are_kerass,
    assert_refused,
    assert_same_arguments,
    entries,
    entry,
    made,
    source_module,
)

METRICS = entries("metric")
SAMPLES = {
    "IoU": {"num_classes": 3, "target_class_ids": [0, 2]},
    "MeanIoU": {"num_classes": 3},
    "OneHotIoU": {"num_classes": 3, "target_class_ids": [0]},
    "OneHotMeanIoU": {"num_classes": 3},
    "PrecisionAtRecall": {"recall": 0.5},
    "RecallAtPrecision": {"precision": 0.5},
    "SensitivityAtSpecificity": {"specificity": 0.5},
    "SpecificityAtSensitivity": {"sensitivity": 0.5},
}
ONE_HOT = np.eye(3, dtype="float32")[[0, 1, 2, 0]]
ROWS = np.array([[0.7, 0.2, 0.1], [0.1, 0.6, 0.3], [0.3, 0.3, 0.4], [0.2, 0.5, 0.3]], dtype="float32")


@pytest.mark.parametrize("name", METRICS)
def test_a_metric_has_kerass_arguments_in_kerass_order(name):
    assert_same_arguments("metric", name, {})
    assert list(entry("metric", name).model_fields) == list(arguments("metric", name))


@pytest.mark.parametrize("name", METRICS)
def test_a_metric_is_built_and_computed_by_keras(name):
    built = assert_builds("metric", name, SAMPLES)
    kind = entry("metric", name).target_kind
    sparse = kind == "classes" or name in ("IoU", "MeanIoU")
    targets = ONE_HOT.argmax(-1) if sparse else ONE_HOT
    outputs = ROWS.argmax(-1) if name in ("IoU", "MeanIoU") else ROWS
    built.update_state(targets, outputs)
    assert np.isfinite(np.asarray(built.result())).all()


@pytest.mark.parametrize("name", METRICS)
def test_a_list_of_numbers_for_an_argument_is_refused_or_taken_by_keras(name):
    kind = entry("metric", name)
    for argument in kind.model_fields:
        for numbers in ([0.5], [0.2, 0.7], [0], [0, 1]):
            try:
                metric = kind(**{**SAMPLES.get(name, {}), argument: numbers})
            except ValidationError:
                continue
            to_keras(metric)


def test_one_threshold_in_a_list_gives_one_number():
    built = to_keras(entry("metric", "Precision")(thresholds=[0.9]))
    built.update_state([0, 1, 1, 0], [0.6, 0.95, 0.97, 0.92])
    assert float(built.result()) == pytest.approx(2 / 3)


@pytest.mark.parametrize("name", METRICS)
def test_a_metrics_name_and_better_direction_are_kerass(name):
    metric = made("metric", name, SAMPLES)
    built = to_keras(metric)
    assert built.name.rstrip("_0123456789") == metric.history_name.rstrip("_0123456789")
    assert arguments("metric", name)["name"] in (None, metric.history_name)
    assert getattr(built, "_direction", None) == metric.direction


def test_a_metric_may_be_named():
    metric = entry("metric", "AUC")(curve="PR", name="area")
    assert to_keras(metric).name == metric.history_name == "area"
    assert entry("metric", "AUC")().history_name == "auc"
    assert to_keras(entry("metric", "AUC")(), name="auc").name == "auc"
    assert entry("metric", "mse")().called("mse").history_name == "mse"
    assert_refused("metric", "AUC", name="")


def test_the_names_of_metrics_are_those_that_keras_takes():
    objects = dict(source_module("metric").ALL_OBJECTS_DICT)
    # Keras's compile looks for this name before it asks the table.
    assert objects.pop("accuracy").__name__ == "Accuracy"
    assert "accuracy" in KINDS["metric"].choices
    assert_identifiers_are_kerass("metric", objects)


@pytest.mark.parametrize("choice", KINDS["metric"].choices)
def test_an_accuracy_without_arguments_is_resolved_by_keras_at_run_time(choice):
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3, activation="softmax")])
    model.compile(loss="sparse_categorical_crossentropy", metrics=[choice])
    targets = model.predict(np.eye(4), verbose=0).argmax(-1)
    # The class of that name would compare the targets with the probabilities themselves.
    assert model.evaluate(np.eye(4), targets, verbose=0, return_dict=True)[choice] == 1.0


@pytest.mark.parametrize("name", METRICS)
def test_a_metric_alone_on_a_line_needs_no_more_arguments_than_keras_asks_for(name):
    assert made("metric", name, SAMPLES)
    if name in SAMPLES:
        assert_refused("metric", name)


@given(thresholds=st.one_of(st.floats(), st.lists(st.floats(-0.5, 1.5), min_size=1, max_size=3)))
@example(thresholds=0.5)
@example(thresholds=[0.2, 1.5])
@example(thresholds=float("nan"))
def test_thresholds_are_fractions_as_in_keras(thresholds):
    if thresholds == thresholds:
        assert_agree("metric", "Precision", thresholds=thresholds)
        assert_agree("metric", "FalsePositives", thresholds=thresholds)
    else:
        assert_refused("metric", "Precision", thresholds=thresholds)


@given(value=st.one_of(st.floats(-1, 2), st.integers(-1, 2)))
@example(value=1.0)
@example(value=-0.1)
def test_the_fixed_rate_is_a_fraction_as_in_keras(value):
    for name, field in (("PrecisionAtRecall", "recall"), ("SpecificityAtSensitivity", "sensitivity")):
        assert_agree("metric", name, **{field: value})


@given(
    average=st.sampled_from([None, "micro", "macro", "weighted", "mean", ""]),
    beta=st.floats(-1, 3),
    threshold=st.one_of(st.none(), st.floats(-1, 2)),
)
@example(average="micro", beta=1.0, threshold=1.0)
@example(average="micro", beta=0.0, threshold=None)
def test_f_scores_refuse_what_keras_refuses(average, beta, threshold):
    assert_agree("metric", "FBetaScore", average=average, beta=beta, threshold=threshold)


@given(classes=st.integers(1, 4), numbers=st.lists(st.integers(0, 5), min_size=1, max_size=3))
@example(classes=3, numbers=[0, 2])
@example(classes=3, numbers=[3])
def test_overlaps_are_of_classes_that_there_are(classes, numbers):
    for name in ("IoU", "OneHotIoU"):
        assert_agree("metric", name, num_classes=classes, target_class_ids=numbers)


@pytest.mark.parametrize(
    ("name", "given_arguments"),
    [
        ("AUC", {"num_thresholds": 1}),
        ("AUC", {"curve": "LIFT"}),
        ("AUC", {"num_labels": 3}),
        ("BinaryIoU", {"target_class_ids": [2]}),
        ("PrecisionAtRecall", {"recall": 0.5, "num_thresholds": 0}),
        ("R2Score", {"num_regressors": -1}),
        ("R2Score", {"class_aggregation": "mean"}),
    ],
)
def test_what_keras_refuses_is_refused(name, given_arguments):
    assert_both_refuse("metric", name, **given_arguments)


@pytest.mark.parametrize(
    ("name", "given_arguments"),
    [
        ("AUC", {"label_weights": [1.0]}),
        ("AUC", {"multi_label": True, "num_labels": 2, "label_weights": [1.0]}),
        ("Precision", {"thresholds": []}),
        ("TopKCategoricalAccuracy", {"k": 0}),
        ("BinaryAccuracy", {"threshold": "half"}),
        ("MeanIoU", {"num_classes": 0}),
        ("MeanIoU", {}),
    ],
)
def test_arguments_that_mean_nothing_are_refused(name, given_arguments):
    assert_refused("metric", name, **given_arguments)
