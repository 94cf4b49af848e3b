"""Trainings to interrupt: their specs, their rows, and hashes of all that a run has come to."""

import hashlib
import json

import numpy as np

from modelspec.runs.checkpoints.store import Store

SPEC = """\
modelspec: 1
name: killed
inputs: {inputs}
layers:
{layers}
  - Dense: {{units: 3, activation: softmax}}
    name: y
outputs:
  y: {{loss: sparse_categorical_crossentropy, metrics: [accuracy]}}
train:
  optimizer: {optimizer}
  epochs: {epochs}
  batch_size: 8
  seed: 11
  checkpoint: {{every: {every}, keep: 2}}
{train}
data:
  train: {data}
  validation: {{split: 0.2}}
"""
FLAT = "{x: [6]}"
LAYERS = {
    "plain": (FLAT, "  - Dense: {units: 16, activation: relu}"),
    "dropout": (FLAT, "  - Dense: {units: 16, activation: relu}\n  - Dropout: 0.4"),
    "noise": (FLAT, "  - GaussianNoise: 0.5\n  - Dense: {units: 16, activation: relu}"),
    "batch norm": (FLAT, "  - Dense: 16\n  - BatchNormalization: {momentum: 0.9}\n  - Activation: relu"),
    "learning": (FLAT, "  - Normalization\n  - Dense: 16\n  - Normalization\n  - Dropout: 0.4"),
    "recurrent dropout": ("{x: [4, 3]}", "  - LSTM: {units: 6, dropout: 0.2, recurrent_dropout: 0.2}"),
    "augmentation": (
        "{x: {shape: [6, 6, 1]}}",
        "  - RandomFlip\n  - RandomRotation: 0.1\n  - Conv2D: {filters: 3, kernel_size: 3}\n  - Flatten",
    ),
}
IMAGES = "{x: {shape: [6, 6, 3]}}"
MORE_LAYERS = {
    "AugMix": (IMAGES, "  - AugMix\n  - Flatten"),
    "RandAugment": (IMAGES, "  - RandAugment\n  - Flatten"),
    "spectral norm": (FLAT, "  - SpectralNormalization: {layer: {Dense: 8}}"),
    "attention": (
        "{x: [4, 3]}",
        "  - MultiHeadAttention: {num_heads: 2, key_dim: 3, dropout: 0.3}\n    from: {query: x, value: x}\n  - Flatten",
    ),
    "alpha dropout": (FLAT, "  - Dense: {units: 8, activation: selu}\n  - AlphaDropout: 0.3"),
}
"""Layers with randomness or a state of other kinds."""
RATES = {
    "constant": ("{Adam: 1e-2}", ()),
    "schedule": (
        "{SGD: {learning_rate: {CosineDecay: {initial_learning_rate: 0.1, decay_steps: 60}}, momentum: 0.9}}", (),
    ),
    "plateau": ("{RMSprop: 1e-2}", ("ReduceLROnPlateau: {patience: 1, factor: 0.5, cooldown: 1, min_delta: 0.05}",)),
    "average": ("{Adam: {learning_rate: 1e-2, use_ema: true, ema_momentum: 0.9}}", ()),
    "nadam": ("{Nadam: 1e-2}", ()),
    "diverging": ("{SGD: {learning_rate: 1e+30}}", ()),
}  # fmt: skip
STOPS = {
    "all": (),
    "early": ("EarlyStopping: {patience: 2, restore_best_weights: true, min_delta: 0.02}",),
    "files": (
        "CSVLogger: log.csv",
        "ModelCheckpoint: {filepath: kept.weights.h5, save_weights_only: true, save_best_only: true}",
    ),
}
MORE_STOPS = {
    "swap": ("SwapEMAWeights: {swap_on_epoch: true}",),
    "batches": ("ModelCheckpoint: {filepath: kept.weights.h5, save_weights_only: true, save_freq: 7}",),
}
ARRAYS = "{npz: rows.npz}"
CSV = "{csv: rows.csv}"
COMMAND = ("train", "spec.yaml", "--run-dir", "run")
RESUME = ("train", "--resume", "run")
STEPS = 10
"""The steps of an epoch: 80 rows by eight."""


def spec(layers="dropout", rate="constant", stop="all", every="1 epoch", data=ARRAYS, epochs=8):
    """The text of a spec."""
    inputs, steps = {**LAYERS, **MORE_LAYERS}[layers]
    optimizer, callbacks = RATES[rate]
    callbacks = (*callbacks, *{**STOPS, **MORE_STOPS}[stop])
    train = "  callbacks:\n" + "".join(f"    - {callback}\n" for callback in callbacks) if callbacks else ""
    if data == CSV:
        inputs = inputs.replace("[6]", "{shape: [6], columns: [a, b, c, d, e, f]}")
    return SPEC.format(
        inputs=inputs, layers=steps, optimizer=optimizer, epochs=epochs, every=every, train=train, data=data
    )


def write_rows(folder, layers="dropout", data=ARRAYS, seed=5):
    """100 rows: ten steps of eight, and twenty rows to validate on."""
    draw = np.random.default_rng(seed)
    inputs = {**LAYERS, **MORE_LAYERS}[layers][0]
    shape = {FLAT: (6,), "{x: [4, 3]}": (4, 3), IMAGES: (6, 6, 3)}.get(inputs, (6, 6, 1))
    rows = draw.normal(size=(100, *shape)).astype("float32")
    kinds = draw.integers(0, 3, 100)
    if data == CSV:
        lines = [",".join(map(str, [*row, kind])) for row, kind in zip(rows, kinds, strict=True)]
        (folder / "rows.csv").write_text("\n".join(["a,b,c,d,e,f,y", *lines]) + "\n")
    else:
        np.savez(folder / "rows.npz", x=rows, y=kinds)


def prepare(folder, **choice):
    """A folder with a spec and its rows."""
    folder.mkdir()
    write_rows(folder, choice.get("layers", "dropout"), choice.get("data", ARRAYS))
    (folder / "spec.yaml").write_text(spec(**choice))
    return folder


def come_to(run):
    """Hashes of all that a run has come to: two runs with the same went the same way."""
    found = Store(run / "checkpoints", 9).newest()
    assert found is not None
    about = ("epochs", "fingerprint")  # what the training is, not what it came to
    values = {name: value for name, value in found.snapshot.values.items() if name not in about}
    made = {
        "position": repr(found.snapshot.position),
        "state": json.dumps(values, sort_keys=True),
        "arrays": {name: digest(array.tobytes()) for name, array in found.snapshot.arrays.items()},
        "history": (run / "history.jsonl").read_text(),
        "table": (run / "history.csv").read_text(),
    }
    for name in ("best.safetensors", "last.safetensors", "metrics.json", "log.csv"):
        made[name] = digest((run / name).read_bytes()) if (run / name).exists() else None
    return made


def digest(data):
    """SHA-256 as a text."""
    return hashlib.sha256(data).hexdigest()


def newest(run):
    """The newest checkpoint's number; 0 where there is none."""
    names = Store(run / "checkpoints", 9).names()
    return int(names[0]) if names else 0


def position(run):
    """(epoch, step) of the newest whole checkpoint."""
    at = Store(run / "checkpoints", 9).newest().snapshot.position
    return at.epoch, at.step
