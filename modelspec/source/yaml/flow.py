"""A value as YAML on one line, as a message or a written spec shows it. What it writes is read back as the same value.

Knows nothing of what a spec may say.
"""

from __future__ import annotations

import json

import yaml

from modelspec.source.nodes import Mapping, Node, NumberKey, Scalar, Sequence
from modelspec.source.yaml.scalars import resolve

_SHORT = 60


def short_yaml(node: Node) -> str | None:
    """A value on one line, where it is short enough for a message, and all of it is known."""
    if not _few(node, _SHORT):
        return None
    text = flow_yaml(node)
    return text if len(text) <= _SHORT and text.isascii() else None


def _few(node: Node, most: int) -> bool:
    """Whether there are few values in it, each of them known, so that it may be short."""
    below = [item.value for item in node.entries.values()] if isinstance(node, Mapping) else ()
    items = node.items if isinstance(node, Sequence) else below
    if isinstance(node, Scalar):
        return isinstance(node.value, str | int | float | bool | None)  # what could not be computed is none of these
    return len(items) <= most and all(_few(item, most // 2) for item in items)


def flow_yaml(node: Node) -> str:
    """A value on one line."""
    if isinstance(node, Scalar):
        value = node.value
        return "null" if value is None else scalar_yaml(value)
    if isinstance(node, Sequence):
        return f"[{', '.join(flow_yaml(item) for item in node.items)}]"
    return "{" + ", ".join(f"{scalar_yaml(key)}: {flow_yaml(item.value)}" for key, item in node.entries.items()) + "}"


def flow_yaml_of(value: object) -> str:
    """The same of plain values: mappings, lists, texts, numbers, true, false and null."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{scalar_yaml(key)}: {flow_yaml_of(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(flow_yaml_of, value))}]"
    return "null" if value is None else scalar_yaml(value)  # type: ignore[arg-type]


def scalar_yaml(value: str | int | float | bool) -> str:
    """A scalar as YAML 1.2 reads it back; texts are plain where that is safe everywhere."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, NumberKey):
        return str(value)
    text = (
        yaml.safe_dump(value, width=10**9, allow_unicode=True, default_flow_style=True)
        .removesuffix("...\n")
        .rstrip("\n")
    )
    safe = "\n" not in text and isinstance(resolve(value), str) and not any(char in value for char in "[]{},#\n$")
    if text == value and safe:
        return text
    return text if text[:1] in "'\"" and "\n" not in text else json.dumps(value, ensure_ascii=False)
