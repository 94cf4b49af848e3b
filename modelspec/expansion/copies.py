"""`for`, `repeat` and `when`: how often a step is written out, with which values, under which names.

Must not know what the step is.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from modelspec.diagnostics import Diagnostic
from modelspec.expansion.values.template import Template, is_refused, mentions
from modelspec.expansion.values.variables import InnerScope, Scope, good_names
from modelspec.source import Mapping, Node, Place, Scalar, Sequence
from modelspec.source.limits import FLAGS
from modelspec.source.origins import BlockUse, SetAt
from modelspec.source.words import describe
from modelspec.source.yaml.flow import short_yaml

INDEX = "i"
"""What `repeat` counts with, from 0."""


class Copy(NamedTuple):
    """One copy of a step: the names it can use, its number in `for` and in `repeat` (from 1; None where there is none)."""

    scope: Scope
    branch: int | None
    turn: int | None
    uses: tuple[BlockUse, ...]


class Refused(Exception):
    """A step that cannot be written out; why is reported."""


class Copies:
    """Reads the keys; `most` bounds how many copies one step may have."""

    def __init__(self, template: Template, most: int) -> None:
        self.template = template
        self.most = most

    def of(self, place: Place, scope: Scope) -> list[Copy]:
        """The copies of a step, in order, those that `when` leaves out included. Raises `Refused`."""
        copies: list[Copy] = []
        for branch, inner, uses in self._branches(place, scope):
            repeat = place.get("repeat")
            if repeat is None:
                copies.append(Copy(inner, branch, None, uses))
                continue
            count = self._count(repeat, inner)
            self._bounded(repeat, len(copies) + count)
            for index in range(count):
                values = {INDEX: (Scalar(index, repeat.span), None)}
                use = BlockUse("copy", repeat.span, copy=index + 1, copies=count)
                copies.append(Copy(InnerScope(inner, values), branch, index + 1, (use, *uses)))
        return copies

    def included(self, place: Place, scope: Scope) -> bool:
        """Whether `when` lets a copy stand. Raises `Refused`."""
        when = place.get("when")
        if when is None:
            return True
        node = self.template.fill(when, scope)
        if isinstance(node, Scalar) and isinstance(node.value, bool):
            return node.value
        if not is_refused(node):
            message = f"when: expected true or false; received {describe(node)}"
            value = node.value if isinstance(node, Scalar) else None
            help = "remove the quotes" if value in ("true", "false") else "write a comparison, such as `$(i > 0)`"
            self.template.tell(when.problem("MS147", message, _meant(value, scope) or help))
        raise Refused

    def names(self, place: Place, copies: list[Copy], name_place: Place | None = None) -> list[str | None]:
        """The name of each copy; `_1`, `_2` are added to names that do not differ by themselves. Raises `Refused`.

        The name stands at `name_place`; under `name`, unless told.
        """
        name_place = name_place or place.get("name")
        if name_place is None:
            return [None] * len(copies)
        names = []
        for copy in copies:
            node = self.template.fill(name_place, copy.scope)
            if not isinstance(node, Scalar) or not isinstance(node.value, str):
                if not is_refused(node):
                    message = f"name: expected a string; received {describe(node)}"
                    self.template.tell(name_place.problem("MS203", message))
                raise Refused
            names.append(node.value)
        return list(_numbered(names, copies, _own(place, name_place)))

    def _branches(self, place: Place, scope: Scope) -> Iterator[tuple[int | None, Scope, tuple[BlockUse, ...]]]:
        each = place.get("for")
        if each is None:
            yield None, scope, ()
            return
        if not isinstance(each.node, Mapping) or not each.node.entries:
            message = f"for: expected a mapping; received {describe(each.node)}"
            self.template.tell(each.problem("MS203", message, f"write {_each_meant(each.node)}"))
            raise Refused
        told = len(self.template.problems)
        good_names(each, "for", self.template.problems)
        if len(self.template.problems) > told:
            raise Refused
        lists = {name: self._values(name, below, scope) for name, below in each.entries()}
        first, count = next((name, len(values)) for name, values in lists.items())
        for name, values in lists.items():
            if len(values) != count:
                message = f"for: '{first}' has {count} values and '{name}' has {len(values)}"
                help = "several names advance together: give each the same number of values"
                self.template.tell(each.problem("MS148", message, help))
                raise Refused
        self._bounded(each, count)
        for index in range(count):
            bound = {name: _bound(name, nodes[index]) for name, nodes in lists.items()}
            use = BlockUse("copy", each.span, copy=index + 1, copies=count)
            yield index + 1, InnerScope(scope, bound), (use,)

    def _values(self, name: str, place: Place, scope: Scope) -> tuple[Node, ...]:
        node = self.template.fill(place, scope)
        if isinstance(node, Sequence):
            return node.items
        if not is_refused(node):
            message = f"for: '{name}': expected a list; received {describe(node)}"
            help = f"write for example `for: {{{name}: [64, 128]}}`, or `$(range(3))` for 0, 1 and 2"
            value = node.value if isinstance(node, Scalar) else None
            help = _meant(value, scope) or help
            self.template.tell(place.problem("MS203", message, help))
        raise Refused

    def _count(self, place: Place, scope: Scope) -> int:
        node = self.template.fill(place, scope)
        value = node.value if isinstance(node, Scalar) else None
        if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
            return value
        if not is_refused(node):
            message = f"repeat: expected a whole number, 0 or more; received {describe(node)}"
            help = _meant(value, scope) or "write how many copies of the step there are, such as 3"
            self.template.tell(place.problem("MS149", message, help))
        raise Refused

    def _bounded(self, place: Place, count: int) -> None:
        if count > self.most:
            self.template.tell(too_many(place, count, self.most))
            raise Refused


def _each_meant(node: Node) -> str:
    """The form of `for`, with the values that the user wrote without a name."""
    values = short_yaml(node) if isinstance(node, Sequence) and node.items else None
    return (
        f"`for: {{n: {values}}}`, and `$n` where a copy uses its value"
        if values
        else "for example `for: {filters: [64, 128]}`"
    )


def _meant(value: object, scope: Scope) -> str | None:
    """What was probably meant by the name of a variable without its dollar."""
    return f"did you mean `${value}`?" if isinstance(value, str) and value in scope.names() else None


def _bound(name: str, node: Node) -> tuple[Node, SetAt | None]:
    return node, SetAt("parameter", name, node.span)


def too_many(place: Place, count: int | None, most: int) -> Diagnostic:
    """The problem of a spec that would be longer than the limit once it is written out; `count` is None if not known."""
    message = f"more than {most:,} steps after expansion"
    if count is not None:
        message = f"{count:,} steps after expansion, more than {most:,}"
    help = f"if this is intended, raise the limit with {FLAGS['layers']}"
    return place.problem("MS109", message, help)


def _own(place: Place, name: Place) -> bool:
    """Whether a name is written with what its loops count with, so that it differs by itself."""
    each = place.get("for")
    loops = {INDEX} if place.get("repeat") is not None else set[str]()
    return mentions(name.node, loops | (set() if each is None else {key for key, _ in each.entries()}))


def _numbered(names: list[str], copies: list[Copy], own: bool) -> Iterator[str]:
    branches: dict[int | None, list[str]] = {}
    for copy, name in zip(copies, names, strict=True):
        branches.setdefault(copy.branch, []).append(name)
    by_turn = not own or any(len(set(turns)) < len(turns) for turns in branches.values())
    firsts = [turns[0] for turns in branches.values()]
    by_branch = not own or len(set(firsts)) < len(firsts)
    for copy, name in zip(copies, names, strict=True):
        branch = f"_{copy.branch}" if by_branch and copy.branch is not None else ""
        turn = f"_{copy.turn}" if by_turn and copy.turn is not None else ""
        yield f"{name}{branch}{turn}"
