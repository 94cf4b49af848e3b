"""The variables that a training changes <-> arrays: weights, random states, running sums, what the optimizer keeps.

Keras lists them in the order in which they were made, which the spec fixes; the names that Keras numbers through the
whole process are only told to people.
"""

from __future__ import annotations

import re
from typing import Any

import numpy as np

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
        "model": model.variables,
        "optimizer": [*optimizer.variables, *_untracked(optimizer)],
        "metrics": model.metrics_variables,
    }
    for group in GROUPS:
        for variable in groups[group]:
            if id(variable) not in seen:
                seen.add(id(variable))
                found[f"{group}/{len(found):05d}/{re.sub(r'_[0-9]+', '', variable.name)}"] = variable
    return found


def _untracked(optimizer: Any) -> list[Any]:
    """What Keras leaves out of `optimizer.variables`: Nadam's product of momenta, which `.keras` files lack as well."""
    inner = getattr(optimizer, "inner_optimizer", optimizer)
    return [inner._u_product] if hasattr(inner, "_u_product") else []


def values_of(model: Any) -> dict[str, Any]:
    """Copies of all of them on the host, as numpy arrays. Waits for the device."""
    return {name: np.array(variable.numpy()) for name, variable in training_variables(model).items()}


def assign(model: Any, arrays: dict[str, Any]) -> None:
    """Give all of them the values of `arrays`. Raises `DoesNotFit`; the model is then as it was."""
    variables = training_variables(model)
    for name in [*variables, *arrays]:
        if name not in arrays:
            raise DoesNotFit(f"it lacks the variable {name}")
        if name not in variables:
            raise DoesNotFit(f"it has the variable {name}, which the model lacks")
        found, wanted = arrays[name], np.asarray(variables[name].numpy())
        if (found.shape, found.dtype.name) != (wanted.shape, wanted.dtype.name):
            raise DoesNotFit(
                f"{name} is {found.dtype} of shape {found.shape}, and the model's {wanted.dtype} of shape {wanted.shape}"
            )
    for name, variable in variables.items():
        variable.assign(arrays[name])


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
