"""Mistakes in how a step is written, seen while the steps are written out. Must not know layers."""

from __future__ import annotations

from modelspec.diagnostics import Note
from modelspec.expansion.blocks import Blocks, defined_under
from modelspec.expansion.copies import INDEX
from modelspec.expansion.names import Body
from modelspec.expansion.values.template import Template, mentions
from modelspec.source import Mapping, Node, Place, Scalar, Sequence
from modelspec.source.words import did_you_mean, guess, listing, visible

MACRO_KEYS = ("repeat", "for", "when", "block", "with")
"""The keys of a step that are used up when it is written out."""
BESIDE = ("from", "name", *MACRO_KEYS)
"""All keys of a step that are not its layer."""


def block_as_layer(place: Place, blocks: Blocks, template: Template) -> bool:
    """Tell a step that is written with a block's name as if that were a layer (layers begin with a capital), or calls it."""
    node = place.node
    call = place.get("call")
    if call is not None and isinstance(call.node, Scalar) and call.node.value in blocks.known:
        called = str(call.node.value)
        if defined_under(called, place) is not None:
            return False
        blocks.used.add(called)
        template.tell(
            call.problem("MS307", f"'{called}' is a block: it is used, not called", f"write `block: {called}`")
        )
        return True
    texts = [node.value] if isinstance(node, Scalar) else list(node.entries) if isinstance(node, Mapping) else []
    name = next((text for text in texts if text in blocks.known and text not in (*BESIDE, "call")), None)
    if not isinstance(name, str) or name[:1].isupper() or place.get("block") is not None:
        return False
    blocks.used.add(name)
    found = place.get(name)
    help = f"write `- block: {name}`, and values for its parameters under `with`"
    message = f"'{name}' is a block, not a layer"
    template.tell((found or place).problem("MS209", message, help, key=found is not None))
    return True


def misspelt_beside(place: Place, template: Template) -> None:
    """Tell the keys of a step that could not be written out which are nearly those of a loop: this is why it could not."""
    for key, below in place.entries():
        help = None if key in BESIDE else did_you_mean(key, BESIDE)
        if help is not None and not any(problem.span == below.key_span for problem in template.problems):
            message = f"a step has no key '{visible(key)}'"
            template.tell(below.problem("MS201", message, help, key=True))


def with_alone(place: Place, template: Template) -> None:
    """Tell a step that gives values to a block's parameters and uses none."""
    below = place.get("with")
    if below is not None:
        message = "`with` gives values to the parameters of a block, but this step uses no block"
        help = "write the layer's arguments under its name, or use a block with `block:`"
        template.tell(below.problem("MS150", message, help, key=True))


def layer_alone(place: Place, node: Node, template: Template) -> Node:
    """The value of a step that is a variable or parameter; tell and drop what can only be written beside a layer."""
    beside = [key for key in BESIDE if isinstance(node, Mapping) and key in node.entries]
    if not beside or not isinstance(node, Mapping):
        return node
    message = f"the value of a step is a layer and its arguments; received also {listing(f'`{key}`' for key in beside)}"
    help = "write the step out, with a variable for what differs"
    notes = () if node.origin is None else (node.origin.note,)
    template.tell(place.problem("MS209", message, help, related=notes))
    return node._replace(entries={key: item for key, item in node.entries.items() if key not in beside})


def not_in_block(place: Place, body: Body, name: str, template: Template) -> None:
    """Tell a reference inside a block to what the block does not have."""
    if name in body.later:
        note = Note(body.later[name].span, f"'{name}' is made here")
        message = f"'{name}' is made further down"
        help = "only steps further up can be referred to: move this step below it"
        template.tell(place.problem("MS302", message, help, related=(note,)))
        return
    known = [found for found in body.targets if found]
    help = guess(name, known, len(template.problems)) or (
        "write the name of one of its steps"
        if place.path[-1:] == ("output",)
        else f"known in the block are {listing(known)}; what it takes from outside goes under its `inputs`"
        if known
        else "what a block takes from outside goes under its `inputs`"
    )
    message = f"no tensor is named '{visible(name)}' in the block '{body.block}'"
    template.tell(place.problem("MS301", message, help))


def left_out_note(place: Place) -> Note:
    """Where a step is left out that something refers to."""
    return Note((place.get("when") or place).span, "left out here")


def ignored_source(place: Place, template: Template) -> bool:
    """Tell a `from` of which the copies of `repeat` use a part only, or once: each takes the copy before it. Whether it is."""
    below, repeat = place.get("from"), place.get("repeat")
    if below is None or repeat is None:
        return False
    each = place.get("for")
    own = INDEX not in (() if each is None else dict(each.entries()))
    note = (Note(repeat.key_span, "`repeat` gives each copy the output of the one before it"),)
    if own and (found := _with_index(below)) is not None:
        message = f"`{INDEX}` in `from` is always 0: only the first copy takes what `from` says"
        help = "to give each copy its own `from`, write `for: {k: $(range(…))}` in place of `repeat`, and `k` in place of `i`"
        template.tell(found.problem("MS156", message, help, related=note))
        return True
    node = below.node
    parts = list(below.items()) if isinstance(node, Sequence) else [item for _, item in below.entries()]
    if len(parts) > 1 and place.get("block") is None:
        message = "only the first copy takes all of `from`; each later copy takes the one before it, and nothing else"
        help = "use `for`, with a `name` for each copy, and write in `from` what each takes: `[level_$(k - 1), memory]`"
        template.tell(parts[1].problem("MS156", message, help, key=isinstance(node, Mapping), related=note))
        return True
    return False


def _with_index(place: Place) -> Place | None:
    """The first text of a `from` that uses what `repeat` counts."""
    if isinstance(place.node, Scalar):
        return place if mentions(place.node, {INDEX}) else None
    below = list(place.items()) or [item for _, item in place.entries()]
    return next((found for item in below if (found := _with_index(item)) is not None), None)
