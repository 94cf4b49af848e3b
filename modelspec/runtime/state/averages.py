"""The running averages of weights that an optimizer with `use_ema` keeps: what Keras's training ends with."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import keras

from modelspec.runtime.backend.private import averages_are_in_the_model, averages_kept


def averages(model: Any, callbacks: Sequence[Any]) -> dict[int, Any]:
    """The average of each weight that has one, by the weight's `id`; none where a callback put them into the model."""
    if any(averages_are_in_the_model(callback) for callback in callbacks):
        return {}
    outer = model.optimizer
    inner = outer.inner_optimizer if isinstance(outer, keras.optimizers.LossScaleOptimizer) else outer
    found: dict[int, Any] = {}
    for optimizer in getattr(inner, "optimizers", [inner]):
        if getattr(optimizer, "use_ema", False):
            found.update({id(weight): average for weight, average in averages_kept(optimizer) if average is not None})
    return found
