"""A document with variables, blocks and loops -> the plain document that it stands for, every value with its place.

The result is a spec like any other: the stages after this one know nothing of macros. Must not know layers or shapes.
"""

from __future__ import annotations

import os
from dataclasses import replace

from modelspec.diagnostics import Diagnostic, Note, Path, Span
from modelspec.expansion import FirstArgument
from modelspec.expansion.blocks import Blocks
from modelspec.expansion.budget import TooLong, ValueBudget
from modelspec.expansion.copies import Refused
from modelspec.expansion.entries import has_loops, written_out
from modelspec.expansion.files.imports import Imports, nested_model, used_here
from modelspec.expansion.names import Body, automatic_names, named, pending_in
from modelspec.expansion.outputs import Outputs, last_step, with_key
from modelspec.expansion.steps import Flat, Steps
from modelspec.expansion.values.fragments import without_fragments
from modelspec.expansion.values.template import Template
from modelspec.expansion.values.variables import Variables, good_names
from modelspec.source import Document, Limits, Mapping, Node, Place, Scalar, Sequence
from modelspec.source.nodes import Item
from modelspec.source.origins import SET, Origin
from modelspec.source.words import describe, guess

_REASONS = ("when", "repeat", "for")
"""Keys by which a step may come to nothing."""
_SHOWN = 4
MACROS = ("vars", "blocks")
"""The keys of a spec that are used up here."""


class Expansion:
    """The state of expanding one document."""

    def __init__(
        self, document: Document, limits: Limits, first: FirstArgument, imports: Imports | None = None
    ) -> None:
        document = without_fragments(document)
        self.document = document
        self.limits = limits
        self.first = first
        self.imports = imports or Imports(limits, (os.path.realpath(document.file),), [0], first, ValueBudget(limits))
        self.unknown: set[Span] = set()
        self.texts: dict[str, str] = {}
        self.problems: list[Diagnostic] = []
        self.template = Template(self.problems, self.imports.budget)
        root = document.place
        variables = root.get("vars")
        if variables is not None and not isinstance(variables.node, Mapping):
            message = f"vars: expected a mapping; received {describe(variables.node)}"
            self.problems.append(variables.problem("MS203", message, "write for example `vars: {width: 64}`"))
            variables = None
        if variables is not None:
            good_names(variables, "a variable", self.problems)
        self.variables = Variables(variables, self.template)
        self.blocks = Blocks(root.get("blocks"), self.problems)
        self.steps = Steps(self.template, self.variables, self.blocks, limits.layers)
        self.origins: dict[Path, Origin] = {}

    def run(self) -> tuple[Document | None, tuple[Diagnostic, ...], frozenset[Span]]:
        """The plain document, what is wrong, and where values stand that are unknown."""
        try:
            place = self.document.place
            self.template.bounded(self.template.budget.document(self.document))
            root = self.model(place, main=True, called=set())
            self.variables.compute_all()
        except TooLong:
            return None, tuple(self.problems), frozenset(self.template.refused)
        self.unused()
        texts = {**self.document.texts, **self.texts}
        gone = tuple(key for key in MACROS if place.get(key) is not None)
        document = self.document._replace(root=root, origins=self.origins, texts=texts, expanded_keys=gone)
        return document, tuple(self.problems), frozenset({*self.template.refused, *self.unknown})

    def model(self, place: Place, *, main: bool, called: set[str]) -> Mapping:
        """A model with its steps written out: the spec itself, or one of its nested models."""
        entries: dict[str, Item] = {}
        body: Body | None = None
        flat: list[Flat] = []
        own = (below for key in ("shared", "models") if (below := place.get(key)) is not None)
        called = called | {name.lower() for below in own for name, _ in below.entries()}
        layers = place.get("layers")
        inputs = self.several(place.get("inputs"))
        if layers is not None and isinstance(layers.node, Sequence):
            flat, body = self.steps.model(layers, inputs)
        for key, below in place.entries():
            if main and (key in MACROS or key.startswith("x-")):
                if key not in MACROS:
                    entries[key] = Item(below.key_span, below.node)
                continue
            if key == "inputs" and inputs is not None:
                entries[key] = Item(below.key_span, self.template.fill(inputs, self.variables))
            elif key == "layers" and body is not None:
                entries[key] = Item(below.key_span, Sequence((), below.span))
            elif key == "models" and isinstance(below.node, Mapping):
                entries[key] = Item(below.key_span, self.models(below, called))
            elif key == "outputs" and body is not None:
                several = self.several(below) or below
                filled = several._replace(node=self.template.fill(several, self.variables))
                entries[key] = Item(
                    below.key_span, Outputs(self.steps.references, body, flat, self.origins).rewritten(filled, main)
                )
            else:
                known = self.several(below) if key == "shared" else None
                entries[key] = Item(below.key_span, self.template.fill(known or below, self.variables))
        if layers is not None and body is not None:
            self.finished(place, layers, entries, flat, body, called)
        return _like(place, entries)

    def several(self, place: Place | None) -> Place | None:
        """Inputs, outputs or shared layers with the loops beside them written out; unknown where one cannot be."""
        if place is None or not has_loops(place):
            return place
        try:
            node, origins = written_out(place, self.variables, self.steps.copies, self.template, self.steps.count)
        except Refused:
            return place._replace(node=self.steps.references.silent(place))
        self.origins.update(origins)
        return place._replace(node=node)

    def models(self, place: Place, called: set[str]) -> Mapping:
        entries = {}
        for name, below in place.entries():
            node = below.node
            if below.get("spec") is not None:
                node = self.imported(name, below._replace(node=self.template.fill(below, self.variables)))
            elif isinstance(node, Mapping):
                node = self.model(below, main=False, called=called)
            entries[name] = Item(below.key_span, node)
        return _like(place, entries)

    def imported(self, name: str, place: Place) -> Node:
        """A model that is another spec; one that cannot be read is unknown, without another word.

        Raises `TooLong` where no further file may be read.
        """
        if self.imports.budget.told:
            raise TooLong
        found = self.imports.read(place, self.problems)
        if found is None:
            return self.steps.references.silent(place)
        inner, chain = found
        imports = Imports(self.limits, chain, self.imports.count, self.first, self.imports.budget)
        document, problems, unknown = Expansion(inner, self.limits, self.first, imports).run()
        use = used_here(name, place)
        self.problems.extend(replace(item, related=(*item.related, use.note)) for item in problems)
        self.unknown |= unknown
        self.texts.update({inner.file: inner.text, **inner.texts})
        if document is None:
            return self.steps.references.silent(place)
        self.texts.update(document.texts)
        self.origins[place.path] = Origin((), (use,))
        for path, origin in document.origins.items():
            self.origins[place.path + path] = Origin(origin.path, (*origin.uses, use))
        node = nested_model(document.place)
        kept = {key: item for key, item in place.node.entries.items() if key in ("trainable", "freeze")}  # type: ignore[union-attr]
        return node._replace(entries={**node.entries, **kept})

    def finished(
        self, place: Place, layers: Place, entries: dict[str, Item], flat: list[Flat], body: Body, called: set[str]
    ) -> None:
        """Name the steps that are referred to and have no name, and note where each step was written."""
        nodes = [step.node for step in flat]
        if not nodes and any(layers.items()):
            self.template.tell(nothing_left(layers))
            self.unknown.add(layers.span)
        outputs = entries["outputs"].value if "outputs" in entries else None
        if outputs is None and body.above is not None and body.above.step != len(flat) - 1 and flat:
            outputs = last_step(body, place)
        sources = [node.entries["from"].value if isinstance(node, Mapping) and "from" in node.entries else None
                   for node in nodes]  # fmt: skip
        wanted = {found.step for source in (*sources, outputs) if source is not None for found in pending_in(source)}
        if wanted:
            names = automatic_names(nodes, called | taken(place))
            for index, source in enumerate(sources):
                if source is not None and pending_in(source):
                    nodes[index] = with_key(nodes[index], "from", named(source, names))
            for index in wanted:
                if "@" not in names[index]:
                    nodes[index] = _named_step(nodes[index], names[index])
            outputs = None if outputs is None else named(outputs, names)
        above = layers.node
        steps = Sequence(tuple(nodes), layers.span, alias=above.alias, merges=above.merges)
        entries["layers"] = Item(layers.key_span, steps)
        if outputs is not None:
            key = entries["outputs"].key if "outputs" in entries else layers.key_span
            entries["outputs"] = Item(key, outputs)
        for index, step in enumerate(flat):
            at = (*layers.path, index)
            if step.origin != Origin(at, ()):
                self.origins[at] = step.origin

    def unused(self) -> None:
        """Warn of blocks and variables that nothing uses; with mistakes about, that may only follow from one."""
        if any(problem.severity == "error" for problem in self.problems) or SET in self.document.texts:
            return  # a setting of the command line may stand where the variable did
        self.blocks.unused()
        place = self.document.place.get("vars")
        unused = [] if place is None else [pair for pair in place.entries() if pair[0] not in self.variables.used]
        keys = keys_below(self.document.root) if unused else set()  # `$name` as a key is reported as what it is
        for name, below in unused:
            if f"${name}" not in keys and below.span.file == self.document.file:
                help = guess(name, self.variables.used, len(self.problems)) or f"write `${name}` where it is meant"
                message = f"the variable '{name}' is never used"
                self.problems.append(below.warning("MS504", message, help, key=True))


def keys_below(node: Node) -> set[str]:
    """Every key in a tree."""
    if isinstance(node, Sequence):
        return set().union(*(keys_below(item) for item in node.items))
    if not isinstance(node, Mapping):
        return set()
    return set(node.entries).union(*(keys_below(item.value) for item in node.entries.values()))


def nothing_left(layers: Place) -> Diagnostic:
    """That every step of a list was left out, with what left out the first few."""
    reasons: dict[str, Note] = {}
    notes = []
    for step in layers.items():
        key = next((key for key in _REASONS if step.get(key) is not None), None)
        below = step if key is None else step.get(key) or step
        note = Note(below.span, "left out here" if key == "when" else "this makes no step")
        reasons.setdefault(key or "block", note)
        notes.append(note)
    what = " or ".join(f"`{key}`" for key in reasons)
    message = f"`layers` is empty: each of its steps is left out by its {what}"
    help = "add a step that is always included, or include one of these"
    return layers.problem("MS202", message, help, related=tuple(notes[:_SHOWN]))


def taken(place: Place) -> set[str]:
    """The names of a model's inputs, which none of its steps can have."""
    inputs = place.get("inputs")
    return set() if inputs is None else {name.lower() for name, _ in inputs.entries()}


def _named_step(node: Node, name: str) -> Node:
    if isinstance(node, Scalar) and isinstance(node.value, str):
        node = Mapping({node.value: Item(node.span, Scalar(None, node.span))}, node.span)
    if not isinstance(node, Mapping):
        return node
    span = next(iter(node.entries.values())).key if node.entries else node.span
    return with_key(node, "name", Scalar(name, span, True), span)


def _like(place: Place, entries: dict[str, Item]) -> Mapping:
    """A mapping in the place of another, with the aliases that led to it."""
    return Mapping(entries, place.span, alias=place.node.alias, merges=place.node.merges)
