"""The arguments of a call of a layer or op, from the signature of its shape rule.

Decided by types, and never by how an annotation is written.
"""

from __future__ import annotations

import inspect
import types
import typing
from collections.abc import Iterator
from functools import cache
from typing import Any, NamedTuple

from modelspec.catalogue.tensor import Tensor


class Parameter(NamedTuple):
    """A tensor argument or a switch of a call."""

    name: str
    required: bool
    takes_list: bool
    takes_lists: bool
    """Whether the items of its list may be lists."""
    switch: bool


@cache
def parameters(entry: type) -> tuple[Parameter, ...]:
    """The arguments of a call, in their order."""
    infer: Any = entry.infer  # type: ignore[attr-defined]
    names = getattr(infer, "__globals__", {})
    return tuple(
        _parameter(item, _resolved(item.annotation, names))
        for item in list(inspect.signature(infer).parameters.values())[1:]
        if item.kind not in (inspect.Parameter.VAR_KEYWORD, inspect.Parameter.VAR_POSITIONAL)
    )


def _resolved(annotation: Any, names: dict[str, Any]) -> Any:
    """The type that an annotation says; of those of our own modules, which are texts until somebody asks."""
    return eval(annotation, names) if isinstance(annotation, str) else annotation


def _parameter(item: inspect.Parameter, annotation: Any) -> Parameter:
    kinds = list(_members(annotation))
    lists = [kind for kind in kinds if typing.get_origin(kind) is tuple]
    return Parameter(
        item.name,
        item.default is inspect.Parameter.empty,
        takes_list=bool(lists) or Any in kinds,
        takes_lists=any(typing.get_args(kind)[0] is not Tensor for kind in lists),
        switch=kinds[0] in (bool, int, float, str),
    )


def _members(annotation: Any) -> Iterator[Any]:
    """The types of a union, or the one type."""
    if isinstance(annotation, types.UnionType) or typing.get_origin(annotation) is typing.Union:
        for member in typing.get_args(annotation):
            yield from _members(member)
    else:
        yield annotation
