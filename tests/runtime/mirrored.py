"""Trainings on several devices, and what Keras's own `fit` comes to under the same strategy.

The devices are logical processors: real devices of TensorFlow, with a copy of every variable on each.
"""

import json

import keras
import numpy as np
import tensorflow as tf

DEVICES = """
import tensorflow as tf
processor = tf.config.list_physical_devices("CPU")[0]
tf.config.set_logical_device_configuration(processor, [tf.config.LogicalDeviceConfiguration()] * {count})
"""
"""What a process runs first to have so many processors."""
FIT = """
import os
from tests.runtime import mirrored
mirrored.fit({case!r}, {count})
os._exit(0)
"""
SPEC = """\
modelspec: 1
name: small
inputs: {x: [6]}
layers:
  - Dense: {units: 16, activation: relu}
%s
  - Dropout: 0.2
  - Dense: {units: 3, activation: softmax, dtype: float32}
    name: y
outputs: {y: {loss: sparse_categorical_crossentropy, metrics: [accuracy]}}
train: {optimizer: {%s: {learning_rate: 1e-2%s}}, epochs: 3, batch_size: %d, shuffle: false, seed: 4, distribute: mirrored%s}
data: {train: {npz: rows.npz}, validation: {npz: more.npz}}
"""
EACH = ("  - BatchNormalization", {})
TOGETHER = ("  - BatchNormalization: {synchronized: true}", {"synchronized": True})
NONE = ("  - Identity", None)
CASES = {
    "normalized": (EACH, "Adam", {}, {}),
    "normalized together": (TOGETHER, "SGD", {"momentum": 0.9}, {}),
    "not normalized": (NONE, "Nadam", {}, {}),
    "class weights": (EACH, "Adam", {}, {"class_weight": {"0": 1.0, "1": 5.0, "2": 0.5}}),
    "clipnorm": (EACH, "SGD", {"clipnorm": 0.05}, {}),
    "global clipnorm": (EACH, "Adam", {"global_clipnorm": 0.05}, {}),
    "clipvalue": (EACH, "RMSprop", {"clipvalue": 0.01}, {}),
    "decay": (EACH, "AdamW", {"weight_decay": 0.1}, {}),
    "average": (EACH, "Adam", {"use_ema": True, "ema_momentum": 0.9}, {}),
    "bfloat16": (EACH, "Adam", {}, {"precision": "mixed_bfloat16"}),
    "bfloat16 average": (EACH, "SGD", {"use_ema": True, "clipnorm": 0.1}, {"precision": "mixed_bfloat16"}),
}
"""(normalization, optimizer, its arguments, further settings of `train`)"""
ROWS, MORE, BATCH = 72, 20, 8
"""Nine whole batches; two to validate on, and one of four rows."""


def prepare(folder, case="normalized", rows=ROWS, batch=BATCH, **settings):
    """A folder with a spec and its rows."""
    folder.mkdir(exist_ok=True)
    (layer, _), optimizer, arguments, given = CASES[case]
    text = SPEC % (layer, optimizer, _yaml(arguments), batch, _yaml({**given, **settings}))
    (folder / "spec.yaml").write_text(text)
    draw = np.random.default_rng(3)
    for name, count in (("rows.npz", rows), ("more.npz", MORE)):
        np.savez(folder / name, x=draw.normal(size=(count, 6)).astype("float32"), y=draw.integers(0, 3, count))
    return folder


def _yaml(values):
    return "".join(f", {name}: {json.dumps(value)}" for name, value in values.items())


def fit(case, count, batch=BATCH):
    """Train by a script of Keras's and TensorFlow's own, in the working folder; history and each device's variables."""
    (_, normalized), optimizer, arguments, setting = CASES[case]
    keras.utils.set_random_seed(4)
    strategy = tf.distribute.MirroredStrategy([f"CPU:{number}" for number in range(count)])
    keras.config.set_dtype_policy(setting.get("precision", "float32"))
    with strategy.scope():
        x = keras.Input((6,), name="x")
        hidden = keras.layers.Dense(16, activation="relu")(x)
        hidden = hidden if normalized is None else keras.layers.BatchNormalization(**normalized)(hidden)
        hidden = keras.layers.Dropout(0.2)(hidden)
        model = keras.Model(x, keras.layers.Dense(3, activation="softmax", name="y", dtype="float32")(hidden))
        model.compile(
            optimizer=getattr(keras.optimizers, optimizer)(learning_rate=1e-2, **arguments),
            loss="sparse_categorical_crossentropy",
            metrics=["accuracy"],
        )
    weights = {int(name): weight for name, weight in setting.get("class_weight", {}).items()} or None
    with np.load("rows.npz") as rows, np.load("more.npz") as more:
        done = model.fit(
            rows["x"], rows["y"], batch_size=batch, epochs=3, shuffle=False, verbose=0, class_weight=weights,
            validation_data=(more["x"], more["y"]),
        )  # fmt: skip
    with open("history.json", "w") as file:
        json.dump(done.history, file)
    found = [strategy.experimental_local_results(variable.value) for variable in model.variables]
    np.savez("fitted.npz", *[np.stack([copy.numpy() for copy in copies]) for copies in found])
