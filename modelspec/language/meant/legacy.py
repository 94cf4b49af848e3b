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
    "verbose": "remove it: training always shows its progress",
    **dict.fromkeys(
        ("workers", "num_workers", "use_multiprocessing", "max_queue_size", "prefetch", "pin_memory"),
        "remove it: rows are fed automatically",
    ),
    "initial_epoch": "remove it: `modelspec train --resume RUN` resumes a run",
    "validation_steps": "remove it: all validation rows are used",
    **dict.fromkeys(
        ("gpu", "gpus", "device", "devices", "cuda", "accelerator"),
        "remove it: a GPU is used where there is one; `distribute: mirrored` uses several",
    ),
    **dict.fromkeys(
        (
            "gradient_clip",
            "grad_clip",
            "clip_grad",
            "clip_grad_norm",
            "max_grad_norm",
            "gradient_clip_val",
            "clip_norm",
        ),
        "`optimizer: {Adam: {clipnorm: 1.0}}`",
    ),
    **dict.fromkeys(
        ("accumulate", "accumulate_grad_batches", "gradient_accumulation", "gradient_accumulation_steps"),
        "`optimizer: {Adam: {gradient_accumulation_steps: 4}}`",
    ),
    **dict.fromkeys(
        ("save_dir", "output_dir", "log_dir", "logdir", "out_dir", "run_dir", "checkpoint_dir"),
        "remove it: `modelspec train --run-dir DIR` names the folder of the run",
    ),
    **dict.fromkeys(("amp", "fp16", "half"), "`precision: mixed_float16`"),
    "bf16": "`precision: mixed_bfloat16`",
    "steps": "steps_per_epoch",
    "compile": "remove it, and write its settings here, under `train`",
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
    "full": "full padding no longer exists: put a step such as ZeroPadding2D before this one, and write `valid`",
}
"""Old value without an equal today -> what to do."""

_SAVED = "`saved: model.keras`, or `spec: other.yaml` for another spec"
FROM_FILES = ("load", "path", "file", "model_path", "from_file", "checkpoint")
"""What people call `saved` and `spec` of a model."""
OF_MODEL: dict[str, str] = {
    **dict.fromkeys(FROM_FILES, _SAVED),
    "repeat": "a block, each use of which has its own weights, or call the model several times: `models` has no loops",
    "for": "a block, each use of which has its own weights, or call the model several times: `models` has no loops",
    "when": "`when: …` beside each `call` of it",
    "params": "a block, which has parameters: `models` has none",
    "with": "a block, which has parameters: `models` has none",
    "name": "the name as the model's key under `models`",
    "layer": "`layers: […]`, or the layer under `shared`",
}
"""Key of a nested model that belongs elsewhere -> what is written."""

_ONE_SOURCE = "`train: {npz: train.npz}`: one source holds the columns of the inputs and of the targets"
OF_DATA: dict[str, str] = {
    "val": "validation",
    "valid": "validation",
    "dev": "validation",
    "eval": "validation",
    "path": "train: {csv: …}",
    **dict.fromkeys(
        ("x_train", "y_train", "X_train", "train_x", "train_y", "x", "y", "X", "inputs", "targets"), _ONE_SOURCE
    ),
    **dict.fromkeys(("x_test", "y_test", "X_test", "x_val", "y_val"), _ONE_SOURCE.replace("train", "test", 1)),
    "batch_size": "`batch_size` under `train`",
    "shuffle": "`shuffle` under `train`",
    "split": "`validation: {split: 0.1}`",
    "validation_split": "`validation: {split: 0.1}`",
}
"""Key of `data` of another tool -> what is written."""
