"""What computes, as TensorFlow sees it: accelerators, and how they count."""

from __future__ import annotations

import tensorflow as tf


def accelerators() -> list[str]:
    """The names of the accelerators that are there; without any, a processor computes."""
    found = tf.config.list_physical_devices("GPU")
    return [str(tf.config.experimental.get_device_details(device).get("device_name")) for device in found]


def shortened_floats() -> bool:
    """Whether an accelerator may multiply with fewer digits than 32 bits hold (TensorFloat-32)."""
    return bool(tf.config.experimental.tensor_float_32_execution_enabled())
