"""The language as JSON Schema 2020-12, for editors: what completes, is checked and is explained while a spec is written.

It holds what the reader holds as far as a schema can: names, arguments, types, limits, choices. References and shapes
are `modelspec validate`'s.
"""

from __future__ import annotations

import json
from typing import Any

from modelspec.catalogue.types import MAX_DIM
from modelspec.expansion.blocks import TYPES
from modelspec.expansion.variables import VARIABLE_PATTERN
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
from modelspec.manual.templates import TEMPLATE, inside, with_templates
from modelspec.plugins import NO_PLUGINS, Plugins
from modelspec.source.names import (
    INNER_NAME_PATTERN,
    INNER_REFERENCE_PATTERN,
    LONGEST_NAME,
    NAME_PATTERN,
    REFERENCE_PATTERN,
)
from modelspec.spec.checkpoint import EVERY_PATTERN, MOST_KEPT
from modelspec.spec.models import INPUT_DTYPES
from modelspec.spec.reader import LANGUAGE_VERSION
from modelspec.spec.sources import SOURCES
from modelspec.spec.spec import DISTRIBUTIONS, PRECISIONS, CheckpointSpec
from modelspec.spec.stages import MOST_STAGES, STAGE_KEYS
from modelspec.spec.steps import BESIDE
from modelspec.spec.training import COUNTS

_NAME: Schema = {"type": "string", "pattern": f"^{NAME_PATTERN}$", "maxLength": LONGEST_NAME}
_INNER_NAME: Schema = {**_NAME, "pattern": f"^{INNER_NAME_PATTERN}$"}
_TEXT: Schema = {"type": "string"}
_FREEZE: Schema = {
    "description": "Layers that training does not change, by their names; `*` stands for any letters.",
    "anyOf": [_TEXT, {"type": "array", "items": _TEXT}],
}
_PLAIN = ("step", "block.step", "steps", "block", "model", "train", "data", "inputs", "outputs", "name")
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
        "description": "A neural network: what goes in, its layers, what comes out, how it is trained, and on what.",
        **_mapping(
            {
                "modelspec": _told("The version of the language; the first key.", {"const": LANGUAGE_VERSION}),
                "name": _told("What the model is called; the file's name, if left out.", _NAME),
                "description": _told("What the model is for.", _TEXT),
                "extends": _told(
                    "Another spec that this one is merged over: a path from the folder of this file.", _TEXT
                ),
                "vars": _told(
                    "Values by name, for `$name` and `$(…)` anywhere below.",
                    {"type": "object", "propertyNames": {"pattern": f"^{VARIABLE_PATTERN}$"}},
                ),
                "blocks": _told(
                    "Groups of steps with parameters, written out wherever a step uses them: `- block: name`.",
                    _named(ref("block")),
                ),
                "inputs": _told("What goes in: a shape for each name, without the batch axis.", ref("inputs")),
                "layers": _told("The steps, from top to bottom.", ref("steps")),
                "shared": _told(
                    "Layers that several steps call with one set of weights: `- {call: name, from: x}`.",
                    _named(ref("layer")),
                ),
                "models": _told("Models that steps call as they call shared layers.", _named(ref("model"))),
                "outputs": _told("What comes out: a loss and metrics for each name.", ref("outputs")),
                "train": _told("How to train.", ref("train")),
                "data": _told("What to train, validate and test on.", ref("data")),
                "budget": _told(
                    "The most parameters, and FLOPs per sample, that the model may have.",
                    _mapping({"parameters": _at_least(0), "flops": _at_least(0)}),
                ),
            },
            required=("modelspec", "inputs", "layers"),
        ),
        "patternProperties": {"^x-": _told("Yours: not read.", {})},
        "$defs": {**plain, "template": TEMPLATE},
    }


def _structure(plugins: Plugins) -> dict[str, Schema]:
    return {
        "name": _NAME,
        "reference": _reference(REFERENCE_PATTERN),
        "references": {"anyOf": [ref("reference"), _some(ref("references"))]},
        "from": _from("reference"),
        "block.reference": _reference(INNER_REFERENCE_PATTERN),
        "block.references": {"anyOf": [ref("block.reference"), _some(ref("block.references"))]},
        "block.from": _from("block.reference"),
        "shape": _told(
            "Sizes without the batch axis; null is a free axis.",
            {"type": "array", "items": {"type": ["integer", "null"], "minimum": 1, "maximum": MAX_DIM}},
        ),
        "inputs": {**_named(ref("input")), "minProperties": 1},
        "input": _input(),
        "steps": {"type": "array", "items": ref("step"), "minItems": 1},
        "step": {"$ref": "#/$defs/block.step", "properties": {"name": _NAME, "from": ref("from")}},
        "block.step": _step(plugins),
        **_counted(list(_OPTIONAL)),
        "block": _block(),
        "model": _model(),
        "outputs": {**_named(ref("output")), "minProperties": 1},
        "output": _output(),
        "columns": _told("The columns of the data, where they are not called like this.", _some(_TEXT)),
        "metrics": {"anyOf": [ref("metric"), {"type": "array", "items": ref("metric")}, NULL]},
        "train": _train(),
        "data": _data(),
        **{f"source.{name}": object_schema(entry) for name, entry in SOURCES.items()},
        "source": _source(),
    }


def _reference(pattern: str) -> Schema:
    return _told(
        "The name of an input or of a step above; `name.0` or `name.output` for one of several outputs, `layer@0` "
        "for a call of a shared layer.",
        {"type": "string", "pattern": f"^{pattern.replace('(?:', '(')}$"},
    )


def _from(reference: str) -> Schema:
    """What a step takes; `reference` is the definition of one name."""
    references = _some(ref(reference))
    argument = {"anyOf": [ref(f"{reference}s"), {"type": ["boolean", "number", "null"]}]}
    by_name = {"type": "object", "additionalProperties": argument, "minProperties": 1}
    return _told(
        "What the step takes: a name, a list of names, or names by the arguments of the call. Left out: the step above.",
        {"anyOf": [ref(reference), references, by_name]},
    )


def _input() -> Schema:
    mapping = _mapping(
        {
            "shape": ref("shape"),
            "dtype": _told("The dtype of the data.", {"enum": list(INPUT_DTYPES), "default": "float32"}),
            "column": _told("The column of the data, where it is not called like this.", _TEXT),
            "columns": ref("columns"),
        },
        required=("shape",),
    )
    return {"anyOf": [ref("shape"), {**mapping, **_one_of_columns()}]}


def _one_of_columns() -> Schema:
    return {"not": {"required": ["column", "columns"]}}


def _step(plugins: Plugins) -> Schema:
    """A step of a block: a name alone, or one layer, function or call and what stands beside it."""
    beside: dict[str, Schema] = {
        "from": ref("block.from"),
        "name": _told("What the step, and the layer in Keras, is called.", _INNER_NAME),
        "repeat": _told(
            "How often the step is written out, each copy taking the one before; `$i` counts from 0.",
            {"type": "integer", "minimum": 0},
        ),
        "for": _told(
            "Writes the step out once for each value of a list: `for: {filters: [64, 128]}`.",
            {"type": "object", "additionalProperties": {"type": "array"}, "minProperties": 1},
        ),
        "when": _told("Whether the step is there at all.", {"type": "boolean"}),
        "with": _told("Values for the parameters of the block.", {"type": "object"}),
        "call": _told("A shared layer or a nested model.", _TEXT),
        "block": _told("A block, whose steps are written out here.", _TEXT),
    }
    assert {*BESIDE, "call", "block", "with"} == set(beside)
    return {
        "anyOf": [
            {"enum": step_names(plugins)},
            {**_mapping({**beside, **step_properties(plugins)}), "$ref": "#/$defs/step.0.0"},
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
    param = _mapping(
        {
            "type": _told("What its values are.", {"enum": list(TYPES)}),
            "default": _told("Its value where none is given; without it, the parameter is required.", {}),
            "description": _told("What it is for.", _TEXT),
        }
    )
    names = {"type": "object", "propertyNames": {"pattern": f"^{VARIABLE_PATTERN}$"}}
    return _mapping(
        {
            "description": _told("What the block is for.", _TEXT),
            "params": _told(
                "Its parameters: a default for each name (nothing: it must be given), or `{type: integer, default: 1}`.",
                {"anyOf": [{**names, "additionalProperties": {"anyOf": [param, {}]}}, _list(_TEXT)]},
            ),
            "inputs": _told("Names for what it takes; one input without a name, if left out.", _some(_NAME)),
            "layers": {"type": "array", "items": ref("block.step"), "minItems": 1},
            "output": _told("The step that it gives; the last one, if left out.", ref("block.reference")),
        },
        required=("layers",),
    )


def _model() -> Schema:
    own = _mapping(
        {
            "inputs": ref("inputs"),
            "layers": ref("steps"),
            "shared": _told("Shared layers that are seen inside this model only.", _named(ref("layer"))),
            "models": _told("Models that are seen inside this model only.", _named(ref("model"))),
            "outputs": _told(
                "A step, a list of steps, or names for them; the last step, if left out.",
                {"anyOf": [ref("reference"), _list(ref("reference")), _named({"anyOf": [ref("reference"), NULL]})]},
            ),
            "trainable": _told("Whether training changes the weights.", {"type": "boolean", "default": True}),
            "freeze": _FREEZE,
        },
        required=("inputs", "layers"),
    )
    taken = _mapping(
        {
            "spec": _told("Another spec, whose model this is: a path from the folder of this file.", _TEXT),
            "vars": _told("Values for the variables of that spec.", {"type": "object"}),
            "trainable": _told("Whether training changes the weights.", {"type": "boolean", "default": True}),
            "freeze": _FREEZE,
        },
        required=("spec",),
    )
    tensors = {"anyOf": [_TEXT, _list(_TEXT), {"type": "object", "additionalProperties": _TEXT}]}
    saved = _mapping(
        {
            "saved": _told("A .keras file or a run directory: a path from the folder of this file.", _TEXT),
            "layer": _told("The model inside it that is meant.", _TEXT),
            "inputs": _told("The tensors at which the part that is meant begins.", tensors),
            "outputs": _told("The tensors at which it ends.", tensors),
            "trainable": _told("Whether training changes the weights.", {"type": "boolean", "default": True}),
            "freeze": _FREEZE,
        },
        required=("saved",),
    )
    frozen = {"trainable": _told("Whether training changes the weights.", {"type": "boolean", "default": True})}
    application = {
        **_mapping({**application_properties(), **frozen}),
        "if": {"required": ["trainable"]},
        "then": {"minProperties": 2, "maxProperties": 2},
        "else": {"minProperties": 1, "maxProperties": 1},
    }
    return {"anyOf": [own, taken, saved, application]}


def _output() -> Schema:
    mapping = _mapping(
        {
            "from": ref("reference"),
            "loss": _told("What training makes small; null: computed, not trained.", {"anyOf": [ref("loss"), NULL]}),
            "loss_weight": _told("How much the loss counts among several.", {"type": "number", "minimum": 0}),
            "metrics": _told("What is measured beside the loss.", ref("metrics")),
            "weighted_metrics": _told("The same, weighted as the loss is.", ref("metrics")),
            "column": _told("The column of the targets, where it is not called like this.", _TEXT),
            "columns": ref("columns"),
        }
    )
    return {"anyOf": [NULL, ref("reference"), {**mapping, **_one_of_columns()}]}


def _checkpoint() -> Schema:
    default = CheckpointSpec()
    every = {"type": "string", "pattern": f"^{EVERY_PATTERN}$", "default": default.every.text}
    keep = {"type": "integer", "minimum": 1, "maximum": MOST_KEPT, "default": default.keep}
    return _mapping(
        {
            "every": _told("`1 epoch`, `500 steps`, `10 minutes`.", every),
            "keep": _told("How many of the newest are kept.", keep),
        }
    )


def _init() -> Schema:
    path: Schema = {"type": "string", "minLength": 1, "maxLength": 1024}
    patterns = {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}
    told = {
        "path": _told("Where they are.", path),
        "include": _told("Take only what these name; `*` stands for any letters.", patterns),
        "exclude": _told("Leave out what these name.", patterns),
        "partial": _told("Take what fits, and leave the rest as it is.", {"type": "boolean", "default": False}),
    }
    return {"anyOf": [path, {**_mapping(told), "required": ["path"]}]}


def _train() -> Schema:
    told = {
        "epochs": "How often training goes over the data.",
        "batch_size": "How many rows make one step.",
        "validation_batch_size": "How many rows of the validation data are computed at once.",
        "seed": "The seed of all random numbers of the run.",
        "steps_per_epoch": "How many steps make an epoch; all rows, if left out.",
        "validation_freq": "After how many epochs there is a validation.",
        "steps_per_execution": "How many steps TensorFlow runs at once.",
    }
    weights = {"type": "object", "propertyNames": {"pattern": "^[0-9]+$"}, "additionalProperties": _at_least(0)}
    settings: Schema = {
        "optimizer": ref("optimizer"),
        "loss": _told("The loss of every output that names none.", {"anyOf": [ref("loss"), NULL]}),
        **{
            key: _told(told[key], {"type": "integer", "minimum": int(key != "seed"), "maximum": high})
            for key, high in COUNTS.items()
        },
        "shuffle": _told("Whether rows come in another order each epoch.", {"type": "boolean", "default": True}),
        "checkpoint": _told(
            "How often the state of the training is saved, and how many are kept: `{every: 10 minutes, keep: 3}`.",
            _checkpoint(),
        ),
        "freeze": _FREEZE,
        "init_from": _told(
            "Weights to begin with: a run directory, a .safetensors or a .keras file; by the paths of layers, if told.",
            _init(),
        ),
        "class_weight": _told('How much each class counts: `{"0": 1.0, "1": 5.0}`.', weights),
        "callbacks": {"anyOf": [ref("callback"), {"type": "array", "items": ref("callback")}, NULL]},
        "deterministic": _told(
            "Whether ops are computed so that they give the same bits each time; auto: where they would not.",
            {"anyOf": [{"const": "auto"}, {"type": "boolean"}], "default": "auto"},
        ),
        "precision": _told(
            "What layers compute in that have no `dtype` of their own: 16 bits with `mixed_…`, with weights of 32.",
            {"enum": list(PRECISIONS), "default": "float32"},
        ),
        "distribute": _told(
            "How several devices share the work: mirrored, each GPU of the machine with a part of every batch.",
            {"enum": [*DISTRIBUTIONS, None], "default": None},
        ),
        "jit_compile": _told(
            "Whether XLA compiles the step.", {"anyOf": [{"const": "auto"}, {"type": "boolean"}], "default": "auto"}
        ),
    }
    name = _told("What the stage is called.", ref("name"))
    stage = _mapping({key: name if key == "name" else settings[key] for key in STAGE_KEYS})
    stages = {"type": "array", "minItems": 1, "maxItems": MOST_STAGES, "items": stage}
    told_stages = _told("Parts of the training, one after another, each written over the rest of `train`.", stages)
    return _mapping({**settings, "stages": told_stages})


def _data() -> Schema:
    part = _told(
        "The last part of the training rows.", {"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1}
    )
    validation = {"anyOf": [ref("source"), _mapping({"split": part}, required=("split",))]}
    return _mapping({"train": ref("source"), "validation": validation, "test": ref("source")})


def _source() -> Schema:
    return {**_mapping({name: ref(f"source.{name}") for name in SOURCES}), "minProperties": 1, "maxProperties": 1}


def _mapping(properties: dict[str, Schema], required: tuple[str, ...] = ()) -> Schema:
    made: Schema = {"type": "object", "properties": properties, "additionalProperties": False}
    return {**made, "required": list(required)} if required else made


def _named(value: Schema) -> Schema:
    """A mapping from names that the spec gives."""
    return {"type": "object", "propertyNames": ref("name"), "additionalProperties": value}


def _list(item: Schema) -> Schema:
    return {"type": "array", "items": item}


def _some(item: Schema) -> Schema:
    return {**_list(item), "minItems": 1}


def _at_least(low: int) -> Schema:
    return {"type": "number", "minimum": low}


def _told(description: str, value: dict[str, Any]) -> Schema:
    return {"description": description, **value}
