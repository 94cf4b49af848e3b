"""Every spec of `specs/applications/` is the network of `keras.applications`: layers, order, shapes, weights, predictions.

Both models are built by Keras, which puts the layers of any model in the order of its graph; they are compared one by one in
that order. `modelspec summary` lists layers as the file does, so its lines are compared by name.
"""

import json
import shlex
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

import modelspec
from tests.applications import APPLICATIONS

SPECS = Path(__file__).parent.parent / "specs" / "applications"
MOST_LINES = 120
QUICK = ("MobileNetV2",)
BUILT = [
    pytest.param(application, id=application.name, marks=() if application.name in QUICK else pytest.mark.slow)
    for application in APPLICATIONS
]
every = pytest.mark.parametrize("application", APPLICATIONS, ids=lambda application: application.name)
built = pytest.mark.parametrize("application", BUILT)


def path_of(application):
    return str(SPECS / f"{application.spec}.yaml")


def comment_of(application):
    text = Path(path_of(application)).read_text()
    return text[: text.index("modelspec: 1")]


def smaller(application):
    """The settings that the file's comment gives for a smaller model."""
    (line,) = (line for line in comment_of(application).splitlines() if line.startswith("# Smaller: "))
    words = shlex.split(line.removeprefix("# Smaller: "))
    assert words
    assert words[::2] == ["--set"] * (len(words) // 2)
    return words[1::2]


def summary(application, cli):
    done = cli("summary", path_of(application), "--format", "json")
    assert done.code == 0, done.err
    return json.loads(done.out)


def test_every_spec_has_its_numbers():
    assert sorted(path.stem for path in SPECS.glob("*.yaml")) == sorted(known.spec for known in APPLICATIONS)
    assert len(APPLICATIONS) == 8


@every
def test_the_spec_is_a_page_that_says_what_it_is_and_how_it_is_run(application):
    comment = comment_of(application)
    assert f"keras.applications.{application.name}(weights=None)" in comment
    assert "(https://arxiv.org/abs/" in comment
    assert f"#   modelspec summary specs/applications/{application.spec}.yaml\n" in comment
    assert f"#   modelspec build specs/applications/{application.spec}.yaml -o {application.spec}.keras\n" in comment
    assert len(Path(path_of(application)).read_text().splitlines()) <= MOST_LINES


@every
def test_the_spec_is_told_nothing_at_its_own_and_at_the_smaller_size(application):
    assert modelspec.check(path_of(application)) == ()
    assert modelspec.check(path_of(application), overrides=smaller(application)) == ()


@every
def test_summary_gives_the_numbers_of_keras(application, cli):
    told = summary(application, cli)
    assert told["total_params"] == application.total
    assert told["trainable_params"] == application.trainable
    assert told["inputs"] == {"image": [None, application.size, application.size, 3]}
    assert told["outputs"] == {"predictions": [None, 1000]}
    assert Counter(layer["type"] for layer in told["layers"]) == application.layers


@built
def test_layers_weights_and_predictions_are_those_of_the_application(application, cli):
    import keras

    keras.backend.clear_session()
    theirs = getattr(keras.applications, application.name)(weights=None)
    ours = modelspec.build(path_of(application))
    assert [form(layer) for layer in ours.layers] == [form(layer) for layer in theirs.layers]
    for layer, other in zip(ours.layers[1:], theirs.layers[1:], strict=True):
        assert settings(layer) == settings(other), (layer.name, other.name)
    pairs = list(zip(ours.layers[1:], theirs.layers[1:], strict=True))
    assert sum(layer.name != other.name for layer, other in pairs) == application.renamed
    assert ours.count_params() == application.total
    assert_same_predictions(ours, theirs)
    assert_summary_is_of(ours, summary(application, cli))


@pytest.mark.slow
@every
def test_a_smaller_one_is_the_application_of_that_size(application):
    import keras

    keras.backend.clear_session()
    sizes = dict(setting.removeprefix("vars.").split("=") for setting in smaller(application))
    size, classes = int(sizes["size"]), int(sizes["classes"])
    changes = [f"vars.size={size}", f"vars.classes={classes}"]
    theirs = getattr(keras.applications, application.name)(weights=None, input_shape=(size, size, 3), classes=classes)
    ours = modelspec.build(modelspec.load(path_of(application), overrides=changes))
    assert [form(layer) for layer in ours.layers] == [form(layer) for layer in theirs.layers]
    assert_same_predictions(ours, theirs)


@pytest.mark.slow
@every
def test_a_smaller_one_learns_and_is_saved(application, cli):
    options = [part for setting in smaller(application) for part in ("--set", setting)]
    done = cli("smoke", path_of(application), *options)
    assert done.code == 0, done.err
    assert "every weight learns, save and load agree" in done.out


def form(layer):
    """What a layer is: its type, the shape of what it gives, and those of its weights."""
    return type(layer).__name__, tuple(layer.output.shape), [tuple(weight.shape) for weight in layer.weights]


def settings(layer):
    """A layer's configuration without its name; the last axis is -1, also where Keras counts it from the front."""
    found = {key: value for key, value in layer.get_config().items() if key != "name"}
    if "axis" in found:
        axes = found["axis"] if isinstance(found["axis"], list | tuple) else (found["axis"],)
        found["axis"] = [-1 if axis == len(layer.output.shape) - 1 else axis for axis in axes]
    return found


def assert_same_predictions(ours, theirs):
    """The application's weights in our model, none of them as they begin: then both say the same, bit for bit."""
    draw = np.random.default_rng(7)
    for weight in theirs.weights:
        if len(weight.shape) == 1:  # biases, scales, means and variances, which begin as 0 and 1
            weight.assign(draw.uniform(0.5, 1.5, weight.shape))
    ours.set_weights(theirs.get_weights())
    image = draw.uniform(0, 1, (2, *theirs.input_shape[1:])).astype("float32")
    expected, got = np.asarray(theirs(image)), np.asarray(ours({"image": image})["predictions"])
    assert np.isfinite(expected).all()
    assert expected.std() > 0
    np.testing.assert_array_equal(got, expected)


def assert_summary_is_of(model, told):
    layers = {layer["name"]: layer for layer in told["layers"]}
    assert layers.keys() == {layer.name for layer in model.layers}
    for layer in model.layers:
        line = layers[layer.name]
        (node,) = line["nodes"]
        assert (line["type"], line["params"]) == (type(layer).__name__, layer.count_params())
        assert node["output_shapes"] == [list(layer.output.shape)]
