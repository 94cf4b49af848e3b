"""The small pieces that every part of the schema is made of: mappings, lists, descriptions. Must not know the language."""

from __future__ import annotations

from typing import Any

from modelspec.manual.fields import Schema
from modelspec.manual.schema_objects import ref


def mapping(properties: dict[str, Schema], required: tuple[str, ...] = ()) -> Schema:
    """A mapping with these keys and no others."""
    made: Schema = {"type": "object", "properties": properties, "additionalProperties": False}
    return {**made, "required": list(required)} if required else made


def named(value: Schema) -> Schema:
    """A mapping from names that the spec gives."""
    return {"type": "object", "propertyNames": ref("name"), "additionalProperties": value}


def list_of(item: Schema) -> Schema:
    """A list."""
    return {"type": "array", "items": item}


def some(item: Schema) -> Schema:
    """A list that is not empty."""
    return {**list_of(item), "minItems": 1}


def told(description: str, value: dict[str, Any]) -> Schema:
    """A value with its description."""
    return {"description": description, **value}
