"""A list of steps -> the flat list that it stands for: copies written out, blocks put in, names and references adapted.

Must not know layers, nor whether the names that are left exist.
"""

from __future__ import annotations

from typing import NamedTuple

from modelspec.diagnostics import Path
from modelspec.expansion.blocks import Block, Blocks
from modelspec.expansion.budget import TooLong
from modelspec.expansion.copies import Copies, Copy, Refused, too_many
from modelspec.expansion.makers import takes_nothing
from modelspec.expansion.misuse import (
    BESIDE,
    MACRO_KEYS,
    block_as_layer,
    ignored_source,
    layer_alone,
    misspelt_beside,
    with_alone,
)
from modelspec.expansion.names import (
    UNKNOWN_TARGET,
    Body,
    Pending,
    Target,
    body_of,
    kind_of,
    split_reference,
)
from modelspec.expansion.references import References, text_of
from modelspec.expansion.uses import bind, inputs, parameters, used_here
from modelspec.expansion.values.template import Template, is_refused
from modelspec.expansion.values.variables import Scope, Variables
from modelspec.source import Mapping, Node, Place, Scalar
from modelspec.source.limits import DEEPEST, FLAGS
from modelspec.source.names import snake_case
from modelspec.source.nodes import Item
from modelspec.source.origins import Origin
from modelspec.source.words import describe, guess, listing, visible
from modelspec.source.yaml.flow import short_yaml


class Flat(NamedTuple):
    """A step of the flat list, and where it was written."""

    node: Node
    origin: Origin


class Steps:
    """Writes out the lists of steps of one spec; `most` bounds all of them together."""

    def __init__(self, template: Template, variables: Variables, blocks: Blocks, most: int) -> None:
        self.template = template
        self.variables = variables
        self.blocks = blocks
        self.references = References(template)
        self.copies = Copies(template, most)
        self.most = most
        self.written = 0
        self.open: list[str] = []
        self.flat: list[Flat] = []
        """The steps of the model at hand."""

    def model(self, layers: Place, inputs: Place | None) -> tuple[list[Flat], Body]:
        """The flat steps of a model, and what its names lead to."""
        self.flat, self.references.inner = [], {}
        body = body_of(layers)
        names = [name for name, _ in inputs.entries()] if inputs is not None else []
        body.targets.update({name: Target(name, index) for index, name in enumerate(names, -len(names))})
        if len(names) <= 1:
            body.above = Target(names[0], -1) if names else UNKNOWN_TARGET
        for step in layers.items():
            self.step(step, body, self.variables, step.path)
        return self.flat, body

    def step(self, place: Place, body: Body, scope: Scope, path: Path) -> None:
        """Write out one step of a list. `path` is where it stands in the file."""
        node = place.node
        if block_as_layer(place, self.blocks, self.template):
            self.unknown(place, body)
            return
        if not isinstance(node, Mapping) or (body.block is None and not node.entries.keys() & set(MACRO_KEYS)):
            self.count(place)
            self.plain(place, body, scope, path, self.own_name(place, scope), None)
            return
        trail = self.template.trail
        try:
            copies = self.copies.of(place, scope)
            names = self.copies.names(place, copies)
            self.all_copies(place, body, path, copies, names)
        except Refused:
            misspelt_beside(place, self.template)
            self.unknown(place, body)
        finally:
            self.template.trail = trail

    def all_copies(self, place: Place, body: Body, path: Path, copies: list[Copy], names: list[str | None]) -> None:
        trail = self.template.trail
        bare = self.bare_name(place)
        before: Copy | None = None
        looked, ignored = False, False
        for copy, name in zip(copies, names, strict=True):
            self.count(place)
            self.template.trail = (*copy.uses, *trail)
            chained = before is not None and before.turn is not None and before.branch == copy.branch
            if not self.copies.included(place, copy.scope):
                if name is not None:
                    body.left_out[name] = place
                continue
            if chained and not looked:
                looked, ignored = True, ignored_source(place, self.template)
            # What a copy was meant to take is not known where its `from` would be ignored.
            taken = (UNKNOWN_TARGET if ignored else body.above) if chained else None
            if place.get("block") is not None:
                self.use(place, body, copy.scope, name, taken)
            else:
                self.plain(place, body, copy.scope, path, name, taken)
            before = copy
            if name is not None and bare is not None and bare != name and body.above is not None:
                body.targets[bare] = body.above
                body.last.add(bare)
        if bare is not None and before is None:
            body.left_out.setdefault(bare, place)

    def plain(
        self, place: Place, body: Body, scope: Scope, path: Path, name: str | None,
        chained: Target | None,
    ) -> None:  # fmt: skip
        """Write out a layer, op or call; `chained` is the copy before this one, which it takes."""
        source = self.source(place, body, scope, chained)
        entries: dict[str, Item] = {}
        node = place.node
        if not isinstance(node, Mapping):
            node = layer_alone(place, self.template.fill(place, scope), self.template)
            if body.block is None and source is None:
                self.flat.append(Flat(node, Origin(path, self.template.trail)))
                body.above = Target(Pending(len(self.flat) - 1), len(self.flat) - 1)
                return
            entries = _layer(node)
        for key, below in place.entries():
            if key not in BESIDE:
                entries[key] = Item(below.key_span, self.template.fill(below, scope))
        with_alone(place, self.template)
        if source is not None:
            entries["from"] = source
        call = entries.get("call")
        target = call.value.value if call is not None and isinstance(call.value, Scalar) else None
        self.named(place, body, entries, name, target)
        self.flat.append(Flat(Mapping(entries, node.span, alias=place.node.alias), Origin(path, self.template.trail)))
        made = Target(self.reference_to(entries), len(self.flat) - 1)
        self.register(body, name, target, made)

    def named(self, place: Place, body: Body, entries: dict[str, Item], name: str | None, target: object) -> None:
        """Give a step its name in the flat list: that of the file, behind the block's prefix."""
        written = place.get("name")
        if name is None and body.block is not None and "name" not in entries:
            base = (
                target
                if isinstance(target, str)
                else snake_case(kind_of(Mapping(entries, place.span)).removeprefix("ops.")) or "step"
            )
            name = body.automatic(base)
        if name is None:
            if written is not None:
                entries["name"] = Item(written.key_span, self.template.fill(written, self.variables))
            return
        span = place.span if written is None else written.span
        if written is None:
            span = next((item.key for key, item in entries.items() if key != "from"), place.span)
        entries["name"] = Item(span if written is None else written.key_span, Scalar(body.prefix + name, span, True))

    def register(self, body: Body, name: str | None, target: object, made: Target) -> None:
        body.above = made
        if name is not None:
            body.targets[name] = made
            if body.left_out.pop(name, None) is not None:
                body.looked_through.pop("left_out", None)
        if isinstance(target, str) and body.block is not None and name is None:
            body.calls[target] = body.calls.get(target, 0) + 1
            body.targets[target] = made

    def reference_to(self, entries: dict[str, Item]) -> str:
        """The reference to the step that was written out last."""
        name = entries["name"].value if "name" in entries else None
        value = name.value if isinstance(name, Scalar) else None
        return value if isinstance(value, str) else Pending(len(self.flat) - 1)

    def source(self, place: Place, body: Body, scope: Scope, chained: Target | None) -> Item | None:
        """The `from` of a flat step, or None where it takes the flat step above it."""
        written = place.get("from")
        if written is not None and chained is None:
            return Item(written.key_span, self.references.rewritten(written, body, scope))
        if takes_nothing(place.node):
            return None
        above = chained or body.above
        if above is None and body.block is not None:
            names = listing(body.targets)
            message = f"the first step of the block '{body.block}' needs `from`: it has several inputs"
            self.template.tell(place.problem("MS306", message, f"add `from:` with one of {names}"))
            above = UNKNOWN_TARGET
        if above is None or (above.step is not None and above.step == len(self.flat) - 1 and above.text is not None):
            return None
        if above.text is None:
            return Item(place.key_span, self.references.silent(place))
        return Item(place.key_span, Scalar(above.text, above.span or place.span, True))

    def use(self, place: Place, body: Body, scope: Scope, name: str | None, chained: Target | None) -> None:
        """Write out one use of a block. Raises `Refused`."""
        block_place = place.get("block")
        assert block_place is not None
        block = self.block(place, block_place, scope)
        local = name if name is not None else body.automatic(block.name)
        written = place.get("from")
        taken = self.references.rewritten(written, body, scope) if written is not None and chained is None else None
        above = chained or body.above
        tensors = inputs(block, place, taken, above, self.template)
        inner = parameters(block, place, scope, self.variables, self.template)
        inside = body_of(block.layers, f"{body.prefix}{local}_", block.name)
        bind(inside, block, tensors)
        trail = self.template.trail
        self.template.trail = (used_here(block, place), *trail)
        self.open.append(block.name)
        try:
            for step in block.layers.items():
                self.step(step, inside, inner, step.path)
            made = inside.above if block.output is None else self.output(block, block.output, inside, inner)
        finally:
            self.open.pop()
            self.template.trail = trail
        self.register(body, local, None, made or UNKNOWN_TARGET)
        if body.block is not None:
            self.references.inner[body.prefix + local] = made or UNKNOWN_TARGET

    def block(self, step: Place, place: Place, scope: Scope) -> Block:
        """The block that a step uses. Raises `Refused`."""
        node = self.template.fill(place, scope)
        value = node.value if isinstance(node, Scalar) else None
        if not isinstance(value, str):
            if not is_refused(node):
                message = f"block: expected the name of a block; received {describe(node)}"
                self.template.tell(place.problem("MS203", message, _block_meant(node)))
            raise Refused
        unknown = [(key, below) for key, below in step.entries() if key not in BESIDE]
        for key, below in unknown:
            message = f"a step that uses a block has no key '{visible(key)}'"
            help = guess(key, BESIDE, len(self.template.problems)) or (
                "values for the block's parameters go under `with`; a layer is a step of its own"
            )
            self.template.tell(below.problem("MS209", message, help, key=True))
        problems, before = self.blocks.problems, len(self.blocks.problems)
        found = self.blocks.find(value, place)
        new = problems[before:]
        del problems[before:]
        for problem in new:
            self.template.tell(problem)
        if found is None:
            raise Refused
        if value in self.open:
            circle = " -> ".join([*self.open[self.open.index(value) :], value])
            message = f"the block '{value}' is used inside itself: {circle}"
            self.template.tell(place.problem("MS145", message, "remove this use: a block inside itself never ends"))
            raise Refused
        most = min(self.template.budget.limits.depth, DEEPEST)
        if len(self.open) >= most:
            help = (
                f"write it with less nesting, or raise the limit with {FLAGS['depth']}"
                if most < DEEPEST
                else "write it with less nesting"
            )
            self.template.tell(
                place.problem("MS109", f"blocks used inside one another deeper than {most} levels", help)
            )
            raise TooLong
        if unknown:  # what the block misses may stand under the key that was meant
            raise Refused
        return found

    def output(self, block: Block, place: Place, inside: Body, scope: Scope) -> Target:
        node = self.references.rewritten(place, inside, scope)
        if isinstance(node, Scalar) and isinstance(node.value, str):
            if not isinstance(node.value, Pending) and split_reference(node.value, inner=True) is None:
                message = f"'{visible(node.value[:80])}' is not a reference"
                self.template.tell(place.problem("MS301", message, "write the name of one of its steps, or `name.1`"))
                return UNKNOWN_TARGET
            same = next((target for target in inside.targets.values() if target.text == node.value), None)
            return same or Target(node.value)
        if not is_refused(node):
            message = f"the block '{block.name}': output: expected a reference; received {describe(node)}"
            self.template.tell(place.problem("MS203", message, "write the name of one of its steps"))
        return UNKNOWN_TARGET

    def own_name(self, place: Place, scope: Scope) -> str | None:
        """The name of a step that is written out once."""
        written = place.get("name")
        node = None if written is None else self.template.fill(written, scope)
        return node.value if isinstance(node, Scalar) and isinstance(node.value, str) else None

    def bare_name(self, place: Place) -> str | None:
        written = place.get("name")
        value = written.node.value if written is not None and isinstance(written.node, Scalar) else None
        return value if isinstance(value, str) and "$" not in value else None

    def unknown(self, place: Place, body: Body) -> None:
        """A step that could not be written out: what refers to it is unknown, without a word."""
        self.flat.append(Flat(self.references.silent(place), Origin(place.path, self.template.trail)))
        bare = self.bare_name(place)
        if bare is not None:
            body.targets[bare] = UNKNOWN_TARGET
        name = place.get("name")
        body.refused.append(str(text_of(name)) if name is not None else "")
        body.above = UNKNOWN_TARGET

    def count(self, place: Place) -> None:
        """One more copy of a step. Raises `TooLong` at the step at which a spec gets too long."""
        self.written += 1
        if self.written > self.most:
            self.template.tell(too_many(place, None, self.most))
            raise TooLong


def _layer(node: Node) -> dict[str, Item]:
    """A step that is a name alone, or the value of a variable: a layer with its arguments."""
    if isinstance(node, Mapping):
        return dict(node.entries)
    text = node.value if isinstance(node, Scalar) else None
    return {text: Item(node.span, Scalar(None, node.span))} if isinstance(text, str) else {}


def _block_meant(node: Node) -> str | None:
    """What is meant by `block: {residual: {filters: 3}}`."""
    if not isinstance(node, Mapping) or len(node.entries) != 1:
        return "write its name, as in `block: residual`, and values for its parameters under `with`"
    name, item = next(iter(node.entries.items()))
    given = short_yaml(item.value) if isinstance(item.value, Mapping) and item.value.entries else None
    return f"write `block: {name}`" + (f" and `with: {given}`" if given else "")
