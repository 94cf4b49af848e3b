"""The schema's values with variables allowed: wherever a value stands, a string with a `$` may stand for it.

Must not know what the schema describes.
"""

from __future__ import annotations

from typing import Any

from modelspec.manual.fields import Schema

TEMPLATE: Schema = {
    "description": "A variable, `$width`, or an expression, `$(2 * width)`.",
    "type": "string",
    "pattern": r"\$",
}
_REF: Schema = {"$ref": "#/$defs/template"}


def with_templates(schema: Schema) -> Schema:
    """The same schema, with a variable or expression as another choice for every value that is no mapping."""
    if "anyOf" in schema:
        return {**schema, "anyOf": [*(inside(choice) for choice in schema["anyOf"]), _REF]}
    if "enum" in schema:
        outer = {key: value for key, value in schema.items() if key in ("description", "default")}
        inner = {key: value for key, value in schema.items() if key not in outer}
        return {**outer, "anyOf": [inner, _REF]}
    kinds = schema.get("type", ())
    kinds = [kinds] if isinstance(kinds, str) else list(kinds)
    if not kinds or "object" in kinds:
        return inside(schema)
    changed = inside(schema)
    if "string" not in kinds:
        return {**changed, "type": [*kinds, "string"], "pattern": r"\$"}
    return {**changed, "pattern": rf"{schema['pattern']}|\$"} if "pattern" in schema else changed


def inside(schema: Schema) -> Schema:
    """The same schema, with variables allowed for the values inside it."""
    made: dict[str, Any] = dict(schema)
    if "anyOf" in made:
        made["anyOf"] = [inside(choice) for choice in made["anyOf"]]
    for key in ("items", "additionalProperties"):
        if isinstance(made.get(key), dict):
            made[key] = with_templates(made[key])
    if "prefixItems" in made:
        made["prefixItems"] = [with_templates(item) for item in made["prefixItems"]]
    if "properties" in made:
        made["properties"] = {name: with_templates(value) for name, value in made["properties"].items()}
    return made
