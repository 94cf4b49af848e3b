"""JSON Schema of the catalogue: a definition for every object and every kind of objects.

Must not know the keys of a spec.
"""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from modelspec.catalogue.entry import Op
from modelspec.catalogue.kinds import KINDS, Kind, find
from modelspec.catalogue.ops import OPS, find_op
from modelspec.manual.fields import Argument, Schema, arguments
from modelspec.manual.words import address, summary
from modelspec.source.names import NAME_PATTERN
from modelspec.spec.objects import BASE_ARGUMENTS, first_argument

_IN_SPECS = tuple(kind for kind in KINDS if kind != "application")
NULL: Schema = {"type": "null"}


def ref(name: str) -> Schema:
    """A reference to a definition."""
    return {"$ref": f"#/$defs/{name}"}


def definitions() -> dict[str, Schema]:
    """All of them: `layer.Conv2D` for the arguments of a layer, `layer` for any layer, and likewise for other kinds."""
    made: dict[str, Schema] = {}
    for name, argument in _base_arguments().items():
        made[f"argument.{name}"] = _property(argument)
    for kind in _IN_SPECS:
        table = KINDS[kind]
        for name in table.classes:
            made[f"{kind}.{name}"] = object_schema(_class(kind, name))
        made[kind] = _kind(table)
    for name in OPS:
        made[f"ops.{name}"] = object_schema(_op(name))
    return made


def step_properties() -> dict[str, Schema]:
    """Every layer and function that a step may have as its key."""
    return {**_keys(KINDS["layer"]), **{f"ops.{name}": ref(f"ops.{name}") for name in OPS}}


def step_names() -> list[str]:
    """The layers and functions that may stand without arguments: `- Flatten`."""
    return [*_bare_names(KINDS["layer"]), *(f"ops.{name}" for name in OPS if not _required(_op(name)))]


def object_schema(entry: type[BaseModel]) -> Schema:
    """What may stand after the name of an object: its arguments, nothing, or the value of the first of them."""
    found = {item.name: item for item in arguments(entry)}
    required = _required(entry)
    mapping: Schema = {
        "type": "object",
        "properties": {name: _shared(item) or _property(item) for name, item in found.items()},
        "additionalProperties": False,
    }
    if required:
        mapping["required"] = required
    choices = [mapping, *([] if required else [NULL])]
    for first in _firsts(entry):
        if set(required) <= {first}:
            value = _without_mappings(found[first].schema)
            choices += [value] if value not in choices else []
    what = _about(entry)
    return {**({"description": what} if what else {}), "anyOf": choices}


def _firsts(entry: type[BaseModel]) -> list[str]:
    """The arguments that a value without a name may stand for; an op's depends on what `from` fills."""
    if not issubclass(entry, Op):
        first = first_argument(entry)
        return [] if first is None else [first]
    lists = {entry.list_parameter} if entry.list_parameter else set()
    filled = [lists | set(entry.tensor_parameters[:count]) for count in range(len(entry.tensor_parameters) + 1)]
    found = [entry.positional({name for name in bound if name is not None}) for bound in filled]
    return list(dict.fromkeys(name for name in found if name is not None))


def _without_mappings(schema: Schema) -> Schema:
    """The schema of a value that stands alone: a mapping would be read as arguments, and null as none."""
    choices = schema.get("anyOf", [schema])
    kept = [_named(choice) for choice in choices if choice.get("type") not in ("object", "null")]
    return kept[0] if len(kept) == 1 else {"anyOf": kept}


def _named(choice: Schema) -> Schema:
    """An object that is given by its name alone."""
    return {"$ref": f"{choice['$ref']}.name"} if "$ref" in choice else choice


def _kind(table: Kind) -> Schema:
    """Any object of a kind: a name, or a name with its arguments below it."""
    names = {"$ref": f"#/$defs/{table.name}.name"}
    if not table.classes:
        return names
    mapping = {
        "type": "object",
        "properties": _keys(table),
        "additionalProperties": False,
        "minProperties": 1,
        "maxProperties": 1,
    }
    return {"anyOf": [names, mapping]}


def name_definitions() -> dict[str, Schema]:
    """The names of each kind that may stand without arguments; a layer may also be a shared layer or a nested model."""
    made: dict[str, Schema] = {}
    for kind in _IN_SPECS:
        names: Schema = {"enum": _bare_names(KINDS[kind])}
        if kind == "layer":
            shared = {"type": "string", "pattern": f"^{NAME_PATTERN}$", "not": {"enum": _needing_arguments()}}
            names = {"anyOf": [names, {**shared, "description": "The name of a shared layer or a nested model."}]}
        made[f"{kind}.name"] = names
    return made


def _needing_arguments() -> list[str]:
    table = KINDS["layer"]
    return [name for name in (*table.classes, *table.aliases) if _required(_class("layer", name))]


def _keys(table: Kind) -> dict[str, Schema]:
    keys: dict[str, Schema] = {name: ref(f"{table.name}.{name}") for name in table.classes}
    for other, name in {**table.aliases, **table.identifiers}.items():
        keys.setdefault(other, {**ref(f"{table.name}.{name}"), "description": f"Another name of {name}."})
    return keys


def _bare_names(table: Kind) -> list[str]:
    every = dict.fromkeys((*table.choices, *table.identifiers, *table.classes, *table.aliases))
    return [name for name in every if name in table.choices or not _required(_class(table.name, name))]


def _class(kind: str, name: str) -> type[BaseModel]:
    found = find(kind, name)
    assert found is not None
    return found


def _op(name: str) -> type[BaseModel]:
    found = find_op(name)
    assert found is not None
    return found


def _required(entry: type[BaseModel]) -> list[str]:
    return [name for name, field in entry.model_fields.items() if field.is_required()]


def _base_arguments() -> dict[str, Argument]:
    return {item.name: item for item in arguments(_class("layer", "Dense")) if item.name in BASE_ARGUMENTS}


def _shared(item: Argument) -> Schema | None:
    """The definition that all layers share, where this argument is no different from it."""
    return ref(f"argument.{item.name}") if _base_arguments().get(item.name) == item else None


def _property(item: Argument) -> Schema:
    made: Schema = dict(item.schema)
    if item.text:
        made["description"] = item.text
    if not item.required:
        made["default"] = item.default
    return made


def _about(entry: Any) -> str:
    if not hasattr(entry, "keras_module"):
        return " ".join((entry.__doc__ or "").split("\n\n")[0].split())
    url = address(entry)
    return f"{summary(entry)} {url}" if url else summary(entry)
