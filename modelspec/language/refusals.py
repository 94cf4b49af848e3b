"""pydantic's errors -> diagnostics: the place, what was expected, what was received, what to do.

Must not know any class of the catalogue.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from collections.abc import Mapping as MappingABC
from functools import cache
from types import MappingProxyType
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

from modelspec.catalogue.call import parameters
from modelspec.catalogue.layers.layer import Layer
from modelspec.catalogue.ops.op import Op
from modelspec.diagnostics import Diagnostic, Replacement
from modelspec.language.arguments import BASE_ARGUMENTS, first_argument, nested_fields
from modelspec.language.meant.legacy import GONE_VALUES, LEGACY_VALUES, OTHER_DTYPES
from modelspec.language.meant.misplaced import Pairs, placed
from modelspec.language.meant.written import as_written, in_order, instead_text, object_text, owner_of
from modelspec.source import Mapping, Place, Scalar, Sequence
from modelspec.source.origins import SET
from modelspec.source.words import closest, describe, did_you_mean, guess, listing, number_meant, visible
from modelspec.source.yaml.flow import short_yaml
from modelspec.source.yaml.tuples import list_meant

_TYPES: dict[str, str] = {
    "int_type": "an integer", "int_from_float": "an integer", "int_parsing": "an integer",
    "float_type": "a number", "float_parsing": "a number", "finite_number": "a finite number",
    "bool_type": "true or false", "bool_parsing": "true or false",
    "string_type": "a string", "none_required": "null",
    "tuple_type": "a list", "list_type": "a list", "dict_type": "a mapping", "mapping_type": "a mapping",
    "model_type": "a mapping", "model_attributes_type": "a mapping", "set_type": "a list",
}  # fmt: skip
_MOST_MEANT = 50
"""How many unknown arguments of one object are asked what they are meant for; each question takes time."""
_MOST_GUESSED = 500
"""From how many problems of a file on nothing is guessed."""
_BOUNDS: dict[str, tuple[str, str]] = {
    "greater_than": ("greater than", "gt"),
    "greater_than_equal": ("of at least", "ge"),
    "less_than": ("less than", "lt"),
    "less_than_equal": ("of at most", "le"),
}


_OTHER_PLACES = (
    "for indices in any order, or computed by a step, use `ops.take: {indices: [2, 0], axis: 1}`; for a slice from a computed "
    "index, use `ops.slice`"
)
"""What Python's brackets do beyond what a key can say."""


def refusals(
    error: ValidationError,
    model: type[BaseModel],
    place: Place,
    at: Place,
    first: str | None = None,
    told: int = 0,
    meant: MappingABC[str, Pairs] = MappingProxyType({}),
) -> Iterator[Diagnostic]:
    """The diagnostics for an object's arguments. `place` is the mapping of the arguments, `at` the object's name.

    A value that is no mapping stands for the argument `first`. `told` is how many problems the file has had so far,
    `meant` the objects that stand where arguments should, by the arguments that they are meant for.
    """
    first = first or first_argument(model) or ""
    grouped: dict[tuple[Any, ...], list[Any]] = {}
    errors = error.errors(include_url=False)
    adviceby_other_names = meant_arguments(error, model, place)
    if not isinstance(place.node, Mapping) and any(detail["type"] != "missing" for detail in errors):
        # One value without a name that is no first argument: what else is missing is in its help.
        errors = [detail for detail in errors if detail["type"] != "missing"]
    for detail in map(_short_list, errors):
        if detail["type"] == "missing" and detail["loc"][-1] in adviceby_other_names:
            continue
        found = place.find(detail["loc"])
        # The arms of a union fail one by one at one place; they are one problem.
        key = (
            detail["loc"] if detail["type"] in ("missing", "extra_forbidden") else found.path,
            _family(detail["type"]),
        )
        grouped.setdefault(key, []).append(detail)
    missing = [str(key[0][0]) for key in grouped if key[1] == "missing" and len(key[0]) == 1]
    for count, details in enumerate(grouped.values()):
        if details[0]["type"] == "missing" and len(details[0]["loc"]) == 1:
            yield _missing(str(details[0]["loc"][0]), missing, model, place, at, first)
        elif details[0]["type"] == "combination":
            yield _combination(details[0]["ctx"], model, place, at, first, meant)
        else:
            yield _refusal(details, model, place, told + count)


def _missing(name: str, missing: list[str], model: type[BaseModel], place: Place, at: Place, first: str) -> Diagnostic:
    owner = owner_of(model)
    text = object_text(owner, model, place.node, first, missing)
    help = f"add `{name}: …` to its arguments" if text is None else f"write `{text}`"
    return at.problem("MS202", f"{owner}: `{name}` is missing", help)


def _short_list(detail: Any) -> Any:
    """An item that a list lacks is no missing argument: the list is too short."""
    if detail["type"] == "missing" and isinstance(detail["loc"][-1], int):
        return {**detail, "type": "list_too_short", "loc": detail["loc"][:-1], "ctx": {"length": detail["loc"][-1] + 1}}
    return detail


def _family(kind: str) -> str:
    return kind if kind in ("missing", "extra_forbidden", "combination") else "value"


def _refusal(details: list[Any], model: type[BaseModel], place: Place, told: int) -> Diagnostic:
    detail, owner = details[0], owner_of(model)
    loc, kind = detail["loc"], detail["type"]
    if kind == "missing":
        name = str(loc[-1])
        return place.find(loc[:-1]).problem("MS202", f"{owner}: `{name}` is missing", f"add `{name}`", key=True)
    if kind == "extra_forbidden":
        return unknown_argument(str(loc[-1]), owner, model, place, place.find(loc), told)
    found = place.find(loc)
    if not found.path[len(place.path) :]:
        return _shorthand(details, owner, model, place)
    label = _label(owner, found, place)
    return _bad_value(details, label, found)


def _combination(
    context: Any, model: type[BaseModel], place: Place, at: Place, first: str, meant: MappingABC[str, Pairs]
) -> Diagnostic:
    """Arguments that do not go together, at the one that is to be changed, or the item of its list."""
    owner, argument, item, help = owner_of(model), context["argument"], context.get("item"), context.get("help")
    found = place.get(argument)
    if found is None and argument == first and not isinstance(place.node, Mapping):
        found = place
    if found is not None and item is not None:
        found = found.find((item,))
    objects = meant.get(argument, ())
    within = None
    if objects:
        found = objects[item or 0][1]
        beside = [pair for pair in place.entries() if pair not in objects]
        within = (lambda text: f"{owner}: {placed(argument, text, beside)}") if len(objects) == 1 else None
    instead, nested = context.get("instead"), nested_fields(model).get(argument)
    if instead is not None and nested is not None and found is not None:
        help = instead_text(instead, nested.kind, found, within)
    message = context["message"]
    message = message if message.startswith(model.__name__) else f"{owner}: {message}"
    return (found or at).problem("MS208", message, help or f"change `{argument}`", key=bool(objects))


@cache
def _takes(model: type[BaseModel]) -> str:
    return listing(_own_first(model)) or "no arguments"


@cache
def _own_first(model: type[BaseModel]) -> tuple[str, ...]:
    return tuple(sorted(model.model_fields, key=lambda name: name in Layer.model_fields))


def _label(owner: str, found: Place, place: Place) -> str:
    below = found.path[len(place.path) :]
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in below)
    return f"{owner}.{text.lstrip('.')}" if text else owner


def _shorthand(details: list[Any], owner: str, model: type[BaseModel], place: Place) -> Diagnostic:
    first = str(details[0]["loc"][0]) if details[0]["loc"] else ""
    problem = _bad_value(details, f"{owner}.{first}" if first else owner, place)
    inputs = _inputs_meant(model, owner, place)
    if inputs is not None:
        return place.problem(problem.code, problem.message, inputs)
    if problem.code == "MS205" and problem.help is None and not any(map(_required, model.model_fields.values())):
        return place.problem(problem.code, problem.message, f"write `{owner}:` without a value")
    takes_it = isinstance(place.node, Sequence) and _takes_lists(model, first)
    if isinstance(place.node, Scalar) or problem.help is not None or takes_it:
        return problem
    right = in_order(owner, model, place)
    if right is not None:
        return place.problem(problem.code, problem.message, f"give arguments their names: write `{right}`")
    arguments = (
        ", ".join(f"{name}: …" for name, field in model.model_fields.items() if field.is_required()) or f"{first}: …"
    )
    help = f"only the first argument may be written without its name; write `{owner}: {{{arguments}}}`"
    return place.problem(problem.code, problem.message, help)


def without_a_first(model: type[BaseModel], given: Place) -> Diagnostic:
    """The refusal of a value without a name where the class has no first argument."""
    owner = owner_of(model)
    own = [name for name in model.model_fields if name not in BASE_ARGUMENTS]
    help = "write its arguments with their names" if own else f"write `{owner}` alone"
    message = f"{owner} takes no argument without a name; received {describe(given.node)}"
    return given.problem("MS203", message, _inputs_meant(model, owner, given) or help)


def _inputs_meant(model: type[BaseModel], owner: str, given: Place) -> str | None:
    from modelspec.language.meant.inputs_as_arguments import inputs_meant  # few write inputs among the arguments

    if not issubclass(model, Layer | Op):
        return None
    required = ", ".join(f"{name}: …" for name, field in model.model_fields.items() if field.is_required())
    return inputs_meant(f"{owner}: {{{required}}}", given)


def _required(field: FieldInfo) -> bool:
    return field.is_required()


def _takes_lists(model: type[BaseModel], name: str) -> bool:
    """Whether an argument may be a list, so that a list that is refused need not be meant for several arguments."""
    field = model.model_fields.get(name)
    return field is not None and "'array'" in str(model.model_json_schema()["properties"].get(field.alias or name))


def _bad_value(details: list[Any], label: str, found: Place) -> Diagnostic:
    received = describe(found.node)
    if details[-1]["type"] == "list_too_short":
        details = details[-1:]
    expected = " or ".join(dict.fromkeys(_expectation(detail) for detail in details))
    code = "MS203"
    kinds = {detail["type"] for detail in details}
    if kinds & set(_BOUNDS):
        code = "MS204"
    if "literal_error" in kinds:
        code = "MS205"
    return found.problem(code, f"{label}: expected {expected}; received {received}", _value_help(details, found, label))


def _expectation(detail: Any) -> str:
    kind, context = detail["type"], detail.get("ctx") or {}
    if kind in _TYPES:
        return _TYPES[kind]
    if kind in _BOUNDS:
        words, key = _BOUNDS[kind]
        bound = context[key]
        return f"a number {words} {bound:g}" if isinstance(bound, float) else f"a number {words} {bound}"
    if kind == "literal_error":
        return f"one of {context['expected']}" if " or " in context["expected"] else context["expected"]
    if kind == "list_too_short":
        return f"a list of {context['length']}"
    if kind == "too_long":
        return f"a list of at most {context['max_length']}"
    if kind == "too_short":
        return f"a list of at least {context['min_length']}"
    message = str(detail["msg"]).removeprefix("Input should be ").removeprefix("Input should have ")
    return message[0].lower() + message[1:]


def _value_help(details: list[Any], found: Place, label: str) -> str | None:
    value = found.node.value if isinstance(found.node, Scalar) else None
    kinds = {detail["type"] for detail in details}
    if "get_item_key" in kinds:
        return _OTHER_PLACES
    if isinstance(value, str):
        if kinds & {"bool_type", "bool_parsing"} and value.lower() in ("on", "yes", "y", "true"):
            return Replacement("write true", value, "true")
        if kinds & {"bool_type", "bool_parsing"} and value.lower() in ("off", "no", "n", "false"):
            return Replacement("write false", value, "false")
        if kinds & {"tuple_type", "list_type"} and (meant := list_meant(value)) is not None:
            return f"write `{meant}`"
        if kinds & {"none_required"} and value in ("None", "none", "nil"):
            return "write `null`"
        if kinds & {"int_type", "float_type"} and (meant := number_meant(value, as_written(found))) is not None:
            return meant
        if value in LEGACY_VALUES and "literal_error" in kinds:
            return f"write `{LEGACY_VALUES[value]}`"
        if value in GONE_VALUES and "literal_error" in kinds:
            return GONE_VALUES[value]
        if "literal_error" in kinds:
            choices = [part.strip("'") for part in details[0]["ctx"]["expected"].replace(" or ", ", ").split(", ")]
            dtype = meant_dtype(value, choices) if "float32" in choices else None
            return f"write `{dtype}`" if dtype is not None else did_you_mean(value, choices)
    if "less_than_equal" in kinds and isinstance(value, int) and 1 < value < 100:
        bounds = {detail["ctx"]["le"] for detail in details if detail["type"] == "less_than_equal"}
        if bounds == {1}:
            return f"write {value / 100:g}, if you mean {value:g} percent"
    if isinstance(value, int) and not isinstance(value, bool) and details[0]["loc"][-1:] == ("padding",):
        return _padding_of(value, label)
    if isinstance(value, float) and value == int(value) and "int_type" in kinds:
        divided = "divide with `//`, which gives whole numbers, or write "
        return f"{divided if found.node.origin is not None else 'write '}{int(value)}"
    return None


def _padding_of(size: int, label: str) -> str:
    """What PyTorch's number of padded places is here."""
    if size == 0:
        return "write `valid`"
    pads = re.match(r"(?:Separable|Depthwise)?Conv([123])D\.", label)
    step = (
        f"; for {size} on each side, put the step `ZeroPadding{pads.group(1)}D: {size}` before this one" if pads else ""
    )
    return f"write `same`, which keeps the size where `strides` is 1{step}"


def meant_dtype(value: str, choices: Collection[str]) -> str | None:
    """The dtype among the choices that Python, numpy, C, PyTorch or pandas call so: `float` is float32."""
    short = value.rpartition(".")[2].lower()
    meant = OTHER_DTYPES.get(short, short)
    return meant if meant in choices else None


def unknown_argument(
    name: str, owner: str, model: type[BaseModel], place: Place, found: Place, told: int = 0
) -> Diagnostic:
    """An argument that the object does not have; one that Keras or another library calls so gets the name of today."""
    from modelspec.language.meant.old_arguments import old_argument  # few specs have a wrong argument

    if name == "name":
        beside = "write `name:` beside the layer, as a key of the step"
        return found.problem("MS201", f"{owner}: a name is not an argument here", beside, key=True)
    old = old_argument(model, name, _given(place, name))
    renamed = old is not None and old.new is not None and place.get(old.new) is None
    advice = None if old is None else Replacement(old.help, name, old.new or "") if renamed else old.help
    if old is not None and old.of_keras:
        return found.problem("MS213", f"{owner}: `{name}` is a name from an older Keras", advice, key=True)
    help: str | None = advice if old is not None else _of_the_call(name, model, place)
    if help is None and told < _MOST_GUESSED:
        taken = _taken(model, place, found)
        help = guess(name, [item for item in _own_first(model) if item not in taken], told)
    help = help or f"{owner} takes {_takes(model)}"
    return found.problem("MS201", f"{owner}: unknown argument '{visible(name)}'", help, key=True)


def _taken(model: type[BaseModel], place: Place, unknown: Place) -> set[str]:
    """The arguments that the unknown one cannot be meant for. The command line replaces what the file gives."""
    given = ((name, place.get(name)) for name in model.model_fields)
    return {name for name, at in given if at is not None and (unknown.span.file != SET or at.span.file == SET)}


def meant_arguments(error: ValidationError, model: type[BaseModel], place: Place) -> dict[str, str]:
    """The arguments that unknown ones are meant for -> the names that are written; "" where the value changes with it."""
    from modelspec.language.meant.old_arguments import old_argument

    found = dict[str, str]()
    details = error.errors(include_url=False, include_context=False, include_input=False)
    unknown = [detail for detail in details if len(detail["loc"]) == 1 and detail["type"] == "extra_forbidden"]
    for detail in unknown[:_MOST_MEANT]:
        name = str(detail["loc"][0])
        old = old_argument(model, name, _given(place, name))
        if old is not None and old.new is None and old.help.startswith("write `"):
            found.setdefault(old.help.split("`")[1].split(":", 1)[0], "")
            continue
        taken = _taken(model, place, place.find(detail["loc"]))
        free = [item for item in _own_first(model) if item not in taken]
        new = closest(name, free) if old is None else old.new
        if new is not None and new not in taken:
            found.setdefault(new, name)
    return found


def _given(place: Place, name: str) -> dict[str, object]:
    """The values that an advice may repeat: of the argument itself, and of the learning rate beside it."""
    places = ((key, place.get(key)) for key in (name, "learning_rate", "lr"))
    return {key: at.value for key, at in places if at is not None}


def _of_the_call(name: str, model: type[BaseModel], place: Place) -> str | None:
    """What to do with an argument of a layer's call that stands among those of the layer."""
    if not issubclass(model, Layer):
        return None
    taken = {parameter.name: parameter for parameter in parameters(model)}
    if name not in taken or name.startswith("_"):
        return None
    first = next(iter(taken))
    more = "" if name == first else f"{first}: name, "
    value = "true" if taken[name].switch else "name"
    given = place.get(name)
    value = (None if given is None else short_yaml(given.node)) or value
    return f"it is an argument of the layer's call: write `from: {{{more}{name}: {value}}}` beside the layer"
