"""The optimizers and learning-rate schedules against Keras: arguments, names, rates and steps."""

import keras
import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from modelspec.catalogue.optimizers.adam import Adam
from modelspec.catalogue.optimizers.schedules import CosineDecay, ExponentialDecay, PiecewiseConstantDecay
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

OPTIMIZERS = entries("optimizer")
WITH_RATE = tuple(name for name in OPTIMIZERS if name != "LossScaleOptimizer")
SAMPLES = {"LossScaleOptimizer": {"inner_optimizer": Adam()}}
SCHEDULES = entries("schedule")
DECAY = {"initial_learning_rate": 0.1, "decay_steps": 10}
SCHEDULE_SAMPLES = {
    "CosineDecay": DECAY,
    "CosineDecayRestarts": {"initial_learning_rate": 0.1, "first_decay_steps": 10},
    "ExponentialDecay": {**DECAY, "decay_rate": 0.9},
    "InverseTimeDecay": {**DECAY, "decay_rate": 0.5},
    "PiecewiseConstantDecay": {"boundaries": [5, 10], "values": [1, 0.5, 0.1]},
    "PolynomialDecay": DECAY,
}


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_an_optimizer_has_kerass_arguments(name):
    assert_same_arguments("optimizer", name, {})


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_an_optimizer_is_built_by_keras_and_makes_a_step(name):
    optimizer = assert_builds("optimizer", name, SAMPLES)
    weight = keras.Variable(np.ones((2, 3), dtype="float32"))
    optimizer.build([weight])
    optimizer.apply([keras.ops.ones((2, 3))])
    assert np.isfinite(np.asarray(weight)).all()


def test_the_names_of_optimizers_are_those_that_keras_takes():
    assert_identifiers_are_kerass("optimizer", source_module("optimizer").ALL_OBJECTS_DICT)


@pytest.mark.parametrize("name", SCHEDULES)
def test_a_schedule_has_kerass_arguments_in_kerass_order(name):
    assert_same_arguments("schedule", name, {})
    assert list(entry("schedule", name).model_fields) == [
        item for item in arguments("schedule", name) if item != "name"
    ]


@pytest.mark.parametrize("name", SCHEDULES)
def test_a_schedule_is_built_by_keras_and_gives_rates(name):
    schedule = assert_builds("schedule", name, SCHEDULE_SAMPLES)
    for step in (0, 1, 7, 10, 25):
        rate = float(schedule(step))
        assert np.isfinite(rate)
        assert 0 <= rate <= 1


@pytest.mark.parametrize("name", WITH_RATE)
def test_a_rate_is_a_number_or_a_schedule(name):
    schedule = made("schedule", "ExponentialDecay", SCHEDULE_SAMPLES)
    optimizer = to_keras(entry("optimizer", name)(learning_rate=schedule))
    assert type(optimizer._learning_rate).__name__ == "ExponentialDecay"
    assert float(to_keras(entry("optimizer", name)(learning_rate=1)).learning_rate) == 1.0
    assert float(to_keras(entry("optimizer", name)(learning_rate=1e-3)).learning_rate) == pytest.approx(1e-3)


@pytest.mark.parametrize("name", WITH_RATE)
@given(
    rate=st.one_of(
        st.floats(max_value=0),
        st.integers(max_value=0),
        st.sampled_from([float("nan"), float("inf"), True, False, None, "fast", [0.1], 10**400, Adam()]),
    )
)
def test_what_is_no_positive_finite_rate_is_refused(name, rate):
    refusal = assert_refused("optimizer", name, learning_rate=rate)
    assert refusal.errors()[0]["loc"] == ("learning_rate",)


@pytest.mark.parametrize("name", WITH_RATE)
@given(
    clips=st.fixed_dictionaries({}, optional=dict.fromkeys(("clipnorm", "clipvalue", "global_clipnorm"), st.just(1.0))),
    steps=st.one_of(st.none(), st.integers(-2, 4).filter(bool)),
    average=st.fixed_dictionaries(
        {"use_ema": st.just(True)},
        optional={
            "ema_momentum": st.floats(-0.5, 1.5),
            "ema_overwrite_frequency": st.one_of(st.none(), st.integers(-1, 3).filter(bool)),
        },
    ),
)
@example(clips={"clipnorm": 1.0}, steps=2, average={"use_ema": True})
@example(clips={"clipnorm": 1.0, "clipvalue": 1.0}, steps=None, average={"use_ema": True})
@example(clips={}, steps=1, average={"use_ema": True})
def test_what_all_optimizers_share_is_refused_where_keras_refuses_it(name, clips, steps, average):
    assert_agree("optimizer", name, gradient_accumulation_steps=steps, **clips, **average)


def test_clipping_twice_points_at_the_second_way():
    refusal = assert_refused("optimizer", "SGD", clipnorm=1, global_clipnorm=2)
    assert refusal.errors()[0]["ctx"]["argument"] == "global_clipnorm"


@given(momentum=st.floats(-1, 2))
@example(momentum=1.0)
def test_the_momentum_of_sgd_is_kerass(momentum):
    assert_agree("optimizer", "SGD", momentum=momentum)


@given(beta=st.floats(-1, 2))
@example(beta=0.0)
def test_the_beta_of_lion_is_kerass(beta):
    assert_agree("optimizer", "Lion", beta_1=beta)


@pytest.mark.parametrize(
    ("name", "given_arguments"),
    [
        ("AdamW", {"weight_decay": None}),
        ("Ftrl", {"learning_rate_power": 0.5}),
        ("Ftrl", {"l1_regularization_strength": -1.0}),
        ("Ftrl", {"l2_regularization_strength": -1.0}),
        ("Ftrl", {"l2_shrinkage_regularization_strength": -1.0}),
        ("Ftrl", {"initial_accumulator_value": -1.0}),
        ("Adam", {"lr": 0.1}),
    ],
)
def test_what_keras_refuses_is_refused(name, given_arguments):
    assert_both_refuse("optimizer", name, **given_arguments)


@pytest.mark.parametrize(
    ("name", "given_arguments"),
    [
        ("Adam", {"beta_1": 1.0}),
        ("Adam", {"epsilon": -1e-7}),
        ("Adam", {"clipnorm": 0}),
        ("Adam", {"use_ema": 1}),
        ("Adam", {"loss_scale_factor": 0}),
        ("Muon", {"exclude_layers": ["("]}),
        ("RMSprop", {"rho": 2}),
    ],
)
def test_arguments_that_mean_nothing_are_refused(name, given_arguments):
    assert_refused("optimizer", name, **given_arguments)


@given(steps=st.one_of(st.integers(-2, 3), st.floats(-1, 3)))
@example(steps=1e3)
@example(steps=0)
def test_the_length_of_a_schedule_is_positive_as_in_keras(steps):
    for name in ("CosineDecay", "PolynomialDecay"):
        assert_agree("schedule", name, initial_learning_rate=0.1, decay_steps=steps)
    assert_agree("schedule", "CosineDecayRestarts", initial_learning_rate=0.1, first_decay_steps=steps)
    for name in ("ExponentialDecay", "InverseTimeDecay"):
        assert_agree("schedule", name, initial_learning_rate=0.1, decay_steps=steps, decay_rate=0.5)


def test_a_number_of_steps_stays_what_it_was():
    assert isinstance(CosineDecay(initial_learning_rate=1, decay_steps=10).decay_steps, int)
    assert isinstance(CosineDecay(initial_learning_rate=1, decay_steps=1e3).decay_steps, float)


@given(boundaries=st.lists(st.integers(0, 9), max_size=3), values=st.lists(st.floats(0, 1), max_size=4))
@example(boundaries=[1, 2], values=[1.0, 0.5, 0.1])
@example(boundaries=[2, 1], values=[1.0, 0.5, 0.1])
@example(boundaries=[], values=[0.5])
def test_a_stretch_of_steps_has_one_rate(boundaries, values):
    given_arguments = {"boundaries": boundaries, "values": values}
    if boundaries and sorted(set(boundaries)) == boundaries:
        assert_agree("schedule", "PiecewiseConstantDecay", **given_arguments)
    else:
        # Keras would take them and fail, or add up rates, at the first step.
        assert_refused("schedule", "PiecewiseConstantDecay", **given_arguments)


def test_rates_written_as_integers_stay_numbers():
    schedule = to_keras(PiecewiseConstantDecay(boundaries=(10,), values=(1, 0.5)))
    assert [float(schedule(step)) for step in (0, 11)] == [1.0, 0.5]
    assert float(to_keras(ExponentialDecay(initial_learning_rate=1, decay_steps=2, decay_rate=0.25))(1)) == 0.5


@pytest.mark.parametrize("wrong", [-1, float("nan"), float("inf"), True, "0.1", None])
@pytest.mark.parametrize("name", sorted(set(SCHEDULES) - {"PiecewiseConstantDecay"}))
def test_the_first_rate_of_a_schedule_is_a_finite_number(name, wrong):
    assert_refused("schedule", name, **{**SCHEDULE_SAMPLES[name], "initial_learning_rate": wrong})
