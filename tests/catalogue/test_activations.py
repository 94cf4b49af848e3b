"""Activations with arguments, as an argument of a layer: against Keras, through its files and through ours."""

import inspect
import json
import zipfile

import keras
import numpy as np
import pytest
import tensorflow as tf

from modelspec.catalogue.activations import ActivationFunction
from modelspec.catalogue.kinds import KINDS, find
from modelspec.catalogue.layers.activation import LeakyReLU
from modelspec.language.arguments import nested_fields
from modelspec.manual.examples import made, sample_arguments
from modelspec.pipeline import check_text
from modelspec.runtime.build.model import build_model
from modelspec.runtime.build.objects import to_keras

FUNCTIONS = tuple(name for name in KINDS["activation"].classes if name[0].islower())
LAYERS = tuple(name for name in KINDS["activation"].classes if name[0].isupper())
ARGUMENTS = {
    "celu": {"alpha": 0.3},
    "elu": {"alpha": 0.5},
    "gelu": {"approximate": True},
    "hard_shrink": {"threshold": 0.3},
    "leaky_relu": {"negative_slope": 0.1},
    "log_softmax": {"axis": 1},
    "relu": {"max_value": 1.0, "threshold": 0.1, "negative_slope": 0.2},
    "soft_shrink": {"threshold": 0.2},
    "softmax": {"axis": 1},
    "sparsemax": {"axis": 1},
    "squareplus": {"b": 3.0},
    "threshold": {"threshold": 0.1, "default_value": -0.5},
    "ELU": {"alpha": 0.5},
    "LeakyReLU": {"negative_slope": 0.1},
    "ReLU": {"max_value": 1.0, "threshold": 0.1, "negative_slope": 0.2},
    "Softmax": {"axis": 1},
}
ROWS = np.random.default_rng(0).normal(size=(6, 5, 3)).astype("float32")


def by_keras(name):
    """The activation as a user of Keras would write it."""
    if name in LAYERS:
        return getattr(keras.layers, name)(**ARGUMENTS[name])
    function = getattr(keras.activations, name)
    return lambda x: function(x, **ARGUMENTS[name])


def spec(layer):
    """A text with one layer."""
    return f"modelspec: 1\ninputs: {{x: [5, 3]}}\nlayers:\n  - {json.dumps(layer)}\n"


def built(text, folder=None):
    """The model of a text."""
    checked = check_text(text, folder=folder)
    assert checked.ok, checked.diagnostics
    return build_model(checked.network)


def test_every_activation_of_the_table_has_a_case():
    assert set(ARGUMENTS) == set(KINDS["activation"].classes)
    with_arguments = {
        name
        for name in KINDS["activation"].choices
        if len(inspect.signature(getattr(keras.activations, name, keras.activations.silu)).parameters) > 1
    }
    assert with_arguments | {"threshold"} == set(FUNCTIONS)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_has_kerass_arguments_and_defaults(name):
    theirs = list(inspect.signature(getattr(keras.activations, name)).parameters.values())[1:]
    ours = find("activation", name).model_fields
    assert list(ours) == [item.name for item in theirs]
    for item in theirs:
        assert ours[item.name].is_required() == (item.default is item.empty)
        assert ours[item.name].is_required() or ours[item.name].default == item.default


@pytest.mark.parametrize("name", sorted(ARGUMENTS))
def test_an_activation_computes_what_keras_computes(name):
    entry = find("activation", name)(**ARGUMENTS[name])
    assert np.array_equal(to_keras(entry)(ROWS), by_keras(name)(ROWS))
    if issubclass(type(entry), ActivationFunction) and name != "threshold":
        assert np.array_equal(to_keras(find("activation", name)())(ROWS), getattr(keras.activations, name)(ROWS))


@pytest.mark.parametrize("name", sorted(ARGUMENTS))
def test_a_layer_with_it_predicts_the_same_after_kerass_loading_and_ours(name, tmp_path):
    first = built(spec({"Dense": {"units": 4, "activation": {name: ARGUMENTS[name]}}}))
    theirs = keras.layers.Dense(4, activation=by_keras(name))
    theirs.build((None, 5, 3))
    theirs.set_weights(first.layers["dense"].get_weights())
    wanted = np.asarray(first.model({"x": ROWS})["dense"])
    assert np.array_equal(theirs(ROWS), wanted)
    first.model.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras")
    assert np.array_equal(loaded({"x": ROWS})["dense"], wanted)
    text = "modelspec: 1\ninputs: {x: [5, 3]}\nmodels: {m: {saved: model.keras}}\nlayers:\n  - call: m\n    name: y\n"
    again = built(text, str(tmp_path))
    assert np.array_equal(again.model({"x": ROWS})["y"], wanted)


def with_activations():
    """Every layer of the catalogue and each of its arguments that is an activation."""
    for name in KINDS["layer"].classes:
        entry = find("layer", name)
        for argument, nested in nested_fields(entry).items():
            if nested.kind == "activation":
                yield name, argument


@pytest.mark.parametrize(("name", "argument"), list(with_activations()))
def test_every_layer_that_has_an_activation_takes_one_with_arguments(name, argument):
    entry = find("layer", name)
    sample = made(entry, {**sample_arguments(entry), argument: {"LeakyReLU": 0.1}})
    assert getattr(sample, argument) == LeakyReLU(negative_slope=0.1)
    config = to_keras(sample).get_config()[argument]
    assert config["class_name"] == "LeakyReLU"
    assert config["config"]["negative_slope"] == 0.1


def test_it_computes_in_the_dtype_of_its_layer():
    made = built(spec({"Dense": {"units": 4, "activation": {"LeakyReLU": 0.1}, "dtype": "float64"}}))
    assert made.model({"x": ROWS})["dense"].dtype == tf.float64


@pytest.mark.parametrize(
    ("layer", "accepted", "refused"),
    [
        ('{"Dense": {"units": 4, "activation": {"softmax": AXIS}}}', 2, 3),
        ('{"Conv1D": {"filters": 4, "kernel_size": 1, "activation": {"Softmax": AXIS}}}', 2, 3),
        ('{"LSTM": {"units": 4, "return_sequences": true, "recurrent_activation": {"log_softmax": AXIS}}}', 1, 2),
        ('{"RNN": [{"GRUCell": {"units": 4, "activation": {"softmax": AXIS}}}]}', 1, 2),
        ('{"Bidirectional": {"layer": {"GRU": {"units": 4, "activation": {"Softmax": AXIS}}}}}', 1, 2),
        ('{"TimeDistributed": {"layer": {"Dense": {"units": 4, "activation": {"softmax": AXIS}}}}}', 1, 2),
        ('{"Activation": {"activation": {"softmax": AXIS}}}', 2, 3),
    ],
)
def test_an_axis_that_is_not_there_is_told_at_the_argument(layer, accepted, refused):
    assert built(spec(json.loads(layer.replace("AXIS", str(accepted))))).model({"x": ROWS})
    checked = check_text(spec(json.loads(layer.replace("AXIS", str(refused)))))
    assert [problem.code for problem in checked.diagnostics] == ["MS408"]
    assert f"no axis {refused}" in checked.diagnostics[0].message


@pytest.mark.parametrize(
    ("written", "code", "words"),
    [
        ("{tanh: 2}", "MS203", "takes no arguments"),
        ("PReLU", "MS211", "write it as a step after the layer"),
        ("threshold", "MS202", "is missing"),
        ("{LeakyReLU: {alpha: 0.1}}", "MS2", "negative_slope"),
        ("{leaky_relu: {slope: 0.1}}", "MS201", "negative_slope"),
        ("{gelu: fast}", "MS203", "true or false"),
        ("{Dense: 3}", "MS207", "unknown activation"),
        ("3", "MS203", "leaky_relu: {negative_slope: 0.1}"),
    ],
)
def test_what_is_no_activation_is_told(written, code, words):
    checked = check_text(f"modelspec: 1\ninputs: {{x: [5]}}\nlayers:\n  - Dense: {{units: 2, activation: {written}}}\n")
    assert not checked.ok
    told = checked.diagnostics[0]
    assert told.code.startswith(code)
    assert words in f"{told.message} {told.help}"


def test_checks_know_what_an_activation_with_arguments_is():
    text = spec({"Dense": {"units": 1, "activation": {"Softmax": -1}}})
    assert [problem.code for problem in check_text(text).diagnostics] == ["MS506"]
    text = spec({"Dense": {"units": 4, "activation": {"softmax": {"axis": -1}}, "name": "y"}}).replace(
        ', "name": "y"', ""
    )
    text += "outputs: {dense: {loss: binary_crossentropy}}\n"
    assert "MS508" in {problem.code for problem in check_text(text).diagnostics}


def test_the_file_of_keras_has_the_arguments(tmp_path):
    built(spec({"Dense": {"units": 4, "activation": {"gelu": True}}})).model.save(tmp_path / "model.keras")
    with zipfile.ZipFile(tmp_path / "model.keras") as file:
        layers = json.loads(file.read("config.json"))["config"]["layers"]
    assert layers[1]["config"]["activation"]["config"]["approximate"] is True
