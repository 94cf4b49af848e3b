"""`from`: references to tensors as they are written; looking them up is the next stage's work."""

from __future__ import annotations

import re

from modelspec.diagnostics import Diagnostic
from modelspec.source import Mapping, Place, Scalar, Sequence
from modelspec.source.words import describe, visible
from modelspec.spec.spec import NAME_PATTERN, Argument, From, Reference

REFERENCE_PATTERN = rf"({NAME_PATTERN})(?:@(\d{{1,9}}))?(?:\.(\d{{1,9}}|{NAME_PATTERN}))?"
_REFERENCE = re.compile(REFERENCE_PATTERN + r"\Z")
_HELP = "write a name, `name.0` or `name.output` for one of several outputs, or `layer@0` for a call of a shared layer"


def read_from(place: Place, problems: list[Diagnostic]) -> From | None:
    """A reference, a list of references, or a mapping from argument names; None if any part was refused."""
    node = place.node
    if isinstance(node, Sequence):
        items = _list(place, problems)
        return None if items is None else From(items, place)
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


def _list(place: Place, problems: list[Diagnostic]) -> tuple[Reference, ...] | None:
    if isinstance(place.node, Sequence) and not place.node.items:
        problems.append(place.problem("MS203", "from: expected references; received an empty list", _HELP))
        return None
    references = [read_reference(item, problems) for item in place.items()]
    good = tuple(reference for reference in references if reference is not None)
    return good if len(good) == len(references) else None


def _argument(place: Place, problems: list[Diagnostic]) -> tuple[Argument, bool]:
    if isinstance(place.node, Sequence):
        items = _list(place, problems)
        return items, items is not None
    if isinstance(place.node, Scalar) and not isinstance(place.node.value, str):
        return place.node.value, True
    reference = read_reference(place, problems)
    return reference, reference is not None


def read_reference(place: Place, problems: list[Diagnostic]) -> Reference | None:
    """One reference."""
    value = place.node.value if isinstance(place.node, Scalar) else None
    if not isinstance(value, str):
        problems.append(place.problem("MS203", f"expected a reference; received {describe(place.node)}", _HELP))
        return None
    match = _REFERENCE.match(value)
    if match is None:
        problems.append(place.problem("MS301", f"'{visible(value[:80])}' is not a reference", _HELP))
        return None
    name, node, output = match.groups()
    which = int(output) if output is not None and output.isdigit() else output
    return Reference(name, None if node is None else int(node), which, place)
