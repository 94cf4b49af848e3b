"""A second oracle, for layers that promise a shape without a look at their input: a model of one layer, run on data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from modelspec.catalogue.layers.layer import Layer
from modelspec.catalogue.tensor import Refusal, Shape, Tensor
from modelspec.runtime.build.objects import to_keras
from tests.catalogue.oracle import keras_says, ours

BATCH = 2


def assert_agrees_on_data(
    layer: Layer, sizes: Mapping[int, int] | None = None, training: tuple[bool, ...] = (False, True), **inputs: Any
) -> bool:
    """What we accept has Keras's symbolic shape and runs; what we refuse Keras refuses, symbolically or on data.

    `sizes` gives unknown axes a size (5 where it does not say). Returns whether the inputs were accepted.
    """
    mine, oracle = ours(layer, **inputs), keras_says(layer, **inputs)
    context = f"{layer!r} on {inputs}\n  ours:  {mine!r}\n  Keras: {oracle!r}"
    if isinstance(mine, Refusal):
        if not isinstance(oracle, Exception):
            problem = run(layer, sizes or {}, training, **inputs)
            assert problem is not None, context
        return False
    assert mine == oracle, context
    problem = run(layer, sizes or {}, training, **inputs)
    assert problem is None, f"{context}\n  data:  {problem!r}"
    return True


def run(layer: Layer, sizes: Mapping[int, int], training: tuple[bool, ...], **inputs: Any) -> str | None:
    """What goes wrong with a model of this layer on data of these shapes; None if all goes well."""
    keras.backend.clear_session(free_memory=False)
    values = list(inputs.values())
    names = list(inputs)
    tensors = [item for value in values for item in (value if _is_list(value) else (value,))]
    try:
        entries = [keras.Input(batch_shape=item.shape, dtype=item.dtype) for item in tensors]
        rest = iter(entries)
        given = {
            name: [next(rest) for _ in value] if _is_list(value) else next(rest)
            for name, value in zip(names, values, strict=True)
        }
        outputs = to_keras(layer)(**given)
        model = keras.Model(entries, outputs)
        shapes = [filled(item.shape, sizes) for item in tensors]
        specs = [
            tf.TensorSpec((item.shape[0], *shape[1:]), item.dtype) for item, shape in zip(tensors, shapes, strict=True)
        ]
        arrays = [
            tf.constant(_array(shape, item.dtype), item.dtype) for item, shape in zip(tensors, shapes, strict=True)
        ]
        for mode in training:
            call = tf.function(lambda *x, mode=mode: model(list(x), training=mode))
            computed = call.get_concrete_function(*specs)(*arrays)
            fits = len(computed.shape) == len(outputs.shape) and all(
                promised is None or promised == size
                for promised, size in zip(outputs.shape, computed.shape, strict=True)
            )
            if not fits:
                return f"promised {outputs.shape}, computed {computed.shape}"
    except Exception as error:  # whatever Keras or TensorFlow raise is a refusal
        return f"{type(error).__name__}: {error}"
    return None


def filled(shape: Shape, sizes: Mapping[int, int]) -> tuple[int, ...]:
    """The shape with a size for every unknown axis."""
    return tuple(
        size if size is not None else BATCH if axis == 0 else sizes.get(axis, 5) for axis, size in enumerate(shape)
    )


def _is_list(value: Any) -> bool:
    return isinstance(value, tuple) and not isinstance(value, Tensor)


def _array(shape: tuple[int, ...], dtype: str) -> Any:
    random = np.random.default_rng(0)
    if dtype == "string":
        return np.array(["a b", "c"])[random.integers(0, 2, shape)]
    if dtype.startswith(("float", "bfloat")):
        return random.uniform(0, 2, shape).astype("float32" if dtype == "bfloat16" else dtype)
    return random.integers(0, 2, shape).astype(dtype)
