"""The part of the schema that tells how to train and on what: `train`, its stages, and `data`."""

from __future__ import annotations

from modelspec.language.sections.checkpoint import CHECKPOINT
from modelspec.language.sections.sources import SOURCES
from modelspec.language.sections.stages import MOST_STAGES, STAGE_KEYS
from modelspec.language.sections.training import COUNTS
from modelspec.language.spec import DISTRIBUTIONS, PRECISIONS
from modelspec.manual.fields import Schema
from modelspec.manual.schema_objects import NULL, ref
from modelspec.manual.schema_parts import at_least, mapping, told

FREEZE: Schema = {
    "description": "Layers that training does not change, by their names; `*` matches any letters.",
    "anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}],
}

CLASS_WEIGHT: Schema = {
    "type": "object",
    "propertyNames": {"pattern": "^[0-9]+$"},
    "additionalProperties": at_least(0),
}


def _init() -> Schema:
    path: Schema = {"type": "string", "minLength": 1, "maxLength": 1024}
    patterns = {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}
    keys = {
        "path": told("Where they are.", path),
        "include": told("Take only what these name; `*` matches any letters.", patterns),
        "exclude": told("Leave out what these name.", patterns),
        "partial": told("Take what fits, and leave the rest as it is.", {"type": "boolean", "default": False}),
    }
    return {"anyOf": [path, {**mapping(keys), "required": ["path"]}]}


def train() -> Schema:
    """`train`: its settings, and stages that have some of them."""
    counts = {
        "epochs": "How often training goes over the data.",
        "batch_size": "How many rows make one step.",
        "validation_batch_size": "How many rows of the validation data are computed at once.",
        "seed": "The seed of all random numbers of the run.",
        "steps_per_epoch": "How many steps make an epoch; all rows, if left out.",
        "validation_freq": "After how many epochs there is a validation.",
        "steps_per_execution": "How many steps TensorFlow runs at once.",
    }
    settings: Schema = {
        "optimizer": ref("optimizer"),
        "loss": told("The loss of every output that names none.", {"anyOf": [ref("loss"), NULL]}),
        **{
            key: told(counts[key], {"type": "integer", "minimum": int(key != "seed"), "maximum": high})
            for key, high in COUNTS.items()
        },
        "shuffle": told("Whether rows come in another order each epoch.", {"type": "boolean", "default": True}),
        "checkpoint": told(
            "How often the state of the training is saved, and how many are kept: `{every: 10 minutes, keep: 3}`.",
            CHECKPOINT.schema(),
        ),
        "freeze": FREEZE,
        "init_from": told(
            "Weights to start from: a run directory, a .safetensors or a .keras file.",
            _init(),
        ),
        "class_weight": told("What each class of the only output counts: `{0: 1.0, 1: 5.0}`.", CLASS_WEIGHT),
        "callbacks": {"anyOf": [ref("callback"), {"type": "array", "items": ref("callback")}, NULL]},
        "deterministic": told(
            "Whether ops are computed so that they give the same bits each time; auto: where they would not.",
            {"anyOf": [{"const": "auto"}, {"type": "boolean"}], "default": "auto"},
        ),
        "precision": told(
            "What layers compute in that have no `dtype` of their own: 16 bits with `mixed_…`, with weights of 32.",
            {"enum": list(PRECISIONS), "default": "float32"},
        ),
        "distribute": told(
            "How several devices share the work: mirrored, each GPU of the machine with a part of every batch.",
            {"enum": [*DISTRIBUTIONS, None], "default": None},
        ),
        "jit_compile": told(
            "Whether XLA compiles the step.", {"anyOf": [{"const": "auto"}, {"type": "boolean"}], "default": "auto"}
        ),
    }
    name = told("What the stage is called.", ref("name"))
    stage = mapping({key: name if key == "name" else settings[key] for key in STAGE_KEYS})
    stages = {"type": "array", "minItems": 1, "maxItems": MOST_STAGES, "items": stage}
    told_stages = told("Parts of the training, one after another, each written over the rest of `train`.", stages)
    return mapping({**settings, "stages": told_stages})


def data() -> Schema:
    """`data`: a source for each split."""
    part = told("The last part of the training rows.", {"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1})
    validation = {"anyOf": [ref("source"), mapping({"split": part}, required=("split",))]}
    return mapping({"train": ref("source"), "validation": validation, "test": ref("source")})


def source() -> Schema:
    """A kind of source, and its path or arguments."""
    return {**mapping({name: ref(f"source.{name}") for name in SOURCES}), "minProperties": 1, "maxProperties": 1}
