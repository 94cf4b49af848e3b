"""References -> references as the flat list of steps has them: names behind a block's prefix, patterns written out.

Must not know what stands in a step beside them.
"""

from __future__ import annotations

from modelspec.expansion.misuse import left_out_note, not_in_block
from modelspec.expansion.names import Body, Target, split_reference, with_suffix
from modelspec.expansion.patterns import is_pattern, targets
from modelspec.expansion.values.template import NO_VALUE, Template
from modelspec.expansion.values.variables import Scope
from modelspec.source import Mapping, Node, Place, Scalar, Sequence


class References:
    """Adapts the references in the steps and outputs of one spec to the flat list."""

    def __init__(self, template: Template) -> None:
        self.template = template
        self.inner: dict[str, Target] = {}
        """The uses of blocks inside blocks of the model at hand, by the names that its own steps know them by."""

    def silent(self, place: Place) -> Scalar:
        """A value that makes its step unknown without a word: why is already reported."""
        start = place.span
        empty = start._replace(end_line=start.line, end_column=start.column)
        self.template.refused.append(empty)
        return Scalar(NO_VALUE, empty)

    def rewritten(self, place: Place, body: Body, scope: Scope) -> Node:
        """A value of `from` with its names as the flat list has them."""
        return self.adapted(place._replace(node=self.template.fill(place, scope)), body)

    def adapted(self, place: Place, body: Body) -> Node:
        """As `rewritten`, of a value that is filled already."""
        node = place.node
        if isinstance(node, Sequence):
            items = [self.every(item, body) if is_pattern(text_of(item)) else [self.adapted(item, body)]
                     for item in place.items()]  # fmt: skip
            return node._replace(items=tuple(found for several in items for found in several))
        if is_pattern(text_of(place)):
            return Sequence(tuple(self.every(place, body)), node.span)
        if isinstance(node, Mapping):
            entries = {
                key: node.entries[key]._replace(value=self.adapted(below, body)) for key, below in place.entries()
            }
            return node._replace(entries=entries)
        if not isinstance(node.value, str):
            return node
        found = split_reference(node.value, inner=body.block is not None)
        return node if found is None else self.reference(place, node, body, *found)

    def every(self, place: Place, body: Body) -> list[Node]:
        """The references that a pattern stands for."""
        found: list[Node] = [
            self.silent(place) if text is None else Scalar(text, place.span, True)
            for _, text in targets(place, body, self.template)
        ]
        return found or [self.silent(place)]

    def reference(self, place: Place, node: Scalar, body: Body, name: str, suffix: str) -> Scalar:
        """One reference as the flat list has it."""
        target = body.targets.get(name) or (self.inner.get(name) if body.block is None else None)
        if target is not None and body.calls.get(name, 0) > 1:
            message = f"'{name}' is called {body.calls[name]} times in the block '{body.block}': which call is meant?"
            self.template.tell(place.problem("MS303", message, "give the call's step a `name`, and write that"))
            return self.silent(place)
        if target is not None and not suffix.startswith("@"):
            if target.text is None:
                return self.silent(place)
            text = with_suffix(target.text, suffix)
            return node._replace(value=text, quoted=True, span=target.span or node.span)
        if name in body.left_out:
            note = left_out_note(body.left_out[name])
            message = f"the step '{name}' is left out"
            help = "refer to a step that is always included, or leave this step out as well"
            self.template.tell(place.problem("MS152", message, help, related=(note,)))
            return self.silent(place)
        if body.block is None:
            return node
        not_in_block(place, body, name, self.template)
        return self.silent(place)


def text_of(place: Place) -> object:
    """The value of a scalar."""
    return place.node.value if isinstance(place.node, Scalar) else None
