"""Precision, clipping, accumulation, averages and XLA from the spec: to the bits of Keras's own `fit`."""

import json
from functools import cache

import keras
import numpy as np
import pytest
from safetensors.numpy import load_file

from modelspec.pipeline import check_text
from modelspec.runtime.build.model import build_model
from tests.chosen import chosen

SPEC = """\
modelspec: 1
name: small
inputs: {x: [6]}
layers:
  - Dense: {units: 16, activation: relu}
  - BatchNormalization
  - Dropout: 0.2
  - Dense: {units: 3, activation: softmax%s}
    name: y
outputs: {y: {loss: sparse_categorical_crossentropy, metrics: [accuracy]}}
train: {optimizer: {%s: {learning_rate: 1e-2%s}}, epochs: 4, batch_size: 8, shuffle: false, seed: 4%s}
data: {train: {npz: rows.npz}}
"""
ROWS = 76
"""Nine whole batches and one of four rows."""
WHOLE = {"xla": 72}
"""The rows where all batches are whole: each size of one is compiled anew, which takes XLA seconds."""
PLAIN = ("Adam", {}, {})
CASES = {
    "plain": PLAIN,
    "accumulation": ("Adam", {"gradient_accumulation_steps": 3}, {}),
    "clipnorm": ("SGD", {"clipnorm": 0.05}, {}),
    "global clipnorm": ("Adam", {"global_clipnorm": 0.05}, {}),
    "clipvalue": ("RMSprop", {"clipvalue": 0.01}, {}),
    "decay": ("AdamW", {"weight_decay": 0.1}, {}),
    "average": ("Adam", {"use_ema": True, "ema_momentum": 0.9}, {}),
    "average that overwrites": ("SGD", {"use_ema": True, "ema_momentum": 0.8, "ema_overwrite_frequency": 7}, {}),
    "average of accumulated": ("Adam", {"use_ema": True, "gradient_accumulation_steps": 2, "clipnorm": 0.1}, {}),
    "bfloat16": ("Adam", {}, {"precision": "mixed_bfloat16"}),
    "float16": ("Adam", {}, {"precision": "mixed_float16"}),
    "float16 average": ("SGD", {"use_ema": True, "gradient_accumulation_steps": 2}, {"precision": "mixed_float16"}),
    "xla": ("Adam", {}, {"jit_compile": True}),
    "xla of a short batch too": ("Adam", {}, {"jit_compile": True}),
    "no xla": ("Adam", {}, {"jit_compile": False}),
}


def yaml(values):
    """`, name: value` for each."""
    return "".join(f", {name}: {json.dumps(value)}" for name, value in values.items())


QUICK = ("average of accumulated", "float16", "xla")
"""Each kind of setting once, in as few trainings as that takes; the others are slow."""


def drawn(rows=ROWS):
    """The rows: inputs and classes."""
    draw = np.random.default_rng(3)
    return {"x": draw.normal(size=(rows, 6)).astype("float32"), "y": draw.integers(0, 3, rows)}


def by_keras(optimizer, arguments, setting, rows=ROWS):
    """Train as a script would, once for all tests: the history and the weights at the end."""
    return _by_keras(optimizer, json.dumps(arguments), json.dumps(setting), rows)


@cache
def _by_keras(optimizer, arguments, setting, count):
    arguments, setting = json.loads(arguments), json.loads(setting)
    keras.utils.set_random_seed(4)
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy(setting.get("precision", "float32"))
    try:
        x = keras.Input((6,), name="x")
        hidden = keras.layers.Dense(16, activation="relu")(x)
        hidden = keras.layers.Dropout(0.2)(keras.layers.BatchNormalization()(hidden))
        model = keras.Model(x, keras.layers.Dense(3, activation="softmax", name="y", dtype="float32")(hidden))
    finally:
        keras.config.set_dtype_policy(before)
    model.compile(
        optimizer=getattr(keras.optimizers, optimizer)(learning_rate=1e-2, **arguments),
        loss="sparse_categorical_crossentropy",
        metrics=["accuracy"],
        jit_compile=setting.get("jit_compile", "auto"),
    )
    rows = drawn(count)
    history = model.fit(rows["x"], rows["y"], batch_size=8, epochs=4, shuffle=False, verbose=0).history
    return history, [weight.numpy() for weight in model.weights]


@pytest.mark.parametrize("case", chosen(CASES, QUICK))
def test_history_and_last_weights_are_those_of_fit(cli, tmp_path, monkeypatch, case):
    monkeypatch.chdir(tmp_path)
    optimizer, arguments, setting = CASES[case]
    np.savez("rows.npz", **drawn(WHOLE.get(case, ROWS)))
    (tmp_path / "spec.yaml").write_text(SPEC % (", dtype: float32", optimizer, yaml(arguments), yaml(setting)))
    history, weights = by_keras(optimizer, arguments, setting, WHOLE.get(case, ROWS))
    done = cli("train", "spec.yaml", "--run-dir", "run")
    assert (done.code, done.err) == (0, "")
    ours = [json.loads(line) for line in (tmp_path / "run" / "history.jsonl").read_text().splitlines()]
    for name, values in history.items():
        assert [row[name] for row in ours] == values, name
    last = load_file(tmp_path / "run" / "last.safetensors")
    assert len(last) == len(weights)
    for theirs, (name, mine) in zip(weights, last.items(), strict=True):
        found = [
            value for value in last.values() if value.shape == theirs.shape and value.tobytes() == theirs.tobytes()
        ]
        assert found, (name, mine, theirs)


CHANGING = [case for case in CASES if CASES[case] != PLAIN and "xla" not in case]


@pytest.mark.parametrize("case", chosen(CHANGING, [case for case in CHANGING if case in QUICK]))
def test_each_of_them_changes_the_training(case):
    optimizer, arguments, setting = CASES[case]
    plain, with_it = by_keras(optimizer, {}, {})[1], by_keras(optimizer, arguments, setting)[1]
    assert any(first.tobytes() != second.tobytes() for first, second in zip(plain, with_it, strict=True))


@pytest.mark.parametrize("precision", ["mixed_bfloat16", "mixed_float16"])
def test_the_checker_knows_the_dtypes_that_keras_computes_in(precision):
    text = SPEC % ("", "Adam", "", f", precision: {precision}")
    text = text.replace("  - BatchNormalization\n", "  - Reshape: [4, 4]\n  - Bidirectional: {layer: {LSTM: 3}}\n")
    checked = check_text(text)
    assert checked.ok, checked.diagnostics
    model = build_model(checked.network).model
    dtypes = [item.dtype for item in model.layers]
    assert all(layer.dtype_policy.name == precision for layer in model.layers[1:]), dtypes
    shaped = checked.network.main
    found = {
        vertex.name: tensors[0].dtype
        for vertex, tensors in zip(shaped.graph.vertices, shaped.tensors, strict=True)
        if vertex.kind != "input"
    }
    assert found == {layer.name: layer.output.dtype for layer in model.layers if layer.name in found}
    weights = [weight.dtype for built in checked.network.weights.values() for weight in built]
    assert set(weights) == {"float32"} == {weight.dtype for weight in model.trainable_weights}
    assert keras.config.dtype_policy().name == "float32"


@pytest.mark.parametrize("precision", ["float8", "16", "[float32]", "mixed_bflot16", "null"])
def test_a_precision_that_there_is_not_is_refused(precision):
    checked = check_text(SPEC % ("", "Adam", "", f", precision: {precision}"))
    assert [(item.code, item.path) for item in checked.diagnostics] == [("MS204", ("train", "precision"))]


@pytest.mark.parametrize("precision", chosen(["mixed_bfloat16", "mixed_float16"], ["mixed_float16"]))
def test_a_mixed_run_evaluates_predicts_and_is_reproduced(cli, tmp_path, monkeypatch, precision):
    monkeypatch.chdir(tmp_path)
    np.savez("rows.npz", **drawn())
    (tmp_path / "spec.yaml").write_text(SPEC % ("", "Adam", "", f", precision: {precision}"))
    for command in (
        ("smoke", "spec.yaml"),
        ("train", "spec.yaml", "--run-dir", "run"),
        ("evaluate", "run"),
        ("predict", "run", "-o", "out.csv"),
        ("predict", "run", "-o", "out.npz"),
        ("reproduce", "run", "--run-dir", "again"),
    ):
        done = cli(*command)
        assert done.code == 0, (command, done.err)
    with np.load("out.npz") as out:
        assert {values.dtype.name for name, values in out.items() if not name.endswith(".class")} == {"float32"}


def test_swapped_averages_are_what_is_validated(cli, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    np.savez("rows.npz", **drawn())
    text = SPEC % ("", "Adam", ", use_ema: true, ema_momentum: 0.9", "%s")
    text = text.replace("rows.npz}}", "rows.npz}, validation: {split: 0.25}}")
    losses = {}
    for name, callbacks in (("raw", ""), ("averages", ", callbacks: [SwapEMAWeights]")):
        (tmp_path / "spec.yaml").write_text(text % callbacks)
        done = cli("train", "spec.yaml", "--run-dir", name)
        assert (done.code, done.err) == (0, "")
        rows = [json.loads(line) for line in (tmp_path / name / "history.jsonl").read_text().splitlines()]
        losses[name] = rows
    # Keras swaps by adding and subtracting, which rounds.
    raw, averaged = ([[row[key] for row in rows] for key in ("loss", "val_loss")] for rows in losses.values())
    assert raw[0] == pytest.approx(averaged[0], rel=1e-4)
    assert raw[1] != pytest.approx(averaged[1], rel=1e-4)
    last = [load_file(tmp_path / name / "last.safetensors") for name in losses]
    assert all(np.allclose(last[0][name], last[1][name], rtol=1e-3, atol=1e-5) for name in last[0])
    metrics = json.loads((tmp_path / "averages" / "metrics.json").read_text())
    assert metrics["validation"]["loss"] == pytest.approx(min(averaged[1]), rel=1e-4)
