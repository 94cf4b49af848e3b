"""Objects that stand beside an object's arguments, not below one of them: `TimeDistributed: {Dense: 3}`.

They are reported once, with the argument they are meant for. Must not know any class of the catalogue.
"""

from __future__ import annotations

from collections.abc import Mapping as MappingABC

from pydantic import BaseModel

from modelspec.catalogue.kinds import names
from modelspec.catalogue.layers.layer import Layer
from modelspec.catalogue.types import Nested
from modelspec.diagnostics import Diagnostic
from modelspec.source import Place, Scalar, Sequence
from modelspec.source.words import visible
from modelspec.source.yaml.flow import short_yaml

Pairs = list[tuple[str, Place]]


def misplaced(entry: type[BaseModel], nested: MappingABC[str, Nested], pairs: Pairs) -> dict[str, Pairs]:
    """Each argument that was left out -> the objects among `pairs` that are meant for it."""
    strange = [pair for pair in pairs if pair[0] not in entry.model_fields]
    if not strange:
        return {}
    given = {name for name, _ in pairs}
    free = [name for name in nested if name not in given]
    free.sort(key=lambda name: (not entry.model_fields[name].is_required(), name in Layer.model_fields))
    found: dict[str, Pairs] = {}
    for name, place in strange:
        for field in free:
            if _fits(name, entry, field, nested[field]) and (nested[field].many or field not in found):
                found.setdefault(field, []).append((name, place))
                break
    return found


def _fits(name: str, entry: type[BaseModel], field: str, nested: Nested) -> bool:
    """A known name, or one that can only be a misspelt one: arguments of what needs another object have no capitals."""
    return name in names(nested.kind) or (entry.model_fields[field].is_required() and name[:1].isupper())


def tell(owner: str, field: str, nested: Nested, objects: Pairs, beside: Pairs) -> Diagnostic:
    """The one problem of objects that are meant for the argument `field`; `beside` are the arguments that stay."""
    name, place = objects[0]
    message = f"{owner}: expected an argument; received the {nested.kind} '{visible(name)}'"
    right = ", ".join(_written(name, place) for name, place in objects)
    help = f"write what it is for: `{owner}: {placed(field, f'[{right}]' if nested.many else right, beside)}`"
    return place.problem("MS201", message, help, key=True)


def placed(field: str, value: str, beside: Pairs) -> str:
    """The arguments with the value below the one that it is meant for."""
    others = (f"{visible(name)}: {short_yaml(place.node) or '…'}" for name, place in beside)
    return f"{{{', '.join([f'{field}: {value}', *others])}}}"


def _written(name: str, place: Place) -> str:
    if isinstance(place.node, Scalar) and place.node.value is None:
        return visible(name)
    short = "[…]" if isinstance(place.node, Sequence) else "{…}"
    return f"{{{visible(name)}: {short_yaml(place.node) or short}}}"
