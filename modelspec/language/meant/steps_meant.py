"""Steps whose layer or arguments stand where they do not belong: reported once, with the step that is meant, which is read on."""

from __future__ import annotations

import re

from modelspec.catalogue.kinds import find
from modelspec.diagnostics import Diagnostic
from modelspec.language.arguments import first_argument
from modelspec.language.meant.written import of_type_key
from modelspec.source import Mapping, Place, Scalar
from modelspec.source.nodes import Item
from modelspec.source.words import visible
from modelspec.source.yaml.flow import short_yaml

Pairs = list[tuple[str, Place]]
_NAMED_BY = ("type", "class_name", "layer", "class", "kind")
_CALL = re.compile(r"([A-Za-z_][\w-]*)\(\s*([A-Za-z_][\w.@-]*(?:\s*,\s*[A-Za-z_][\w.@-]*)*)?\s*\)\Z")


def named_by_a_key(place: Place, beside: tuple[str, ...], problems: list[Diagnostic]) -> bool:
    """Whether the layer is the value of a key: `{type: Dense, units: 3}`, which is reported."""
    key = next((key for key in _NAMED_BY if place.get(key) is not None), None)
    if key is None or not isinstance(place.node, Mapping):
        return False
    below = place.find((key,))
    rest = {name: item for name, item in place.node.entries.items() if name not in beside}
    written = of_type_key("layer", place._replace(node=Mapping(rest, place.span)))
    if key == "layer" and isinstance(below.node, Mapping) and len(below.node.entries) == 1:
        text = short_yaml(below.node)
        written = None if text is None else text[1:-1]
    if written is None:
        return False
    problems.append(
        below.problem("MS201", f"a step has no key '{key}'", f"write the layer's name itself: `{written}`", key=True)
    )
    return True


def with_arguments_beside(
    meant: tuple[str, Place], beside: Pairs, problems: list[Diagnostic]
) -> tuple[str, Place] | None:
    """The layer with its arguments below it that stand beside it, which is reported; None where they are none of its."""
    name, below = meant
    model = find("layer", name)
    names = [key for key, _ in beside]
    if model is None or not beside or not all(key in model.model_fields for key in names):
        return None
    entries: dict[str, Item] = {}
    if isinstance(below.node, Mapping):
        entries = dict(below.node.entries)
    elif not (isinstance(below.node, Scalar) and below.node.value is None):
        entries = {first_argument(model) or "": Item(below.key_span, below.node)}
    if any(key in entries for key in names):
        return None
    entries.update({key: Item(item.key_span, item.node) for key, item in beside})
    joined = below._replace(node=Mapping(entries, below.span))
    shown = short_yaml(joined.node) or f"{{{', '.join(f'{key}: …' for key in entries)}}}"
    key, first = beside[0]
    problems.append(
        first.problem(
            "MS201",
            f"a step has no key '{visible(key)}'",
            f"arguments go under the layer: `{name}: {shown}`",
            key=True,
        )
    )
    return name, joined


def call_with_brackets(place: Place) -> str | None:
    """What is meant by `call: encoder(x)`."""
    text = place.node.value if isinstance(place.node, Scalar) else None
    found = _CALL.match(text) if isinstance(text, str) and len(text) < 300 else None
    if found is None:
        return None
    given = [name.strip() for name in (found.group(2) or "").split(",") if name.strip()]
    taken = given[0] if len(given) == 1 else f"[{', '.join(given)}]"
    return f"write `call: {found.group(1)}`" + (f" and `from: {taken}`" if given else "")
