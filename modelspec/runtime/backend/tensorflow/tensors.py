"""Arrays as tensors, and the gradients of what is computed from them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import tensorflow as tf


def tensor(values: Any, dtype: str | None = None) -> Any:
    """The values on the device: in their own dtype, unless another is wanted."""
    return tf.convert_to_tensor(values) if dtype is None else tf.cast(values, dtype)


def gradients(loss: Callable[[], Any], variables: list[Any]) -> tuple[Any, list[Any]]:
    """A loss, and its gradient by each variable; None for one that it does not depend on."""
    with tf.GradientTape() as tape:
        value = loss()
    return value, tape.gradient(value, [variable.value for variable in variables])


def is_finite(gradient: Any) -> bool:
    """Whether a gradient holds nothing but numbers; that of a lookup holds those of the rows that were looked up."""
    values = gradient.values if isinstance(gradient, tf.IndexedSlices) else gradient
    return bool(tf.reduce_all(tf.math.is_finite(values)))


def mean(values: Any) -> float:
    """The mean of a tensor, as a number."""
    return float(tf.reduce_mean(values))
