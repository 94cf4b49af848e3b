"""Every layer after one that promises floats and gives whole numbers: it fails, or gives what Keras's layer gives."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf

from modelspec.catalogue.kinds import find
from modelspec.catalogue.layers import LAYERS
from modelspec.catalogue.layers.recurrent.cells import Cell
from modelspec.catalogue.tensor import Refusal, Tensor
from modelspec.graph.inferring.dtypes import with_dtypes
from modelspec.manual.examples import given_to, made, sample_arguments
from modelspec.runtime.build.objects import to_keras
from tests.chosen import spread

pytestmark = pytest.mark.filterwarnings("ignore")  # some layers trace their own call
UNFIT = {
    "RandomGrayscale": "Keras promises whole numbers for whole numbers here, and gives floats",
    "GaussianDropout": "of booleans Keras makes noise that multiplies nothing",
}


def layers() -> list[str]:
    """Those that can be called by themselves, on numbers."""
    found = []
    for name in LAYERS:
        kind = find("layer", name)
        assert kind is not None
        if not issubclass(kind, Cell) and name not in UNFIT:
            entry = made(kind, sample_arguments(kind))
            if all(item.dtype != "string" for value in given_to(entry).values() for item in listed(value)):
                found.append(name)
    return found


def listed(value: Any) -> tuple[Tensor, ...]:
    """The tensors of an argument."""
    return (value,) if isinstance(value, Tensor) else tuple(value)


def hidden(value: Any, dtype: str) -> Any:
    """The same tensors, promised as floats and computed as whole numbers."""
    if isinstance(value, Tensor):
        return value._replace(dtype="float32", computed=dtype)
    return tuple(hidden(item, dtype) for item in value)


def in_keras(entry: Any, given: dict[str, Any], dtype: str) -> Any:
    """The dtypes of the outputs, or MS405 for whatever Keras raises; Maximum of one tensor hides that it is whole."""
    keras.backend.clear_session(free_memory=False)
    tensors = [item for value in given.values() for item in listed(value)]
    inputs = [keras.Input(item.shape[1:], dtype=dtype) for item in tensors]
    rest = iter([keras.layers.Maximum()([item]) for item in inputs])
    keywords = {
        name: next(rest) if isinstance(value, Tensor) else [next(rest) for _ in value] for name, value in given.items()
    }
    arrays = [np.random.default_rng(0).integers(0, 2, (3, *item.shape[1:])) for item in tensors]
    first = next(iter(keywords))
    found: set[tuple[str, ...]] = set()
    try:
        outputs = keras.tree.flatten(to_keras(entry)(keywords.pop(first), **keywords))
        model = keras.Model(inputs, outputs)
        for training in (True, False):
            call = tf.function(lambda *values, training=training: model(list(values), training=training))
            specs = [tf.TensorSpec((None, *item.shape[1:]), dtype) for item in tensors]
            computed = call.get_concrete_function(*specs)(*[tf.constant(array, dtype) for array in arrays])
            found.add(tuple(value.dtype.name for value in keras.tree.flatten(computed)))
    except Exception:
        return "MS405"
    return found


CASES = [case for name in layers() for case in ((name, "int32"), (name, "bool"))]


@pytest.mark.parametrize(("name", "dtype"), spread(CASES, 5))
def test_whole_numbers_that_are_promised_as_floats(name, dtype):
    kind = find("layer", name)
    assert kind is not None
    entry = made(kind, sample_arguments(kind))
    given = {key: hidden(value, dtype) for key, value in given_to(entry).items()}
    outputs = entry.infer(**given)
    try:
        promised = (outputs,) if isinstance(outputs, Tensor) else tuple(outputs)
        ours: Any = {tuple(item.computed or item.dtype for item in with_dtypes(entry, given, promised))}
    except Refusal as refusal:
        ours = refusal.code
    theirs = in_keras(entry, given, dtype)
    if name == "Average":
        assert theirs == {("float64",)} or theirs == ours  # a float either way
    else:
        assert ours == theirs
