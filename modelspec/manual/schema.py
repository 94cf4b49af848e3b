"""The language as JSON Schema 2020-12, for editors: what completes, is checked and is explained while a spec is written.

It holds what the reader holds as far as a schema can: names, arguments, types, limits, choices. References and shapes
are `modelspec validate`'s.
"""

from __future__ import annotations

import json

from modelspec.catalogue.types import MAX_DIM
from modelspec.expansion.blocks import TYPES
from modelspec.expansion.values.variables import VARIABLE_PATTERN
from modelspec.language.reader import LANGUAGE_VERSION
from modelspec.language.sections.budget import Budget
from modelspec.language.sections.data import DataSpec
from modelspec.language.sections.inputs import InputSpec
from modelspec.language.sections.outputs import OutputSpec
from modelspec.language.sections.sources import SOURCES
from modelspec.language.sections.training import TrainSpec
from modelspec.language.settings import described, schema_of, settings_of
from modelspec.language.steps import BESIDE
from modelspec.manual.fields import Schema
from modelspec.manual.schema_objects import (
    NULL,
    application_properties,
    definitions,
    name_definitions,
    object_schema,
    ref,
    step_names,
    step_properties,
)
from modelspec.manual.schema_parts import list_of, mapping, named, some, told
from modelspec.manual.templates import TEMPLATE, inside, with_templates
from modelspec.plugins import NO_PLUGINS, Plugins
from modelspec.source.names import (
    INNER_NAME_PATTERN,
    INNER_REFERENCE_PATTERN,
    LONGEST_NAME,
    NAME_PATTERN,
    REFERENCE_PATTERN,
)

_NAME: Schema = {"type": "string", "pattern": f"^{NAME_PATTERN}$", "maxLength": LONGEST_NAME}
_INNER_NAME: Schema = {**_NAME, "pattern": f"^{INNER_NAME_PATTERN}$"}
_TEXT: Schema = {"type": "string"}
_PLAIN = ("step", "block.step", "steps", "block", "model", "train", "data", "inputs", "outputs", "name", "entry.name")
"""Definitions that no single variable can stand for."""


def schema_text(plugins: Plugins = NO_PLUGINS) -> str:
    """The schema as docs/schema.json has it: one line for each key of a spec and for each definition."""
    return _lines(schema(plugins), ("properties", "$defs")) + "\n"


def _lines(value: Schema, opened: tuple[str, ...]) -> str:
    lines = [
        f"{json.dumps(key)}: {_lines(below, ()) if key in opened else json.dumps(below, ensure_ascii=False)}"
        for key, below in value.items()
    ]
    return "{\n" + ",\n".join(lines) + "\n}"


def schema(plugins: Plugins = NO_PLUGINS) -> Schema:
    """The schema of a whole spec, with the names of a user's own packages."""
    defined = {**_structure(plugins), **name_definitions(plugins), **definitions(plugins)}
    plain = {name: inside(value) if name in _PLAIN else with_templates(value) for name, value in defined.items()}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "modelspec",
        "description": "A neural network: its inputs, its layers, its outputs, how it is trained, and on which data.",
        **mapping(
            {
                "modelspec": told("The version of the language; the first key.", {"const": LANGUAGE_VERSION}),
                "name": told("The name of the model; the file's name, if left out.", _NAME),
                "description": told("What the model is for.", _TEXT),
                "extends": told(
                    "Another spec that this one is merged over: a path relative to the folder of this file.", _TEXT
                ),
                "vars": told(
                    "Values by name, for `$name` and `$(…)` anywhere below.",
                    {"type": "object", "propertyNames": {"pattern": f"^{VARIABLE_PATTERN}$"}},
                ),
                "blocks": told(
                    "Groups of steps with parameters, expanded wherever a step uses them: `- block: name`.",
                    named(ref("block")),
                ),
                "inputs": told("The inputs: a shape for each name, without the batch axis.", ref("inputs")),
                "layers": told("The steps, from top to bottom.", ref("steps")),
                "shared": told(
                    "Layers that several steps call with one set of weights: `- {call: name, from: x}`.",
                    _shared(),
                ),
                "models": told("Models that steps call in the same way as shared layers.", named(ref("model"))),
                "outputs": told("The outputs: a loss and metrics for each name.", ref("outputs")),
                "train": told("How to train.", ref("train")),
                "data": told("The data to train, validate and test on.", ref("data")),
                "budget": told(
                    "The most parameters, and FLOPs per sample, that the model may have.",
                    schema_of(Budget),
                ),
            },
            required=("modelspec", "inputs", "layers"),
        ),
        "patternProperties": {"^x-": told("Your own key: ignored.", {})},
        "$defs": {**plain, "template": TEMPLATE},
    }


def _structure(plugins: Plugins) -> dict[str, Schema]:
    return {
        "name": _NAME,
        "entry.name": {**_NAME, "pattern": rf"^{NAME_PATTERN}$|\$|\*"},
        "reference": _reference(REFERENCE_PATTERN),
        "references": {"anyOf": [ref("reference"), some(ref("references"))]},
        "from": _from("reference"),
        "block.reference": _reference(INNER_REFERENCE_PATTERN),
        "block.references": {"anyOf": [ref("block.reference"), some(ref("block.references"))]},
        "block.from": _from("block.reference"),
        "shape": told(
            "Sizes without the batch axis; null is an axis of any size.",
            {"type": "array", "items": {"type": ["integer", "null"], "minimum": 1, "maximum": MAX_DIM}},
        ),
        "inputs": {**_entries(ref("input")), "minProperties": 1},
        "input": {"anyOf": [ref("shape"), _looped(InputSpec, "input")]},
        "steps": {"type": "array", "items": ref("step"), "minItems": 1},
        "step": {"$ref": "#/$defs/block.step", "properties": {"name": _NAME, "from": ref("from")}},
        "block.step": _step(plugins),
        **_counted(list(_OPTIONAL)),
        "block": _block(),
        "model": _model(),
        "outputs": {**_entries(ref("output")), "minProperties": 1},
        "output": {"anyOf": [NULL, ref("reference"), _looped(OutputSpec, "output")]},
        "train": schema_of(TrainSpec, "train"),
        "data": schema_of(DataSpec),
        **{f"source.{name}": object_schema(entry) for name, entry in SOURCES.items()},
        "source": {
            **mapping({name: ref(f"source.{name}") for name in SOURCES}),
            "minProperties": 1,
            "maxProperties": 1,
        },
    }


def _reference(pattern: str) -> Schema:
    return told(
        "The name of an input or of a step above; `name.0` or `name.output` for one of several outputs, `layer@0` "
        "for a call of a shared layer; with `*`, all names above that fit.",
        {"type": "string", "pattern": f"^{pattern.replace('(?:', '(')}$|^[A-Za-z0-9_*-]*\\*[A-Za-z0-9_.*-]*$"},
    )


def _from(reference: str) -> Schema:
    """What a step takes; `reference` is the definition of one name."""
    references = some(ref(reference))
    argument = {"anyOf": [ref(f"{reference}s"), {"type": ["boolean", "number", "null"]}]}
    by_name = {"type": "object", "additionalProperties": argument, "minProperties": 1}
    return told(
        "What the step takes: a name, a list of names, or names by the arguments of the call. If left out, the step above.",
        {"anyOf": [ref(reference), references, by_name]},
    )


def _loops(what: str, chained: str = "") -> dict[str, Schema]:
    """The keys by which something is written out several times, or not at all."""
    return {
        "repeat": told(
            f"How many copies of the {what} there are{chained}; `$i` counts from 0.", {"type": "integer", "minimum": 0}
        ),
        "for": told(
            f"Repeats the {what} for each value of a list: `for: {{filters: [64, 128]}}`.",
            {"type": "object", "additionalProperties": {"type": "array"}, "minProperties": 1},
        ),
        "when": told(f"Whether the {what} is included.", {"type": "boolean"}),
    }


def _looped(section: type, what: str) -> Schema:
    """A section whose name may stand in a loop."""
    made = schema_of(section)
    return {**made, "properties": {**made["properties"], **_loops(what)}}


def _entries(value: Schema) -> Schema:
    """A mapping from names that the spec gives, or makes in loops."""
    return {**named(value), "propertyNames": ref("entry.name")}


def _shared() -> Schema:
    """A shared layer, alone or in a loop."""
    looped = {"type": "object", "anyOf": [{"required": [key]} for key in ("for", "repeat", "when")]}
    return _entries({"anyOf": [ref("layer"), looped]})


def _step(plugins: Plugins) -> Schema:
    """A step of a block: a name alone, or one layer, function or call and what stands beside it."""
    beside: dict[str, Schema] = {
        "from": ref("block.from"),
        "name": told("The name of the step, and of the layer in Keras.", _INNER_NAME),
        **_loops("step", ", each copy taking the one before"),
        "with": told("Values for the parameters of the block.", {"type": "object"}),
        "call": told("A shared layer or a nested model.", _TEXT),
        "block": told("A block, whose steps are inserted here.", _TEXT),
    }
    assert {*BESIDE, "call", "block", "with"} == set(beside)
    return {
        "anyOf": [
            {"enum": step_names(plugins)},
            {**mapping({**beside, **step_properties(plugins)}), "$ref": "#/$defs/step.0.0"},
        ]
    }


_OPTIONAL = (*BESIDE, "with")


def _counted(optional: list[str]) -> dict[str, Schema]:
    """One key more than there are of `optional`: said by counting, which editors explain better than 400 choices.

    `step.k.n` says it of the keys from the k-th on, when n of those before are there.
    """
    made: dict[str, Schema] = {}
    for given in range(len(optional) + 1):
        made[f"step.{len(optional)}.{given}"] = {"minProperties": given + 1, "maxProperties": given + 1}
    for index, name in enumerate(optional):
        for given in range(index + 1):
            made[f"step.{index}.{given}"] = {
                "if": {"required": [name]},
                "then": ref(f"step.{index + 1}.{given + 1}"),
                "else": ref(f"step.{index + 1}.{given}"),
            }
    return made


def _block() -> Schema:
    param = mapping(
        {
            "type": told("The type of its values.", {"enum": list(TYPES)}),
            "default": told("Its value if none is given; without a default, the parameter is required.", {}),
            "description": told("What it is for.", _TEXT),
        }
    )
    names = {"type": "object", "propertyNames": {"pattern": f"^{VARIABLE_PATTERN}$"}}
    return mapping(
        {
            "description": told("What the block is for.", _TEXT),
            "params": told(
                "Its parameters: a default for each name (null if it is required), or `{type: integer, default: 1}`.",
                {"anyOf": [{**names, "additionalProperties": {"anyOf": [param, {}]}}, list_of(_TEXT)]},
            ),
            "inputs": told("The names of its inputs; one input without a name, if left out.", some(_NAME)),
            "layers": {"type": "array", "items": ref("block.step"), "minItems": 1},
            "output": told("The step whose output it returns; the last one, if left out.", ref("block.reference")),
        },
        required=("layers",),
    )


def _model() -> Schema:
    freeze = described(settings_of(TrainSpec)["freeze"])
    own = mapping(
        {
            "inputs": ref("inputs"),
            "layers": ref("steps"),
            "shared": told("Shared layers that are seen inside this model only.", _shared()),
            "models": told("Models that are seen inside this model only.", named(ref("model"))),
            "outputs": told(
                "A step, a list of steps, or names for them; the last step, if left out.",
                {"anyOf": [ref("reference"), list_of(ref("reference")), named({"anyOf": [ref("reference"), NULL]})]},
            ),
            "trainable": told("Whether training changes the weights.", {"type": "boolean", "default": True}),
            "freeze": freeze,
        },
        required=("inputs", "layers"),
    )
    taken = mapping(
        {
            "spec": told("The spec that this model is taken from: a path relative to the folder of this file.", _TEXT),
            "vars": told("Values for the variables of that spec.", {"type": "object"}),
            "trainable": told("Whether training changes the weights.", {"type": "boolean", "default": True}),
            "freeze": freeze,
        },
        required=("spec",),
    )
    tensors = {"anyOf": [_TEXT, list_of(_TEXT), {"type": "object", "additionalProperties": _TEXT}]}
    saved = mapping(
        {
            "saved": told("A .keras file or a run directory: a path relative to the folder of this file.", _TEXT),
            "layer": told("The model inside it to use.", _TEXT),
            "inputs": told("The tensors at which the part to use begins.", tensors),
            "outputs": told("The tensors at which the part to use ends.", tensors),
            "trainable": told("Whether training changes the weights.", {"type": "boolean", "default": True}),
            "freeze": freeze,
        },
        required=("saved",),
    )
    beside = {
        "trainable": told("Whether training changes the weights.", {"type": "boolean", "default": True}),
        "freeze": freeze,
        "outputs": told("The tensors inside it that it returns, by Keras's names of their layers.", tensors),
    }
    both, either = {"required": list(beside)}, {"anyOf": [{"required": [key]} for key in beside]}
    application = {
        **mapping({**application_properties(), **beside}),
        "if": both,
        "then": {"minProperties": 3, "maxProperties": 3},
        "else": {
            "if": either,
            "then": {"minProperties": 2, "maxProperties": 2},
            "else": {"minProperties": 1, "maxProperties": 1},
        },
    }
    return {"anyOf": [own, taken, saved, application]}
