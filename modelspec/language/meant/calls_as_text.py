"""Objects that are written as calls of Python, `Dense(3, activation="relu")`: what a spec has for them.

The text is read as Python's grammar reads it, and nothing of it is run.
"""

from __future__ import annotations

import ast
import re
from typing import Any

from modelspec.catalogue.kinds import find
from modelspec.language.arguments import BASE_ARGUMENTS
from modelspec.language.meant.other_names import other_name, without_home
from modelspec.source import Place
from modelspec.source.nodes import Item, Mapping, Node, Scalar, Sequence
from modelspec.source.yaml.flow import flow_yaml

_CALL = re.compile(r"[A-Za-z_][\w.]*\(.*\)\Z", re.DOTALL)
_LONGEST = 300


def call_meant(kind: str, text: str, place: Place) -> str | None:
    """The object as a spec has it, or None where the text is no call of something that is known."""
    if len(text) > _LONGEST or _CALL.match(text) is None:
        return None
    try:
        tree = ast.parse(text, mode="eval").body
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return None
    made = _object(kind, tree, place)
    if made is None:
        return None
    step = place.path[-1:] and isinstance(place.path[-1], int)
    return flow_yaml(made) if not step or isinstance(made, Scalar) else flow_yaml(made)[1:-1]


def _object(kind: str, tree: ast.expr, place: Place) -> Node | None:
    if not isinstance(tree, ast.Call):
        return None
    name = without_home(ast.unparse(tree.func))
    other = None if find(kind, name) is not None else other_name(kind, name)
    model = find(kind, other[0]) if other is not None and other[0] is not None else find(kind, name)
    if model is None:
        return None
    name = name if find(kind, name) is not None else str(other[0] if other is not None else name)
    fields = [field for field in model.model_fields if field not in BASE_ARGUMENTS]
    if len(tree.args) > len(fields):
        return None
    given: dict[str, ast.expr] = dict(zip(fields, tree.args, strict=False))
    given.update({item.arg: item.value for item in tree.keywords if item.arg is not None})
    nodes = {argument: _value(value, place) for argument, value in given.items()}
    if not nodes:
        return Scalar(name, place.span)
    if any(node is None for node in nodes.values()) or not set(nodes) <= set(model.model_fields):
        return None
    span = place.span
    first = next(iter(nodes.values()))
    alone = list(nodes) == fields[:1] and first is not None and not isinstance(first, Mapping)
    below = (
        first if alone else Mapping({key: Item(span, node) for key, node in nodes.items() if node is not None}, span)
    )
    return None if below is None else Mapping({name: Item(span, below)}, span)


def _value(tree: ast.expr, place: Place) -> Node | None:
    """A plain value, or a list of them."""
    try:
        return _node(ast.literal_eval(tree), place)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return next((made for kind in _KINDS if (made := _object(kind, tree, place)) is not None), None)


def _node(value: Any, place: Place) -> Node | None:
    if isinstance(value, list | tuple):
        items = [_node(item, place) for item in value]
        good = tuple(item for item in items if item is not None)
        return Sequence(good, place.span) if len(good) == len(items) else None
    return Scalar(value, place.span) if isinstance(value, str | int | float | bool | None) else None


_KINDS = ("layer", "initializer", "regularizer", "constraint", "schedule", "optimizer")
"""Of what an argument may be an object."""
