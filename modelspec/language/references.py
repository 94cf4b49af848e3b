"""`from`: references to tensors as they are written; looking them up is the next stage's work."""

from __future__ import annotations

import re
from itertools import islice

from modelspec.diagnostics import Diagnostic
from modelspec.language.spec import Argument, From, Reference, References
from modelspec.source import Mapping, Place, Scalar, Sequence
from modelspec.source.names import REFERENCE_PATTERN
from modelspec.source.words import describe, visible

_REFERENCE = re.compile(REFERENCE_PATTERN + r"\Z")
_HELP = "write a name, `name.0` or `name.output` for one of several outputs, or `layer@0` for a call of a shared layer"
_NUMBER = "a number is an argument of a function: `ops.multiply: 2`, and `from` names the tensor"
_ABOVE = "leave `from` out to take the step above"
_NESTED = "only an argument of the call takes a list of lists: `from: {sequences: x, initial_state: [[h, c], …]}`"


def read_from(place: Place, problems: list[Diagnostic]) -> From | None:
    """A reference, a list of references, or a mapping from argument names; None if any part was refused.

    Below an argument's name, lists may hold lists: the states of a stack of cells are such.
    """
    node = place.node
    if isinstance(node, Sequence):
        _some(place, problems)
        items = [read_reference(item, problems) for item in place.items()]
        named = tuple(item for item in items if item is not None)
        return From(named, place) if named and len(named) == len(items) else None
    if isinstance(node, Mapping):
        if not node.entries:
            problems.append(place.problem("MS203", "from: expected references; received an empty mapping", _HELP))
            return None
        values: dict[str, Argument] = {}
        failed = False
        for name, below in place.entries():
            value, good = _argument(below, problems)
            failed = failed or not good
            values[name] = value
        return None if failed else From(values, place)
    reference = read_reference(place, problems)
    return None if reference is None else From(reference, place)


def _some(place: Place, problems: list[Diagnostic]) -> None:
    if isinstance(place.node, Sequence) and not place.node.items:
        problems.append(place.problem("MS203", "from: expected references; received an empty list", _HELP))


def _argument(place: Place, problems: list[Diagnostic]) -> tuple[Argument, bool]:
    if isinstance(place.node, Scalar) and not isinstance(place.node.value, str):
        return place.node.value, True
    read = _references(place, problems)
    return read, read is not None


def _references(place: Place, problems: list[Diagnostic]) -> References | None:
    """A reference, or a list of references and such lists."""
    if not isinstance(place.node, Sequence):
        return read_reference(place, problems)
    _some(place, problems)
    items = [_references(item, problems) for item in place.items()]
    good = tuple(item for item in items if item is not None)
    return good if good and len(good) == len(items) else None


def read_reference(place: Place, problems: list[Diagnostic]) -> Reference | None:
    """One reference."""
    value = place.node.value if isinstance(place.node, Scalar) else None
    if not isinstance(value, str):
        number = isinstance(place.node, Scalar) and isinstance(place.node.value, int | float)
        nothing = isinstance(place.node, Scalar) and place.node.value is None and place.path[-1:] == ("from",)
        help = _NESTED if isinstance(place.node, Sequence) else _NUMBER if number else _ABOVE if nothing else _HELP
        problems.append(place.problem("MS203", f"expected a reference; received {describe(place.node)}", help))
        return None
    match = _REFERENCE.match(value)
    if match is None:
        help = (_each_of_several(value, place) if len(problems) < _MOST_COUNTED else None) or _HELP
        problems.append(place.problem("MS301", f"'{visible(value[:80])}' is not a reference", help))
        return None
    name, node, output = match.groups()
    which = int(output) if output is not None and output.isdigit() else output
    return Reference(name, None if node is None else int(node), which, place)


_SEVERAL = re.compile(r"([A-Za-z_][A-Za-z0-9_-]*)(?:(@)\*|\.(?:\*|:)|\[(?:\*|:)?\])\Z")
_ITEM = re.compile(r"([A-Za-z_][A-Za-z0-9_-]*)\[([0-9]+)\]\Z")


_MOST_COUNTED = 100
"""From how many problems of a file on no calls are counted, which takes time."""
_MOST_SHOWN = 12


def _each_of_several(text: str, place: Place) -> str | None:
    """What to write for all calls of a layer (`encoder@*`), all outputs of a step (`q.*`) or one of them (`q[0]`)."""
    item, several = _ITEM.match(text), _SEVERAL.match(text)
    if item is not None:
        return f"write `{item.group(1)}.{item.group(2)}`"
    if several is None:
        return None
    name, calls = several.groups()
    if calls is None:
        return f"write each output by its number or name: `[{name}.0, {name}.1]`"
    count = max(_calls_above(name, place), 1)
    written = ", ".join(f"{name}@{node}" for node in range(min(count, _MOST_SHOWN)))
    if count > _MOST_SHOWN:
        return f"write each call, `[{written}, …]`, up to `{name}@{count - 1}`"
    return f"write each call: `[{written}]`" if count > 1 else f"write `{name}@0`, or `{name}`: it is called once above"


def _calls_above(name: str, place: Place) -> int:
    """How many steps above the one at a place call a shared layer or model."""
    path = place.path
    at = next((index for index in range(len(path) - 1, 0, -1) if path[index - 1] == "layers"), None)
    if at is None or not isinstance(path[at], int):
        return 0
    steps = place.document.place.find(path[:at]).items()
    called = (below.get("call") for below in islice(steps, int(path[at])))
    return sum(1 for call in called if call is not None and isinstance(call.node, Scalar) and call.node.value == name)
