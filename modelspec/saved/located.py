"""Plain values as a located document: everything stands where the spec names the saved model."""

from __future__ import annotations

from typing import Any

from modelspec.diagnostics import Span
from modelspec.source import Document, Mapping, Node, Place, Scalar, Sequence
from modelspec.source.nodes import Item


def document_of(values: dict[str, Any], place: Place) -> Document:
    """The document; its file and folder are those of the spec that names the model."""
    root = located(values, place.span)
    assert isinstance(root, Mapping)
    return place.document._replace(root=root)


def located(value: Any, span: Span) -> Node:
    """A value as nodes. Texts count as quoted: they are nothing but texts."""
    if isinstance(value, dict):
        return Mapping({str(key): Item(span, located(item, span)) for key, item in value.items()}, span)
    if isinstance(value, list | tuple):
        return Sequence(tuple(located(item, span) for item in value), span)
    return Scalar(value, span, isinstance(value, str))


def moved(node: Node, span: Span) -> Node:
    """The same values, standing elsewhere."""
    if isinstance(node, Mapping):
        entries = {key: Item(span, moved(item.value, span)) for key, item in node.entries.items()}
        return Mapping(entries, span)
    if isinstance(node, Sequence):
        return Sequence(tuple(moved(item, span) for item in node.items), span)
    return node._replace(span=span)
