"""A network of `keras.applications` inside a trained run, taken from there with its weights."""

import numpy as np
import pytest

from modelspec.pipeline import check_text
from modelspec.runs.resolved import resolved_spec
from modelspec.runtime.build.model import build_model
from modelspec.runtime.build.weights import save_weights, weight_values

SPEC = """\
modelspec: 1
inputs: {image: [32, 32, 3]}
models: {base: {MobileNetV3Small: {weights: null, include_top: false, pooling: avg, alpha: 0.35, minimalistic: true}}}
layers: [{call: base}, Dense: {units: 1, activation: sigmoid}]
"""
USE = """\
modelspec: 1
inputs: {image: [32, 32, 3]}
models: {part: %s}
layers: [{call: part}, Dense: 1]
"""


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """A run directory as a training leaves it, with weights that no new model has."""
    folder = tmp_path_factory.mktemp("saved")
    network = check_text(SPEC).network
    built = build_model(network)
    for weight in built.model.weights:
        weight.assign(np.random.default_rng(1).normal(size=weight.shape))
    (folder / "run").mkdir()
    (folder / "run" / "resolved.yaml").write_text(resolved_spec(network))
    save_weights(folder / "run" / "best.safetensors", weight_values(built), {})
    return folder, weight_values(built)


def check(run, part):
    return check_text(USE % part, folder=str(run[0]))


@pytest.mark.parametrize(
    ("part", "below"), [("{saved: run, layer: base}", "part/"), ("{saved: run}", "part/base/")], ids=["alone", "within"]
)
def test_it_has_the_weights_of_the_run(run, part, below):
    checked = check(run, part)
    assert checked.ok, checked.diagnostics
    values = {
        name.removeprefix(below): value
        for name, value in weight_values(build_model(checked.network)).items()
        if name.startswith(below)
    }
    trained = {name.removeprefix("base/"): value for name, value in run[1].items() if name.startswith("base/")}
    assert len(values) == len(trained) == 170
    assert all(np.array_equal(values[name], value) for name, value in trained.items())


def test_it_can_be_frozen(run):
    model = build_model(check(run, "{saved: run, layer: base, trainable: false}").network).model
    assert len(model.trainable_weights) == 2


def test_a_key_that_does_not_belong_there_is_told_once(run):
    (problem,) = check(run, "{saved: run, layer: base, classes: 3}").diagnostics
    assert problem.code == "MS201" and "classes" in problem.message


def test_tensors_inside_it_come_out_of_the_run_as_well(run):
    (problem,) = check(run, "{saved: run, layer: base, outputs: [expanded_conv_project]}").diagnostics
    assert problem.code == "MS208"  # this one is not of the usual width


def test_it_begins_where_it_begins(run):
    (problem,) = check(run, "{saved: run, layer: base, inputs: [image]}").diagnostics
    assert problem.code == "MS201"
