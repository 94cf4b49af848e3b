"""The part of the schema that tells on what to train: `data`. How to train is told by the settings of `train` themselves."""

from __future__ import annotations

from modelspec.language.sections.sources import SOURCES
from modelspec.manual.fields import Schema
from modelspec.manual.schema_objects import ref
from modelspec.manual.schema_parts import mapping, told


def data() -> Schema:
    """`data`: a source for each split."""
    part = told("The last part of the training rows.", {"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1})
    validation = {"anyOf": [ref("source"), mapping({"split": part}, required=("split",))]}
    return mapping({"train": ref("source"), "validation": validation, "test": ref("source")})


def source() -> Schema:
    """A kind of source, and its path or arguments."""
    return {**mapping({name: ref(f"source.{name}") for name in SOURCES}), "minProperties": 1, "maxProperties": 1}
