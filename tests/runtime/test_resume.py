"""A training that is killed and resumed ends as one that never was: weights, optimizer, history, callbacks, bit for bit."""

import hashlib
import json
import os
import random
import shutil
import signal
import time

import numpy as np
import pytest

from modelspec.runtime.checkpoints.store import Store
from tests.runtime.nursery import Nursery

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
    "recurrent dropout": ("{x: [4, 3]}", "  - LSTM: {units: 6, dropout: 0.2, recurrent_dropout: 0.2}"),
    "augmentation": (
        "{x: {shape: [6, 6, 1]}}",
        "  - RandomFlip\n  - RandomRotation: 0.1\n  - Conv2D: {filters: 3, kernel_size: 3}\n  - Flatten",
    ),
}
RATES = {
    "constant": ("{Adam: 1e-2}", ()),
    "schedule": (
        "{SGD: {learning_rate: {CosineDecay: {initial_learning_rate: 0.1, decay_steps: 60}}, momentum: 0.9}}", (),
    ),
    "plateau": ("{RMSprop: 1e-2}", ("ReduceLROnPlateau: {patience: 1, factor: 0.5, cooldown: 1, min_delta: 0.05}",)),
    "average": ("{Adam: {learning_rate: 1e-2, use_ema: true, ema_momentum: 0.9}}", ()),
    "nadam": ("{Nadam: 1e-2}", ()),
}  # fmt: skip
STOPS = {
    "all": (),
    "early": ("EarlyStopping: {patience: 2, restore_best_weights: true, min_delta: 0.02}",),
    "files": (
        "CSVLogger: log.csv",
        "ModelCheckpoint: {filepath: kept.weights.h5, save_weights_only: true, save_best_only: true}",
    ),
}
ARRAYS = "{npz: rows.npz}"
CSV = "{csv: rows.csv}"


def spec(layers="dropout", rate="constant", stop="all", every="1 epoch", data=ARRAYS, epochs=8):
    inputs, steps = LAYERS[layers]
    optimizer, callbacks = RATES[rate]
    callbacks = (*callbacks, *STOPS[stop])
    train = "  callbacks:\n" + "".join(f"    - {callback}\n" for callback in callbacks) if callbacks else ""
    if data == CSV:
        inputs = inputs.replace("[6]", "{shape: [6], columns: [a, b, c, d, e, f]}")
    return SPEC.format(
        inputs=inputs, layers=steps, optimizer=optimizer, epochs=epochs, every=every, train=train, data=data
    )


def write_rows(folder, layers, data):
    """100 rows: ten steps of eight, and twenty rows to validate on."""
    draw = np.random.default_rng(5)
    shape = {"recurrent dropout": (4, 3), "augmentation": (6, 6, 1)}.get(layers, (6,))
    rows = draw.normal(size=(100, *shape)).astype("float32")
    kinds = draw.integers(0, 3, 100)
    if data == CSV:
        lines = [",".join(map(str, [*row, kind])) for row, kind in zip(rows, kinds, strict=True)]
        (folder / "rows.csv").write_text("\n".join(["a,b,c,d,e,f,y", *lines]) + "\n")
    else:
        np.savez(folder / "rows.npz", x=rows, y=kinds)


@pytest.fixture(scope="module")
def nursery():
    with Nursery() as started:
        yield started


def prepare(folder, **choice):
    folder.mkdir()
    write_rows(folder, choice.get("layers", "dropout"), choice.get("data", ARRAYS))
    (folder / "spec.yaml").write_text(spec(**choice))
    return folder


COMMAND = ("train", "spec.yaml", "--run-dir", "run")
RESUME = ("train", "--resume", "run")


def fingerprint_of(run):
    """Hashes of all that a run has come to: two runs with the same went the same way."""
    found = Store(run / "checkpoints", 9).newest()
    assert found is not None
    values = {name: value for name, value in found.snapshot.values.items() if name != "epochs"}
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
    return hashlib.sha256(data).hexdigest()


def count_checkpoints(run):
    names = Store(run / "checkpoints", 9).names()
    return int(names[0]) if names else 0


def killed_and_resumed(nursery, folder, kills, seed):
    """Start, and kill at random times, so often; then go on to the end. Returns how often it was killed while running."""
    draw = random.Random(seed)
    run, hit = folder / "run", 0
    command = COMMAND
    for _ in range(kills):
        child = nursery.start(folder, *command)
        before = count_checkpoints(run)
        wanted = before + draw.randint(1, 4)
        give_up = time.monotonic() + draw.uniform(8, 12)
        while count_checkpoints(run) < wanted and time.monotonic() < give_up and not child.out.count("\nrun: "):
            time.sleep(0.002)
        time.sleep(draw.uniform(0, 0.08))
        child.kill()
        code = child.wait()
        hit += code == -signal.SIGKILL
        command = RESUME
        if not (run / "run.json").exists():
            shutil.rmtree(run, ignore_errors=True)
            command = COMMAND
    child = nursery.run(folder, *command)
    assert child.code == 0, child.err
    assert not [name for name in os.listdir(run) if name.startswith(".") or name == "run.lock"]
    return hit


def is_exact(nursery, tmp_path, kills=3, seed=1, **choice):
    whole = prepare(tmp_path / "whole", **choice)
    done = nursery.run(whole, *COMMAND)
    assert done.code == 0, done.err
    again = prepare(tmp_path / "again", **choice)
    hit = killed_and_resumed(nursery, again, kills, seed)
    assert fingerprint_of(again / "run") == fingerprint_of(whole / "run")
    return hit


@pytest.mark.parametrize(
    "choice",
    [
        {"layers": "dropout", "rate": "plateau", "stop": "early", "every": "1 epoch"},
        {"layers": "batch norm", "rate": "schedule", "stop": "files", "every": "3 steps"},
        {"layers": "recurrent dropout", "rate": "nadam", "every": "7 steps"},
        {"layers": "noise", "rate": "average", "data": CSV, "every": "3 steps"},
    ],
    ids=lambda choice: " ".join(choice.values()),
)
def test_a_killed_training_ends_as_one_that_was_not(nursery, tmp_path, choice):
    assert is_exact(nursery, tmp_path, kills=2, **choice) >= 1


@pytest.mark.slow
@pytest.mark.parametrize("data", [ARRAYS, CSV], ids=["arrays", "csv"])
@pytest.mark.parametrize("stop", STOPS)
@pytest.mark.parametrize("rate", ["constant", "schedule", "plateau"])
@pytest.mark.parametrize("layers", LAYERS)
def test_every_killed_training_ends_as_one_that_was_not(nursery, tmp_path, layers, rate, stop, data):
    if data == CSV and layers in ("recurrent dropout", "augmentation"):
        pytest.skip("a CSV file has a number in each cell")
    every = {"all": "3 steps", "early": "1 epoch", "files": "1 second"}[stop]
    choice = {"layers": layers, "rate": rate, "stop": stop, "data": data, "every": every}
    assert is_exact(nursery, tmp_path, kills=3, seed=repr(choice), **choice) >= 1
