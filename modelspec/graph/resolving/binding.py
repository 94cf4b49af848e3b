"""`from` against a call's parameters: which tensor goes to which argument of a layer, an op or a nested model.

Must not know any single layer: the parameters are those of the class's `infer`.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from modelspec.catalogue.call import Parameter, parameters
from modelspec.catalogue.entry import Entry
from modelspec.catalogue.layers.layer import Layer
from modelspec.catalogue.ops.op import Op
from modelspec.catalogue.tensor import Refusal, Tensor, Tensors
from modelspec.source.words import did_you_mean, listing

Given = Tensor | Tensors | dict[str, Any]
"""What `from` became: one tensor, a list of them, or tensors and switches by name."""


_ALONE = "remove `from`: it makes a tensor from its arguments only"


def bind(entry: Entry, given: Given) -> dict[str, Any]:
    """The keyword arguments of the call. Raises `Refusal` where the tensors do not fit the parameters."""
    known = parameters(type(entry))
    owner = entry.label if isinstance(entry, Op) else type(entry).__name__
    if isinstance(given, dict):
        constants = entry.model_fields_set if isinstance(entry, Op) else frozenset[str]()
        return _by_name(owner, known, given, constants)
    if isinstance(entry, Op):
        bound = op_arguments(entry, given, not isinstance(given, Tensor))
        _require(owner, known, set(bound) | entry.model_fields_set)
        return bound
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
    _require(owner, known, {first.name}, entry.instead_of_call() if isinstance(entry, Layer) else None)
    return {first.name: given}


def _by_name(
    owner: str, known: tuple[Parameter, ...], given: dict[str, Any], constants: Collection[str]
) -> dict[str, Any]:
    names = [parameter.name for parameter in known]
    for name in given:
        if name not in names:
            message = f"{owner}: its call has no argument '{name}'"
            help = did_you_mean(name, [item for item in names if item not in given])
            every = f"arguments are {listing(names)}" if names else _ALONE
            raise Refusal("MS406", message, help or every, argument=name)
    _require(owner, known, {*(name for name, value in given.items() if value is not None), *constants})
    for parameter in known:
        value = given.get(parameter.name)
        if value is None:
            continue
        tensor = isinstance(value, tuple)
        if tensor == parameter.switch:
            expected = "true or false" if parameter.switch else "a reference"
            received = "a tensor" if tensor else str(value).lower()
            message = f"{owner}: the call's argument '{parameter.name}' takes {expected}; received {received}"
            right = "true" if parameter.switch else "name"
            help = f"write `from: {{{parameter.name}: {right}}}`"
            raise Refusal("MS406", message, help, argument=parameter.name)
        if tensor and not isinstance(value, Tensor) and not parameter.takes_list:
            message = (
                f"{owner}: the call's argument '{parameter.name}' takes one tensor; received a list of {len(value)}"
            )
            raise Refusal("MS406", message, f"write `from: {{{parameter.name}: name}}`", argument=parameter.name)
        if tensor and not parameter.takes_lists and any(not isinstance(item, Tensor) for item in _items(value)):
            message = (
                f"{owner}: the call's argument '{parameter.name}' takes a list of tensors; received a list of lists"
            )
            raise Refusal("MS406", message, f"write `from: {{{parameter.name}: [name, …]}}`", argument=parameter.name)
    return dict(given)


def _items(value: Any) -> tuple[Any, ...]:
    return (value,) if isinstance(value, Tensor) else value


def _require(owner: str, known: tuple[Parameter, ...], given: set[str], instead: str | None = None) -> None:
    missing = [parameter.name for parameter in known if parameter.required and parameter.name not in given]
    if missing:
        every = ", ".join(f"{parameter.name}: …" for parameter in known if parameter.required)
        message = f"{owner}: the call's argument '{missing[0]}' is missing"
        raise Refusal("MS406", message, instead or f"name the arguments: `from: {{{every}}}`", argument=missing[0])


def op_arguments(entry: Op, given: Any, several: bool) -> dict[str, Any]:
    """Tensors by an op's parameters: a list fills its list parameter, or its tensor parameters in order.

    Parameters that the spec gives as constants are passed over. `several` says that `given` is a list of tensors.
    """
    open_parameters = entry.open_parameters(entry.model_fields_set)
    if entry.list_parameter is not None and (several or not open_parameters):
        return {entry.list_parameter: tuple(given) if several else (given,)}
    values = tuple(given) if several else (given,)
    if len(values) > len(open_parameters):
        takes = "one tensor" if len(open_parameters) == 1 else f"{len(open_parameters) or 'no'} tensors"
        if not open_parameters:
            message = f"{entry.label} takes no tensors here; received {len(values)}"
            raise Refusal("MS406", message, _ALONE)
        message = f"{entry.label} takes {takes}; received {len(values)}"
        raise Refusal("MS406", message, f"its arguments are {listing(entry.tensor_parameters)}")
    return dict(zip(open_parameters, values, strict=False))
