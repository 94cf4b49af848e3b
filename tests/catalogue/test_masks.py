"""Every layer with a masked input: it fails, makes, carries on or drops the mask as Keras's layer does."""

from __future__ import annotations

from typing import Any

import keras
import pytest
import tensorflow as tf

from modelspec.catalogue.kinds import find
from modelspec.catalogue.layers import LAYERS
from modelspec.catalogue.layers.recurrent.cells import Cell
from modelspec.catalogue.tensor import Refusal, Tensor
from modelspec.graph.inferring.masks import with_masks
from modelspec.manual.examples import given_to, made, sample_arguments
from modelspec.runtime.build.objects import to_keras
from tests.chosen import spread

# Keras warns of masks that end somewhere; some layers trace their own call.
pytestmark = pytest.mark.filterwarnings("ignore")
ELSEWHERE = ("Softmax", "MaxNumBoundingBoxes")
"""One fails on data only, which tests/graph/inferring/test_masks.py has; the other gives its images back in a model only."""
# A cell's masks are its layer's.
CELLS = [name for name in LAYERS if issubclass(find("layer", name) or object, Cell)]
MORE: dict[str, dict[str, Any]] = {
    "Embedding": {"mask_zero": True},
    "ReversibleEmbedding": {"mask_zero": True},
    "LSTM": {"return_sequences": True, "return_state": True},
    "ConvLSTM2D": {"return_sequences": True},
}
"""Arguments without which a layer makes or keeps no mask."""


def masked(value: Any) -> Any:
    """The tensors with the masks that Masking would give them."""
    if isinstance(value, Tensor):
        return value._replace(mask=value.shape[:-1]) if value.rank > 1 else value
    return tuple(masked(item) for item in value) if isinstance(value, tuple) else value


def given_in_keras(value: Any, rest: Any) -> Any:
    """The real tensors in the places of ours, each with its mask."""
    if not isinstance(value, Tensor):
        return [given_in_keras(item, rest) for item in value] if isinstance(value, tuple) else value
    tensor = next(rest)
    if value.mask is not None:
        keras.src.backend.set_keras_mask(tensor, tf.ones(tf.shape(tensor)[:-1], "bool"))
    return tensor


def keras_masks(entry: Any, given: dict[str, Any], training: bool) -> list[bool]:
    """Whether each output has a mask in a step of training, or outside of it; raises what Keras raises."""
    keras.backend.clear_session(free_memory=False)
    layer = to_keras(entry)
    tensors = [item for value in given.values() for item in ((value,) if isinstance(value, Tensor) else value)]
    found: list[bool] = []
    first = next(iter(given))

    def step(*values: Any) -> Any:
        rest = iter(tf.identity(value) for value in values)
        keywords = {name: given_in_keras(value, rest) for name, value in given.items()}
        if "training" in layer._call_signature.parameters:
            keywords["training"] = training
        outputs = keras.tree.flatten(layer(keywords.pop(first), **keywords))
        found[:] = [getattr(output, "_keras_mask", None) is not None for output in outputs]
        return outputs

    with tf.device("CPU:0"):
        layer(**{name: symbolic(value) for name, value in given.items()})  # builds it
        tf.function(step).get_concrete_function(*[tf.TensorSpec(item.shape, item.dtype) for item in tensors])
    return found


def symbolic(value: Any) -> Any:
    """Symbolic tensors of the same shapes."""
    if isinstance(value, Tensor):
        return keras.KerasTensor(value.shape, dtype=value.dtype)
    return [symbolic(item) for item in value]


@pytest.mark.parametrize("name", spread((name for name in LAYERS if name not in (*CELLS, *ELSEWHERE)), 2))
def test_a_layer_does_with_masks_what_keras_does(name):
    found = find("layer", name)
    assert found is not None
    entry = made(found, {**sample_arguments(found), **MORE.get(name, {})})
    given = {key: masked(value) for key, value in given_to(entry).items()}
    outputs = entry.infer(**given)
    listed = (outputs,) if isinstance(outputs, Tensor) else tuple(outputs)
    try:
        ours: Any = [output.mask is not None for output in with_masks(entry, given, listed)]
    except Refusal as refusal:
        ours = refusal.code
    assert ours == in_keras(entry, given)


def in_keras(entry: Any, given: dict[str, Any]) -> Any:
    """As ours: whether each output has a mask, in training or outside of it; MS412 for whatever Keras raises."""
    try:
        both = keras_masks(entry, given, True), keras_masks(entry, given, False)
    except Exception:
        return "MS412"
    return [one or other for one, other in zip(*both, strict=True)]
