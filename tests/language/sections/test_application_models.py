"""`{ResNet50: {…}}` under `models`: read, checked and built; weights come from where the spec says, or nowhere."""

import keras
import numpy as np
import pytest

import modelspec
from tests.graph.telling import good, only, place, shapes, told

HEAD = "inputs: {a: [32, 32, 3]}\nmodels:\n"
NETWORK = "{MobileNetV2: {weights: null, include_top: false, input_shape: [32, 32, 3], pooling: avg, alpha: 0.35}%s}\n"
CALL = "layers:\n  - call: base\n  - Dense: 1\n    name: y\noutputs: {y: {loss: mse}}\n"


def spec(more=""):
    return HEAD + "  base: " + NETWORK % more + CALL


@pytest.fixture(scope="module")
def theirs():
    """The network as Keras makes it."""
    return keras.applications.MobileNetV2(
        weights=None, include_top=False, input_shape=(32, 32, 3), pooling="avg", alpha=0.35
    )


def test_an_application_is_called_as_a_nested_model_is(theirs):
    network = good(spec())
    assert shapes(spec()) == {"y": (None, 1)}
    assert sum(np.prod(weight.shape) for weight in network.weights["base"]) == theirs.count_params()


@pytest.mark.parametrize(
    ("model", "expected"),
    [
        ("{ResNet5: {weights: null}}", ("MS207", 4, 10)), ("{ResNet50: {weights: null, top: false}}", ("MS201", 4, 36)),
        ("{ResNet50: {weights: 'hf://user/model'}}", ("MS702", 4, 30)), ("{ResNet50: {weights: ../x.weights.h5}}", ("MS701", 4, 30)),
        ("{ResNet50: {weights: x.h5}}", ("MS205", 4, 30)), ("{ResNet50: {weights: null, input_shape: [32, 32, 3], include_top: false}, freeze: [a]}", ("MS536", 4, 92)),
        ("{ResNet50: {weights: null, input_shape: [32, 32, 3], include_top: false}, trainable: 3}", ("MS203", 4, 94)), ("{ResNet50: {weights: null, input_shape: [32, 32, 3], include_top: false}, layer: a}", ("MS201", 4, 83)),
        ("{ResNet50: {weights: null, input_shape: [31, 31, 3], include_top: false}}", ("MS208", 4, 49)),
    ],
)  # fmt: skip
def test_a_mistake_is_told_once(model, expected):
    assert told(HEAD + f"  base: {model}\n" + CALL) == [expected]


def test_other_images_than_it_takes_are_told_at_the_call():
    error = only(spec().replace("a: [32, 32, 3]", "a: [32, 33, 3]"))
    assert place(error)[:2] == ("MS407", 6)


def test_the_built_network_is_keras_s(tmp_path, theirs):
    path = tmp_path / "spec.yaml"
    path.write_text("modelspec: 1\n" + spec(", trainable: false"))
    model = modelspec.build(path)
    base = model.get_layer("base")
    assert not base.trainable_weights
    assert [layer.name for layer in base.layers[1:-1]] == [layer.name for layer in theirs.layers[1:-1]]
    theirs.set_weights(base.get_weights())
    rows = np.random.default_rng(0).random((2, 32, 32, 3)).astype("float32")
    np.testing.assert_array_equal(np.asarray(base(rows)), np.asarray(theirs(rows)))


def test_weights_come_from_a_file_beside_the_spec(tmp_path, theirs):
    theirs.save_weights(tmp_path / "base.weights.h5")
    path = tmp_path / "spec.yaml"
    path.write_text("modelspec: 1\n" + spec().replace("weights: null", "weights: base.weights.h5"))
    base = modelspec.build(path).get_layer("base")
    for ours, expected in zip(base.weights, theirs.weights, strict=True):
        np.testing.assert_array_equal(np.asarray(ours), np.asarray(expected))
    (tmp_path / "base.weights.h5").write_bytes(b"nothing")
    with pytest.raises(modelspec.SpecError) as caught:
        modelspec.build(path)
    assert [problem.code for problem in caught.value.diagnostics] == ["MS615"]


def test_nothing_is_downloaded_unless_the_command_line_allows_it(tmp_path):
    path = tmp_path / "spec.yaml"
    path.write_text("modelspec: 1\n" + spec().replace("weights: null, ", ""))
    assert modelspec.check(path) == ()
    with pytest.raises(modelspec.SpecError) as caught:
        modelspec.build(path)
    (problem,) = caught.value.diagnostics
    assert problem.code == "MS615"
    assert "--allow-download" in (problem.help or "")


def test_a_run_does_not_ask_for_the_weights_again(tmp_path):
    path = tmp_path / "spec.yaml"
    network = "{VGG16: {weights: null, include_top: false, input_shape: [32, 32, 3], pooling: avg}, trainable: false}\n"
    path.write_text(f"modelspec: 1\n{HEAD}  base: {network}{CALL}data: {{train: {{synthetic: 8}}}}\n")
    result = modelspec.train(path, run_dir=tmp_path / "run")
    resolved = (tmp_path / "run" / "resolved.yaml").read_text()
    assert "VGG16" in resolved
    assert modelspec.check(tmp_path / "run" / "resolved.yaml") == ()
    assert result.history
