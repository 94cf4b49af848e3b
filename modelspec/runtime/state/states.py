"""Layers that keep their states from batch to batch: the states, and setting them back. Must not know when that is done.

Keras lists these variables nowhere: neither among a model's weights nor in its files.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import keras

from modelspec.runtime.backend.private import all_layers


def kept_states(model: Any) -> list[Any]:
    """The variables with the states, in the order of the layers."""
    return [state for layer in _stateful(model) for state in keras.tree.flatten(layer.states)]


def reset_states(model: Any) -> None:
    """Begin anew: no row has been seen."""
    for state in kept_states(model):
        state.assign(keras.ops.zeros_like(state.value))


def _stateful(model: Any) -> Iterator[Any]:
    for layer in all_layers(model, include_self=False):
        if isinstance(layer, keras.layers.RNN) and layer.stateful and layer.states is not None:
            yield layer
