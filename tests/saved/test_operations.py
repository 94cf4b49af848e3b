"""Keras's names behind its functions and layers: what this package says of them, against the installed Keras."""

import importlib
import inspect
import pkgutil

import keras
import keras.src.ops
import pytest

from modelspec.catalogue.layers import LAYERS
from modelspec.catalogue.ops import OPS, find_op, ops_left_out
from modelspec.catalogue.ops.shapes import creating
from modelspec.saved.description import Part
from modelspec.saved.identity import PYTHON_NAMES, snake_case
from modelspec.saved.operations import _NOT_SAID, op_name, positions

SAME = {"absolute": "abs", "conjugate": "conj", "hard_swish": "hard_silu", "swish": "silu"}
"""Functions that make the nodes of others."""
ONE_OF_TWO = {"image.extract_patches_3d": "image.extract_patches"}
"""Functions with one class for both."""


def classes():
    """The class of every function, with its module."""
    for module in pkgutil.iter_modules(keras.src.ops.__path__):
        if not module.name.endswith("_test"):
            loaded = importlib.import_module(f"keras.src.ops.{module.name}")
            for name, found in vars(loaded).items():
                own = (
                    inspect.isclass(found)
                    and issubclass(found, keras.Operation)
                    and found.__module__ == loaded.__name__
                )
                if own and name not in ("Function", "Operation"):
                    yield found


CLASSES = list(classes())


def named(found):
    """The function that we think is behind a class."""
    return op_name(Part("x", found.__name__, found.__module__, "op", {}, (), None, None, {}, None))


def test_there_is_a_class_for_every_function_that_a_spec_may_use():
    made_of_numbers = {name for name, (module, _) in OPS.items() if module == creating.__name__}
    assert set(OPS) - {named(found) for found in CLASSES} - made_of_numbers == {*SAME, *ONE_OF_TWO}


def parameters(function):
    """The parameters of a method, without `self` and `name`."""
    names = list(inspect.signature(function).parameters)
    return [name for name in names if name not in ("self", "name", "kwargs")]


@pytest.mark.parametrize("found", CLASSES, ids=lambda found: found.__name__)
def test_arguments_without_names_go_to_keras_parameters(found):
    name = named(found)
    if name not in OPS:
        known = {*ops_left_out(), "jvp", "segment_reduction"}
        assert name in known, "a function that is neither in the catalogue nor left out"
        return
    entry, told = find_op(name), parameters(found.__init__)
    assert positions(entry, dict.fromkeys(told)) == parameters(found.call)
    unsaid = set(told) - set(entry.model_fields)
    assert unsaid <= set(_NOT_SAID.get(name, {})) | {"weights"}, "constants that we would refuse"


@pytest.mark.parametrize("name", LAYERS)
def test_weights_go_by_the_names_of_keras_classes(name):
    found = getattr(keras.layers, name)
    assert snake_case(PYTHON_NAMES.get(name, name)) == keras.src.utils.naming.to_snake_case(found.__name__)
