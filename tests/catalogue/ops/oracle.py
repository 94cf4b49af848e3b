"""The installed Keras as the oracle of `keras.ops`: shape and dtype of a symbolic call, or its refusal."""

from __future__ import annotations

import warnings
from typing import Any

import keras

from modelspec.catalogue.backends.tensorflow.limits import refuse_dtype
from modelspec.catalogue.ops import find_op
from modelspec.catalogue.ops.op import Op
from modelspec.catalogue.tensor import Refusal, Tensor
from modelspec.runtime.build.ops import call_op


def op(name: str, **arguments: Any) -> Op:
    """The function `name` with these constants."""
    found = find_op(name)
    assert found is not None, name
    return found(**arguments)


def ours(function: Op, **tensors: Any) -> Any:
    """The outputs by our rule and what TensorFlow has a kernel for, or the `Refusal`."""
    try:
        outputs = function.infer(**tensors)
        refuse_dtype(function, tensors)
    except Refusal as refusal:
        return refusal
    return (outputs,) if isinstance(outputs, Tensor) else tuple(outputs)


def keras_says(function: Op, **tensors: Any) -> Any:
    """The outputs of Keras's symbolic call, or the exception it raised."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            outputs = call_op(function, **{name: _symbolic(value) for name, value in tensors.items()})
    except Exception as error:  # whatever Keras raises is its refusal
        return error
    outputs = outputs if isinstance(outputs, list | tuple) else [outputs]
    return tuple(Tensor(tuple(output.shape), _dtype(output)) for output in outputs if output is not None)


def fails_on_data(function: Op, promised: tuple[Tensor, ...], **tensors: Any) -> bool:
    """Whether the function fails on real tensors of these shapes, whatever stands for the unknown axes.

    To give other numbers of axes than Keras promised is a failure too: the layers below are built for what was promised.
    """
    for size in (2, 3):
        try:
            found = call_op(function, **{name: _real(value, size) for name, value in tensors.items()})
        except Exception:
            continue
        several = found if isinstance(found, list | tuple) else [found]
        ranks = [len(output.shape) for output in several if output is not None]
        return ranks != [len(tensor.shape) for tensor in promised]
    return True


def assert_agrees(function: Op, **tensors: Any) -> bool:
    """Both give the same outputs, or both refuse; returns whether the inputs were accepted.

    We also refuse what Keras infers a shape for and then cannot run, or not with as many axes.
    """
    mine, oracle = ours(function, **tensors), keras_says(function, **tensors)
    context = f"{function.label} {function!r} on {tensors}\n  ours:  {mine!r}\n  Keras: {oracle!r}"
    if isinstance(mine, Refusal) or isinstance(oracle, Exception):
        assert isinstance(mine, Refusal), context
        assert isinstance(oracle, Exception) or fails_on_data(function, oracle, **tensors), context
        assert mine.message.startswith(function.label), mine.message
        return False
    assert mine == oracle, context
    return True


def _symbolic(value: Any) -> Any:
    if isinstance(value, Tensor):
        return keras.KerasTensor(value.shape, dtype=value.dtype)
    if isinstance(value, tuple):
        return tuple(_symbolic(item) for item in value)
    return value


def _real(value: Any, unknown: int) -> Any:
    if isinstance(value, Tensor):
        return keras.ops.ones([unknown if dim is None else dim for dim in value.shape], dtype=value.dtype)
    if isinstance(value, tuple):
        return tuple(_real(item, unknown) for item in value)
    return value


def _dtype(tensor: Any) -> str:
    return str(keras.backend.standardize_dtype(tensor.dtype))
