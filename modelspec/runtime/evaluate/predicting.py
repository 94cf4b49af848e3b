"""Rows through a trained model, batch by batch, with the step that Keras's `predict` takes.

Keras's own way of cutting rows into batches knows no text; TensorFlow's tensors do. Must not know what the numbers mean.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import tensorflow as tf

from modelspec.runtime.backend.failing import of_the_model
from modelspec.runtime.state.states import reset_states


def predicted(model: Any, inputs: dict[str, Any], rows: int, batch_size: int) -> dict[str, Any]:
    """Each output's values over all rows, by its name: numpy arrays with rows first, text as `str`."""
    tensors = {name: tf.convert_to_tensor(values) for name, values in inputs.items()}
    fixed = next((tensor.shape[0] for tensor in model.inputs if tensor.shape[0] is not None), None)
    if fixed is not None:  # the last batch is filled up with rows whose results nobody sees
        batch_size = fixed
        taken = tf.minimum(tf.range(rows + -rows % fixed), rows - 1)
        tensors = {name: tf.gather(tensor, taken) for name, tensor in tensors.items()}
    reset_states(model)
    kinds = {name: tf.TensorSpec((fixed, *tensor.shape[1:]), tensor.dtype) for name, tensor in tensors.items()}
    step = tf.function(
        lambda batch: model.predict_step((batch,)),
        input_signature=(kinds,),
        autograph=False,
        jit_compile=True if model.jit_compile else None,
    )
    parts: dict[str, list[Any]] = {}
    for first in range(0, rows, batch_size):
        batch = {name: tensor[first : first + batch_size] for name, tensor in tensors.items()}
        with of_the_model():
            found = step(batch)
        for name, values in found.items():
            parts.setdefault(name, []).append(np.asarray(values))
    return {name: _readable(np.concatenate(arrays)[:rows]) for name, arrays in parts.items()}


def _readable(values: Any) -> Any:
    """TensorFlow's text is bytes of no fixed length; a text that is not UTF-8 shows its bytes."""
    if values.dtype.kind != "O":
        return values
    texts = [text.decode("utf-8", "backslashreplace") for text in values.reshape(-1)]
    return np.array(texts, dtype=np.str_).reshape(values.shape)
