"""What `freeze` may name: layers of the spec, and of a network of Keras's own all of it."""

from modelspec.graph.questions.stages import stages
from modelspec.pipeline import check_text
from modelspec.runtime.build.model import build_model
from tests.checks.told import problems

TEXT = """\
modelspec: 1
inputs: {image: [32, 32, 3]}
models: {base: {MobileNetV2: {input_shape: [32, 32, 3], weights: null, include_top: false, pooling: avg}}}
layers:
  - call: base
  - Dense: 1
    name: y
outputs: {y: {loss: mse}}
train: {freeze: [PATTERN]}
"""


def test_a_misspelt_application_gets_its_name():
    (problem,) = problems(TEXT.replace("PATTERN", "bas"))
    assert (problem.code, problem.help) == ("MS536", "did you mean 'base'?")


def test_all_of_an_application_is_frozen_by_its_name():
    found = check_text(TEXT.replace("PATTERN", "base"), "spec.yaml")
    assert not found.diagnostics
    built = build_model(found.network)
    assert [weight.path for weight in built.model.trainable_weights] == ["y/kernel", "y/bias"]


def test_a_stage_lets_an_application_go_again():
    text = TEXT.replace("train: {freeze: [PATTERN]}", "train: {stages: [{freeze: [base]}, {freeze: []}]}")
    network = check_text(text, "spec.yaml").network
    built = build_model(network)
    assert len(built.model.trainable_weights) == 2
    whole = len(build_model(check_text(TEXT.partition("train:")[0]).network).model.trainable_weights)
    built.freezing.apply(stages(network)[1])
    assert len(built.model.trainable_weights) == whole > 100
