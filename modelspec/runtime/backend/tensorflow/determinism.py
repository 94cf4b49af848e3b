"""The same bits from the same seed: TensorFlow's deterministic kernels, and what is told where there is none.

Without them, a sum whose parts several threads add comes out in the order of the threads. On a processor these are only
the rows of a weight that a batch names twice, as in an Embedding; on an accelerator most gradients.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import keras
import tensorflow as tf

from modelspec.diagnostics import SpecError
from modelspec.graph import ShapedNetwork
from modelspec.runtime.backend.private import all_layers, kernels_are_deterministic, usual_kernels

_TURNED_ON: list[bool] = []
"""Whether this program turned the kernels on, and not the program that it is a part of."""


def choose_kernels(network: ShapedNetwork, model: Any) -> None:
    """Deterministic kernels from here on, where the spec asks for them or needs them; the usual ones elsewhere.

    The usual ones come back, since the bits of a training must not depend on what the process trained before.
    """
    wanted = network.train.deterministic
    if needs_deterministic_kernels(model) if wanted == "auto" else wanted:
        if not kernels_are_deterministic():
            tf.config.experimental.enable_op_determinism()
            _TURNED_ON.append(True)
    else:
        _usual_again()


def needs_deterministic_kernels(model: Any) -> bool:
    """Whether two trainings of the model could differ without them; that is not known of layers of other packages."""
    if tf.config.list_physical_devices("GPU"):
        return True
    return any(
        isinstance(layer, keras.layers.Embedding) or not type(layer).__module__.startswith("keras.")
        for layer in all_layers(model)
        if layer.trainable_weights
    )


@contextmanager
def own_kernels() -> Iterator[None]:
    """Within, trainings choose their kernels; after it they are those that the program chose that this is a part of."""
    try:
        yield
    finally:
        _usual_again()


def _usual_again() -> None:
    if _TURNED_ON:
        usual_kernels()
        _TURNED_ON.clear()


@contextmanager
def telling_missing_kernels(network: ShapedNetwork) -> Iterator[None]:
    """Within, an op that has no deterministic kernel on this device raises `SpecError` (MS766)."""
    try:
        yield
    except tf.errors.OpError as error:
        text = str(error.message)
        if "determinis" not in text.lower():
            raise
        place = network.spec.place.find(("train", "deterministic"))
        message = f"TensorFlow cannot train this deterministically on this device: {_first_line(text)}"
        help = "set `train: {deterministic: false}`: two runs may then differ in the last bits"
        raise SpecError([place.problem("MS766", message, help, key=True)]) from error


def _first_line(text: str) -> str:
    """The line of a message that says what is missing; the others tell where in the graph."""
    return next(line.strip() for line in text.splitlines() if "determinis" in line.lower())
