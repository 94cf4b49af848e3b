"""The definitions under `blocks`: parameters, inputs, layers and output of each, as they are written.

Must not know how a block is used.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from modelspec.diagnostics import Diagnostic, Note
from modelspec.expansion.values.variables import good_names
from modelspec.source import Mapping, Node, Place, Scalar, Sequence
from modelspec.source.names import LONGEST_NAME, NAME_PATTERN
from modelspec.source.words import closest, describe, guess, listing, visible

BLOCK_KEYS = ("description", "params", "inputs", "layers", "output")
PARAM_KEYS = ("type", "default", "description")
TYPES: dict[str, str] = {
    "integer": "an integer", "number": "a number", "text": "a string", "boolean": "true or false", "list": "a list",
    "any": "a value",
}  # fmt: skip
"""The types of a parameter, and how a message calls a value of each."""
_NAME = re.compile(NAME_PATTERN + r"\Z")


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Param:
    """A parameter: its default (None: it must be given), and the type of its values."""

    name: str
    type: str
    default: Node | None
    place: Place


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Block:
    """A block as it is written; `inputs` are names of its own, `layers` is the list of its steps."""

    name: str
    params: dict[str, Param]
    inputs: tuple[str, ...]
    layers: Place
    output: Place | None
    place: Place


class Blocks:
    """All blocks of a spec. One that was refused stays known by its name, as None."""

    def __init__(self, place: Place | None, problems: list[Diagnostic]) -> None:
        self.problems = problems
        self.known: dict[str, Block | None] = {}
        self.used: set[str] = set()
        self.place = place
        if place is None:
            return
        if not isinstance(place.node, Mapping):
            self._wrong(place, "blocks", "a mapping", "blocks: {residual: {params: …, inputs: [x], layers: …}}")
            return
        for name, below in place.entries():
            self.known[name] = self._block(name, below)
        self._circles()

    def find(self, name: str, place: Place) -> Block | None:
        """The block of that name; None and a problem if there is none."""
        self.used.add(name)
        if name not in self.known:
            section = defined_under(name, place)
            help = guess(name, self.known, len(self.problems)) or (
                f"it is under `{section}`: write `call: {name}`"
                if section is not None
                else f"known are {listing(self.known)}"
                if self.known
                else "define it under `blocks`"
            )
            self.problems.append(place.problem("MS144", f"there is no block '{visible(name)}'", help))
        return self.known.get(name)

    def unused(self) -> None:
        """Warn of blocks that nothing uses."""
        for name, below in () if self.place is None else self.place.entries():
            if name not in self.used:
                help = f"use it with `- block: {name}`, or remove it"
                self.problems.append(below.warning("MS504", f"the block '{name}' is never used", help, key=True))

    def _block(self, name: str, place: Place) -> Block | None:
        told = len(self.problems)
        what = f"the block '{visible(name)}'"
        if not _NAME.match(name) or len(name) > LONGEST_NAME:
            help = f"a name is a letter or _, then letters, digits, _ and -; at most {LONGEST_NAME} characters"
            self.problems.append(place.problem("MS210", f"a block: '{visible(name)}' is not a name", help, key=True))
        if not isinstance(place.node, Mapping):
            self._wrong(place, what, "a mapping", f"{name}: {{params: …, inputs: [x], layers: …}}")
            return None
        for key, below in place.entries():
            if key not in BLOCK_KEYS:
                help = guess(key, BLOCK_KEYS, len(self.problems)) or f"{what} has {listing(BLOCK_KEYS)}"
                message = f"{what}: unknown key '{visible(key)}'"
                self.problems.append(below.problem("MS201", message, help, key=True))
        params = self._params(place.get("params"), what)
        inputs = self._inputs(place.get("inputs"), what)
        layers = place.get("layers")
        if layers is None:
            message = f"{what}: `layers` is missing"
            self.problems.append(place.problem("MS202", message, "add `layers:`, a list of steps", key=True))
        elif not isinstance(layers.node, Sequence) or not layers.node.items:
            self._wrong(layers, f"{what}: layers", "a list of steps", "layers: [{Dense: 10}]")
        if layers is None or len(self.problems) > told:
            return None
        return Block(name, params, inputs, layers, place.get("output"), place)

    def _wrong(self, place: Place, what: str, expected: str, example: str) -> None:
        message = f"{what}: expected {expected}; received {describe(place.node)}"
        self.problems.append(place.problem("MS203", message, f"write for example `{example}`"))

    def _params(self, place: Place | None, what: str) -> dict[str, Param]:
        if place is None:
            return {}
        if isinstance(place.node, Sequence):
            return self._required(place, what)
        if not isinstance(place.node, Mapping):
            self._wrong(place, f"{what}: params", "a mapping from names to defaults", "params: {filters: , strides: 1}")
            return {}
        good_names(place, f"a parameter of {what}", self.problems)
        return {name: self._param(name, below, what) for name, below in place.entries()}

    def _required(self, place: Place, what: str) -> dict[str, Param]:
        """A list of names: parameters without defaults."""
        found: dict[str, Param] = {}
        for item in place.items():
            value = item.node.value if isinstance(item.node, Scalar) else None
            if isinstance(value, str) and _NAME.match(value):
                found[value] = Param(value, "any", None, item)
            else:
                self._wrong(item, f"{what}: params", "the name of a parameter", "params: {filters: , strides: 1}")
        return found

    def _param(self, name: str, place: Place, what: str) -> Param:
        node = place.node
        if isinstance(node, Mapping) and self._misspelt(name, place, what):
            return Param(name, "any", None, place)
        if not (isinstance(node, Mapping) and node.entries and set(node.entries) <= set(PARAM_KEYS)):
            nothing = isinstance(node, Scalar) and node.value is None
            return Param(name, "any", None if nothing else node, place)
        type_place, default = place.get("type"), place.get("default")
        sort = "any"
        if type_place is not None:
            value: Any = type_place.node.value if isinstance(type_place.node, Scalar) else None
            if value in TYPES:
                sort = value
            else:
                message = f"{what}: the type of '{name}' is unknown: {describe(type_place.node)}"
                help = guess(str(value), TYPES, len(self.problems)) or f"one of {listing(TYPES)}"
                self.problems.append(type_place.problem("MS205", message, help))
        param = Param(name, sort, None if default is None else default.node, place)
        if default is not None and not fits(default.node, sort):
            message = f"{what}: the default of '{name}' is not {TYPES[sort]}: received {describe(default.node)}"
            self.problems.append(default.problem("MS146", message, f"give {TYPES[sort]}, or another type"))
        return param

    def _misspelt(self, name: str, place: Place, what: str) -> bool:
        """Tell a key that is nearly one of a parameter's, beside others that are, or with a type as its value."""
        told = len(self.problems)
        entries = dict(place.entries())
        for key, below in entries.items():
            meant = None if key in PARAM_KEYS else closest(key, PARAM_KEYS)
            value = below.node.value if isinstance(below.node, Scalar) else None
            if meant is not None and (value in TYPES or entries.keys() & set(PARAM_KEYS)):
                message = f"{what}: the parameter '{name}' has no key '{visible(key)}'"
                help = f"did you mean '{meant}'? If the mapping is the default, write it under `default`"
                self.problems.append(below.problem("MS201", message, help, key=True))
        return len(self.problems) > told

    def _inputs(self, place: Place | None, what: str) -> tuple[str, ...]:
        """The names of the block's inputs; left out, there is one without a name."""
        if place is None:
            return ("",)
        example = "inputs: [x]"
        if not isinstance(place.node, Sequence) or not place.node.items:
            self._wrong(place, f"{what}: inputs", "a list of names", example)
            return ()
        names: dict[str, Place] = {}
        for item in place.items():
            value = item.node.value if isinstance(item.node, Scalar) else None
            if not isinstance(value, str) or not _NAME.match(value):
                self._wrong(item, f"{what}: inputs", "a name", example)
            elif value in names:
                note = Note(names[value].span, "first here")
                message = f"{what}: two inputs are named '{value}'"
                self.problems.append(item.problem("MS305", message, "give each its own name", related=(note,)))
            else:
                names[value] = item
        return tuple(names)

    def _circles(self) -> None:
        """Tell every block that is used inside itself, before anything is written out."""
        edges = {name: _uses(block.layers) for name, block in self.known.items() if block is not None}
        done: set[str] = set()
        for name in edges:
            walk = {} if name in done else {name: iter(edges[name])}
            while walk:
                current = next(reversed(walk))
                target, place = next(walk[current], ("", None))
                if place is None:
                    del walk[current]
                    done.add(current)
                elif target in walk:
                    names = list(walk)
                    circle = names[names.index(target) :]
                    message = f"the block '{target}' is used inside itself: {' -> '.join([*circle, target])}"
                    self.problems.append(
                        place.problem("MS145", message, "remove this use: a block inside itself never ends")
                    )
                    self.known.update(dict.fromkeys(circle))
                elif target in edges and target not in done:
                    walk[target] = iter(edges[target])


def defined_under(name: str, place: Place) -> str | None:
    """The section, around a place, that defines a shared layer or model of the name."""
    for end in range(len(place.path) + 1):
        around = place.document.place.find(place.path[:end])
        for section in ("models", "shared"):
            below = around.get(section)
            if below is not None and below.get(name) is not None:
                return section
    return None


def _uses(layers: Place) -> list[tuple[str, Place]]:
    """The blocks that steps use by their names."""
    found = []
    for step in layers.items():
        place = step.get("block")
        if place is not None and isinstance(place.node, Scalar) and isinstance(place.node.value, str):
            found.append((place.node.value, place))
    return found


def fits(node: Node, type: str) -> bool:
    """Whether a value is of a parameter's type; one that is not computed yet is."""
    if type == "any":
        return True
    if isinstance(node, Sequence):
        return type == "list"
    if isinstance(node, Mapping):
        return False
    value = node.value
    if isinstance(value, str) and "$" in value:
        return True
    if type == "integer":
        return isinstance(value, int) and not isinstance(value, bool)
    if type == "number":
        return isinstance(value, int | float) and not isinstance(value, bool)
    return isinstance(value, bool) if type == "boolean" else isinstance(value, str) and type == "text"
