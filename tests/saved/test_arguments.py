"""What Keras saves of each layer, against what is read of it: no argument is unknown, and defaults are left out."""

import keras
import pytest

from modelspec.catalogue.kinds import KINDS, find
from modelspec.catalogue.layers import LAYERS
from modelspec.manual.examples import made, sample_arguments
from modelspec.runtime.build.objects import to_keras
from modelspec.saved.arguments import _NOT_SAID, _value, layer_arguments, plain
from modelspec.saved.problem import LeftOut

WRAPPERS = ("Bidirectional", "Pipeline", "RNN", "SpectralNormalization", "StackedRNNCells", "TimeDistributed")


@pytest.mark.parametrize("name", [name for name in LAYERS if name not in WRAPPERS])
def test_an_example_of_each_layer_gives_the_arguments_that_it_was_made_of(name):
    entry = find("layer", name)
    layer = made(entry, sample_arguments(entry))
    saved = keras.saving.serialize_keras_object(to_keras(layer))
    found = made(entry, layer_arguments(entry, saved["config"], {}))
    again = keras.saving.serialize_keras_object(to_keras(found))
    assert without_names(again["config"]) == without_names(saved["config"])


def without_names(value):
    """A description without what Keras counts or draws anew for each object."""
    if isinstance(value, dict):
        return {key: without_names(item) for key, item in value.items() if key not in ("name", "seed", "salt")}
    return [without_names(item) for item in value] if isinstance(value, list | tuple) else value


@pytest.mark.parametrize("kind", ["initializer", "regularizer", "constraint"])
def test_an_example_of_each_object_gives_itself(kind):
    for name in KINDS[kind].classes:
        entry = find(kind, name)
        example = made(entry, sample_arguments(entry))
        saved = keras.saving.serialize_keras_object(to_keras(example))
        found = _value(kind, saved)
        arguments = found.get(name, {}) if isinstance(found, dict) else {}
        assert (found if isinstance(found, str) else next(iter(found))) == name
        again = keras.saving.serialize_keras_object(to_keras(made(entry, arguments)))
        assert without_names(again) == without_names(saved)


@pytest.mark.parametrize("name", KINDS["activation"].choices)
def test_every_activation_is_a_name(name):
    saved = keras.saving.serialize_keras_object(keras.layers.Activation(name))
    found = layer_arguments(find("layer", "Activation"), saved["config"], {})["activation"]
    assert keras.activations.get(found) is keras.activations.get(name)


@pytest.mark.parametrize("name", _NOT_SAID)
def test_what_is_passed_over_is_something_that_keras_saves(name):
    entry = find("layer", name)
    config = to_keras(made(entry, sample_arguments(entry))).get_config()
    assert set(_NOT_SAID[name]) <= set(config)
    assert not set(_NOT_SAID[name]) & set(entry.model_fields)


def test_arrays_and_generators_become_plain_values():
    array = {"class_name": "__numpy__", "config": {"value": [[1.5, 2.0]], "dtype": "float32"}}
    assert plain(array, "it") == [[1.5, 2.0]]
    generator = keras.saving.serialize_keras_object(keras.random.SeedGenerator(7))
    assert plain(generator, "it") == 7
    with pytest.raises(LeftOut, match="an object of the class p>Own"):
        plain({"class_name": "Own", "registered_name": "p>Own", "config": {}}, "it")


@pytest.mark.parametrize("number", [float("nan"), float("inf"), [1.0, float("-inf")]])
def test_numbers_that_are_not_finite_are_left_out(number):
    with pytest.raises(LeftOut, match="not a finite number"):
        plain(number, "it")
