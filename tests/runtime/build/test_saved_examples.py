"""The manual's example of every layer and function, saved by Keras and taken in again."""

import keras
import pytest

from modelspec.catalogue.kinds import find
from modelspec.catalogue.layers import LAYERS
from modelspec.catalogue.ops import OPS, find_op
from modelspec.manual.examples import example_of
from modelspec.pipeline import check_text
from modelspec.runtime.build.model import build_model
from tests.runtime.saved_oracle import assert_same, assert_same_predictions, predictions, rebuilt


@pytest.fixture(autouse=True)
def _fresh():
    keras.backend.clear_session()


def saved_example(kind, name, folder):
    """The model of the manual's example of a layer or function."""
    entry = find("layer", name) if kind == "layer" else find_op(name)
    text = example_of(kind, entry, name if kind == "layer" else f"ops.{name}").spec
    return build_model(check_text(text).network, compile=False).model


@pytest.mark.slow
@pytest.mark.parametrize("name", LAYERS)
def test_an_example_of_every_layer_comes_back(name, tmp_path):
    assert_same(saved_example("layer", name, tmp_path), tmp_path)


NOT_ONE_RESULT = ("image.elastic_transform", "image.extract_patches", "image.extract_patches_3d")
"""Functions whose example gives other numbers each time."""


@pytest.mark.slow
@pytest.mark.parametrize("name", OPS)
def test_an_example_of_every_function_comes_back(name, tmp_path):
    model = saved_example("op", name, tmp_path)
    model.save(tmp_path / "saved.keras")
    saved, built = rebuilt(tmp_path / "saved.keras")
    wanted = [(tuple(item.shape), keras.backend.standardize_dtype(item.dtype)) for item in model.outputs]
    found = [(tuple(item.shape), keras.backend.standardize_dtype(item.dtype)) for item in built.model.outputs]
    assert found == wanted
    assert [type(item).__name__ for item in built.model.operations] == [
        type(item).__name__ for item in model.operations
    ]
    if name not in NOT_ONE_RESULT and takes_random_rows(model):
        assert_same_predictions(built.model, model, saved)


def takes_random_rows(model):
    """Whether Keras can run the model on random rows; some functions take only some values."""
    try:
        predictions(model)
    except Exception:
        return False
    return True
