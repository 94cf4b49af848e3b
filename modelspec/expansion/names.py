"""What the names in a list of steps mean once it is written out: of a model, or of one use of a block.

A name leads to the tensor of one step of the flat list. Must not know what steps do.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import islice
from typing import Literal

from modelspec.diagnostics import Span
from modelspec.source import Mapping, Node, Place, Scalar, Sequence
from modelspec.source.names import INNER_REFERENCE_PATTERN, REFERENCE_PATTERN, snake_case
from modelspec.source.wildcards import Names

_REFERENCE = re.compile(REFERENCE_PATTERN + r"\Z")
_INNER_REFERENCE = re.compile(INNER_REFERENCE_PATTERN + r"\Z")


class Pending(str):
    """A reference to a step of the flat list that has no name of its own; `step` is its place in the list."""

    __slots__ = ("step", "suffix")
    step: int
    suffix: str

    def __new__(cls, step: int, suffix: str = "") -> Pending:
        made = super().__new__(cls, f"step {step}")
        made.step = step
        made.suffix = suffix
        return made


@dataclass(frozen=True, slots=True)
class Target:
    """The tensor that a name leads to: the text of a reference, and the flat step that it is the only output of, if any.

    `text` is None where the tensor is not known, because what makes it was refused. `span` is where a block's use names
    it: what is wrong with it is wrong there, not in the block.
    """

    text: str | None
    step: int | None = None
    span: Span | None = None


UNKNOWN_TARGET = Target(None)


@dataclass(slots=True)
class Body:
    """The names of one list of steps while it is written out. `prefix` stands before the names of a block's steps."""

    prefix: str
    block: str | None
    targets: dict[str, Target] = field(default_factory=dict)
    above: Target | None = None
    """What a step without `from` takes; None before the first step of a model."""
    taken: set[str] = field(default_factory=set)
    calls: dict[str, int] = field(default_factory=dict)
    left_out: dict[str, Place] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)
    """The names, as they are written, of steps that could not be written out."""
    last: set[str] = field(default_factory=set)
    """The names that mean the last copy of a step: each copy has a name of its own beside."""
    later: dict[str, Place] = field(default_factory=dict)
    """The names that steps of the list have, in the file."""

    numbers: dict[str, int] = field(default_factory=dict)
    """The last number that an automatic name got, by what stands before it."""
    looked_through: dict[str, Names] = field(default_factory=dict)
    """The names of `targets`, `left_out`, `refused` and `later`, as far as patterns have looked for some."""

    def automatic(self, base: str) -> str:
        """A name that no step of the list has: `residual`, `residual_1`, …"""
        name, count = base, self.numbers.get(base, 0)
        while name.lower() in self.taken:
            count += 1
            name = f"{base}_{count}"
        self.numbers[base] = count
        self.taken.add(name.lower())
        return name

    def fitting(self, pattern: str, which: Literal["targets", "left_out", "refused", "later"]) -> list[str]:
        """The names among these that fit a pattern, in their order; what is there already is not read again."""
        names, there = self.looked_through.setdefault(which, Names()), getattr(self, which)
        if len(names) < len(there):
            names.add(islice(there, len(names), None))
        return names.fitting(pattern)


def body_of(layers: Place, prefix: str = "", block: str | None = None) -> Body:
    """The names of a list of steps, before any of them is written out."""
    body = Body(prefix, block)
    for step in layers.items():
        place = step.get("name")
        if place is not None and isinstance(place.node, Scalar) and isinstance(place.node.value, str):
            body.taken.add(place.node.value.lower())
            body.later.setdefault(place.node.value, place)
    return body


def split_reference(text: str, *, inner: bool) -> tuple[str, str] | None:
    """The name of a reference, and what follows it (`@1`, `.0`); None if it is no reference. `inner`: within a block."""
    found = (_INNER_REFERENCE if inner else _REFERENCE).match(text)
    return None if found is None else (found.group(1), text[found.end(1) :])


def with_suffix(text: str, suffix: str) -> str:
    """A reference with an output chosen."""
    if not suffix:
        return text
    return Pending(text.step, text.suffix + suffix) if isinstance(text, Pending) else text + suffix


def pending_in(node: Node) -> list[Pending]:
    """The references to nameless steps in a value of `from`."""
    if isinstance(node, Scalar):
        return [node.value] if isinstance(node.value, Pending) else []
    values = node.items if isinstance(node, Sequence) else [item.value for item in node.entries.values()]
    return [found for value in values for found in pending_in(value)]


def named(node: Node, names: dict[int, str]) -> Node:
    """A value of `from` with the names that nameless steps got."""
    if isinstance(node, Scalar):
        value = node.value
        return node._replace(value=names[value.step] + value.suffix) if isinstance(value, Pending) else node
    if isinstance(node, Sequence):
        return node._replace(items=tuple(named(item, names) for item in node.items))
    entries = {key: item._replace(value=named(item.value, names)) for key, item in node.entries.items()}
    return node._replace(entries=entries)


def automatic_names(steps: list[Node], taken: set[str]) -> dict[int, str]:
    """The references to steps without a `name`: their automatic names, or the calls (`encoder@1`) that they are.

    The names are those that the graph stage gives; `taken` are the names, in lower case, that it cannot give.
    """
    names: dict[int, str] = {}
    counts: dict[str, int] = {}
    calls: dict[str, int] = {}
    used = set(taken)
    for node in steps:
        used.update(found.lower() for found in [_text(node, "name")] if found is not None)
    for index, node in enumerate(steps):
        target = _text(node, "call")
        if target is not None:
            node_number = calls[target] = calls.get(target, -1) + 1
            names[index] = f"{target}@{node_number}"
        elif _text(node, "name") is None:
            base = snake_case(kind_of(node).removeprefix("ops."))
            while True:
                count = counts.get(base, 0)
                counts[base] = count + 1
                name = base if count == 0 else f"{base}_{count}"
                if name.lower() not in used:
                    break
            used.add(name.lower())
            names[index] = name
    return names


def kind_of(step: Node) -> str:
    """The layer or op of a step, as it is written."""
    if isinstance(step, Scalar):
        return step.value if isinstance(step.value, str) else "step"
    entries = step.entries if isinstance(step, Mapping) else {}
    return next((key for key in entries if key not in ("from", "name")), "step")


def _text(step: Node, key: str) -> str | None:
    item = step.entries.get(key) if isinstance(step, Mapping) else None
    value = item.value.value if item is not None and isinstance(item.value, Scalar) else None
    return value if isinstance(value, str) else None
