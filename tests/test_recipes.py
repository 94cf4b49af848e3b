"""Every recipe is run: the Keras code and the spec that stands for it are the same model."""

import re
from pathlib import Path

import keras
import numpy as np
import pytest
from keras import layers, ops

import modelspec

PAGE = (Path(__file__).parent.parent / "docs" / "recipes.md").read_text(encoding="utf-8")
RECIPES = re.findall(r"^## (.*?)\n(.*?)(?=^## |\Z)", PAGE, re.DOTALL | re.MULTILINE)
TITLES = [title for title, _ in RECIPES]
LENGTH = 7
"""How long an axis is that is free."""


def parts(text):
    """The Keras code of a recipe, and its spec."""
    (code,) = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    (spec,) = re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)
    return code, spec


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder with the saved model that the page speaks of."""
    image = keras.Input((8, 8, 1), name="image")
    x = layers.Conv2D(4, 3, activation="relu", name="edges")(image)
    x = layers.Conv2D(8, 3, activation="relu", name="parts")(x)
    x = layers.GlobalAveragePooling2D(name="features")(x)
    keras.Model(image, layers.Dense(10, activation="softmax", name="digit")(x)).save(tmp_path / "digits.keras")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def written(code):
    """What the Keras code calls `model`."""
    names = {"keras": keras, "layers": layers, "ops": ops}
    exec(compile(code, "docs/recipes.md", "exec"), names)
    return names["model"]


def built(spec, folder):
    path = folder / "spec.yaml"
    path.write_text(spec)
    assert modelspec.check(path) == ()
    return modelspec.build(path)


def rows(model):
    draw = np.random.default_rng(1)
    return {
        tensor.name: draw.integers(0, 5, shape).astype(tensor.dtype)
        if "int" in tensor.dtype
        else draw.random(shape).astype("float32")
        for tensor in model.inputs
        for shape in [(3, *(LENGTH if size is None else size for size in tensor.shape[1:]))]
    }


def assert_same_losses(ours, theirs, given):
    draw = np.random.default_rng(2)
    targets = {"digit": draw.integers(0, 10, 3), "thickness": draw.random(3), "features": np.zeros(3)}
    theirs_told = theirs.evaluate(
        given["image"], {name: targets[name] for name in theirs.output}, return_dict=True, verbose=0
    )
    told = ours.evaluate(given, {name: targets[name] for name in ours.output}, return_dict=True, verbose=0)
    assert len(theirs_told) == 5
    for name, value in theirs_told.items():
        assert told[name] == pytest.approx(value, rel=1e-5), name


@pytest.mark.parametrize(("title", "text"), RECIPES, ids=TITLES)
def test_the_spec_is_the_model_of_the_keras_code(title, text, folder):
    code, spec = parts(text)
    theirs, ours = written(code), built(spec, folder)
    assert ours.count_params() == theirs.count_params()
    assert [weight.shape for weight in ours.weights] == [weight.shape for weight in theirs.weights]
    assert len(ours.trainable_weights) == len(theirs.trainable_weights)
    draw = np.random.default_rng(3)
    for weight, other in zip(ours.weights, theirs.weights, strict=True):
        value = draw.normal(0, 0.3, weight.shape)
        value = np.abs(value) + 0.5 if "variance" in weight.name else value
        weight.assign(value)
        other.assign(value)
    given = rows(theirs)
    assert given.keys() == ours.input.keys()
    expected, got = theirs(keras.tree.pack_sequence_as(theirs.input, list(given.values()))), ours(given)
    if not isinstance(expected, dict):
        assert len(got) == 1
        expected = {next(iter(got)): expected}
    assert got.keys() == expected.keys()
    for name, values in expected.items():
        values = np.asarray(values)
        assert values.std() > 1e-4
        np.testing.assert_allclose(np.asarray(got[name]), values, rtol=2e-5, atol=2e-6, err_msg=name)
    if theirs.compiled:
        assert_same_losses(ours, theirs, given)


def test_fine_tuning_starts_from_the_saved_weights(folder):
    code, spec = parts(dict(RECIPES)["Fine-tuning"])
    theirs, ours = written(code), built(spec, folder)
    saved = keras.models.load_model("digits.keras")
    base = ours.get_layer("base")
    for name, other in (("edges", saved), ("parts", saved), ("edges", theirs.layers[1]), ("parts", theirs.layers[1])):
        for weight, expected in zip(base.get_layer(name).weights, other.get_layer(name).weights, strict=True):
            np.testing.assert_array_equal(np.asarray(weight), np.asarray(expected))
    assert not base.get_layer("edges").trainable_weights
    assert len(base.get_layer("parts").trainable_weights) == 2


def test_the_page_has_the_recipes_that_people_look_for():
    text = " ".join(TITLES).lower()
    for wanted in ("residual", "towers", "siamese", "encoder and decoder", "heads", "fine-tuning", "growing width", "optional",
                   "sharing"):  # fmt: skip
        assert wanted in text
    assert len(RECIPES) >= 16
