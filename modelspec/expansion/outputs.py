"""The references in `outputs`, as the flat list of steps has them. Must not know what an output is for."""

from __future__ import annotations

import re

from modelspec.diagnostics import Path, Span
from modelspec.expansion.names import Body
from modelspec.expansion.patterns import is_pattern, targets
from modelspec.expansion.references import References
from modelspec.expansion.steps import Flat
from modelspec.source import Mapping, Node, Place, Scalar, Sequence
from modelspec.source.nodes import Item
from modelspec.source.origins import Origin


class Outputs:
    """Adapts the references in `outputs` to the flat list."""

    def __init__(self, references: References, body: Body, flat: list[Flat], origins: dict[Path, Origin]) -> None:
        self.references = references
        self.body = body
        self.flat = flat
        self.origins = origins

    def rewritten(self, place: Place, main: bool) -> Node:
        """What `outputs` says, of a nested model or of the spec itself (`main`)."""
        place = self.every(place)
        node = place.node
        if isinstance(node, Mapping):
            single = len(node.entries) == 1
            entries = {
                name: node.entries[name]._replace(value=self.output(name, below, single))
                for name, below in place.entries()
            }
            return node._replace(entries=entries)
        if main:
            return node
        items = list(place.items()) if isinstance(node, Sequence) else [place]
        found = [(item, self.references.adapted(item, self.body)) for item in items]
        if all(item.node == changed for item, changed in found):
            return node
        return Mapping({_output_name(item.node): Item(item.span, changed) for item, changed in found}, node.span)

    def every(self, place: Place) -> Place:
        """The outputs with each pattern as the names that it stands for: `[head_*]`, `{"head_*": {loss: mse}}`."""
        node = place.node
        if isinstance(node, Mapping):
            entries: dict[str, Item] = {}
            for name, below in place.entries():
                if not is_pattern(name) or below.get("from") is not None:
                    entries[name] = node.entries[name]
                    continue
                pattern = below._replace(node=Scalar(name, below.key_span, True))
                for found, _ in targets(pattern, self.body, self.references.template):
                    entries.setdefault(found, node.entries[name])
                    at = (*place.path, found)
                    self.origins[at] = Origin(below.path, ())
            return place._replace(
                node=node._replace(entries=entries) if entries or not node.entries else self.references.silent(place)
            )
        items = list(place.items()) if isinstance(node, Sequence) else [place]
        if not any(isinstance(item.node, Scalar) and is_pattern(item.node.value) for item in items):
            return place
        names: list[Node] = []
        for item in items:
            if isinstance(item.node, Scalar) and is_pattern(item.node.value):
                names.extend(self.references.every(item, self.body))
            else:
                names.append(item.node)
        return place._replace(node=Sequence(tuple(names), node.span))

    def output(self, name: str, place: Place, single: bool) -> Node:
        """One named output: its own `from`, or that of the step of its name, or the last step's."""
        node = place.node
        if isinstance(node, Scalar) and node.value is not None:
            return self.references.adapted(place, self.body)
        written = place.get("from")
        if written is not None:
            return with_key(node, "from", self.references.adapted(written, self.body))
        target = self.body.targets.get(name)
        if target is None and single and self.body.above is not None and self.body.above.step != len(self.flat) - 1:
            target = self.body.above
        if target is None or target.text == name:
            return node
        text = Scalar(target.text, place.key_span, True) if target.text is not None else self.references.silent(place)
        if isinstance(node, Mapping):
            return with_key(node, "from", text, place.key_span)
        return text


def _output_name(node: Node) -> str:
    """What an output is called that is written as a reference (spec/models.py names it so as well)."""
    value = node.value if isinstance(node, Scalar) else None
    return re.sub(r"[@.]", "_", value) if isinstance(value, str) else "output"


def last_step(body: Body, place: Place) -> Node | None:
    """The outputs of a model without any whose last step is not the last of the flat list."""
    text = None if body.above is None else body.above.text
    if text is None:
        return None
    name = next((name for name, target in body.targets.items() if target == body.above and name), "output")
    return Mapping({name: Item(place.key_span, Scalar(text, place.key_span, True))}, place.key_span)


def with_key(node: Node, key: str, value: Node, span: Span | None = None) -> Node:
    """A mapping with a key set."""
    assert isinstance(node, Mapping)
    item = node.entries.get(key)
    return node._replace(entries={**node.entries, key: Item(item.key if item else span or node.span, value)})
