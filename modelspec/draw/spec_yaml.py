"""A document as YAML again: everything written out, and beside each value where it comes from, if asked for.

What it writes is read back as the same values. Must not know what a spec says.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from modelspec.diagnostics import Span
from modelspec.source import Document, Mapping, Node, Scalar, Sequence
from modelspec.source.origins import Origin
from modelspec.source.yaml.flow import flow_yaml, scalar_yaml

_WIDEST = 100


def document_yaml(document: Document, *, origins: bool = False) -> str:
    """The YAML text. With `origins`, every line ends with a comment: the file and line, variable, block or setting."""
    lines = list(_Writer(document, origins).mapping(document.root, 0, ()))
    if not origins:
        return "".join(f"{text}\n" for text, _ in lines)
    width = min(max((len(text) for text, _ in lines), default=0), _WIDEST)
    return "".join(f"{text:<{width}}  # {note}\n" if note else f"{text}\n" for text, note in lines)


def document_json(document: Document) -> str:
    """The same as JSON, for programs."""
    return json.dumps(document.place.value, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


Line = tuple[str, str]
"""A line of YAML, and where what stands in it comes from."""


class _Writer:
    """Writes block style down to where a value fits on one line; with origins, down to every value."""

    def __init__(self, document: Document, origins: bool) -> None:
        self.document = document
        self.origins = origins

    def mapping(self, node: Mapping, indent: int, path: tuple[str | int, ...]) -> Iterator[Line]:
        for key, item in node.entries.items():
            yield from self.entry(f"{' ' * indent}{scalar_yaml(key)}:", item.value, indent, (*path, key))

    def sequence(self, node: Sequence, indent: int, path: tuple[str | int, ...]) -> Iterator[Line]:
        for index, item in enumerate(node.items):
            below = (*path, index)
            if self.short(item, indent + 2) and not (isinstance(item, Mapping) and len(item.entries) == 1):
                yield f"{' ' * indent}- {flow_yaml(item)}", self.origin(item, below)
                continue
            lines = self.mapping(item, indent + 2, below) if isinstance(item, Mapping) else self.sequence(
                item, indent + 2, below)  # type: ignore[arg-type]  # fmt: skip
            first, note = next(lines)
            yield f"{' ' * indent}- {first.lstrip()}", note
            yield from lines

    def entry(self, head: str, node: Node, indent: int, path: tuple[str | int, ...]) -> Iterator[Line]:
        if isinstance(node, Scalar) and node.value is None:
            yield head, self.origin(node, path)
        elif self.short(node, len(head) + 1) and path not in (("layers",),):
            yield f"{head} {flow_yaml(node)}", self.origin(node, path)
        elif isinstance(node, Mapping):
            yield head, ""
            yield from self.mapping(node, indent + 2, path)
        elif isinstance(node, Sequence):
            yield head, ""
            yield from self.sequence(node, indent + 2, path)

    def short(self, node: Node, before: int) -> bool:
        """Whether a value stands on one line: with origins, only if all of it has one."""
        if isinstance(node, Scalar) or not _values(node):
            return True
        if isinstance(node, Mapping) and any(isinstance(item.value, Mapping) for item in node.entries.values()):
            return False
        if isinstance(node, Sequence) and any(isinstance(item, Mapping) for item in node.items):
            return False
        if self.origins and isinstance(node, Mapping):
            return False
        return before + len(flow_yaml(node)) <= _WIDEST

    def origin(self, node: Node, path: tuple[str | int, ...]) -> str:
        if not self.origins:
            return ""
        parts = [_at(node.span)]
        if node.origin is not None:
            parts.append(f"{node.origin.label}, {_at(node.origin.span)}")
        written: Origin = self.document.written(path)
        parts.extend(f"{use.label}, {_at(use.span)}" for use in written.uses)
        return "; ".join(parts)


def _at(span: Span) -> str:
    return f"{span.file}:{span.line}"


def _values(node: Node) -> bool:
    return bool(node.items if isinstance(node, Sequence) else isinstance(node, Mapping) and node.entries)
