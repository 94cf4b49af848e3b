"""Rows are taken by their numbers: any of them, in any order, any number of times."""

import numpy as np
import pytest

from modelspec.data.rows import ArrayRows, WeightedRows, weighted
from modelspec.pipeline import check_text

SPEC = """\
modelspec: 1
inputs: {x: [2]}
layers: [{Dense: {units: 3, activation: softmax}, name: y}]
outputs: {y: {loss: sparse_categorical_crossentropy}}
train: {class_weight: {1: 5, 2: 0.5}}
data: {train: {synthetic: 8}}
"""
BALANCED = SPEC.replace("{1: 5, 2: 0.5}", "balanced")
X, Y = np.arange(16.0).reshape(8, 2), np.array([0, 1, 2, 1, 0, 2, 2, 1])
ROWS = ArrayRows(({"x": X}, {"y": Y}), 8)


@pytest.fixture(scope="module")
def network():
    return check_text(SPEC).network


def test_rows_come_in_the_order_that_is_asked_for():
    inputs, targets = ROWS.take(np.array([5, 0, 5]))
    assert np.array_equal(inputs["x"], X[[5, 0, 5]])
    assert targets["y"].tolist() == [2, 0, 2]


def test_neighbours_are_taken_without_a_copy():
    inputs, _ = ROWS.take(slice(2, 5))
    assert inputs["x"].base is X.base or np.shares_memory(inputs["x"], X)


def test_a_row_weighs_what_its_class_does_however_it_is_taken(network):
    rows = weighted(ROWS, network)
    assert isinstance(rows, WeightedRows)
    assert rows.count == 8
    whole = rows.take(slice(None))[2]["y"]
    assert whole.tolist() == [1, 5, 0.5, 5, 1, 0.5, 0.5, 5]
    for which in (np.array([7, 2, 0]), slice(3, 6), np.array([4])):
        inputs, targets, weights = rows.take(which)
        assert np.array_equal(inputs["x"], X[which])
        assert np.array_equal(targets["y"], Y[which])
        assert np.array_equal(weights["y"], whole[which])


@pytest.mark.parametrize("targets", [Y[:7], np.eye(3)[Y[:7]], Y[:7].reshape(7, 1).astype("float32")])
def test_balanced_classes_weigh_the_same_together(targets):
    loss = "categorical_crossentropy" if targets.shape[-1] == 3 else "sparse_categorical_crossentropy"
    text = BALANCED.replace("sparse_categorical_crossentropy", loss)
    rows = weighted(ArrayRows(({"x": X[:7]}, {"y": targets}), 7), check_text(text).network)
    weights = rows.take(slice(None))[2]["y"]
    assert weights.sum() == pytest.approx(7)
    assert [weights[Y[:7] == number].sum() for number in range(3)] == pytest.approx([7 / 3] * 3)
    assert np.array_equal(rows.take(np.array([6, 1]))[2]["y"], weights[[6, 1]])


def test_a_class_without_rows_does_not_count_where_classes_are_balanced():
    rows = weighted(ArrayRows(({"x": X[:2]}, {"y": np.array([0, 2])}), 2), check_text(BALANCED).network)
    assert rows.take(slice(None))[2]["y"].tolist() == [1, 1]


def test_rows_without_class_weights_are_those_that_were_given():
    network = check_text(SPEC.replace("train: {class_weight: {1: 5, 2: 0.5}}\n", "")).network
    assert weighted(ROWS, network) is ROWS
