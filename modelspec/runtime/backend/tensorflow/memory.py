"""What variables take of memory, and what a device has given out."""

from __future__ import annotations

from math import prod
from typing import Any

import tensorflow as tf


def bytes_of(variable: Any) -> int:
    """What a variable, or a tensor, takes."""
    return int(prod(variable.shape) * tf.as_dtype(variable.dtype).size)


def most_used_memory() -> int | None:
    """The bytes that tensors of the first accelerator took at most; None where there is no accelerator."""
    if not tf.config.list_physical_devices("GPU"):
        return None
    return int(tf.config.experimental.get_memory_info("GPU:0")["peak"])
