"""`{k: $(range(1, 3))}`: YAML ends a value at the comma, and what follows is a key of its own, `3))`.

The expression that does not end is told where it begins; its other parts are taken out here, since nothing more is to be
said of them. Must not know what stands where in a spec.
"""

from __future__ import annotations

import re

from modelspec.source import Document, Mapping, Node, Scalar, Sequence
from modelspec.source.nodes import Item

_SUSPECT = re.compile(r"\$\([^\n]*,")


def without_fragments(document: Document) -> Document:
    """The document without the parts of expressions that a comma cut off; the same one where there are none."""
    if not any(_SUSPECT.search(text) for text in (document.text, *document.texts.values())):
        return document
    made = _kept(document.root)
    assert isinstance(made, Mapping)
    return document if made is document.root else document._replace(root=made)


def _kept(node: Node) -> Node:
    if isinstance(node, Mapping):
        entries: dict[str, Item] = {}
        depth = 0
        for key, item in node.entries.items():
            if depth > 0:
                depth += _depth(key) + _open(item.value)
                continue
            entries[key] = item._replace(value=_kept(item.value))
            depth = _open(item.value)
        same = len(entries) == len(node.entries) and all(
            entries[key].value is item.value for key, item in node.entries.items()
        )
        return node if same else node._replace(entries=entries)
    if isinstance(node, Sequence):
        items: list[Node] = []
        depth = 0
        for below in node.items:
            if depth > 0 and isinstance(below, Scalar):
                depth += _depth(str(below.value))
                continue
            items.append(_kept(below))
            depth = _open(below)
        same = len(items) == len(node.items) and all(new is old for new, old in zip(items, node.items, strict=True))
        return node if same else node._replace(items=tuple(items))
    return node


def _open(node: Node) -> int:
    """How many brackets of an expression are left open at the end of a value."""
    if not isinstance(node, Scalar) or not isinstance(node.value, str) or node.quoted:
        return 0
    start = node.value.find("$(")
    return 0 if start < 0 else max(0, _depth(node.value[start:]))


def _depth(text: str) -> int:
    return text.count("(") - text.count(")")
