"""`{spec: other.yaml}`: another spec's model as a nested model: its inputs, layers and outputs, and what it defines.

How it is trained, on what, and with which losses is left behind. Must not know how a document is expanded: that is passed in.
"""

from __future__ import annotations

import os

from modelspec.diagnostics import Diagnostic
from modelspec.expansion import FirstArgument
from modelspec.expansion.budget import ValueBudget
from modelspec.expansion.files.bases import named_here, with_bases
from modelspec.expansion.files.paths import BadPath, spec_path
from modelspec.source import Document, Limits, Mapping, Node, Place, Scalar, load
from modelspec.source.nodes import Item
from modelspec.source.origins import BlockUse
from modelspec.source.words import describe, guess, listing, visible

KEPT = ("inputs", "shared", "models", "layers")
"""What a nested model has of the spec that it is."""
IMPORT_KEYS = ("spec", "vars", "trainable", "freeze")
MOST = 200
"""How many models a spec may take from other files, those of these files included."""


class Imports:
    """Reads the specs that models are taken from; `chain` are the files being read, the outermost first."""

    def __init__(
        self, limits: Limits, chain: tuple[str, ...], count: list[int], first: FirstArgument, budget: ValueBudget
    ) -> None:
        self.limits = limits
        self.chain = chain
        self.count = count
        self.first = first
        self.budget = budget

    def read(self, place: Place, problems: list[Diagnostic]) -> tuple[Document, tuple[str, ...]] | None:
        """The document that a model's `spec` names, with its `vars` set, and the chain with it; None if refused."""
        written = place.get("spec")
        assert written is not None
        _unknown_keys(place, problems)
        try:
            path = spec_path(written, "spec")
        except BadPath as error:
            problems.append(written.problem("MS153", error.message, error.help))
            return None
        real = os.path.realpath(path)
        self.count[0] += 1
        if real in self.chain or self.count[0] > MOST:
            message = f"spec: '{path}' is a part of itself" if real in self.chain else f"spec: more than {MOST} models"
            problems.append(written.problem("MS154", message, "remove one of these `spec`"))
            return None
        document, found = load(path, self.limits)
        if document is None and found and found[0].code == "MS101":
            help = "the path is relative to the folder of the file that names it"
            problems.append(written.problem("MS153", f"spec: {found[0].message}", help))
            return None
        problems.extend(named_here(found, written, "named") if document is None else found)
        if document is not None:
            document, found = with_bases(document, self.limits, self.first)
            problems.extend(found)
        if document is None or not _is_spec(document, problems):
            return None
        return _with_variables(document, place.get("vars"), problems), (*self.chain, real)


def used_here(name: str, place: Place) -> BlockUse:
    """Which use of another file led to a problem inside it."""
    return BlockUse("model", (place.get("spec") or place).span, name)


def _is_spec(document: Document, problems: list[Diagnostic]) -> bool:
    root = document.place
    for key in ("modelspec", "inputs", "layers"):
        if root.get(key) is None:
            help = "a model is taken from a complete, valid spec: run `modelspec validate` on it"
            problems.append(root.problem("MS202", f"`{key}` is missing", help, key=True))
            return False
    return True


def _unknown_keys(place: Place, problems: list[Diagnostic]) -> None:
    for key, below in place.entries():
        if key not in IMPORT_KEYS:
            help = guess(key, IMPORT_KEYS, len(problems)) or f"allowed beside `spec` are {listing(IMPORT_KEYS[1:])}"
            message = f"a model taken from another spec: unknown key '{visible(key)}'"
            problems.append(below.problem("MS201", message, help, key=True))


def _with_variables(document: Document, place: Place | None, problems: list[Diagnostic]) -> Document:
    """The document with some of its variables set otherwise."""
    if place is None:
        return document
    if not isinstance(place.node, Mapping):
        message = f"vars: expected a mapping; received {describe(place.node)}"
        problems.append(place.problem("MS203", message, "write for example `vars: {width: 64}`"))
        return document
    known = document.root.entries.get("vars")
    entries = dict(known.value.entries) if known is not None and isinstance(known.value, Mapping) else {}
    for name, below in place.entries():
        if name not in entries:
            help = guess(name, entries, len(problems)) or f"its variables are {listing(entries) or 'none'}"
            problems.append(below.problem("MS142", f"no variable is named '{visible(name)}' there", help, key=True))
        else:
            entries[name] = Item(below.key_span, below.node)
    if known is None:
        return document
    changed = Item(known.key, Mapping(entries, known.value.span))
    return document._replace(root=document.root._replace(entries={**document.root.entries, "vars": changed}))


def nested_model(root: Place) -> Mapping:
    """The nested model that a whole spec is."""
    entries = {key: Item(below.key_span, below.node) for key, below in root.entries() if key in KEPT}
    outputs = root.get("outputs")
    if outputs is not None and isinstance(outputs.node, Mapping):
        found = {name: Item(below.key_span, _reference(below)) for name, below in outputs.entries()}
        entries["outputs"] = Item(outputs.key_span, outputs.node._replace(entries=found))
    return Mapping(entries, root.span)


def _reference(output: Place) -> Node:
    """The tensor of an output; nothing where it is the one of its name."""
    if not isinstance(output.node, Mapping):
        return output.node
    written = output.get("from")
    return Scalar(None, output.span) if written is None else written.node
