"""Sources under `data` without the split that they are for, and arguments of a source beside it and not below it.

Told once, with what to write; what is meant is read on.
"""

from __future__ import annotations

from collections.abc import Collection

from modelspec.diagnostics import Diagnostic
from modelspec.source import Mapping, Place, Scalar
from modelspec.source.nodes import Item
from modelspec.source.words import listing, visible
from modelspec.source.yaml.flow import short_yaml


def without_split(place: Place, splits: Collection[str], problems: list[Diagnostic]) -> Place | None:
    """The source that stands right under `data`, which is reported, with its arguments beside it; None where none does."""
    from modelspec.language.sections.sources import (
        SOURCES,  # many specs have no data, and these classes take time to make
    )

    kinds = [(key, below) for key, below in place.entries() if key in SOURCES]
    if len(kinds) != 1 or place.get("train") is not None or not isinstance(place.node, Mapping):
        return None
    kind, source = kinds[0]
    fields = {**SOURCES[kind].model_fields, **_others(kind)}
    known = {key: item for key, item in place.node.entries.items() if key == kind or key in fields}
    if any(key not in known and key not in splits for key, _ in place.entries()):
        return None
    meant = place._replace(node=Mapping(known, place.span))
    joined = _joined(meant, kind)
    others = [f"{key}: {short_yaml(below.node) or '…'}" for key, below in place.entries() if key in splits]
    shown = ", ".join([f"train: {short_yaml(joined.node) or f'{{{kind}: …}}'}", *others])
    message = f"data: expected a split (train, validation or test); received `{kind}`"
    problems.append(source.problem("MS201", message, f"write `data: {{{shown}}}`", key=True))
    return joined


def with_arguments_below(place: Place, what: str, problems: list[Diagnostic]) -> Place:
    """The source, with the arguments that stand beside its kind below it: `{csv: x.csv, delimiter: ";"}`, which is reported."""
    from modelspec.language.sections.sources import SOURCES

    if not isinstance(place.node, Mapping) or len(place.node.entries) < 2:
        return place
    kinds = [key for key in place.node.entries if key in SOURCES]
    if len(kinds) != 1:
        return place
    kind = kinds[0]
    names = {**{name: name for name in SOURCES[kind].model_fields}, **_others(kind)}
    beside = [(key, below) for key, below in place.entries() if key != kind]
    split = what.rpartition(".")[2]
    joined = _joined(place, kind)
    strange = [(key, below) for key, below in beside if key not in names]
    for key, below in strange:
        message = f"{what}: unknown key '{visible(key)}' beside `{kind}`"
        help = f"{kind} takes {listing(SOURCES[kind].model_fields)}, under it: `{split}: {{{kind}: {{path: …}}}}`"
        if SOURCES[kind].first_argument() != "path":
            help = f"{kind} takes {listing(SOURCES[kind].model_fields)} under it"
        problems.append(below.problem("MS201", message, help, key=True))
    if not strange:
        key, below = beside[0]
        message = f"{what}: '{visible(key)}' is an argument of `{kind}`, but it is beside `{kind}`"
        help = f"write `{split}: {short_yaml(joined.node) or f'{{{kind}: {{…}}}}'}`"
        problems.append(below.problem("MS201", message, help, key=True))
    return joined


def _others(kind: str) -> dict[str, str]:
    """What pandas calls arguments of a CSV file -> what they are here."""
    return {"sep": "delimiter", "separator": "delimiter"} if kind == "csv" else {}


def _joined(place: Place, kind: str) -> Place:
    """The source with what stands beside its kind below it."""
    from modelspec.language.sections.sources import SOURCES

    assert isinstance(place.node, Mapping)
    entries = place.node.entries
    source = entries[kind]
    fields, others = SOURCES[kind].model_fields, _others(kind)
    below = dict(source.value.entries) if isinstance(source.value, Mapping) else {}
    if not isinstance(source.value, Mapping) and not (isinstance(source.value, Scalar) and source.value.value is None):
        below[SOURCES[kind].first_argument()] = Item(source.key, source.value)
    for key, item in entries.items():
        name = others.get(key, key)
        if key != kind and name in fields:
            below[name] = item
    if list(below) == [SOURCES[kind].first_argument()] and not isinstance(source.value, Mapping):
        return place._replace(node=place.node._replace(entries={kind: source}))
    made = Mapping(below, source.value.span)
    return place._replace(node=place.node._replace(entries={kind: Item(source.key, made)}))
