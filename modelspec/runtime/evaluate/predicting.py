"""Rows through a trained model, batch by batch. Must not know what the numbers mean."""

from __future__ import annotations

from typing import Any

import numpy as np

from modelspec.data.rows import Rows
from modelspec.runtime.backend import PredictStep
from modelspec.runtime.state.states import reset_states


def predicted(model: Any, rows: Rows, batch_size: int) -> dict[str, Any]:
    """Each output's values over all rows, by its name: numpy arrays with rows first, text as `str`."""
    fixed = next((tensor.shape[0] for tensor in model.inputs if tensor.shape[0] is not None), None)
    taken = np.arange(rows.count)
    if fixed is not None:  # the last batch is filled up with rows whose results nobody sees
        batch_size = fixed
        taken = np.minimum(np.arange(rows.count + -rows.count % fixed), rows.count - 1)
    reset_states(model)
    step = PredictStep(model, fixed)
    parts: dict[str, list[Any]] = {}
    for first in range(0, rows.count, batch_size):
        inputs, *_ = rows.take(taken[first : first + batch_size])
        for name, values in step(inputs).items():
            parts.setdefault(name, []).append(values)
    return {name: _readable(np.concatenate(arrays)[: rows.count]) for name, arrays in parts.items()}


def _readable(values: Any) -> Any:
    """TensorFlow's text is bytes of no fixed length; a text that is not UTF-8 shows its bytes."""
    if values.dtype.kind != "O":
        return values
    texts = [text.decode("utf-8", "backslashreplace") for text in values.reshape(-1)]
    return np.array(texts, dtype=np.str_).reshape(values.shape)
