"""Tensors made of numbers alone, as parts of a functional model.

`keras.ops.arange(64)` is an array, not a symbolic tensor. Functions take it as it is. A layer that is called with nothing
but arrays would run once, while the model is built, and its weights would be no part of the model: an `Embedding` of
positions would never learn. So that the layer is one of the model's, its array comes out of the model's graph: chosen by
`where` between itself and itself, by a condition on an input. No value changes, and Keras saves and loads all of it.
"""

from __future__ import annotations

from typing import Any

import keras


def with_history(given: Any, tensors: list[list[Any]]) -> Any:
    """What a layer is given, with every array as a tensor of the graph whose first tensor is that of an input.

    On rows, when the model is built already, all are arrays, and stay what they are.
    """
    if isinstance(given, dict):
        return {name: with_history(item, tensors) for name, item in given.items()}
    if isinstance(given, list):
        return [with_history(item, tensors) for item in given]
    built = isinstance(tensors[0][0], keras.KerasTensor)
    if not built or isinstance(given, keras.KerasTensor) or not keras.ops.is_tensor(given):
        return given
    never = keras.ops.equal(keras.ops.size(tensors[0][0]), -1)
    return keras.ops.where(never, given, given)
