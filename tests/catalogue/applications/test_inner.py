"""The tables of what is inside the applications, against the installed Keras: names, shapes, weights, what leads where."""

import keras
import pytest

from modelspec.catalogue.applications import APPLICATIONS
from modelspec.catalogue.applications.inner import inner_layers, keras_name, needed
from modelspec.graph.questions.ownership import Ownership, count_parameters
from modelspec.pipeline import check_text
from modelspec.runs.resolved import resolved_spec
from modelspec.runtime.build.model import build_model

pytestmark = pytest.mark.filterwarnings("ignore:This model usually expects")
QUICK = ("MobileNetV2", "VGG16", "EfficientNetV2B0")
EVERY = [name if name in QUICK else pytest.param(name, marks=pytest.mark.slow) for name in APPLICATIONS]
SIZES = [(96, 97), (131, 110), (224, 331)]


def theirs(name, size, **more):
    """Keras's own network for images of a size, where it has counted nothing yet."""
    keras.backend.clear_session(free_memory=False)
    with keras.StatelessScope(initialize_variables=False):
        shape = (*size, 3)
        return getattr(keras.applications, name)(weights=None, include_top=False, input_shape=shape, **more)


@pytest.mark.parametrize("name", EVERY)
def test_every_layer_has_keras_s_name_shape_and_weights(name):
    for size in SIZES:
        model = theirs(name, size)
        ours = inner_layers(name)
        assert [operation.name for operation in model.operations] == list(ours)
        for operation in model.operations:
            inner = ours[operation.name]
            assert inner.shape(None, *size) == tuple(operation.output.shape), (operation.name, size)
            weights = getattr(operation, "weights", ())
            assert inner.trained + inner.kept == sum(weight.shape.num_elements() for weight in weights), operation.name


@pytest.mark.parametrize("name", EVERY)
def test_what_leads_to_a_layer_is_what_keras_makes_a_model_of(name):
    model = theirs(name, (96, 97))
    names = list(inner_layers(name))
    for at in range(len(names) // 7, len(names), len(names) // 7):
        operation = next(item for item in model.operations if item.name == names[at])
        part = keras.Model(model.inputs, operation.output)
        assert {layer.name for layer in needed(name, [names[at]])} == {item.name for item in part.operations}


SPEC = """\
modelspec: 1
inputs: {x: %s}
models:
  back: {%s: {weights: null, include_top: false, input_shape: %s}, outputs: %s}
layers: [{call: back, from: x}]
outputs: {%s}
"""


def spec(name, wanted, size="[64, 96, 3]"):
    outputs = ", ".join(f"o{number}: back.{called}" for number, called in enumerate(wanted))
    return SPEC % (size, name, size, "[" + ", ".join(wanted) + "]", outputs)


@pytest.mark.parametrize(
    ("name", "wanted", "size"),
    [
        ("MobileNetV2", ["block_6_expand_relu", "block_13_expand_relu", "out_relu"], "[64, 96, 3]"),
        ("MobileNetV2", ["block_3_expand_relu", "block_1_project_BN"], "[64, 97, 5]"),
        pytest.param("ResNet50", ["conv4_block6_out", "conv2_block3_out"], "[64, 96, 3]", marks=pytest.mark.slow),
        pytest.param("EfficientNetB0", ["block4a_expand_activation"], "[64, 96, 4]", marks=pytest.mark.slow),
        pytest.param("ConvNeXtTiny", ["convnext_tiny_stage_1_block_0_identity"], "[64, 96, 3]", marks=pytest.mark.slow),
        pytest.param("InceptionV3", ["mixed3", "mixed7"], "[96, 97, 3]", marks=pytest.mark.slow),
    ],
)
def test_inner_tensors_are_outputs_with_shapes_and_weights_known_before_keras(name, wanted, size):
    checked = check_text(spec(name, wanted, size))
    assert checked.ok, checked.diagnostics
    network = checked.network
    model = build_model(network, compile=False).model
    tensors = network.main.tensors[1]
    assert [tensor.shape for tensor in tensors] == [tuple(model.output[f"o{n}"].shape) for n in range(len(wanted))]
    owned = Ownership(network)
    total, _ = count_parameters(owned.weights(owned.by_graph(network.main.graph)))
    assert total == model.count_params()
    again = check_text(resolved_spec(network))
    assert again.ok, again.diagnostics
    assert again.network.main.tensors[1] == tensors


def test_they_may_be_called_otherwise_and_one_alone_needs_no_name():
    text = spec("VGG16", ["low"]).replace("[low]", "{low: block1_conv2}")
    checked = check_text(text)
    assert checked.ok, checked.diagnostics
    assert checked.network.main.tensors[1][0].shape == (None, 64, 96, 64)
    alone = "modelspec: 1\ninputs: {x: [32, 32, 3]}\nmodels: {back: {VGG16: {weights: null, include_top: false}, outputs: block1_conv2}}\n"
    assert check_text(
        alone + "layers: [call: back, Flatten: null, Dense: 2]\n".replace("call: back", "{call: back}")
    ).ok


@pytest.mark.parametrize(
    ("outputs", "more", "code", "help"),
    [
        ("[block_6_expand_rely]", "", "MS304", "block_6_expand_relu"),
        ("[block_6_expand_relu, block_6_expand_relu]", "", "MS305", "remove one"),
        ("[]", "", "MS203", "leave"),
        ("[5]", "", "MS203", ""),
        ("[out_relu]", ", alpha: 0.5", "MS208", "saved: base.keras"),
    ],
)
def test_what_is_no_inner_tensor_is_told_once(outputs, more, code, help):
    text = (
        f"modelspec: 1\ninputs: {{x: [32, 32, 3]}}\n"
        f"models: {{back: {{MobileNetV2: {{weights: null, include_top: false{more}}}, outputs: {outputs}}}}}\n"
        f"layers: [{{call: back, name: b}}, {{Flatten: null, from: b.block_6_expand_relu}}]\n"
    )
    (problem,) = [item for item in check_text(text).diagnostics if item.severity == "error"]
    assert problem.code == code
    assert help in (problem.help or "")


def test_names_that_begin_with_the_network_s_own_are_keras_s():
    assert keras_name("ConvNeXtXLarge") == "convnext_xlarge"
    assert "convnext_xlarge_stem" in inner_layers("ConvNeXtXLarge")
