"""`for`, `repeat` and `when` beside an input, an output or a shared layer: `C$(i): {for: {i: …}, shape: [1]}`.

A key is the name that a step's `name` is: with what the loop counts it differs by itself, otherwise it gets `_1`, `_2`, …
Must not know what an entry says.
"""

from __future__ import annotations

from collections.abc import Callable

from modelspec.diagnostics import Note, Path
from modelspec.expansion.copies import Copies, Refused
from modelspec.expansion.values.template import Template
from modelspec.expansion.values.variables import Scope
from modelspec.source import Mapping, Place, Scalar
from modelspec.source.nodes import Item
from modelspec.source.origins import Origin
from modelspec.source.words import visible

LOOPS = ("for", "repeat", "when")


def has_loops(place: Place | None) -> bool:
    """Whether any entry of the mapping is written out."""
    return place is not None and any(_loops(below) for _, below in place.entries())


def written_out(
    place: Place, scope: Scope, copies: Copies, template: Template, count: Callable[[Place], None]
) -> tuple[Mapping, dict[Path, Origin]]:
    """The mapping with every entry written out and filled in, and where those of loops are written. Raises `Refused`.

    `count` is called for each copy, as for those of steps.
    """
    entries: dict[str, Item] = {}
    origins: dict[Path, Origin] = {}
    trail = template.trail
    try:
        for key, below in place.entries():
            if not _loops(below):
                _add(entries, key, Item(below.key_span, template.fill(below, scope)), below, template)
                continue
            name = below._replace(node=Scalar(key, below.key_span, True))
            every = copies.of(below, scope)
            for copy, text in zip(every, copies.names(below, every, name), strict=True):
                count(below)
                template.trail = (*copy.uses, *trail)
                if text is not None and copies.included(below, copy.scope):
                    node = template.fill(below._replace(node=_alone(below)), copy.scope)
                    _add(entries, text, Item(below.key_span, node), below, template)
                    at = (*place.path, text)
                    origins[at] = Origin(below.path, copy.uses)
            template.trail = trail
    finally:
        template.trail = trail
    return Mapping(entries, place.span, alias=place.node.alias, merges=place.node.merges), origins


def _loops(place: Place) -> bool:
    return isinstance(place.node, Mapping) and any(key in place.node.entries for key in LOOPS)


def _alone(place: Place) -> Mapping:
    assert isinstance(place.node, Mapping)
    return place.node._replace(entries={key: item for key, item in place.node.entries.items() if key not in LOOPS})


def _add(entries: dict[str, Item], name: str, item: Item, place: Place, template: Template) -> None:
    if name in entries:
        message = f"'{visible(name)}' is defined twice after the loops are expanded"
        help = "give each its own name with the loop's variable: `column_$(i)`"
        note = Note(entries[name].key, "first here")
        template.tell(place.problem("MS305", message, help, key=True, related=(note,)))
        raise Refused
    entries[name] = item
