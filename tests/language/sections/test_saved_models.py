"""`{saved: …}` under `models`: whole, by an inner model, or cut out by tensors; what is not there is told."""

import keras
import numpy as np
import pytest
from keras import layers

import modelspec
from modelspec.pipeline import check_file
from tests.tiny import write

USE = "modelspec: 1\nmodels: {{part: {part}}}\ninputs: {{x: [4]}}\nlayers:\n  - call: part\n"


@pytest.fixture
def saved(tmp_path, monkeypatch):
    """A model of two towers that share a layer, saved as `two.keras`."""
    monkeypatch.chdir(tmp_path)
    norm = layers.LayerNormalization(name="norm")
    towers = {}
    for name in ("left", "right"):
        inner = keras.Input((4,), name="inner")
        x = layers.Dense(3, activation="relu", name="first")(norm(inner))
        towers[name] = keras.Model(inner, layers.Dense(2, name="second")(x), name=name)
    head = keras.Sequential([keras.Input((4,)), layers.Dense(5)], name="head")
    given = keras.Input((4,), name="given")
    merged = layers.Concatenate(name="merged")([towers["left"](given), towers["right"](given)])
    model = keras.Model(given, layers.Dense(2, name="out")(head(merged)))
    for weight in model.weights:
        weight.assign(np.random.default_rng(1).uniform(0.1, 0.6, weight.shape))
    model.save(tmp_path / "two.keras")
    return model


def use(tmp_path, part):
    return write(tmp_path, USE.format(part=part))


ROWS = np.random.default_rng(2).normal(size=(5, 4)).astype("float32")


@pytest.mark.parametrize(
    ("part", "expected"),
    [
        ("{saved: two.keras}", lambda model: model),
        ("{saved: two.keras, layer: left}", lambda model: model.get_layer("left")),
        ("{saved: two.keras, layer: head}", lambda model: model.get_layer("head")),
        ("{saved: two.keras, inputs: merged}", lambda model: keras.Model(model.get_layer("merged").output, model.output)),
        ("{saved: two.keras, outputs: [merged]}", lambda model: keras.Model(model.input, model.get_layer("merged").output)),
        (
            "{saved: two.keras, layer: right, outputs: {code: first}}",
            lambda model: keras.Model(
                model.get_layer("right").input, model.get_layer("right").get_layer("first").output
            ),
        ),
    ],
)  # fmt: skip
def test_a_part_is_what_keras_cuts_out(saved, tmp_path, part, expected):
    path = use(tmp_path, part)
    assert check_file(path).diagnostics == ()
    ours, theirs = modelspec.build(path), expected(saved)
    assert ours.count_params() == theirs.count_params()
    got = np.asarray(keras.tree.flatten(ours({"x": ROWS}))[0])
    np.testing.assert_array_equal(got, np.asarray(theirs(ROWS)))
    assert got.std() > 1e-3


def test_what_stands_beside_an_inner_model_is_left_behind(saved, tmp_path):
    network = check_file(use(tmp_path, "{saved: two.keras, layer: left}")).network
    assert (list(network.spec.models), list(network.spec.shared)) == (["part"], ["part/norm"])


@pytest.mark.parametrize(
    ("part", "code"),
    [
        ("{saved: none.keras}", "MS620"), ("{saved: two.keras, layer: lef}", "MS634"), ("{saved: two.keras, layer: merged}", "MS634"),
        ("{saved: two.keras, layer: 3}", "MS203"), ("{saved: two.keras, outputs: [merge]}", "MS632"),
        ("{saved: two.keras, lyer: left}", "MS201"), ("{saved: /etc/passwd}", "MS153"), ("{saved: ../../two.keras}", "MS153"),
        ("{saved: two.keras, freeze: [frist]}", "MS536"),
    ],
)  # fmt: skip
def test_a_part_that_is_not_there_is_told_once_at_its_place(saved, tmp_path, part, code):
    problems = check_file(use(tmp_path, part)).diagnostics
    assert [(item.code, item.span.line) for item in problems] == [(code, 2)]


def test_a_part_freezes_as_it_says(saved, tmp_path):
    frozen = modelspec.build(use(tmp_path, "{saved: two.keras, layer: left, trainable: false}"))
    assert frozen.trainable_weights == []
    partly = modelspec.build(use(tmp_path, "{saved: two.keras, layer: left, freeze: ['f*']}"))
    assert [weight.shape for weight in partly.trainable_weights] == [(4,), (4,), (3, 2), (2,)]


def test_a_base_s_model_becomes_a_saved_one(saved, tmp_path):
    (tmp_path / "base.yaml").write_text(USE.format(part="{inputs: {a: [4]}, layers: [{Dense: 9}]}"))
    text = "modelspec: 1\nextends: base.yaml\nmodels: {part: {saved: two.keras, layer: left}}\n"
    assert modelspec.build(write(tmp_path, text)).output_shape == (None, 2)
