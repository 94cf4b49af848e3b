"""How much a spec may come to when it is written out: aliases, variables, parameters, loops, bases and imports together.

What stands in several places counts in each of them. Must not know what values are for.
"""

from __future__ import annotations

from modelspec.diagnostics import Diagnostic
from modelspec.source import Document, Limits, Mapping, Node, Place, Scalar, Sequence
from modelspec.source.limits import DEEPEST, FLAGS

_CHARACTERS = 64
"""Characters of a text that count as a value."""


def too_many(read: int, expanded: int, limits: Limits, place: Place) -> Diagnostic | None:
    """The problem of so many values in the files of a spec, or so many written out; None where both are within limits."""
    if read > limits.nodes:
        message, flag = f"the files of the spec have more than {limits.nodes:,} values in total", FLAGS["nodes"]
    elif expanded > limits.expanded_nodes:
        message = f"variables, parameters and aliases expand to more than {limits.expanded_nodes:,} values"
        flag = FLAGS["expanded_nodes"]
    else:
        return None
    return place.problem("MS109", message, f"if this is intended, raise the limit with {flag}")


class TooLong(Exception):
    """The spec would be larger than a limit; already reported."""


class ValueBudget:
    """What is left of the values that may be put in, for a spec and all the files that it takes models from."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.read = 0
        self.spent = 0
        self.told = False
        self._known: dict[int, tuple[Node, int, int]] = {}

    def document(self, document: Document) -> Diagnostic | None:
        """Count the values of one more document, and those that its aliases stand for; what is wrong if they are too many."""
        self.read += document.nodes
        self.spent += document.expanded
        return too_many(self.read, self.spent, self.limits, document.place)

    def problem(self, node: Node, place: Place) -> Diagnostic | None:
        """Count a value that is put in at a place; what is wrong if it is too much."""
        size, depth = self._measured(node)
        if depth > min(self.limits.depth, DEEPEST):
            help = "write it with less nesting"
            if self.limits.depth < DEEPEST:
                help = f"{help}, or raise the limit with {FLAGS['depth']}"
            return place.problem("MS109", f"nested deeper than {self.limits.depth} levels after expansion", help)
        return self.count(size, place)

    def count(self, size: int, place: Place) -> Diagnostic | None:
        """Count so many values; what is wrong if they are too many."""
        self.spent += size
        return too_many(0, self.spent, self.limits, place)

    def _measured(self, node: Node) -> tuple[int, int]:
        """(values, levels) of a tree; a part that stands in it several times is measured once."""
        if isinstance(node, Scalar):
            return 1 + (len(node.value) // _CHARACTERS if isinstance(node.value, str) else 0), 0
        known = self._known.get(id(node))
        if known is not None:
            return known[1], known[2]
        values = node.items if isinstance(node, Sequence) else [item.value for item in node.entries.values()]
        size, depth = 1 + (len(values) if isinstance(node, Mapping) else 0), 0
        for value in values:
            inner, levels = self._measured(value)
            size, depth = size + inner, max(depth, levels)
        self._known[id(node)] = (node, size, depth + 1)
        return size, depth + 1
