"""`extends`: one spec merged over another. Mappings merge, lists and values replace.

Must not know what the keys mean, but that an object `{Name: …}` and a source `{kind: …}` have one key, and that a nested
model is written out, another spec or a saved model: another one replaces it.
"""

from __future__ import annotations

import os
from dataclasses import replace

from modelspec.diagnostics import Diagnostic, Note
from modelspec.expansion import FirstArgument
from modelspec.expansion.budget import too_many
from modelspec.expansion.files.paths import BadPath, spec_path
from modelspec.expansion.nulls import is_null, takes_null
from modelspec.source import Document, Limits, Mapping, Node, Place, Scalar, load
from modelspec.source.nodes import Item

MOST_BASES = 16
"""How long a chain of bases may be."""
_MODELS_FROM = ("spec", "saved", "layers")
"""The keys that tell what a nested model is."""


def with_bases(
    document: Document, limits: Limits, first: FirstArgument
) -> tuple[Document | None, tuple[Diagnostic, ...]]:
    """The document merged over what it extends, and over what that extends; None where one cannot be read."""
    place = document.place.get("extends")
    if place is None:
        return document, ()
    problems: list[Diagnostic] = []
    merged = _merged(document, place, limits, {os.path.realpath(document.file): place}, problems, first)
    return merged, tuple(problems)


def _merged(
    document: Document,
    place: Place,
    limits: Limits,
    chain: dict[str, Place],
    problems: list[Diagnostic],
    first: FirstArgument,
) -> Document | None:
    """The document without `extends`, with the texts and the values of all that it is made of."""
    own = document.root._replace(entries={key: item for key, item in document.root.entries.items() if key != "extends"})
    base = _base(document, place, limits, chain, problems)
    if base is None:
        return None
    base = base._replace(nodes=base.nodes + document.nodes, expanded=base.expanded + document.expanded)
    too_much = too_many(base.nodes, base.expanded, limits, place)
    if too_much is not None:
        problems.append(too_much)
        return None
    real = os.path.realpath(base.file)
    below = base.place.get("extends")
    if below is not None:
        whole = _merged(base, below, limits, {**chain, real: below}, problems, first)
        if whole is None:
            return None
        base = whole
    texts = {base.file: base.text, **base.texts, document.file: document.text, **document.texts}
    return document._replace(root=merge(base.root, own, first), texts=texts, nodes=base.nodes, expanded=base.expanded)


def _base(
    document: Document, place: Place, limits: Limits, chain: dict[str, Place], problems: list[Diagnostic]
) -> Document | None:
    """The document that another one extends; None and a problem where it cannot be read."""
    try:
        path = spec_path(place, "extends")
    except BadPath as error:
        problems.append(place.problem("MS153", error.message, error.help))
        return None
    first = chain.get(os.path.realpath(path))
    if first is not None or len(chain) >= MOST_BASES:
        message = f"extends: '{path}' extends itself, through {len(chain)} files" if len(chain) > 1 else (
            f"extends: '{path}' extends itself")  # fmt: skip
        if first is None:
            message = f"extends: more than {MOST_BASES} files in one chain"
        note = () if first is None else (Note(first.span, "first here"),)
        problems.append(place.problem("MS154", message, "remove one of these `extends`", related=note))
        return None
    base, found = load(path, limits)
    if base is None and found and found[0].code == "MS101":
        help = "the path is relative to the folder of the file that names it"
        problems.append(place.problem("MS153", f"extends: {found[0].message}", help))
        return None
    problems.extend(named_here(found, place, "extended") if base is None else found)
    return base


def named_here(found: tuple[Diagnostic, ...], place: Place, what: str) -> tuple[Diagnostic, ...]:
    """What is wrong with a whole file, with the place that names it."""
    note = Note(place.span, f"the file is {what} here")
    return tuple(replace(problem, related=(*problem.related, note)) for problem in found)


def merge(below: Mapping, above: Mapping, first: FirstArgument, path: tuple[str, ...] = ()) -> Mapping:
    """`above` over `below`: its values win, and mappings in both are merged the same way.

    A key of `below` that is null above is gone, unless null is a value there.
    """
    entries = dict(below.entries)
    for key, item in above.entries.items():
        known = entries.get(key)
        if known is not None and is_null(item.value) and not takes_null((*path, key)):
            del entries[key]
            continue
        entries[key] = item if known is None else Item(item.key, _over(known.value, item.value, first, (*path, key)))
    return above._replace(entries=entries)


def _over(below: Node, above: Node, first: FirstArgument, path: tuple[str, ...]) -> Node:
    if not isinstance(above, Mapping):
        return above
    below = written_out(below, first, path)
    if not isinstance(below, Mapping) or _replaces(below, above, path):
        return above
    return merge(below, above, first, path)


def written_out(node: Node, first: FirstArgument, path: tuple[str, ...]) -> Node:
    """A value that stands for its mapping, as that mapping: `SGD: 0.1` has a learning rate that others can stand beside."""
    if isinstance(node, Mapping) or (isinstance(node, Scalar) and node.value is None):
        return node
    key = first(path)
    return node if key is None else Mapping({key: Item(node.span, node)}, node.span)


def _replaces(below: Mapping, above: Mapping, path: tuple[str, ...]) -> bool:
    """Whether two mappings name two different objects, sources or models, so that merging would give both at once."""
    if path[-2:-1] == ("models",):
        kinds = [{key for key in _MODELS_FROM if key in mapping.entries} for mapping in (below, above)]
        return all(kinds) and kinds[0] != kinds[1]
    if len(below.entries) != 1 or len(above.entries) != 1 or below.entries.keys() == above.entries.keys():
        return False
    names = (*below.entries, *above.entries)
    return (len(path) == 2 and path[0] == "data") or all(name[:1].isupper() for name in names)
