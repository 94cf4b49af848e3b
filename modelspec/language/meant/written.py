"""What a help tells to write: an object with the arguments that the user gave, under the right names.

Must not know any class of the catalogue.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable
from typing import Any

from pydantic import BaseModel, ValidationError

from modelspec.catalogue.entry import Instead
from modelspec.catalogue.kinds import find
from modelspec.catalogue.ops import find_op
from modelspec.catalogue.ops.op import Op
from modelspec.language.arguments import BASE_ARGUMENTS, first_argument, nested_fields
from modelspec.source import Mapping, Node, Place, Scalar
from modelspec.source.yaml.flow import scalar_yaml, short_yaml

_LONGEST = 100


def owner_of(model: type[BaseModel]) -> str:
    """What a message calls a class, which is how a spec writes it: `Dense`, `ops.mean`."""
    home = getattr(model, "keras_module", None)
    if home is None:  # a source of rows, whose name is its class's in small letters
        return model.__name__.lower()
    return f"{home.removeprefix('keras.')}.{model.__name__}" if issubclass(model, Op) else model.__name__


def object_text(
    owner: str, model: type[BaseModel], node: Node | None, first: str, missing: Collection[str]
) -> str | None:
    """The object with what is given of its arguments, and `…` for each that is missing: `Conv2D: {filters: 3, kernel_size: …}`.

    `node` are the arguments, or a value that stands for the argument `first`. None where that is too long for a help.
    """
    given = dict(_pairs(node, first))
    if not missing and list(given) == [first] and not isinstance(node, Mapping):
        return f"{owner}: {given[first]}"
    names = [name for name in model.model_fields if name in given or name in missing]
    arguments = ", ".join(f"{name}: {given[name]}" if name in given else f"{name}: …" for name in names)
    text = f"{owner}: {{{arguments}}}"
    return text if len(text) <= _LONGEST else None


def in_order(owner: str, model: type[BaseModel], arguments: Place) -> str | None:
    """The object whose arguments stand in a list, with their names: `Conv2D: [32, 3]`; None where they do not fit.

    Keras 1 took the sizes of a kernel one by one: `Convolution2D(64, 3, 3)`.
    """
    names = [name for name in model.model_fields if name not in BASE_ARGUMENTS]
    items = list(arguments.items())
    if not 0 < len(items) <= len(names) or not all(isinstance(item.node, Scalar) for item in items):
        return None
    values = [item.value for item in items]
    ways = [dict(zip(names, values, strict=False))]
    if names[1:2] == ["kernel_size"] and len(items) > 2:
        ways.insert(0, {names[0]: values[0], "kernel_size": values[1:]})
    for given in ways:
        if not nested_fields(model).keys() & given.keys() and _valid(model, given):
            texts = (f"{name}: {_short(value)}" for name, value in given.items())
            return f"{owner}: {{{', '.join(texts)}}}"
    return None


def _short(value: Any) -> str:
    if isinstance(value, list):
        return f"[{', '.join(map(_short, value))}]"
    return "null" if value is None else scalar_yaml(value)


def _valid(model: type[BaseModel], given: dict[str, object]) -> bool:
    try:
        model.model_validate(given)
    except ValidationError:
        return False
    return True


def lone_value(arguments: Place | None) -> tuple[bool, str | None]:
    """Whether an object's arguments have names, and the short value that stands alone in their place."""
    if arguments is None or _nothing(arguments.node):
        return False, None
    named = isinstance(arguments.node, Mapping)
    return named, None if named else short_yaml(arguments.node)


def with_arguments(help: str, kind: str, arguments: Place | None, *, named: bool = False) -> str:
    """The help that names another class, with the value that the user gave without a name; `named` has them now."""
    found = re.match(r"write `([\w.]+)`", help)
    if found is None or arguments is None or (lone_value(arguments)[1] is None and not named):
        return help
    name = found.group(1)
    model = find_op(name.removeprefix("ops.")) if name.startswith("ops.") else find(kind, name)
    first = None if model is None else model.positional(("x",)) if issubclass(model, Op) else first_argument(model)
    if model is None or first is None:
        return help
    if not named and not _fits(model, first, arguments):
        text = in_order(name, model, arguments)
        return help if text is None else help.replace(f"`{name}`", f"`{text}`", 1).removesuffix(" alone")
    given = {first, *(key for key, _ in arguments.entries())}
    missing = [name for name, field in model.model_fields.items() if field.is_required() and name not in given]
    text = object_text(name, model, arguments.node, first, missing)
    return help if text is None else help.replace(f"`{name}`", f"`{text}`", 1).removesuffix(" alone")


def _fits(model: type[BaseModel], first: str, arguments: Place) -> bool:
    if first in nested_fields(model):
        return True
    try:
        model.model_validate({first: arguments.value})
    except ValidationError as error:
        return all(detail["loc"][:1] != (first,) for detail in error.errors(include_url=False))
    return True


def _pairs(node: Node | None, first: str) -> Iterable[tuple[str, str]]:
    """The arguments that are short enough to be shown, as YAML."""
    entries = (
        [(name, item.value) for name, item in node.entries.items()] if isinstance(node, Mapping) else [(first, node)]
    )
    for name, value in entries:
        if value is not None and not _nothing(value):
            yield name, short_yaml(value) or "…"


def _nothing(node: Node) -> bool:
    return isinstance(node, Scalar) and node.value is None


def instead_text(instead: Instead, kind: str, place: Place, within: Callable[[str], str] | None = None) -> str | None:
    """The help that tells how the object at a place is to be written; None where it is no object that can be read.

    `within` says what the object is to stand in, where the place is that of its arguments and its name is their key.
    """
    node = place.node
    name, below = (node.value, None) if isinstance(node, Scalar) else _alone(node)
    if within is not None:
        name, below = str(place.path[-1]), node
    entry = find(kind, instead.class_name or name) if isinstance(name, str) else None
    if entry is None:
        return None
    written = find(kind, name) if isinstance(name, str) else None
    first = first_argument(entry) or ""
    given = dict(_pairs(below, first if written is None else first_argument(written) or first))
    kept = {argument: value for argument, value in given.items() if argument in entry.model_fields}
    if instead.adds is not None:
        kept[instead.adds[0]] = instead.adds[1]
    inner = f"{{{', '.join(f'{argument}: {value}' for argument, value in kept.items())}}}"
    inner = kept[first] if list(kept) == [first] and not isinstance(below, Mapping) else inner
    class_name = instead.class_name or name
    text = instead.around.format(f"{{{class_name}: {inner}}}" if kept else f"{class_name}")
    lost = [f"`{argument}: {value}`" for argument, value in given.items() if argument not in kept]
    moved = f"; {' and '.join(lost)} belongs to {instead.rest}" if lost and instead.rest else ""
    return (
        f"write `{within(text) if within is not None and instead.around.startswith('{') else text}`{instead.why}{moved}"
    )


def as_written(place: Place) -> str:
    """The text of a value as it stands in its file, where that is one line."""
    return place.span.written or ""


def of_type_key(kind: str, place: Place) -> str | None:
    """What is meant by an object whose name is the value of a key: `{type: adam, lr: 0.1}` is `{Adam: {learning_rate: 0.1}}`."""
    key = next((key for key in _TYPE_KEYS if place.get(key) is not None), None)
    named = None if key is None else place.get(key)
    name = named.node.value if named is not None and isinstance(named.node, Scalar) else None
    model = find(kind, name) if isinstance(name, str) else None
    if model is None or key is None:
        return None
    below = next((found for inner in _CONFIG_KEYS if (found := place.get(inner)) is not None), None)
    pairs = [(argument, item) for argument, item in place.entries() if argument not in (*_TYPE_KEYS, *_CONFIG_KEYS)]
    pairs += list(below.entries()) if below is not None else []
    given = {_todays(model, argument): short_yaml(item.node) or "…" for argument, item in pairs}
    if not set(given) <= set(model.model_fields):
        return None
    given |= {
        argument: "…" for argument, field in model.model_fields.items() if field.is_required() and argument not in given
    }
    if not given:
        return str(name)
    return f"{model.__name__}: {{{', '.join(f'{argument}: {value}' for argument, value in given.items())}}}"


def _todays(model: type[BaseModel], argument: str) -> str:
    """The name that an argument has today."""
    from modelspec.language.meant.old_arguments import old_argument

    old = None if argument in model.model_fields else old_argument(model, argument, {})
    return argument if old is None or old.new is None else old.new


_TYPE_KEYS = ("type", "class_name", "class", "name", "kind", "_target_")
_CONFIG_KEYS = ("config", "params", "args", "kwargs", "arguments")


def _alone(node: Node) -> tuple[str | None, Node | None]:
    """The one key of a mapping, and its value."""
    if not isinstance(node, Mapping) or len(node.entries) != 1:
        return None, None
    name, item = next(iter(node.entries.items()))
    return name, item.value
