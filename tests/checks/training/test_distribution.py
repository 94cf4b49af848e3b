"""`distribute: mirrored` with settings that Keras has for one device only."""

import pytest

from modelspec.pipeline import check_text
from tests.checks.told import problems, spec, told

DENSE = ["  - Dense: 1", "    name: y"]
OUT = "outputs: {y: {loss: mse}}"


def trained(settings, distribute="distribute: mirrored, "):
    return spec(DENSE, OUT, f"train: {{{distribute}{settings}}}")


ALONE = [
    ("optimizer: {Adam: {gradient_accumulation_steps: 4}}", "gradient_accumulation_steps"),
    ("optimizer: {SGD: {use_ema: true, ema_overwrite_frequency: 5}}", "ema_overwrite_frequency"),
    ("optimizer: {LossScaleOptimizer: {inner_optimizer: {Adam: {}}}}", "LossScaleOptimizer"),
    ("precision: mixed_float16", "mixed_float16"),
    ("jit_compile: true", "jit_compile"),
]


@pytest.mark.parametrize(("settings", "key"), ALONE)
def test_what_keras_does_on_one_device_only_is_told_at_its_key(settings, key):
    text = trained(settings)
    assert told(text) == [("MS539", 7, text.split("\n")[6].index(key) + 1)]
    assert key in problems(text)[0].message


@pytest.mark.parametrize(("settings", "key"), ALONE)
def test_on_one_device_it_is_fine(settings, key):
    assert told(trained(settings, "")) == []
    assert told(trained(settings, "distribute: null, ")) == []


@pytest.mark.parametrize(
    "settings",
    [
        "optimizer: {Adam: {use_ema: true, clipnorm: 1.0}}",
        "optimizer: {Adam: {ema_overwrite_frequency: 5}}",
        "optimizer: adam",
        "jit_compile: false",
        "jit_compile: auto",
        "precision: mixed_bfloat16",
    ],
)
def test_what_several_devices_can_do_is_passed(settings):
    assert told(trained(settings)) == []


def test_a_setting_of_one_stage_is_told_once_and_where_it_is_written():
    stages = "stages: [{epochs: 1}, {epochs: 1, jit_compile: true}]"
    text = trained(stages)
    assert told(text) == [("MS539", 7, text.split("\n")[6].index("jit_compile") + 1)]


def test_all_stages_have_the_same_devices():
    assert [code for code, _, _ in told(trained("stages: [{distribute: mirrored}]", ""))] == ["MS214"]


@pytest.mark.parametrize("value", ["gpu", "true", "2", "[mirrored]", "mirorred", "{mirrored: 2}"])
def test_a_distribution_that_there_is_not_is_refused_with_the_choices(value):
    checked = check_text(trained(f"distribute: {value}", ""))
    (problem,) = checked.diagnostics
    assert (problem.code, problem.path) == ("MS204", ("train", "distribute"))
    assert "expected mirrored" in problem.message
    assert "mirrored" in (problem.help or "")
