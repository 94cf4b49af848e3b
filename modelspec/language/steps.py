"""The items of `layers`: each is a layer, an op or a call, with `from` and `name` beside it."""

from __future__ import annotations

from typing import Any

from modelspec.catalogue.layers.layer import Layer
from modelspec.catalogue.ops import find_op, op_names, ops_left_out
from modelspec.catalogue.ops.op import Op
from modelspec.diagnostics.failure import guarded
from modelspec.language.fields import read_name, read_text
from modelspec.language.meant.numbers_in_from import numbers_among
from modelspec.language.meant.steps_meant import call_with_brackets, named_by_a_key, with_arguments_beside
from modelspec.language.objects import Reader
from modelspec.language.references import read_from
from modelspec.language.spec import Call, From, Step, Use
from modelspec.source import Mapping, Place, Scalar
from modelspec.source.words import describe, guess, listing, visible

BESIDE = ("from", "name", "repeat", "for", "when")
"""What may stand beside the layer. Loops are written out before steps are read, so only the first two reach this file."""
_FOREIGN: dict[str, str] = {
    "input": "from",
    "inputs": "from",
    "in": "from",
    "input_from": "from",
    "if": "when",
    "freeze": "`trainable: false` among the arguments of the layer",
    "frozen": "`trainable: false` among the arguments of the layer",
    "id": "name",
    "layer": "the layer's name itself: `Dense: {units: 10}`",
    "type": "the layer's name itself: `Dense: {units: 10}`",
    "class_name": "the layer's name itself: `Dense: {units: 10}`",
    "layers": "a block for several steps together, and use it with `- block: name`",
    "config": "the arguments under the layer's name: `Dense: {units: 10}`",
}


def read_step(place: Place, reader: Reader) -> Step:
    """One step; what was refused of it is None."""
    problems = reader.problems
    node = place.node
    if isinstance(node, Scalar) and isinstance(node.value, str):
        used = None
        with guarded("reading a step", problems, place):
            used = _use(node.value, place, None, None, reader)
        return Step(used, None, None, place, True)
    if not isinstance(node, Mapping) or not node.entries:
        help = "write a layer such as `- Dense: {units: 10}`, or `- call: name`"
        problems.append(place.problem("MS203", f"a step: expected a layer; received {describe(node)}", help))
        return Step(None, None, None, place, False)
    from_place, inputs, what = place.get("from"), None, None
    with guarded("reading `from`", problems, from_place):
        if from_place is not None and numbers_among(place, from_place, BESIDE, problems):
            return Step(None, None, None, place, False)
        inputs = None if from_place is None else read_from(from_place, problems)
    name_place = place.get("name")
    name = None
    if name_place is not None:
        text = read_text(name_place, "name", problems)
        name = None if text is None else read_name(text, name_place, "name", problems, key=False)
    with guarded("reading a step", problems, place):
        what = _what(place, inputs, reader)
    return Step(what, name, inputs, place, from_place is None)


def _what(place: Place, inputs: From | None, reader: Reader) -> Use | Call | None:
    kinds = [(key, below) for key, below in place.entries() if key not in BESIDE]
    if not any(_looks_like_a_layer(key) for key, _ in kinds) and named_by_a_key(place, BESIDE, reader.problems):
        return None
    foreign = [(key, below) for key, below in kinds if key in _FOREIGN]
    for key, below in foreign:
        new = _FOREIGN[key]
        help = f"write {new}" if " " in new else f"write `{new}`"
        if place.get(new) is not None:
            help = f"it belongs in `{new}`, which already exists"
        reader.problems.append(below.problem("MS201", f"a step has no key '{key}'", help, key=True))
    kinds = [(key, below) for key, below in kinds if key not in _FOREIGN]
    if not kinds:
        if not foreign:
            help = "write a layer such as `Dense: {units: 10}`, or `call: name`"
            reader.problems.append(place.problem("MS209", "a step without a layer", help))
        return None
    meant = _only(kinds, place, reader) if len(kinds) > 1 else kinds[0]
    if meant is None:
        return None
    key, below = meant
    if key == "call":
        bracketed = call_with_brackets(below)
        if bracketed is not None:
            message = f"call: expected a name; received {describe(below.node)}"
            reader.problems.append(below.problem("MS203", message, bracketed))
            return None
        target = read_text(below, "call", reader.problems)
        return None if target is None else Call(reader.visible.get(target, target), below)
    named = below._replace(node=Scalar(key, below.key_span))
    return _use(key, named, below, inputs, reader)


def _only(kinds: list[tuple[str, Place]], place: Place, reader: Reader) -> tuple[str, Place] | None:
    """What a step with several things in it is meant to be: its first layer; the others are reported."""
    meant = next((item for item in kinds if _looks_like_a_layer(item[0])), None)
    if meant is None:
        keys = listing(visible(key) for key, _ in kinds)
        help = "write the layer's name, with its arguments under it: `Dense: {units: 10}`"
        reader.problems.append(place.problem("MS209", f"a step without a layer; it has the keys {keys}", help))
        return None
    others = [item for item in kinds if item[0] != meant[0]]
    joined = with_arguments_beside(meant, others, reader.problems)
    if joined is not None:
        return joined
    for key, below in others:
        if _looks_like_a_layer(key):
            message = f"a step has one layer; this one has {meant[0]} and {key}"
            reader.problems.append(below.problem("MS209", message, "begin a new step with `- `", key=True))
        else:
            help = (
                guess(key, BESIDE, len(reader.problems))
                or f"arguments go under the layer: `{meant[0]}: {{{visible(key)}: …}}`"
            )
            message = f"a step has no key '{visible(key)}'"
            reader.problems.append(below.problem("MS201", message, help, key=True))
    return meant


def _looks_like_a_layer(key: str) -> bool:
    return key == "call" or key.startswith("ops.") or key[:1].isupper() or ">" in key


def _use(name: str, named: Place, arguments: Place | None, inputs: From | None, reader: Reader) -> Use:
    if name.startswith("ops."):
        return Use(name, _op(name.removeprefix("ops."), named, arguments, inputs, reader), named)
    entry = reader.named("layer", name, named, arguments)
    assert entry is None or isinstance(entry, Layer)
    return Use(type(entry).__name__ if entry is not None else name, entry, named)


def _op(name: str, named: Place, arguments: Place | None, inputs: From | None, reader: Reader) -> Op | None:
    found = find_op(name)
    if found is None:
        if name in ops_left_out():
            message = f"ops.{name} is left out on purpose: {ops_left_out()[name]}"
            reader.problems.append(named.problem("MS211", message))
        else:
            message = f"unknown op 'ops.{visible(name)}'"
            help = _op_that_is_meant(name, arguments, len(reader.problems))
            reader.problems.append(named.problem("MS207", message, help))
        return None
    if arguments is not None and isinstance(arguments.node, Scalar) and arguments.node.value is None:
        arguments = None
    first = found.positional(bound_parameters(found, inputs))
    entry: Any = reader.entry(found, named, arguments, first)
    return None if entry is None else entry


def _op_that_is_meant(name: str, arguments: Place | None, told: int) -> str:
    from modelspec.language.meant.other_names import other_name  # few specs name a function that is not there
    from modelspec.language.meant.written import lone_value, with_arguments

    other = other_name("op", name, *lone_value(arguments))
    if other is not None:
        return with_arguments(other[1], "layer", arguments)
    near = guess(f"ops.{name}", [f"ops.{op}" for op in op_names()], told, near=0.75)
    return near or "see https://keras.io/api/ops/"


def bound_parameters(op: type[Op], inputs: From | None) -> set[str]:
    """The parameters of an op that `from` fills, where its arguments are one value without a name."""
    value = None if inputs is None else inputs.value
    if isinstance(value, dict):
        return set(value)
    if isinstance(value, tuple):
        if op.list_parameter is not None:
            return {op.list_parameter}
        return set(op.tensor_parameters[: len(value)])
    if op.list_parameter is not None and not op.tensor_parameters:
        return {op.list_parameter}
    return set(op.tensor_parameters[:1])
