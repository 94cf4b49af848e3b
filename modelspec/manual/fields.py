"""The arguments of a catalogue class as data: for each its JSON Schema, its default, and its type in words.

The schema is pydantic's, made short and strict; words, tables and the language's schema are all made from it.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from functools import cache
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema

from modelspec.catalogue.types import MAX_DIM, Nested, Spread
from modelspec.language.arguments import nested_fields
from modelspec.language.objects import may_be_null
from modelspec.manual.words import argument_words
from modelspec.plugins.plugins import UNWRITTEN

Schema = dict[str, Any]

_LIMITS = {"ge": "minimum", "gt": "exclusiveMinimum", "le": "maximum", "lt": "exclusiveMaximum"}


@dataclass(frozen=True, slots=True)
class Argument:
    """One argument: what it may be (as JSON Schema and in words), its default, and what it is for."""

    name: str
    schema: Schema
    type: str
    required: bool
    default: Any
    text: str


@cache
def arguments(entry: type[BaseModel]) -> tuple[Argument, ...]:
    """The arguments of a class, in Keras's order."""
    made = entry.model_json_schema(schema_generator=_Generator)
    properties, nested = made.get("properties", {}), nested_fields(entry)
    words = argument_words(entry)
    found = []
    for name, field in entry.model_fields.items():
        if name in getattr(entry, "untaken", ()):
            continue
        required = field.is_required()
        default = None if required else plain(field.default)
        schema = _object(nested[name], may_be_null(entry, name)) if name in nested else tidy(properties[name])
        found.append(Argument(name, schema, type_words(schema), required, default, words.get(name, "")))
    return tuple(found)


class _Generator(GenerateJsonSchema):
    """pydantic's schema, with one number allowed where it stands for several."""

    def encode_default(self, dft: Any) -> Any:
        return None if dft is UNWRITTEN else super().encode_default(dft)

    def function_before_schema(self, schema: Any) -> Schema:
        inner = super().function_before_schema(schema)
        if not isinstance(schema["function"].get("function"), Spread):
            return inner
        item = tidy(inner.get("items") or inner["prefixItems"][0])
        one = next(choice for choice in item.get("anyOf", [item]) if "integer" in _types(choice))
        return {"anyOf": [{**one, "type": "integer"}, inner]}


def _object(nested: Nested, nullable: bool) -> Schema:
    """The schema of an argument that is an object of the catalogue."""
    one: Schema = {"$ref": f"#/$defs/{nested.kind}"}
    if nested.many:
        return {"type": "array", "items": one}
    if nested.listed:
        return {"anyOf": [one, {"type": "array", "items": one, "minItems": 1}]}
    if nested.kind == "schedule":
        return {"anyOf": [{"type": "number", "exclusiveMinimum": 0}, one]}
    return {"anyOf": [one, {"type": "null"}]} if nullable else one


def tidy(schema: Schema) -> Schema:
    """The same schema, shorter: limits by their JSON Schema names, no titles, null among the types or choices."""
    kept = {
        _LIMITS.get(key, key): value for key, value in schema.items() if key not in ("title", "default", "description")
    }
    if "prefixItems" in kept:
        items = [tidy(item) for item in kept.pop("prefixItems")]
        kept["items" if all(item == items[0] for item in items) else "prefixItems"] = (
            items[0] if all(item == items[0] for item in items) else items
        )
    elif isinstance(kept.get("items"), dict):
        kept["items"] = tidy(kept["items"])
    if "const" in kept:
        kept["enum"] = [kept.pop("const")]
    if "enum" in kept:
        kept.pop("type", None)
    if "anyOf" in kept:
        return _joined([tidy(choice) for choice in kept["anyOf"]])
    return kept


def _joined(choices: list[Schema]) -> Schema:
    flat = [inner for choice in choices for inner in choice.get("anyOf", [choice])]
    unique = [choice for index, choice in enumerate(flat) if choice not in flat[:index]]
    null = {"type": "null"}
    rest = [choice for choice in unique if choice != null]
    if null in unique and len(rest) == 1 and "enum" in rest[0]:
        return {"enum": [*rest[0]["enum"], None]}
    if null in unique and len(rest) == 1 and isinstance(rest[0].get("type"), str):
        return {**rest[0], "type": [rest[0]["type"], "null"]}
    return unique[0] if len(unique) == 1 else {"anyOf": unique}


def plain(value: Any) -> Any:
    """A default as JSON has it: tuples are lists."""
    if isinstance(value, BaseModel):
        return {type(value).__name__: {name: plain(item) for name, item in value if name in value.model_fields_set}}
    if isinstance(value, tuple | list):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    return value


def _types(schema: Schema) -> tuple[str, ...]:
    found = schema.get("type", ())
    return (found,) if isinstance(found, str) else tuple(found)


_ONE = {"integer": "whole number", "number": "number", "boolean": "true or false", "string": "string", "null": "null"}
_MANY = {"integer": "whole numbers", "number": "numbers", "boolean": "true or false", "string": "strings"}


def type_words(schema: Schema) -> str:
    """The type in words: `whole number above 0, or null`."""
    if "anyOf" in schema:
        parts = list(dict.fromkeys(type_words(choice) for choice in schema["anyOf"]))
        return _either(parts)
    if "$ref" in schema:
        return str(schema["$ref"]).rsplit("/", 1)[1]
    if "enum" in schema:
        return _either([_literal(value) for value in schema["enum"]])
    kinds = _types(schema)
    bare = {**schema, "type": next((kind for kind in kinds if kind != "null"), "null")}
    return _either([_simple(bare), *(["null"] if "null" in kinds and len(kinds) > 1 else [])])


def _simple(schema: Schema) -> str:
    kind = schema["type"]
    if kind == "array":
        return _list(schema)
    if kind == "object":
        names = schema.get("propertyNames", {}).get("enum")
        return f"mapping with {', '.join(names)}" if names else "mapping"
    return _ONE[kind] + _limits(schema)


def _list(schema: Schema) -> str:
    low, high = schema.get("minItems"), schema.get("maxItems")
    count = f" of {low}" if low is not None and low == high else f" of {low} or more" if low else ""
    item = schema.get("items")
    if item is None and "prefixItems" not in schema:
        return "list"
    if item is None:
        return f"list{count}: " + ", ".join(type_words(part) for part in schema.get("prefixItems", []))
    if _types(item) and _types(item)[0] in _MANY and "enum" not in item:
        many = _MANY[_types(item)[0]] + _limits(item) + (" or null" if "null" in _types(item) else "")
        return f"list{count or ' of'} {many}"
    return f"list{count}, each {type_words(item)}"


def _limits(schema: Schema) -> str:
    """` above 0`, ` from 0 to 1`; the widest limits of whole numbers go without saying."""
    low, above = schema.get("minimum"), schema.get("exclusiveMinimum")
    high, below = schema.get("maximum"), schema.get("exclusiveMaximum")
    if low is not None and above is not None:
        low = None if above >= low else low
    low = None if low is not None and abs(low) >= MAX_DIM else low
    high = None if high is not None and abs(high) >= MAX_DIM else high
    if low is not None and high is not None:
        return f" from {low} to {high}"
    parts = [
        f"{word} {bound}"
        for word, bound in (("above", above), ("at least", low), ("below", below), ("at most", high))
        if bound is not None
    ]
    return f" {' and '.join(parts)}" if parts else ""


def _literal(value: Any) -> str:
    return {None: "null", True: "true", False: "false"}.get(value, str(value)) if not _is_number(value) else str(value)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _either(parts: list[str]) -> str:
    flat = [part for part in parts if part]
    return flat[0] if len(flat) == 1 else f"{', '.join(flat[:-1])} or {flat[-1]}"


def shown(value: Any) -> str:
    """A value as YAML's flow style writes it: `[1, 1]`, `null`, `1e-07`."""
    if isinstance(value, list):
        return f"[{', '.join(shown(item) for item in value)}]"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{key}: {shown(item)}' for key, item in value.items())}}}"
    if isinstance(value, float):
        return ".inf" if value == math.inf else repr(value)
    if isinstance(value, str):
        plain_text = (
            value.replace("_", "").replace("-", "").replace(" ", "").replace("/", "").replace(".", "").isalnum()
        )
        words = ("null", "true", "false")
        return value if plain_text and not value[0].isdigit() and value.lower() not in words else json.dumps(value)
    return _literal(value)
