"""The installed Keras as the oracle: signatures, and shape, dtype and weights of a symbolic call."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from typing import Any

import keras

from modelspec.catalogue.entry import Entry
from modelspec.catalogue.layers.layer import Layer
from modelspec.catalogue.tensor import Refusal, Tensor, Tensors
from modelspec.runtime.build.objects import to_keras

BASE_FIELDS = ("trainable", "dtype", "activity_regularizer", "autocast")
"""Taken by every layer through **kwargs, so not part of every signature."""


def fields_and_defaults(entry: type[Entry], left_out: Mapping[str, str]) -> dict[str, Any]:
    """Our fields and defaults, as `signature_of` gives Keras's."""
    fields = {
        name: inspect.Parameter.empty if field.is_required() else field.default
        for name, field in entry.model_fields.items()
    }
    own = signature_of(entry, {})
    unsigned = (*BASE_FIELDS, *getattr(entry, "through_kwargs", ())) if issubclass(entry, Layer) else ()
    for name in unsigned:
        if name not in own:
            fields.pop(name, None)
    return fields


def signature_of(entry: type[Entry], left_out: Mapping[str, str]) -> dict[str, Any]:
    """Keras's arguments and defaults, without `self`, `name`, `**kwargs` and those left out on purpose."""
    module: Any = keras
    for part in entry.keras_module.split(".")[1:]:
        module = getattr(module, part)
    target = getattr(module, entry.__name__)
    parameters = inspect.signature(target.__init__ if inspect.isclass(target) else target).parameters.values()
    return {
        parameter.name: parameter.default
        for parameter in parameters
        if parameter.name not in ("self", "name", *left_out)
        and parameter.kind not in (inspect.Parameter.VAR_KEYWORD, inspect.Parameter.VAR_POSITIONAL)
    }


def assert_same_signature(entry: type[Entry], left_out: Mapping[str, str] = {}) -> None:
    """Names and defaults equal Keras's; a list default equals the tuple that stands for it."""
    ours, theirs = fields_and_defaults(entry, left_out), signature_of(entry, left_out)
    assert {name: _plain(value) for name, value in ours.items()} == {
        name: _plain(value) for name, value in theirs.items()
    }, entry.__name__


def _plain(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def ours(layer: Layer, **inputs: Any) -> Any:
    """(outputs, weights) by our rules, or the `Refusal`."""
    try:
        outputs = layer.infer(**inputs)
        weights = layer.new_weights(**inputs)
    except Refusal as refusal:
        return refusal
    return _tuple(outputs), [(weight.shape, weight.trainable, weight.dtype, weight.name) for weight in weights]


def keras_says(layer: Layer, **inputs: Any) -> Any:
    """(outputs, weights) by Keras's symbolic call, or the exception it raised."""
    keras.backend.clear_session(free_memory=False)
    try:
        built = to_keras(layer)
        with keras.StatelessScope(initialize_variables=False):
            outputs = built(**{name: _symbolic(value) for name, value in inputs.items()})
    except Exception as error:  # whatever Keras raises is its refusal
        return error
    outputs = keras.tree.flatten(outputs)
    weights = [
        (tuple(weight.shape), bool(weight.trainable), _dtype(weight), weight.path.split("/", 1)[1])
        for weight in built.weights
    ]
    return tuple(Tensor(tuple(output.shape), _dtype(output)) for output in outputs), weights


def assert_agrees(layer: Layer, **inputs: Any) -> bool:
    """Both give the same outputs and weights, or both refuse; returns whether the inputs were accepted."""
    mine, oracle = ours(layer, **inputs), keras_says(layer, **inputs)
    context = f"{layer!r} on {inputs}\n  ours:  {mine!r}\n  Keras: {oracle!r}"
    if isinstance(mine, Refusal) or isinstance(oracle, Exception):
        assert isinstance(mine, Refusal) and isinstance(oracle, Exception), context
        return False
    assert mine == oracle, context
    return True


def _symbolic(value: Any) -> Any:
    if isinstance(value, Tensor):
        return keras.KerasTensor(value.shape, dtype=value.dtype)
    if isinstance(value, tuple):
        return [_symbolic(item) for item in value]
    return value


def _dtype(tensor: Any) -> str:
    return str(keras.backend.standardize_dtype(tensor.dtype))


def _tuple(outputs: Tensor | Tensors) -> Tensors:
    return (outputs,) if isinstance(outputs, Tensor) else tuple(outputs)
