"""Every name that Keras exports, and every name under which it keeps a class: known, or left out with a reason."""

import inspect

import keras
import pytest

from modelspec.catalogue.kinds import KINDS, find, names

TOOLS = {"deserialize", "get", "serialize"}
"""Functions of each module that work on objects of the kind."""
NO_NAMES = {
    "layer": {"Input": "the key `inputs`"},
    "loss": {"categorical_generalized_cross_entropy": "a function that Keras does not find by its name"},
    "metric": dict.fromkeys(
        ("binary_focal_crossentropy", "categorical_focal_crossentropy", "huber", "log_cosh"),
        "a function that Keras does not find by its name",
    ),
}
"""What is exported and no name of an object."""


def exported(kind):
    """What Keras exports in the kind's module, by its names there; and each class by its own name in Python."""
    module = keras
    for part in KINDS[kind].keras_module.split(".")[1:]:
        module = getattr(module, part)
    found = {
        name: value
        for name, value in vars(module).items()
        if not name.startswith("_") and callable(value) and name not in TOOLS
    }
    own = {value.__name__: value for value in found.values() if inspect.isclass(value)}
    return {**own, **found}


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in ("activation", "application")])
def test_every_exported_name_is_known_or_left_out_with_a_reason(kind):
    left_out = {**KINDS[kind].left_out, **NO_NAMES.get(kind, {})}
    every = exported(kind)
    assert set(every) <= {*names(kind), *left_out}
    for name, value in every.items():
        if name not in left_out and inspect.isclass(value):
            assert value is exported(kind)[find(kind, name).__name__], name


@pytest.mark.parametrize("kind", [kind for kind in KINDS if KINDS[kind].aliases])
def test_an_alias_is_a_name_under_which_keras_keeps_the_class(kind):
    every = exported(kind)
    for alias, name in KINDS[kind].aliases.items():
        assert alias in every
        assert alias != name
        assert every[alias] is every[name] or (inspect.isfunction(every[alias]) and alias == name.lower()), alias


def test_the_functions_among_the_aliases_call_the_layer_of_their_name():
    first, second = keras.Input((4, 3)), keras.Input((4, 3))
    functions = {name for name in KINDS["layer"].aliases if name[0].islower()}
    assert len(functions) == 8
    for name in functions:
        more = {"axes": 1} if name == "dot" else {}
        made = getattr(keras.layers, name)([first, second], **more)
        assert type(made._keras_history.operation).__name__ == find("layer", name).__name__
