"""The tables of what is inside the applications, against the installed Keras: names, shapes, weights, what leads where."""

import keras
import pytest

from modelspec.catalogue.applications import APPLICATIONS
from modelspec.catalogue.applications.inner import inner_layers, keras_name, needed
from modelspec.catalogue.kinds import find
from modelspec.graph.questions.ownership import Ownership, count_parameters
from modelspec.pipeline import check_text
from modelspec.runs.resolved import resolved_spec
from modelspec.runtime.build.model import build_model

pytestmark = pytest.mark.filterwarnings("ignore:This model usually expects")
QUICK = ("MobileNetV2", "VGG16", "EfficientNetV2B0")
EVERY = [name if name in QUICK else pytest.param(name, marks=pytest.mark.slow) for name in APPLICATIONS]
SIZES = [(96, 97), (131, 110), (224, 331)]
ALPHAS = (0.05, 0.35, 0.75, 1.4, 3.0)
"""With the smallest, blocks are as wide as those before them and so have additions that others have not."""
OTHERWISE = [
    *(("MobileNet", {"alpha": alpha, "depth_multiplier": depth}) for alpha in ALPHAS for depth in (1, 3)),
    *(("MobileNetV2", {"alpha": alpha}) for alpha in ALPHAS),
    *(
        (f"MobileNetV3{kind}", {"alpha": alpha, "minimalistic": minimal, "include_preprocessing": preprocessing})
        for kind in ("Large", "Small")
        for alpha in (1.0, *ALPHAS)
        for minimal in (False, True)
        for preprocessing in (False, True)
    ),
    *((name, {"include_preprocessing": False}) for name in APPLICATIONS if name.startswith(("EfficientNetV2", "ConvNeXt"))),
]  # fmt: skip
_SOME = (
    {"alpha": 0.35, "depth_multiplier": 3}, {"alpha": 0.05},
    {"alpha": 0.75, "minimalistic": True, "include_preprocessing": False},
)  # fmt: skip
_PARTS = [
    (name, more) if more in _SOME or name == "EfficientNetV2B0" else pytest.param(name, more, marks=pytest.mark.slow)
    for name, more in OTHERWISE
]
PADDED = [name for name in APPLICATIONS if getattr(find("application", name), "pads_by_size")]  # noqa: B009


def ours(name, size, **more):
    """What is known of the network."""
    return find("application", name)(weights=None, include_top=False, input_shape=(*size, 3), **more)


def theirs(name, size, **more):
    """Keras's own network for images of a size, where it has counted nothing yet."""
    keras.backend.clear_session(free_memory=False)
    with keras.StatelessScope(initialize_variables=False):
        shape = (*size, 3)
        return getattr(keras.applications, name)(weights=None, include_top=False, input_shape=shape, **more)


def assert_same(model, layers, shapes, size):
    """Names, shapes, weights and what each layer is made of are Keras's."""
    names = [operation.name for operation in model.operations]
    assert names == list(layers)
    for operation, shape in zip(model.operations, shapes, strict=True):
        inner = layers[operation.name]
        assert inner.shape(None, *size) == tuple(shape), (operation.name, size)
        for kind, count in (("trainable_weights", inner.trained), ("non_trainable_weights", inner.kept)):
            weights = getattr(operation, kind, ())
            assert count == sum(weight.shape.num_elements() for weight in weights), (operation.name, kind)
        tensors = operation._inbound_nodes[0].input_tensors
        assert inner.sources == tuple(names.index(tensor._keras_history.operation.name) for tensor in tensors)


@pytest.mark.parametrize("name", EVERY)
def test_every_layer_has_keras_s_name_shape_and_weights(name):
    for size in SIZES:
        model = theirs(name, size)
        assert_same(model, inner_layers(ours(name, size)), [item.output.shape for item in model.operations], size)


@pytest.mark.parametrize(("name", "more"), _PARTS)
def test_arguments_that_change_what_is_inside_change_it_as_keras_does(name, more):
    for size in SIZES[:2]:
        model = theirs(name, size, **more)
        layers = inner_layers(ours(name, size, **more))
        assert_same(model, layers, [item.output.shape for item in model.operations], size)


@pytest.mark.parametrize(
    "name", [name if name == "MobileNetV2" else pytest.param(name, marks=pytest.mark.slow) for name in APPLICATIONS if "NASNet" not in name]
)  # fmt: skip
def test_of_a_network_for_images_of_any_size_each_size_has_keras_s_shapes(name):
    model = theirs(name, (None, None))
    every = keras.Model(model.inputs, [operation.output for operation in model.operations])
    layers = inner_layers(ours(name, (None, None)))
    for size in SIZES:
        shapes = [tensor.shape for tensor in every(keras.KerasTensor((None, *size, 3)))]
        assert_same(model, layers, shapes, size)
        given = f"[{size[0]}, {size[1]}, 3]"
        text = (
            f"models: {{back: {{{name}: {{weights: null, include_top: false}}}}}}\nlayers: [{{call: back, from: x}}]\n"
        )
        checked = check_text(f"modelspec: 1\ninputs: {{x: {given}}}\n{text}")
        assert checked.network.main.tensors[1][0].shape == tuple(shapes[-1])


@pytest.mark.parametrize(
    "name", [name if name == "MobileNetV2" else pytest.param(name, marks=pytest.mark.slow) for name in PADDED]
)
def test_a_width_alone_may_be_known_and_a_height_alone_is_refused_as_by_keras(name):
    assert theirs(name, (None, 96))
    assert ours(name, (None, 96))
    with pytest.raises(TypeError):
        theirs(name, (96, None))
    with pytest.raises(ValueError, match="needs a known width too"):
        ours(name, (96, None))


@pytest.mark.slow
@pytest.mark.parametrize("name", ["NASNetLarge", "NASNetMobile"])
def test_a_nasnet_of_unknown_size_takes_no_image_in_keras_and_is_refused(name):
    model = theirs(name, (None, None))
    for size in [(96, 96), (224, 224), (331, 331), (512, 512)]:
        with pytest.raises(ValueError, match="incompatible shapes"):
            model(keras.KerasTensor((None, *size, 3)))
    for size in [(None, None), (None, 96), (96, None)]:
        with pytest.raises(ValueError, match="known sizes only"):
            ours(name, size)


def test_a_nasnet_without_its_top_needs_the_size_of_its_images():
    text = "modelspec: 1\ninputs: {x: [96, 96, 3]}\nmodels: {back: {NASNetLarge: {weights: null, include_top: false}}}\nlayers: [{call: back}]\n"
    (problem,) = check_text(text).diagnostics
    assert (problem.code, "known sizes only" in problem.message) == ("MS208", True)


def test_a_mobilenet_too_thin_for_a_filter_is_refused_as_by_keras():
    with pytest.raises(ValueError, match="at least 1/32"):
        ours("MobileNet", (96, 96), alpha=0.02)
    with pytest.raises(ValueError, match="filters"):
        theirs("MobileNet", (96, 96), alpha=0.02)
    assert ours("MobileNet", (96, 96), alpha=1 / 32)


@pytest.mark.parametrize("name", EVERY)
def test_what_leads_to_a_layer_is_what_keras_makes_a_model_of(name):
    model, network = theirs(name, (96, 97)), ours(name, (96, 97))
    names = list(inner_layers(network))
    for at in range(len(names) // 7, len(names), len(names) // 7):
        operation = next(item for item in model.operations if item.name == names[at])
        part = keras.Model(model.inputs, operation.output)
        assert {layer.name for layer in needed(network, [names[at]])} == {item.name for item in part.operations}


SPEC = """\
modelspec: 1
inputs: {x: %s}
models:
  back: {%s: {weights: null, include_top: false, input_shape: %s}, outputs: %s}
layers: [{call: back, from: x}]
outputs: {%s}
"""


def spec(name, wanted, size="[64, 96, 3]"):
    """The network with some outputs, for images of a size; behind that may stand other arguments."""
    outputs = ", ".join(f"o{number}: back.{called}" for number, called in enumerate(wanted))
    return SPEC % (size.partition("]")[0] + "]", name, size, "[" + ", ".join(wanted) + "]", outputs)


@pytest.mark.parametrize(
    ("name", "wanted", "size"),
    [
        ("MobileNetV2", ["block_6_expand_relu", "block_13_expand_relu", "out_relu"], "[64, 96, 3]"),
        ("MobileNetV2", ["expanded_conv_add", "block_13_expand_relu"], "[64, 96, 3], alpha: 0.1"),
        ("MobileNetV3Small", ["re_lu_5", "conv_1_bn"], "[64, 97, 4], minimalistic: true, include_preprocessing: false"),
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
        ("[block_10_add]", ", alpha: 0.5", "MS304", "block_15_add"),
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
    assert "convnext_xlarge_stem" in inner_layers(ours("ConvNeXtXLarge", (96, 96)))
