"""The names that expressions can use: `vars`, and around them a block's parameters and a loop's variables.

A variable is computed when it is first used, so `vars` may stand in any order. Must not know where names are used.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from collections.abc import Mapping as MappingABC

from modelspec.diagnostics import Diagnostic
from modelspec.expansion.values.expression import RESERVED, ExpressionError
from modelspec.expansion.values.template import Template, surely_used
from modelspec.source import Node, Place
from modelspec.source.origins import SetAt
from modelspec.source.words import closest, listing, visible

VARIABLE_PATTERN = r"[A-Za-z_][A-Za-z0-9_]*"
_DEEPEST = 30
_SHOWN = 12
_MOST_GUESSED = 50
"""Unknown names after which none is guessed any more."""
_NAME = re.compile(VARIABLE_PATTERN + r"\Z")


class Variables:
    """The spec's `vars`."""

    def __init__(self, place: Place | None, template: Template) -> None:
        self._places = {} if place is None else dict(place.entries())
        self._template = template
        self._known: dict[str, Node] = {}
        self._open: dict[str, None] = {}
        self._depth = 0
        self.used: set[str] = set()

    def node(self, name: str) -> Node:
        """The value of a variable. Raises `ExpressionError` if there is none, or if it needs itself."""
        known = self._known.get(name)
        if known is None:
            known = self._computed(name)
        self.used.add(name)
        return known

    def setting(self, name: str) -> SetAt | None:
        """Where the variable is set."""
        place = self._places.get(name)
        return None if place is None else SetAt("variable", name, place.span)

    def told(self) -> int:
        """How many problems are already reported."""
        return len(self._template.problems)

    def names(self) -> list[str]:
        """All variables."""
        return list(self._places)

    def compute_all(self) -> None:
        """Compute also what nobody used, so that everything wrong with `vars` is reported."""
        used = set(self.used)
        for name in self._places:
            self.node(name)
        self.used = used

    def _computed(self, name: str) -> Node:
        """Compute a variable, and before it those that it surely needs: one after the other, however long the chain."""
        if name not in self._places:
            raise unknown(name, self.names, len(self._template.problems))
        if name in self._open:
            raise _circle(name, list(self._open))
        if self._depth >= _DEEPEST:
            message = f"more than {_DEEPEST} variables, each of which decides whether it needs the next"
            raise ExpressionError(message, "name the last of them directly")
        self._depth += 1
        walk = [(name, self._needed(name))]
        self._open[name] = None
        try:
            while walk:
                current, needed = walk[-1]
                following = next(
                    (found for found in needed if found not in self._known and found not in self._open), None
                )
                if following is not None:
                    self._open[following] = None
                    walk.append((following, self._needed(following)))
                    continue
                self._known[current] = self._template.fill(self._places[current], self)
                del self._open[current]
                walk.pop()
        finally:
            self._depth -= 1
            for current, _ in walk:
                self._open.pop(current, None)
        return self._known[name]

    def _needed(self, name: str) -> Iterator[str]:
        """The variables without which this one has no value."""
        return iter([found for found in surely_used(self._places[name].node) if found in self._places])


def _circle(name: str, open: list[str]) -> ExpressionError:
    names = [*open[open.index(name) :], name]
    if len(names) > _SHOWN:
        names = [*names[: _SHOWN - 2], "…", name]
    message = f"the variable '{name}' is computed from itself: {' -> '.join(names)}"
    return ExpressionError(message, "give one of them a value")


class InnerScope:
    """Parameters or loop variables around a scope; what they do not know, the scope below does."""

    def __init__(self, below: Variables | InnerScope, values: MappingABC[str, tuple[Node, SetAt | None]]) -> None:
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
            if error.kind == "unknown name":
                raise unknown(name, self.names, self.below.told()) from error
            raise

    def setting(self, name: str) -> SetAt | None:
        """Where the name got its value."""
        found = self.values.get(name)
        return self.below.setting(name) if found is None else found[1]

    def told(self) -> int:
        """How many problems are already reported."""
        return self.below.told()

    def names(self) -> list[str]:
        """All names that can be used here, the innermost first."""
        return list(dict.fromkeys([*self.values, *self.below.names()]))


Scope = Variables | InnerScope


def unknown(name: str, names: Callable[[], list[str]], told: int) -> ExpressionError:
    """Why a name has no value, and which was probably meant; `told` problems are told already, and guessing takes time."""
    help = "set it under `vars`; a literal dollar sign is written `$$`"
    meant = None
    if told < _MOST_GUESSED:
        known = names()
        meant = closest(name, known)
        if known:
            help = f"known here are {listing(known)}; a literal dollar sign is written `$$`"
    return ExpressionError(f"no variable is named '{visible(name)}'", help, kind="unknown name", meant=meant)


def good_names(place: Place, what: str, problems: list[Diagnostic]) -> None:
    """Tell every key of a mapping that cannot be used in an expression."""
    for name, below in place.entries():
        if _NAME.match(name) and name not in RESERVED and len(name) <= 64:
            continue
        why = "is a reserved word in expressions" if name in RESERVED else "cannot be used in an expression"
        help = "a name is a letter or _, then letters, digits and _; at most 64 characters"
        help = "choose another name" if name in RESERVED else help
        problems.append(below.problem("MS210", f"{what}: '{name[:80]}' {why}", help, key=True))
