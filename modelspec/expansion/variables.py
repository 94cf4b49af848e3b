"""The names that expressions can use: `vars`, and around them a block's parameters and a loop's variables.

A variable is computed when it is first used, so `vars` may stand in any order. Must not know where names are used.
"""

from __future__ import annotations

import re
from collections.abc import Mapping as MappingABC

from modelspec.diagnostics import Diagnostic, Note
from modelspec.expansion.expression import RESERVED, ExpressionError
from modelspec.expansion.template import UNKNOWN, Template
from modelspec.source import Node, Place
from modelspec.source.words import closest, listing

VARIABLE_PATTERN = r"[A-Za-z_][A-Za-z0-9_]*"
_NAME = re.compile(VARIABLE_PATTERN + r"\Z")


class Variables:
    """The spec's `vars`."""

    def __init__(self, place: Place | None, template: Template) -> None:
        self._places = {} if place is None else dict(place.entries())
        self._template = template
        self._known: dict[str, Node] = {}
        self._open: list[str] = []
        self.used: set[str] = set()

    def node(self, name: str) -> Node:
        """The value of a variable. Raises `ExpressionError` if there is none, or if it needs itself."""
        known = self._known.get(name)
        if known is None:
            known = self._known[name] = self._computed(name)
        self.used.add(name)
        return known

    def setting(self, name: str) -> Note | None:
        """Where the variable is set."""
        place = self._places.get(name)
        return None if place is None else Note(place.span, f"the variable '{name}' is set here")

    def names(self) -> list[str]:
        """All variables."""
        return list(self._places)

    def compute_all(self) -> None:
        """Compute also what nobody used, so that everything wrong with `vars` is told."""
        used = set(self.used)
        for name in self._places:
            self.node(name)
        self.used = used

    def _computed(self, name: str) -> Node:
        place = self._places.get(name)
        if place is None:
            raise unknown(name, self.names())
        if name in self._open:
            circle = " -> ".join([*self._open[self._open.index(name) :], name])
            raise ExpressionError(
                f"the variable '{name}' is computed from itself: {circle}", "give one of them a value"
            )
        self._open.append(name)
        try:
            return self._template.fill(place, self)
        finally:
            self._open.pop()


class Inner:
    """Parameters or loop variables around a scope; what they do not know, the scope below does."""

    def __init__(self, below: Variables | Inner, values: MappingABC[str, tuple[Node, Note | None]]) -> None:
        self.below = below
        self.values = values

    def node(self, name: str) -> Node:
        """The value of the innermost thing of that name. Raises `ExpressionError` where there is none."""
        found = self.values.get(name)
        if found is not None:
            return found[0]
        try:
            return self.below.node(name)
        except ExpressionError as error:
            if error.message.startswith(UNKNOWN):
                raise unknown(name, self.names()) from error
            raise

    def setting(self, name: str) -> Note | None:
        """Where the name got its value."""
        found = self.values.get(name)
        return self.below.setting(name) if found is None else found[1]

    def names(self) -> list[str]:
        """All names that can be used here, the innermost first."""
        return list(dict.fromkeys([*self.values, *self.below.names()]))


Scope = Variables | Inner


def unknown(name: str, names: list[str]) -> ExpressionError:
    """Why a name has no value, and which was probably meant."""
    found = closest(name, names)
    help = f"did you mean '{found}'?" if found else "set it under `vars`; a dollar is written `$$`"
    if names and not found:
        help = f"known here are {listing(names)}; a dollar is written `$$`"
    return ExpressionError(f"{UNKNOWN} '{name}'", help)


def good_names(place: Place, what: str, problems: list[Diagnostic]) -> None:
    """Tell every key of a mapping that cannot be used in an expression."""
    for name, below in place.entries():
        if _NAME.match(name) and name not in RESERVED and len(name) <= 64:
            continue
        why = "is a word of expressions" if name in RESERVED else "cannot be used in an expression"
        help = "a name is a letter or _, then letters, digits and _; at most 64 characters"
        help = "choose another name" if name in RESERVED else help
        problems.append(below.problem("MS210", f"{what}: '{name[:80]}' {why}", help, key=True))
