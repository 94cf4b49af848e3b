"""The use of a block: the values of its parameters from `with`, and the tensors of its inputs from `from`.

Must not know how the block's steps are written out.
"""

from __future__ import annotations

from modelspec.diagnostics import Note
from modelspec.expansion.blocks import TYPES, Block, Param, fits
from modelspec.expansion.copies import Refused
from modelspec.expansion.names import UNKNOWN_TARGET, Body, Target
from modelspec.expansion.values.template import Template, is_refused
from modelspec.expansion.values.variables import InnerScope, Scope, Variables
from modelspec.source import Mapping, Node, Place, Scalar, Sequence
from modelspec.source.origins import BlockUse, SetAt
from modelspec.source.words import describe, guess, listing, visible


def parameters(block: Block, step: Place, scope: Scope, variables: Variables, template: Template) -> Scope:
    """The names inside one use of a block: its parameters around the spec's variables. Raises `Refused`."""
    given_place = step.get("with")
    told = len(template.problems)
    if given_place is not None and not isinstance(given_place.node, Mapping):
        message = f"with: expected a mapping; received {describe(given_place.node)}"
        template.tell(given_place.problem("MS203", message, "write for example `with: {filters: 64}`"))
        raise Refused
    given = {} if given_place is None else dict(given_place.entries())
    for name, below in given.items():
        if name not in block.params:
            known = f"its parameters are {listing(block.params)}" if block.params else "it has no parameters"
            help = guess(name, [item for item in block.params if item not in given], len(template.problems)) or known
            message = f"the block '{block.name}' has no parameter '{visible(name)}'"
            template.tell(below.problem("MS150", message, help, key=True, related=(_defined(block),)))
    values: dict[str, tuple[Node, SetAt | None]] = {}
    inner = InnerScope(variables, values)
    for name, param in block.params.items():
        if name in given:
            values[name] = _given(block, param, given[name], scope, template)
        else:
            values[name] = _own(block, param, step, inner, template)
    if len(template.problems) > told:
        raise Refused
    return inner


def _given(block: Block, param: Param, given: Place, scope: Scope, template: Template) -> tuple[Node, SetAt | None]:
    """The value that a use gives to a parameter, and where that is."""
    node = template.fill(given, scope)
    if is_refused(node):
        raise Refused
    if not fits(node, param.type):
        message = f"{block.name}: '{param.name}': expected {TYPES[param.type]}; received {describe(node)}"
        note = Note(param.place.span, "the parameter")
        template.tell(given.problem("MS146", message, "change the value, or the parameter's type", related=(note,)))
    return node, SetAt("parameter", param.name, given.span)


def _own(block: Block, param: Param, step: Place, inner: Scope, template: Template) -> tuple[Node, SetAt | None]:
    """The value of a parameter that a use says nothing of, and where it was set."""
    if param.default is None:
        block_place = step.get("block") or step
        message = f"the block '{block.name}' needs the parameter '{param.name}'"
        note = Note(param.place.key_span, "the parameter, which has no default")
        help = f"add `with: {{{param.name}: …}}`"
        template.tell(block_place.problem("MS150", message, help, related=(note,)))
        return Scalar(None, step.span), None
    trail = template.trail
    template.trail = (used_here(block, step), *trail)
    try:
        return _default(block, param, param.place._replace(node=param.default), inner, template)
    finally:
        template.trail = trail


def _default(block: Block, param: Param, place: Place, inner: Scope, template: Template) -> tuple[Node, SetAt | None]:
    """The default of a parameter, which may be computed from the parameters before it."""
    node = template.fill(place, inner)
    if is_refused(node):
        raise Refused
    if not fits(node, param.type):
        message = f"the block '{block.name}': the default of '{param.name}' is not {TYPES[param.type]}: it is "
        template.tell(place.problem("MS146", message + describe(node), "change it, or the parameter's type"))
    return node, SetAt("default", param.name, place.span)


def used_here(block: Block, step: Place) -> BlockUse:
    """Which use of a block led to a problem inside it."""
    place = step.get("block") or step
    return BlockUse("block", place.span, block.name)


def inputs(block: Block, step: Place, taken: Node | None, above: Target | None, template: Template) -> list[Target]:
    """The tensors of a block's inputs, in their order: from a rewritten `from`, or the step above. Raises `Refused`."""
    names = block.inputs
    place = step.get("from") or step.get("block") or step
    if taken is None:
        repeat = step.get("repeat")
        if len(names) > 1 and repeat is not None and step.get("from") is not None:
            message = (
                f"`repeat` gives each copy the output of the one before it, but the block '{block.name}' takes "
                f"{len(names)} inputs"
            )
            help = "use `for`, and write in `from` what each copy takes, by names with the loop's variable: `level_$(k - 1)`"
            template.tell(repeat.problem("MS151", message, help, key=True, related=(_defined(block),)))
            raise Refused
        if len(names) > 1:
            message = f"the block '{block.name}' takes {len(names)} inputs: {listing(names)}"
            help = f"add `from: {{{', '.join(f'{name}: …' for name in names)}}}`"
            template.tell(place.problem("MS151", message, help, related=(_defined(block),)))
            raise Refused
        if above is None:
            message = f"the block '{block.name}' needs `from` here: the model has several inputs"
            template.tell(place.problem("MS306", message, "add `from:` with one of them"))
            raise Refused
        return [above]
    if isinstance(taken, Mapping):
        return _by_name(block, place, taken, template)
    items = taken.items if isinstance(taken, Sequence) else (taken,)
    if len(items) != len(names):
        count = "one input" if len(names) == 1 else f"{len(names)} inputs ({listing(names)})"
        message = f"the block '{block.name}' takes {count}; received {len(items)}"
        template.tell(place.problem("MS151", message, "give one tensor for each input", related=(_defined(block),)))
        raise Refused
    return [_target(item, place, template) for item in items]


def _by_name(block: Block, place: Place, taken: Mapping, template: Template) -> list[Target]:
    told = len(template.problems)
    if block.inputs == ("",):
        message = f"the block '{block.name}' takes one input, without a name; received a mapping"
        help = "write the tensor alone, or give the block `inputs: [x]`"
        template.tell(place.problem("MS151", message, help, related=(_defined(block),)))
        raise Refused
    for name, item in taken.entries.items():
        if name not in block.inputs:
            help = guess(name, block.inputs, told) or f"its inputs are {listing(block.inputs)}"
            message = f"the block '{block.name}' has no input '{visible(name)}'"
            pointed = place._replace(node=Scalar(None, item.key))
            template.tell(pointed.problem("MS151", message, help, related=(_defined(block),)))
    for name in block.inputs if len(template.problems) == told else ():
        if name not in taken.entries:
            message = f"the block '{block.name}': its input '{name}' is missing"
            template.tell(place.problem("MS151", message, "add it to `from`", related=(_defined(block),)))
    if len(template.problems) > told:
        raise Refused
    return [_target(taken.entries[name].value, place, template) for name in block.inputs]


def _target(node: Node, place: Place, template: Template) -> Target:
    """A reference that is written in terms of the flat list already; tells what is none."""
    value = node.value if isinstance(node, Scalar) else None
    if isinstance(value, str):
        return Target(value, span=node.span)
    if not is_refused(node):
        message = f"expected a reference; received {describe(node)}"
        template.tell(place._replace(node=node).problem("MS203", message, "write the name of an input or a step above"))
    return UNKNOWN_TARGET


def _defined(block: Block) -> Note:
    return Note(block.place.key_span, f"the block '{block.name}'")


def bind(body: Body, block: Block, targets: list[Target]) -> None:
    """Let a block's steps see its inputs by their names, and its first step the only input."""
    for name, target in zip(block.inputs, targets, strict=False):
        if name:
            body.targets[name] = target
    body.above = targets[0] if len(targets) == 1 else None
