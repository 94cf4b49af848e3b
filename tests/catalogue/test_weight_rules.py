"""Initializers, regularizers, constraints and activations against Keras."""

import keras
import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from modelspec.catalogue.kinds import KINDS, find
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
    source_module,
)

RULES = [(kind, name) for kind in ("initializer", "regularizer", "constraint") for name in entries(kind)]


@pytest.mark.parametrize(("kind", "name"), RULES)
def test_a_rule_has_kerass_arguments_in_kerass_order(kind, name):
    assert_same_arguments(kind, name, {})
    assert list(entry(kind, name).model_fields) == [
        item for item in arguments(kind, name) if item not in ("args", "kwargs")
    ]


@pytest.mark.parametrize(("kind", "name"), RULES)
def test_a_rule_is_built_by_keras_and_applies_to_a_weight(kind, name):
    built = assert_builds(kind, name, {})
    if kind == "initializer":
        assert tuple(built((4, 3), dtype="float32").shape) == (4, 3)
    else:
        assert np.isfinite(np.asarray(built(keras.ops.ones((4, 3))))).all()


@pytest.mark.parametrize("kind", ["initializer", "regularizer", "constraint"])
def test_the_names_of_rules_are_those_that_keras_takes(kind):
    assert_identifiers_are_kerass(kind, source_module(kind).ALL_OBJECTS_DICT)


@given(
    scale=st.floats(-1, 2),
    mode=st.sampled_from(["fan_in", "fan_out", "fan_avg", "fan"]),
    distribution=st.sampled_from(["normal", "uniform", "truncated_normal", "untruncated_normal", "beta"]),
)
@example(scale=1.0, mode="fan_in", distribution="normal")
def test_variance_scaling_refuses_what_keras_refuses(scale, mode, distribution):
    assert_agree("initializer", "VarianceScaling", scale=scale, mode=mode, distribution=distribution)


@given(seed=st.one_of(st.integers(-3, 3), st.floats(), st.booleans(), st.text(max_size=2)))
def test_a_seed_is_a_whole_number_that_keras_can_draw_with(seed):
    if isinstance(seed, int) and not isinstance(seed, bool) and seed >= 0:
        to_keras(entry("initializer", "HeNormal")(seed=seed))((2, 2))
    else:
        assert_refused("initializer", "HeNormal", seed=seed)


@given(factor=st.floats(max_value=1e30))
@example(factor=0.01)
@example(factor=float("nan"))
@example(factor=-0.5)
def test_the_weight_of_a_regularizer_is_kerass(factor):
    assert_agree("regularizer", "L1", l1=factor)
    assert_agree("regularizer", "L2", l2=factor)
    assert_agree("regularizer", "L1L2", l1=factor, l2=0.1)
    assert_agree("regularizer", "OrthogonalRegularizer", factor=factor)


@pytest.mark.parametrize(
    ("kind", "name", "given_arguments"),
    [
        ("regularizer", "OrthogonalRegularizer", {"mode": "cols"}),
        ("initializer", "Zeros", {"value": 1}),
        ("constraint", "NonNeg", {"axis": 0}),
    ],
)
def test_what_keras_refuses_is_refused(kind, name, given_arguments):
    assert_both_refuse(kind, name, **given_arguments)


@pytest.mark.parametrize(
    ("kind", "name", "given_arguments"),
    [
        ("constraint", "MaxNorm", {"max_value": -1}),
        ("constraint", "MaxNorm", {"axis": []}),
        ("constraint", "MinMaxNorm", {"min_value": 2}),
        ("constraint", "MinMaxNorm", {"rate": 2}),
        ("initializer", "RandomNormal", {"stddev": -1}),
        ("initializer", "Constant", {"value": [[1], [1, 2]]}),
    ],
)
def test_arguments_that_mean_nothing_are_refused(kind, name, given_arguments):
    assert_refused(kind, name, **given_arguments)


def test_axes_may_be_one_or_several():
    built = to_keras(entry("constraint", "MaxNorm")(max_value=3, axis=[0, 1]))
    assert np.asarray(built(keras.ops.ones((2, 2)))).shape == (2, 2)


def test_activations_are_those_that_keras_takes_by_name():
    table = KINDS["activation"]
    functions = {name for name in (*table.choices, *table.classes, *table.left_out) if name[0].islower()}
    assert functions == set(source_module("activation").ALL_OBJECTS_DICT)


@pytest.mark.parametrize("name", KINDS["activation"].choices)
def test_an_activation_keeps_the_shape_and_needs_no_argument(name):
    assert find("activation", name) is None or name in KINDS["activation"].classes
    assert tuple(keras.activations.get(name)(keras.ops.ones((2, 4))).shape) == (2, 4)


def test_the_activation_left_out_does_not():
    assert tuple(keras.activations.glu(keras.ops.ones((2, 4))).shape) == (2, 2)
