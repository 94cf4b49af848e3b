"""What `freeze` names inside a network of `keras.applications`, beside the flags that Keras has then."""

import keras
import pytest

from modelspec.graph.questions.ownership import Ownership, count_parameters
from modelspec.graph.questions.stages import stages
from modelspec.pipeline import check_text
from modelspec.runs.resolved import resolved_spec
from modelspec.runtime.build.model import build_model
from tests.checks.told import problems

pytestmark = pytest.mark.filterwarnings("ignore:This model usually expects")
TEXT = """\
modelspec: 1
inputs: {image: %s}
models: {base: {%s: {input_shape: %s, weights: null, %s}%s}}
layers:
  - call: base
  - Flatten
  - Dense: 1
    name: y
outputs: {y: {loss: mse}}
train: {%s}
"""


def spec(name="MobileNetV2", shape="[32, 32, 3]", arguments="include_top: false", beside="", train=""):
    return TEXT % (shape, name, shape, arguments, beside, train)


def flags(model):
    """Which weights of each layer training changes."""
    return {layer.name: [weight.trainable for weight in layer.weights] for layer in model.layers if layer.weights}


def theirs(name, shape, frozen, **arguments):
    """The flags of Keras's own network whose layers are frozen one by one."""
    keras.backend.clear_session(free_memory=False)
    model = getattr(keras.applications, name)(weights=None, input_shape=shape, name="base", **arguments)
    for layer in model.layers:
        if frozen(layer.name):
            layer.trainable = False
    return flags(model)


def ours(text):
    """The flags of the network as it is built, and the counts of parameters that are known before."""
    checked = check_text(text)
    assert checked.ok, checked.diagnostics
    built = build_model(checked.network, compile=False)
    owned = Ownership(checked.network)
    counts = count_parameters(owned.weights(owned.by_graph(checked.network.main.graph)))
    model = built.model
    trained = sum(weight.shape.num_elements() for weight in model.trainable_weights)
    assert counts == (model.count_params(), trained)
    again = check_text(resolved_spec(checked.network))
    assert again.ok, again.diagnostics
    assert Ownership(again.network).matched == owned.matched
    return flags(built.models["base"])


CASES = [
    ("MobileNetV2", (32, 32, 3), "block_1*", lambda name: name.startswith("block_1"), {"include_top": False}),
    ("MobileNetV2", (48, 32, 5), "*Conv1", lambda name: name.endswith("Conv1"), {"include_top": False, "pooling": "avg"}),
    ("MobileNetV2", (32, 32, 3), "*BN", lambda name: name.endswith("BN"), {"include_top": True, "classes": 3}),
    ("MobileNetV2", (32, 32, 3), "predictions", lambda name: name == "predictions", {"include_top": True, "classes": 3}),
    ("MobileNetV3Small", (32, 32, 3), "conv_2", lambda name: name == "conv_2", {"include_top": True, "classes": 3}),
    ("VGG16", (32, 32, 3), "fc*", lambda name: name.startswith("fc"), {"include_top": True, "classes": 2}),
    ("EfficientNetB0", (32, 32, 4), "normalization", lambda name: name == "normalization", {"include_top": False}),
    ("EfficientNetB0", (32, 32, 4), "stem*", lambda name: name.startswith("stem"), {"include_top": False}),
    ("ConvNeXtTiny", (32, 32, 3), "convnext_tiny_stage_0*", lambda name: name.startswith("base_stage_0"), {"include_top": False}),
    ("ConvNeXtTiny", (32, 32, 3), "*_head_*", lambda name: "_head_" in name, {"include_top": True, "classes": 2}),
]  # fmt: skip
QUICK = {1, 5}
"""Two families, one with its top. The tests below have more of the first."""


@pytest.mark.parametrize(
    ("name", "shape", "pattern", "frozen", "arguments"),
    [case if at in QUICK else pytest.param(*case, marks=pytest.mark.slow) for at, case in enumerate(CASES)],
)
def test_the_layers_that_a_pattern_names_have_keras_s_flags(name, shape, pattern, frozen, arguments):
    written = ", ".join(f"{key}: {str(value).lower()}" for key, value in arguments.items())
    expected = theirs(name, shape, frozen, **arguments)
    assert any(not any(of_layer) for of_layer in expected.values())
    beside = spec(name, list(shape), written, f", freeze: ['{pattern}']")
    assert ours(beside) == expected
    assert ours(spec(name, list(shape), written, train=f"freeze: ['base/{pattern}']")) == expected


def test_all_but_the_last_block_is_frozen_as_keras_users_do():
    frozen = ["Conv1", "bn_Conv1", "expanded_*", *(f"block_{number}_*" for number in range(1, 14))]
    last = ("block_14", "block_15", "block_16", "Conv_1")
    expected = theirs("MobileNetV2", (32, 32, 3), lambda name: not name.startswith(last), include_top=False)
    assert ours(spec(beside=f", freeze: {frozen}")) == expected


def test_a_part_of_a_network_has_the_layers_that_lead_to_its_outputs():
    beside = ", outputs: block_3_expand_relu, freeze: [block_2*, Conv1]"
    found = ours(spec(beside=beside))
    assert [name for name, of_layer in found.items() if not any(of_layer)] == [
        "Conv1", "block_2_expand", "block_2_expand_BN", "block_2_depthwise", "block_2_depthwise_BN", "block_2_project",
        "block_2_project_BN",
    ]  # fmt: skip
    (problem,) = problems(spec(beside=", outputs: block_3_expand_relu, freeze: [block_5*]"))
    assert problem.code == "MS536"


def test_stages_let_one_block_after_another_go():
    train = "stages: [{freeze: [base]}, {freeze: ['base/block_1*', base/Conv1]}, {freeze: []}]"
    network = check_text(spec(train=train)).network
    built = build_model(network)
    counted = []
    for stage in stages(network):
        built.freezing.apply(stage)
        counted.append(len(built.model.trainable_weights))
    whole = theirs("MobileNetV2", (32, 32, 3), lambda name: False, include_top=False)
    blocks = sum(sum(flag) for name, flag in whole.items() if name.startswith(("block_1", "Conv1")))
    every = sum(map(sum, whole.values())) + 2
    assert counted == [2, every - blocks, every]


@pytest.mark.parametrize(
    ("written", "help"),
    [
        (spec(train="freeze: [base/block_1_expnd]"), "did you mean 'block_1_expand'?"),
        (spec(beside=", freeze: [block_1_expnd]"), "did you mean 'block_1_expand'?"),
        (spec(train="freeze: ['*/qqqqqqqqqqqq']"), "the last layers of 'base' are"),
        (
            spec("MobileNetV3Small", arguments="include_top: false, minimalistic: true", beside=", freeze: [rescalin]"),
            "did you mean 'rescaling'?",
        ),
        (
            spec("MobileNet", arguments="include_top: false, alpha: 0.3", train="freeze: [base/conv_dw_14]"),
            "did you mean 'conv_dw_4'?",
        ),
    ],
)
def test_what_names_no_layer_is_told_with_what_is_there(written, help):
    (problem,) = [item for item in problems(written) if item.severity == "error"]
    assert problem.code == "MS536"
    assert help in problem.help


def test_a_name_of_a_layer_without_weights_is_a_warning():
    (problem,) = problems(spec(beside=", freeze: [Conv1_relu]"))
    assert (problem.code, problem.severity) == ("MS537", "warning")
