"""`from` against a call's parameters: which tensor goes to which argument of a layer, an op or a nested model.

Must not know any single layer: the parameters are those of the class's `infer`.
"""

from __future__ import annotations

import inspect
from dataclasses import dataclass
from functools import cache
from typing import Any

from modelspec.catalogue.entry import Entry, Op
from modelspec.catalogue.tensor import Refusal, Tensor, Tensors
from modelspec.spec.words import did_you_mean, listing


@dataclass(frozen=True, slots=True)
class Parameter:
    """A tensor argument or a switch of a call."""

    name: str
    required: bool
    takes_list: bool
    switch: bool


Given = Tensor | Tensors | dict[str, Any]
"""What `from` became: one tensor, a list of them, or tensors and switches by name."""


@cache
def parameters(entry: type[Entry]) -> tuple[Parameter, ...]:
    """The arguments of a layer's call, from the signature of its shape rule."""
    infer: Any = entry.infer  # type: ignore[attr-defined]
    found = []
    for item in list(inspect.signature(infer).parameters.values())[1:]:
        if item.kind in (inspect.Parameter.VAR_KEYWORD, inspect.Parameter.VAR_POSITIONAL):
            continue
        annotation = str(item.annotation)
        takes_list = "Tensors" in annotation or "tuple" in annotation or "Any" in annotation
        switch = annotation.startswith(("bool", "int", "float", "str"))
        found.append(Parameter(item.name, item.default is inspect.Parameter.empty, takes_list, switch))
    return tuple(found)


def bind(entry: Entry, given: Given) -> dict[str, Any]:
    """The keyword arguments of the call. Raises `Refusal` where the tensors do not fit the parameters."""
    known = parameters(type(entry))
    owner = type(entry).__name__
    if isinstance(given, dict):
        return _by_name(owner, known, given)
    if isinstance(entry, Op):
        return _op(entry, given)
    first = known[0]
    if isinstance(given, tuple) and not isinstance(given, Tensor) and not first.takes_list:
        takes = ", ".join(parameter.name for parameter in known if not parameter.switch)
        message = f"{owner} takes one tensor; received a list of {len(given)}"
        help = (
            "write `from: name`"
            if len(given) == 1
            else "join them first, with Concatenate or Add for instance"
            + (f", or name its arguments: {takes}" if "," in takes else "")
        )
        raise Refusal("MS406", message, help)
    _require(owner, known, {first.name})
    return {first.name: given}


def _by_name(owner: str, known: tuple[Parameter, ...], given: dict[str, Any]) -> dict[str, Any]:
    names = [parameter.name for parameter in known]
    for name in given:
        if name not in names:
            message = f"{owner}: its call has no argument '{name}'"
            raise Refusal("MS406", message, did_you_mean(name, names) or f"arguments are {listing(names)}")
    _require(owner, known, set(given))
    for parameter in known:
        value = given.get(parameter.name)
        if value is None:
            continue
        tensor = isinstance(value, tuple)
        if tensor == parameter.switch:
            expected = "true or false" if parameter.switch else "a reference"
            raise Refusal("MS406", f"{owner}: the call's argument '{parameter.name}' takes {expected}")
        if tensor and not isinstance(value, Tensor) and not parameter.takes_list:
            raise Refusal("MS406", f"{owner}: the call's argument '{parameter.name}' takes one tensor, not a list")
    return dict(given)


def _require(owner: str, known: tuple[Parameter, ...], given: set[str]) -> None:
    missing = [parameter.name for parameter in known if parameter.required and parameter.name not in given]
    if missing:
        every = ", ".join(f"{parameter.name}: …" for parameter in known if parameter.required)
        message = f"{owner}: the call's argument '{missing[0]}' is missing"
        raise Refusal("MS406", message, f"name the arguments: `from: {{{every}}}`")


def _op(entry: Op, given: Tensor | Tensors) -> dict[str, Any]:
    owner = f"ops.{type(entry).__name__}"
    if isinstance(given, Tensor):
        if entry.list_parameter is not None and not entry.tensor_parameters:
            return {entry.list_parameter: (given,)}
        return {entry.tensor_parameters[0]: given}
    if entry.list_parameter is not None:
        return {entry.list_parameter: given}
    if len(given) > len(entry.tensor_parameters):
        takes = "one tensor" if len(entry.tensor_parameters) == 1 else f"{len(entry.tensor_parameters)} tensors"
        raise Refusal("MS406", f"{owner} takes {takes}; received {len(given)}")
    return dict(zip(entry.tensor_parameters, given, strict=False))
