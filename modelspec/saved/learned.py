"""What the layers of a run learned from its rows, put into its spec where the layers stand.

Must not know what a layer learns: it is checked as if somebody had written it.
"""

from __future__ import annotations

import os
from collections.abc import Mapping as MappingABC
from typing import Any

from modelspec.files.reading import read_bytes
from modelspec.saved.description import malformed, read_json
from modelspec.saved.limits import SavedLimits
from modelspec.saved.located import located
from modelspec.source import Mapping, Node, Scalar, Sequence
from modelspec.source.nodes import Item

LEARNED = "learned.json"
_MOST_BYTES = 1 << 30
_BESIDE = ("call", "from", "name")
"""The keys of a step beside its layer."""
_INSTEAD = {"bin_boundaries": "num_bins"}
"""Arguments that take the place of others."""
Learned = MappingABC[str, MappingABC[str, Any]]


def read_learned(path: str) -> tuple[Learned, bytes]:
    """The arguments of layers by their paths, and the file's bytes; none where a run has no such file.

    Raises `SavedProblem` where it cannot be read.
    """
    file = os.path.join(path, LEARNED)
    if not os.path.lexists(file):
        return {}, b""
    try:
        text = read_bytes(file, _MOST_BYTES, path)
    except OSError as error:
        raise malformed(file, f"it cannot be read: {error.strerror or error}") from error
    value = read_json(text, file, SavedLimits())
    layers = value.get("layers", {}) if isinstance(value, dict) else None
    if not isinstance(layers, dict) or not all(isinstance(given, dict) for given in layers.values()):
        raise malformed(file, "it does not say what layers learned")
    return layers, text


def with_learned(model: Mapping, learned: Learned, prefix: str = "") -> Mapping:
    """A model of a resolved spec with what its layers learned; `prefix` is what their paths begin with."""
    entries = dict(model.entries)
    for key in ("shared", "models"):
        item = entries.get(key)
        if item is None or not isinstance(item.value, Mapping):
            continue
        made = {name: _defined(key, name, inner, learned, prefix) for name, inner in item.value.entries.items()}
        entries[key] = item._replace(value=item.value._replace(entries=made))
    layers = entries.get("layers")
    if layers is not None and isinstance(layers.value, Sequence):
        steps = tuple(_step(step, learned, prefix) for step in layers.value.items)
        entries["layers"] = layers._replace(value=layers.value._replace(items=steps))
    return model._replace(entries=entries)


def _defined(key: str, name: str, item: Item, learned: Learned, prefix: str) -> Item:
    if not isinstance(item.value, Mapping):
        return item
    if key == "models":
        return item._replace(value=with_learned(item.value, learned, f"{prefix}{name}/"))
    return item._replace(value=_object(item.value, learned, f"{prefix}{name}"))


def _step(step: Node, learned: Learned, prefix: str) -> Node:
    name = step.entries.get("name") if isinstance(step, Mapping) else None
    if not isinstance(step, Mapping) or name is None or not isinstance(name.value, Scalar):
        return step
    return _object(step, learned, f"{prefix}{name.value.value}")


def _object(layer: Mapping, learned: Learned, path: str) -> Mapping:
    """A layer, `{Name: arguments}`, with what it learned, and those in its arguments."""
    entries = dict(layer.entries)
    for key, item in layer.entries.items():
        if key not in _BESIDE and isinstance(item.value, Mapping):
            entries[key] = item._replace(value=_arguments(item.value, learned, path))
    return layer._replace(entries=entries)


def _arguments(arguments: Mapping, learned: Learned, path: str) -> Mapping:
    entries = {
        key: item._replace(value=_inner(item.value, learned, f"{path}.{key}"))
        for key, item in arguments.entries.items()
    }
    span = arguments.span
    for name, value in learned.get(path, {}).items():
        entries[name] = Item(span, located(value, span))
        if name in _INSTEAD:
            entries.pop(_INSTEAD[name], None)
    return arguments._replace(entries=entries)


def _inner(value: Node, learned: Learned, path: str) -> Node:
    if isinstance(value, Sequence):
        items = tuple(_inner(item, learned, f"{path}.{number}") for number, item in enumerate(value.items))
        return value._replace(items=items)
    return _object(value, learned, path) if isinstance(value, Mapping) else value
