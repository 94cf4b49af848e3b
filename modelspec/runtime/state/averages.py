"""The running averages of weights that an optimizer with `use_ema` keeps: what Keras's training ends with."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import keras


def averages(model: Any, callbacks: Sequence[Any]) -> dict[int, Any]:
    """The average of each weight that has one, by the weight's `id`; none where a callback put them into the model."""
    if any(getattr(callback, "_ema_weights_in_model", False) for callback in callbacks):
        return {}
    outer = model.optimizer
    inner = outer.inner_optimizer if isinstance(outer, keras.optimizers.LossScaleOptimizer) else outer
    found: dict[int, Any] = {}
    for optimizer in getattr(inner, "optimizers", [inner]):
        if getattr(optimizer, "use_ema", False):
            pairs = zip(optimizer._trainable_variables, optimizer._model_variables_moving_average, strict=True)
            found.update({id(weight): average for weight, average in pairs if average is not None})
    return found
