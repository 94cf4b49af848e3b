"""Random values for the arguments of everything in the catalogue, as the language's JSON schema allows them."""

from __future__ import annotations

import json
from pathlib import Path
from random import Random
from typing import Any

DEFINITIONS: dict[str, Any] = json.loads(
    (Path(__file__).parent.parent.parent / "docs" / "schema.json").read_text(encoding="utf-8")
)["$defs"]
SIZES = (1, 2, 3, 4, 5, 8)
AXES = (-1, -1, 1, 2, 3, 0, -2, -3, 4, 5)
NUMBERS = (0.0, 0.1, 0.25, 0.5, 0.9, 1.0, 1.5, 2.0)
OPTIONAL = 0.2
"""How often an argument is given that need not be."""
DEEPEST = 3
"""How far objects may stand in objects."""


def arguments(random: Random, definition: str, often: float = OPTIONAL) -> Any:
    """Arguments of a class: a mapping, a value for the first one, or None for none."""
    forms = [form for form in DEFINITIONS[definition].get("anyOf", ()) if form.get("$ref") != "#/$defs/template"]
    whole = [form for form in forms if form.get("type") == "object"]
    form = whole[0] if whole and random.random() < 0.8 else random.choice(forms)
    return value(random, form, often=often)


def value(random: Random, schema: dict[str, Any], name: str = "", depth: int = 0, often: float = OPTIONAL) -> Any:
    """One value that the schema allows, as far as it says so."""
    if "$ref" in schema:
        return value(random, DEFINITIONS[schema["$ref"].removeprefix("#/$defs/")], name, depth, often)
    if "anyOf" in schema:
        forms = [form for form in schema["anyOf"] if form.get("$ref") != "#/$defs/template" and form.get("enum") != []]
        flat = [form for form in forms if form.get("type") != "object"]
        forms = forms or [{}]
        return value(random, random.choice(flat if depth >= DEEPEST and flat else forms), name, depth, often)
    if "enum" in schema:
        return random.choice(schema["enum"])
    if "const" in schema:
        return schema["const"]
    types = schema.get("type", "null")
    listed = (
        [types] if isinstance(types, str) else [item for item in types if item != "string" or "pattern" not in schema]
    )
    return _of_type(random, random.choice(listed or ["null"]), schema, name, depth, often)


def _of_type(random: Random, kind: str, schema: dict[str, Any], name: str, depth: int, often: float) -> Any:
    if kind == "object":
        return _mapping(random, schema, depth, often)
    if kind == "array":
        most = min(schema.get("maxItems", 3), 4)
        count = random.randint(min(schema.get("minItems", 1), most), most)
        return [value(random, schema.get("items", {}), name, depth + 1, often) for _ in range(count)]
    if kind == "boolean":
        return random.random() < 0.5
    if kind in ("integer", "number"):
        low = schema.get("minimum", schema.get("exclusiveMinimum"))
        choices: tuple[Any, ...] = (NUMBERS if kind == "number" else SIZES) if low is not None else (*AXES, *SIZES)
        if kind == "number" and low is None:
            choices = (*NUMBERS, -0.5, -1.0)
        fitting = [item for item in choices if _within(item, schema)]
        return random.choice(fitting) if fitting else low
    return random.choice(("a", "b c")) if kind == "string" else None


def _within(number: float, schema: dict[str, Any]) -> bool:
    return (
        schema.get("minimum", number) <= number <= schema.get("maximum", number)
        and not number <= schema.get("exclusiveMinimum", number - 1)
        and not number >= schema.get("exclusiveMaximum", number + 1)
    )


def _mapping(random: Random, schema: dict[str, Any], depth: int, often: float) -> dict[str, Any]:
    """All required arguments and some of the others; one of its keys where a mapping names an object."""
    properties: dict[str, Any] = schema.get("properties", {})
    if schema.get("maxProperties") == 1 or (not schema.get("required") and _names_objects(properties)):
        name = random.choice(sorted(properties))
        return {name: value(random, properties[name], name, depth + 1, often)}
    required = schema.get("required", [])
    return {
        name: value(random, inner, name, depth + 1, often)
        for name, inner in properties.items()
        if name in required or random.random() < often
    }


def _names_objects(properties: dict[str, Any]) -> bool:
    return bool(properties) and all(
        "$ref" in inner and "." in inner["$ref"] and not inner["$ref"].startswith("#/$defs/argument.")
        for inner in properties.values()
    )
