"""JSON Schema of the catalogue: a definition for every object and every kind of objects.

Must not know the keys of a spec.
"""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from modelspec.catalogue.kinds import KINDS, Kind, find, names
from modelspec.catalogue.ops import OPS, find_op
from modelspec.catalogue.ops.op import Op
from modelspec.language.arguments import BASE_ARGUMENTS, first_argument
from modelspec.manual.fields import Argument, Schema, arguments
from modelspec.manual.words import address, summary
from modelspec.plugins import NO_PLUGINS, Plugins
from modelspec.plugins.plugins import UNWRITTEN
from modelspec.source.names import NAME_PATTERN

_IN_SPECS = tuple(kind for kind in KINDS if kind != "application")
NULL: Schema = {"type": "null"}


def ref(name: str) -> Schema:
    """A reference to a definition."""
    return {"$ref": f"#/$defs/{name}"}


def definitions(plugins: Plugins = NO_PLUGINS) -> dict[str, Schema]:
    """All of them: `layer.Conv2D` for the arguments of a layer, `layer` for any layer, and likewise for other kinds."""
    made: dict[str, Schema] = {}
    for name, argument in _base_arguments().items():
        made[f"argument.{name}"] = _property(argument)
    for kind in _IN_SPECS:
        table = KINDS[kind]
        for name in (*table.classes, *table.own):
            made[f"{kind}.{name}"] = object_schema(_class(kind, name))
        if kind != "activation":
            for name in plugins.names(kind):
                made[_definition(kind, name)] = object_schema(plugins.find(kind, name))
        made[kind] = _kind(table, plugins)
    for name in OPS:
        made[f"ops.{name}"] = object_schema(_op(name))
    for name in KINDS["application"].classes:
        made[f"application.{name}"] = object_schema(_class("application", name))
    return made


def application_properties() -> dict[str, Schema]:
    """Every network of `keras.applications` that a model may be."""
    return _keys(KINDS["application"])


def _definition(kind: str, registered: str) -> str:
    """The definition of a user's own object; `>` has no place in a reference."""
    return f"{kind}.{registered.replace('>', '.')}"


def _own_names(kind: str, plugins: Plugins) -> dict[str, str]:
    """What a spec may write for a user's own objects, and the registered name that it means."""
    whole = {name: name for name in plugins.names(kind)}
    ends = {name.rpartition(">")[2]: name for name in whole}
    return whole | {
        end: name for end, name in ends.items() if plugins.means(kind, end) == (name,) and end not in names(kind)
    }


def step_properties(plugins: Plugins = NO_PLUGINS) -> dict[str, Schema]:
    """Every layer and function that a step may have as its key."""
    return {**_keys(KINDS["layer"], plugins), **{f"ops.{name}": ref(f"ops.{name}") for name in OPS}}


def step_names(plugins: Plugins = NO_PLUGINS) -> list[str]:
    """The layers and functions that may stand without arguments: `- Flatten`."""
    return [*_bare_names(KINDS["layer"], plugins), *(f"ops.{name}" for name in OPS if not _required(_op(name)))]


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
            choices += [value] if value not in choices and value != {"anyOf": []} else []
            # a mapping of names, whose key need not be written
            choices += [found[first].schema] if getattr(entry, "named_values", False) else []
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


def _kind(table: Kind, plugins: Plugins) -> Schema:
    """Any object of a kind: a name, or a name with its arguments below it."""
    bare = {"$ref": f"#/$defs/{table.name}.name"}
    if not table.classes:
        return bare
    mapping = {
        "type": "object",
        "properties": _keys(table, plugins),
        "additionalProperties": False,
        "minProperties": 1,
        "maxProperties": 1,
    }
    return {"anyOf": [bare, mapping]}


def name_definitions(plugins: Plugins = NO_PLUGINS) -> dict[str, Schema]:
    """The names of each kind that may stand without arguments; a layer may also be a shared layer or a nested model."""
    made: dict[str, Schema] = {}
    for kind in _IN_SPECS:
        bare: Schema = {"enum": _bare_names(KINDS[kind], plugins)}
        if kind == "layer":
            shared = {"type": "string", "pattern": f"^{NAME_PATTERN}$", "not": {"enum": _needing_arguments(plugins)}}
            bare = {"anyOf": [bare, {**shared, "description": "The name of a shared layer or a nested model."}]}
        made[f"{kind}.name"] = bare
    return made


def _needing_arguments(plugins: Plugins) -> list[str]:
    table = KINDS["layer"]
    own = [name for name, meant in _own_names("layer", plugins).items() if _required(plugins.find("layer", meant))]
    return [*(name for name in (*table.classes, *table.aliases) if _required(_class("layer", name))), *own]


def _keys(table: Kind, plugins: Plugins = NO_PLUGINS) -> dict[str, Schema]:
    keys: dict[str, Schema] = {name: ref(f"{table.name}.{name}") for name in (*table.classes, *table.own)}
    for other, name in {**table.aliases, **table.identifiers}.items():
        keys.setdefault(other, {**ref(f"{table.name}.{name}"), "description": f"Another name of {name}."})
    for own, meant in _own_names(table.name, plugins).items():
        keys.setdefault(own, ref(_definition(table.name, meant)))
    return keys


def _bare_names(table: Kind, plugins: Plugins) -> list[str]:
    every = dict.fromkeys((*table.choices, *table.identifiers, *table.classes, *table.aliases))
    own = _own_names(table.name, plugins)
    if table.name != "activation":
        own = {name: meant for name, meant in own.items() if not _required(plugins.find(table.name, meant))}
    return [*(name for name in every if name in table.choices or not _required(_class(table.name, name))), *own]


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
    if not item.required and item.default is not UNWRITTEN:
        made["default"] = item.default
    return made


def _about(entry: Any) -> str:
    if not hasattr(entry, "keras_module"):
        return " ".join((entry.__doc__ or "").split("\n\n")[0].split())
    url = address(entry)
    return f"{summary(entry)} {url}" if url else summary(entry)
