"""`from`: references to tensors as they are written; looking them up is the next stage's work."""

from __future__ import annotations

import re

from modelspec.diagnostics import Diagnostic
from modelspec.source import Mapping, Place, Scalar, Sequence
from modelspec.source.names import REFERENCE_PATTERN
from modelspec.source.words import describe, visible
from modelspec.spec.spec import Argument, From, Reference, References

_REFERENCE = re.compile(REFERENCE_PATTERN + r"\Z")
_HELP = "write a name, `name.0` or `name.output` for one of several outputs, or `layer@0` for a call of a shared layer"
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
        help = _NESTED if isinstance(place.node, Sequence) else _HELP
        problems.append(place.problem("MS203", f"expected a reference; received {describe(place.node)}", help))
        return None
    match = _REFERENCE.match(value)
    if match is None:
        problems.append(place.problem("MS301", f"'{visible(value[:80])}' is not a reference", _HELP))
        return None
    name, node, output = match.groups()
    which = int(output) if output is not None and output.isdigit() else output
    return Reference(name, None if node is None else int(node), which, place)
