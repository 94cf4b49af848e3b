"""Calls a function of `keras.ops` as an `Op` of the catalogue describes it, on symbolic tensors or real ones."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import cache
from typing import Any

import keras

from modelspec.catalogue.ops.op import Op


def call_op(op: Op, **tensors: Any) -> Any:
    """The function's result; `tensors` go by its parameters' names (a list of tensors as a list or tuple)."""
    function, before, spread, more = _function(op.keras_module, type(op).__name__)
    arguments = {name: op.constant(name) for name in op.model_fields_set if getattr(op, name) is not None}
    arguments |= {name: list(value) if isinstance(value, tuple) else value for name, value in tensors.items()}
    if more is not None:
        arguments |= arguments.pop(more, {})
    if spread is None:
        return function(**arguments)
    first = [arguments.pop(name) for name in before]
    operands = arguments.pop(spread)
    return function(*first, *operands, **arguments)


@cache
def _function(module: str, name: str) -> tuple[Callable[..., Any], tuple[str, ...], str | None, str | None]:
    """The function, the parameters before its `*operands`, and the names of its `*operands` and `**lengths`."""
    found: Any = keras
    for part in (*module.split(".")[1:], name):
        found = getattr(found, part)
    before: list[str] = []
    spread = more = None
    for parameter in inspect.signature(found).parameters.values():
        if parameter.kind is inspect.Parameter.VAR_POSITIONAL:
            spread = parameter.name
        elif parameter.kind is inspect.Parameter.VAR_KEYWORD:
            more = parameter.name
        elif spread is None:
            before.append(parameter.name)
    return found, tuple(before), spread, more
