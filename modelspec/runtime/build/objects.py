"""Catalogue entries -> Keras objects, one generic way for all kinds.

Holds no rule of any layer: the class has Keras's name and the fields have Keras's arguments.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import keras

from modelspec.catalogue.activations import ActivationFunction, function_of
from modelspec.catalogue.entry import Entry
from modelspec.catalogue.initializers import npz
from modelspec.catalogue.layers.layer import Layer
from modelspec.catalogue.ops.op import Op
from modelspec.language.arguments import nested_fields
from modelspec.runtime.backend.private import operation_behind

_MOST_AXES = 8
"""More than tensors have, so that any axis of them is there."""


def to_keras(value: Any, *, name: str | None = None, resolve: Callable[[Any], Any] | None = None) -> Any:
    """The Keras object for an entry, built with the arguments that were set; containers are converted item by item.

    `resolve` is asked first, with each nested value that is neither an `Entry` nor a container (references to shared
    layers and models, for instance) and returns what stands for it.
    """
    if isinstance(value, Entry):
        if isinstance(value, Op):
            raise TypeError(f"{type(value).__name__} is a function, not an object")
        if isinstance(value, ActivationFunction):
            return _activation(value)
        if isinstance(value, npz):
            return keras.initializers.Zeros()  # until the array is put into the weight
        if value.identifier is not None and value.keras_module == "keras.initializers":
            return value.identifier  # as a string, Keras makes it when its turn for a seed has come
        made = _keras_class(value)
        if value.registered_name is not None and not isinstance(made, type):
            return made  # a user's own function
        arguments = {
            key: to_keras(_as_in(value, getattr(value, key)), resolve=resolve) for key in sorted(value.model_fields_set)
        }
        for key, nested in nested_fields(type(value)).items():
            registered = arguments.get(key)
            if nested.kind == "activation" and isinstance(registered, str) and ">" in registered:
                arguments[key] = keras.saving.get_registered_object(registered)
        if name is not None:
            arguments["name"] = name
        built = made(**arguments)
        if isinstance(value, Layer) and value.promise is not None:
            built.compute_output_shape = value.promise  # so that the layers behind it are built for what data gets
        return built
    if isinstance(value, dict):
        return {key: to_keras(item, resolve=resolve) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return type(value)(to_keras(item, resolve=resolve) for item in value)
    return resolve(value) if resolve is not None else value


def _activation(function: ActivationFunction) -> Any:
    """What Keras saves with its arguments: the layer that computes the same, or else the operation of `keras.ops`."""
    arguments = {name: getattr(function, name) for name in type(function).model_fields}
    if function.layer is not None:
        return getattr(keras.layers, function.layer)(**arguments)
    operation = getattr(keras.ops, type(function).__name__)
    return operation_behind(operation(keras.KerasTensor((2,) * _MOST_AXES), **arguments))


def _as_in(owner: Entry, value: Any) -> Any:
    """An activation that is a layer computes in the dtype of the layer it is an argument of; Keras's metrics take lists alone."""
    if isinstance(value, tuple) and owner.keras_module == "keras.metrics":
        return list(value)
    if (
        not isinstance(owner, Layer)
        or not isinstance(value, Layer)
        or owner.dtype is None
        or value.dtype is not None
        or function_of(value) is None
    ):
        return value
    return value.model_copy(update={"dtype": owner.dtype})


def _keras_class(entry: Entry) -> Any:
    if entry.registered_name is not None:
        return keras.saving.get_registered_object(entry.registered_name)
    module = keras
    for part in entry.keras_module.split(".")[1:]:
        module = getattr(module, part)
    return getattr(module, type(entry).__name__)
