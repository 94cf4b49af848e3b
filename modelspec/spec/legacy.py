"""Names of Keras 1 and Keras 2 that are gone, and what is written today.

Only words: where an old name is found, the reader adds these to its message.
"""

from __future__ import annotations

OF_KERAS = frozenset({
    "input", "output", "compile", "fit", "model", "nb_epoch", "optimiser", "validation_split", "validation_data", "loss_weights",
    "lr", "learning_rate", "samples_per_epoch", "metrics", "sample_weight", "x", "y", "val", "valid", "path",
})  # fmt: skip
"""Those of the keys below that Keras has, or had; the others come from elsewhere."""
LEGACY_KEYS: dict[str, str] = {
    "input": "inputs",
    "output": "outputs",
    "compile": "train",
    "fit": "train",
    "nb_epoch": "epochs",
    "optimiser": "optimizer",
    "validation_split": "`validation: {split: 0.1}` under `data`",
    "validation_data": "`validation: …` under `data`",
    "loss_weights": "`loss_weight` of each output under `outputs`",
    # what other tools and people call the keys
    "model": "layers",
    "network": "layers",
    "net": "layers",
    "architecture": "layers",
    "backbone": "layers",
    "steps": "layers",
    "nodes": "layers",
    "targets": "outputs",
    "heads": "outputs",
    "labels": "outputs",
    "training": "train",
    "trainer": "train",
    "dataset": "data",
    "datasets": "data",
    "variables": "vars",
    "params": "vars",
    "parameters": "vars",
    "hparams": "vars",
    "hyperparameters": "vars",
    "config": "vars",
    "constants": "vars",
    "macros": "blocks",
    "modules": "blocks",
    "submodels": "models",
    "networks": "models",
    "nested": "models",
    "title": "name",
    "version": "modelspec",
    "base": "extends",
    "bases": "extends",
    "inherits": "extends",
    "include": "extends",
    "import": "extends",
    "defaults": "extends",
    "max_epochs": "epochs",
    "num_epochs": "epochs",
    "n_epochs": "epochs",
    "bs": "batch_size",
    "criterion": "loss",
    "loss_fn": "loss",
    "loss_function": "loss",
    "losses": "loss",
    "objective": "loss",
    "optim": "optimizer",
    "random_seed": "seed",
    "random_state": "seed",
    "manual_seed": "seed",
    "mixed_precision": "precision",
    "class_weights": "class_weight",
    "sample_weights": "sample_weight",
    "metric": "metrics",
    "weight": "loss_weight",
    "label": "column",
    "target": "column",
    "type": "dtype",
    "size": "shape",
    "input_shape": "shape",
    "dims": "shape",
    "val": "validation",
    "valid": "validation",
    "dev": "validation",
    "eval": "validation",
    "testing": "test",
}
"""Old or foreign key of a spec -> the key of today, told only where that is a key."""

_OF_TRAIN = (
    "optimizer", "loss", "epochs", "batch_size", "seed", "shuffle", "steps_per_epoch", "validation_freq", "callbacks",
    "class_weight", "deterministic", "jit_compile", "precision", "checkpoint", "freeze", "init_from", "stages",
)  # fmt: skip
ELSEWHERE: dict[str, str] = {
    **{key: f"`{key}` under `train`" for key in _OF_TRAIN},
    **{old: f"`{new}` under `train`" for old, new in LEGACY_KEYS.items() if new in _OF_TRAIN},
    "lr": "`optimizer: {Adam: {learning_rate: 1e-3}}` under `train`",
    "learning_rate": "`optimizer: {Adam: {learning_rate: 1e-3}}` under `train`",
    "scheduler": "`optimizer: {Adam: {learning_rate: {CosineDecay: …}}}` under `train`",
    "metrics": "`metrics` of each output under `outputs`",
    "loss_weight": "`loss_weight` of an output under `outputs`",
    "weighted_metrics": "`weighted_metrics` of each output under `outputs`",
    "validation": "`validation` under `data`",
    "test": "`test` under `data`",
    "csv": "`train: {csv: …}` under `data`",
    "npz": "`train: {npz: …}` under `data`",
}
"""Keys that stand deeper in a spec -> where."""

OF_TRAIN: dict[str, str] = {
    "lr": "`optimizer: {Adam: {learning_rate: 1e-3}}`",
    "learning_rate": "`optimizer: {Adam: {learning_rate: 1e-3}}`",
    "scheduler": "`optimizer: {Adam: {learning_rate: {CosineDecay: …}}}`",
    "lr_scheduler": "`optimizer: {Adam: {learning_rate: {CosineDecay: …}}}`",
    "weight_decay": "`optimizer: {AdamW: {weight_decay: 0.01}}`",
    "momentum": "`optimizer: {SGD: {learning_rate: 0.01, momentum: 0.9}}`",
    "clipnorm": "`optimizer: {Adam: {clipnorm: 1.0}}`",
    "samples_per_epoch": "steps_per_epoch",
    "early_stopping": "`callbacks: [{EarlyStopping: {patience: 3}}]`",
    "patience": "`callbacks: [{EarlyStopping: {patience: 3}}]`",
    "metrics": "`metrics` of each output under `outputs`",
    "metric": "`metrics` of each output under `outputs`",
    "loss_weights": "`loss_weight` of each output under `outputs`",
    "sample_weight": "`sample_weight: COLUMN` of an output under `outputs`",
    "validation_split": "`validation: {split: 0.1}` under `data`",
    "validation_data": "`validation: …` under `data`",
    "data": "`data` beside `train`",
    "dataset": "`train: {dataset: …}` under `data`, which goes beside `train`",
    "csv": "`train: {csv: …}` under `data`, which goes beside `train`",
    "npz": "`train: {npz: …}` under `data`, which goes beside `train`",
    "synthetic": "`train: {synthetic: …}` under `data`, which goes beside `train`",
    "x": "the source under `data`",
    "y": "the source under `data`",
}
"""Old or foreign key of `train` -> what is written today."""

LEGACY_VALUES: dict[str, str] = {"th": "channels_first", "tf": "channels_last"}
"""Old value -> the value of today, for choices."""
OTHER_DTYPES: dict[str, str] = {
    "float": "float32", "single": "float32", "fp32": "float32", "f32": "float32", "floatx": "float32",
    "double": "float64", "fp64": "float64", "f64": "float64", "half": "float16", "fp16": "float16", "f16": "float16",
    "bf16": "bfloat16", "int": "int32", "integer": "int32", "i32": "int32", "long": "int64", "i64": "int64",
    "short": "int16", "char": "int8", "byte": "uint8", "boolean": "bool", "bool_": "bool", "str": "string",
    "text": "string", "object": "string", "unicode": "string", "str_": "string", "bytes": "string", "category": "string",
}  # fmt: skip
"""What others call a dtype -> Keras's name."""
GONE_VALUES: dict[str, str] = {
    "full": "there is no full padding any more: put a step such as ZeroPadding2D before this one, and write `valid`",
}
"""Old value without an equal today -> what to do."""

OF_MODEL: dict[str, str] = {
    "repeat": "a block, whose every use has weights of its own, or call the model several times: `models` has no loops",
    "for": "a block, whose every use has weights of its own, or call the model several times: `models` has no loops",
    "when": "`when: …` beside each `call` of it",
    "params": "a block, which has parameters: `models` has none",
    "with": "a block, which has parameters: `models` has none",
    "name": "the name as the model's key under `models`",
    "layer": "`layers: […]`, or the layer under `shared`",
}
"""Key of a nested model that belongs elsewhere -> what is written."""
