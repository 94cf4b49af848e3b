"""The variables that a training changes <-> arrays: weights, random states, running sums, what the optimizer keeps.

Keras lists them in the order in which they were made, which the spec fixes; the names that Keras numbers through the
whole process are only told to people. Of several devices, the first one's arrays have the names of the variables, and
those of the others, where they have values of their own, the device's number behind an @.
"""

from __future__ import annotations

import re
from typing import Any

import numpy as np

from modelspec.runtime.backend import copies
from modelspec.runtime.backend.private import untracked_variables
from modelspec.runtime.build.weights import take_up
from modelspec.runtime.state.states import kept_states

GROUPS = ("model", "optimizer", "metrics")
"""Weights and random states of layers; what the optimizer keeps; running sums."""


class DoesNotFit(Exception):
    """Arrays of another model; the text names the first difference."""


def training_variables(model: Any) -> dict[str, Any]:
    """Every variable that a step or an epoch of this compiled model can change, by a name that each process gives it."""
    optimizer = model.optimizer
    found: dict[str, Any] = {}
    seen: set[int] = set()
    groups = {
        "model": [*model.variables, *kept_states(model)],
        "optimizer": [*optimizer.variables, *untracked_variables(getattr(optimizer, "inner_optimizer", optimizer))],
        "metrics": model.metrics_variables,
    }
    for group in GROUPS:
        for variable in groups[group]:
            if id(variable) not in seen:
                seen.add(id(variable))
                found[f"{group}/{len(found):05d}/{re.sub(r'_[0-9]+', '', variable.name)}"] = variable
    return found


def values_of(model: Any) -> dict[str, Any]:
    """Copies of all of them on the host, as numpy arrays. Waits for the device."""
    found: dict[str, Any] = {}
    for name, variable in training_variables(model).items():
        first, *others = (np.array(copy.numpy()) for copy in copies(variable))
        found[name] = first
        for number, other in enumerate(others, start=1):
            # Keras adds sums up only when a metric is asked for, and what BatchNormalization averages it never makes one.
            if _is_sum(variable) or other.tobytes() != first.tobytes():
                found[f"{name}@{number}"] = other
    return found


def assign(model: Any, arrays: dict[str, Any]) -> None:
    """Give all of them the values of `arrays`. Raises `DoesNotFit`; the model is then as it was.

    Arrays of another number of devices are taken as well: each sum then goes to the first device, and of the rest all
    devices get what the first one had.
    """
    variables = training_variables(model)
    devices = 1 + max((int(number) for name in arrays for number in _DEVICE.findall(name)), default=0)
    for name in [*variables, *arrays]:
        own = _DEVICE.sub("", name)
        if own not in arrays:
            raise DoesNotFit(f"it lacks the variable {own}")
        if own not in variables:
            raise DoesNotFit(f"it has the variable {own}, which the model lacks")
        found, wanted = arrays.get(name, arrays[own]), np.asarray(variables[own].numpy())
        if (found.shape, found.dtype.name) != (wanted.shape, wanted.dtype.name):
            raise DoesNotFit(
                f"{name} is {found.dtype} of shape {found.shape}, and the model's {wanted.dtype} of shape {wanted.shape}"
            )
    for name, variable in variables.items():
        _put(variable, [arrays.get(f"{name}@{number}", arrays[name]) for number in range(devices)])
    take_up([model])


_DEVICE = re.compile(r"@([0-9]+)$")


def _is_sum(variable: Any) -> bool:
    """Whether each device counts for itself, and what is meant is the sum over them."""
    return bool(variable.synchronization == "on_read" and variable.aggregation == "sum")


def _put(variable: Any, given: list[Any]) -> None:
    """Give a variable the arrays of each device."""
    own = copies(variable)
    if len(own) != len(given):
        first = sum(given) if _is_sum(variable) else given[0]
        others = np.zeros_like(first) if _is_sum(variable) else first
        given = [first, *[others] * (len(own) - 1)]
    for copy, array in zip(own, given, strict=True):
        copy.assign(array)


def trained_names(model: Any) -> dict[str, str]:
    """Keras's path of every weight that training changes, by its name here."""
    trained = {id(variable) for variable in model.trainable_variables}
    return {name: str(variable.path) for name, variable in training_variables(model).items() if id(variable) in trained}


def first_not_finite(names: dict[str, str], arrays: dict[str, Any]) -> str | None:
    """The path of the first of these weights that is NaN or infinite in `arrays`."""
    for name, path in names.items():
        if not np.isfinite(np.asarray(arrays[name], dtype="float32")).all():
            return path
    return None
