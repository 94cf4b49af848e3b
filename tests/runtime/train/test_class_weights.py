"""`class_weight` of an output: bit for bit what Keras's `fit` makes of class weights, or of sample weights for several."""

import json

import keras
import numpy as np
import pytest
import yaml
from safetensors.numpy import load_file

from tests.chosen import chosen, spread
from tests.tiny import write

ROWS = 44
WEIGHTS = {0: 0.5, 2: 3.25}
TEXT = '{"0": 0.5, "2": 3.25}'
SPEC = """\
modelspec: 1
name: weighed
inputs: {x: [4]}
layers:
  - {Dense: {units: 8, activation: relu}, name: hidden}
  - {Dense: LAST, name: kind, from: hidden}
outputs:
  kind: OUTPUT
train: TRAIN
data: {train: {npz: rows.npz}, validation: {split: 0.25}}
"""
TRAIN = "{optimizer: {SGD: 1e-2}, epochs: 3, batch_size: 8, shuffle: false, seed: 4}"


@pytest.fixture
def history(cli, tmp_path, monkeypatch):
    """Train a spec on rows; its history and its last weights."""
    monkeypatch.chdir(tmp_path)

    def train(text, **rows):
        np.savez("rows.npz", **rows)
        done = cli("train", write(tmp_path, text), "--run-dir", "run")
        assert (done.code, done.err) == (0, ""), done.err
        lines = [json.loads(line) for line in (tmp_path / "run" / "history.jsonl").read_text().splitlines()]
        return lines, load_file(tmp_path / "run" / "last.safetensors")

    return train


def inputs():
    return np.random.default_rng(3).normal(size=(ROWS, 4)).astype("float32")


NUMBERS = np.random.default_rng(5).integers(0, 3, ROWS)
TARGETS = {
    "sparse_categorical_crossentropy": NUMBERS,
    "categorical_crossentropy": np.eye(3, dtype="float32")[NUMBERS],
    "kl_divergence": np.random.default_rng(6).dirichlet(np.ones(3), ROWS).astype("float32"),
    "binary_crossentropy": np.random.default_rng(7).uniform(0, 1, (ROWS, 1)).astype("float32"),
}


PLACES = [(loss, at) for loss in TARGETS for at in ("train", "output")]


@pytest.mark.parametrize(("loss", "at"), spread(PLACES, 3))
def test_one_output_is_trained_as_fit_trains_it_with_class_weights(history, tmp_path, loss, at):
    binary, targets = loss == "binary_crossentropy", TARGETS[loss]
    weights, text = (WEIGHTS, TEXT) if not binary else ({1: 3.25}, '{"1": 3.25}')
    last = ("1", "sigmoid") if binary else ("3", "softmax")
    spec = SPEC.replace("LAST", f"{{units: {last[0]}, activation: {last[1]}}}")
    own = f", class_weight: {text}" if at == "output" else ""
    spec = spec.replace("OUTPUT", f"{{loss: {loss}, weighted_metrics: [mae]{own}}}")
    spec = spec.replace(
        "TRAIN", TRAIN if at == "output" else TRAIN.replace("seed: 4", f"seed: 4, class_weight: {text}")
    )
    if loss == "sparse_categorical_crossentropy":
        spec = spec.replace("[mae]", "[accuracy]")
    x = inputs()
    ours, final = history(spec, x=x, kind=targets)

    keras.utils.set_random_seed(4)
    entry = keras.Input((4,), name="x")
    hidden = keras.layers.Dense(8, activation="relu", name="hidden")(entry)
    kind = keras.layers.Dense(int(last[0]), activation=last[1], name="kind")(hidden)
    model = keras.Model(entry, kind)
    measured = "accuracy" if loss == "sparse_categorical_crossentropy" else "mae"
    model.compile(keras.optimizers.SGD(1e-2), loss, weighted_metrics=[measured])
    kept = ROWS * 3 // 4
    theirs = model.fit(
        x[:kept], targets[:kept], class_weight=weights, validation_data=(x[kept:], targets[kept:]), batch_size=8, epochs=3,
        shuffle=False, verbose=0,
    ).history  # fmt: skip
    for name in ("loss", "val_loss"):
        assert [row[name] for row in ours] == theirs[name], name
    assert {value.tobytes() for value in final.values()} == {weight.numpy().tobytes() for weight in model.weights}
    resolved = yaml.safe_load((tmp_path / "run" / "resolved.yaml").read_text())
    where = resolved["outputs"]["kind"] if at == "output" else resolved["train"]
    assert where["class_weight"] == {str(number): weight for number, weight in weights.items()}


TWO = """\
modelspec: 1
name: two
inputs: {x: [4]}
layers:
  - {Dense: {units: 8, activation: relu}, name: hidden}
  - {Dense: 1, name: price, from: hidden}
  - {Dense: {units: 3, activation: softmax}, name: kind, from: hidden}
  - {Dense: {units: 2, activation: softmax}, name: side, from: hidden}
outputs:
  price: {loss: mse PRICE}
  kind: {loss: sparse_categorical_crossentropy, class_weight: {"0": 0.5, "2": 3.25}}
  side: {loss: categorical_crossentropy SIDE}
train: {optimizer: {SGD: 1e-2}, epochs: 3, batch_size: 8, shuffle: false, seed: 4}
data: {train: {npz: rows.npz}}
"""


BESIDE = [("", ""), (", sample_weight: importance", ""), (", sample_weight: importance", ', class_weight: {"1": 2}')]


@pytest.mark.parametrize(("price", "side"), chosen(BESIDE, BESIDE[2:]))
def test_of_several_outputs_each_weighs_by_its_own_as_sample_weights_do(history, price, side):
    draw = np.random.default_rng(9)
    x, sides = inputs(), draw.integers(0, 2, ROWS)
    data = {
        "price": draw.normal(size=(ROWS, 1)).astype("float32"),
        "kind": NUMBERS,
        "side": np.eye(2, dtype="float32")[sides],
    }
    importance = draw.uniform(0, 2, ROWS).astype("float32")
    text = TWO.replace(" PRICE", price).replace(" SIDE", side)
    ours, final = history(text, x=x, importance=importance, **data)

    keras.utils.set_random_seed(4)
    entry = keras.Input((4,), name="x")
    hidden = keras.layers.Dense(8, activation="relu", name="hidden")(entry)
    made = {
        "price": keras.layers.Dense(1, name="price")(hidden),
        "kind": keras.layers.Dense(3, activation="softmax", name="kind")(hidden),
        "side": keras.layers.Dense(2, activation="softmax", name="side")(hidden),
    }
    model = keras.Model({"x": entry}, made)
    model.compile(
        keras.optimizers.SGD(1e-2),
        {"price": "mse", "kind": "sparse_categorical_crossentropy", "side": "categorical_crossentropy"},
    )
    weights = {
        "price": importance if price else np.ones(ROWS, "float32"),
        "kind": np.array([WEIGHTS.get(number, 1.0) for number in NUMBERS], "float32"),
        "side": np.where(sides == 1, 2.0, 1.0).astype("float32") if side else np.ones(ROWS, "float32"),
    }
    theirs = model.fit(
        {"x": x}, data, sample_weight=weights, batch_size=8, epochs=3, shuffle=False, verbose=0
    ).history  # fmt: skip
    for name, values in theirs.items():
        assert [row[name] for row in ours] == values, name
    assert {value.tobytes() for value in final.values()} == {weight.numpy().tobytes() for weight in model.weights}


def test_resuming_with_other_weights_is_told_by_their_path(history, cli, tmp_path):
    draw = np.random.default_rng(9)
    data = {"price": draw.normal(size=(ROWS, 1)), "kind": NUMBERS, "side": np.eye(2)[NUMBERS % 2]}
    text = TWO.replace(" PRICE", "").replace(" SIDE", "")
    history(text, x=inputs(), **data)
    other = text.replace("3.25", "4.5").replace("epochs: 3", "epochs: 4")
    done = cli("train", write(tmp_path, other), "--run-dir", "run", "--resume")
    assert done.code == 1
    assert "outputs.kind.class_weight.2 from 3.25 to 4.5" in done.err


IGNORED = """\
modelspec: 1
name: masks
inputs: {x: [4, 4, 2]}
layers:
  - {Conv2D: {filters: 3, kernel_size: 1, activation: softmax}, name: mask}
outputs:
  mask:
    loss: {SparseCategoricalCrossentropy: {ignore_class: NUMBER}}
    metrics: [{MeanIoU: {num_classes: 3, sparse_y_pred: false, ignore_class: NUMBER}}]
train: {optimizer: {SGD: 1e-2}, epochs: 2, batch_size: 8, shuffle: false, seed: 4}
data: {train: {npz: rows.npz}}
"""


@pytest.mark.parametrize("number", chosen([255, -1, -100, 0], [-1]))
def test_a_class_that_is_ignored_may_stand_in_the_rows_as_fit_takes_it(history, number):
    draw = np.random.default_rng(2)
    x = draw.normal(size=(ROWS, 4, 4, 2)).astype("float32")
    mask = draw.integers(0, 3, (ROWS, 4, 4)).astype("int32")
    mask[draw.uniform(size=mask.shape) < 0.3] = number
    ours, final = history(IGNORED.replace("NUMBER", str(number)), x=x, mask=mask)
    keras.utils.set_random_seed(4)
    entry = keras.Input((4, 4, 2), name="x")
    model = keras.Model(entry, keras.layers.Conv2D(3, 1, activation="softmax", name="mask")(entry))
    metric = keras.metrics.MeanIoU(3, sparse_y_pred=False, ignore_class=number, name="mean_io_u")
    model.compile(
        keras.optimizers.SGD(1e-2), keras.losses.SparseCategoricalCrossentropy(ignore_class=number), metrics=[metric]
    )
    theirs = model.fit(x, mask, batch_size=8, epochs=2, shuffle=False, verbose=0).history
    assert [row["loss"] for row in ours] == theirs["loss"]
    assert [row["mean_io_u"] for row in ours] == pytest.approx(theirs["mean_io_u"], rel=1e-6)
    assert {value.tobytes() for value in final.values()} == {weight.numpy().tobytes() for weight in model.weights}


@pytest.mark.parametrize("strange", [254, 3, -2])
def test_other_labels_out_of_range_are_told_still(history, cli, tmp_path, strange):
    mask = np.zeros((ROWS, 4, 4), "int32")
    mask[:, 0], mask[:, 1], mask[3, 2, 1] = 1, 255, strange
    np.savez("rows.npz", x=np.zeros((ROWS, 4, 4, 2), "float32"), mask=mask)
    done = cli("train", write(tmp_path, IGNORED.replace("NUMBER", "255")), "--run-dir", "run")
    assert done.code == 1
    assert "error[MS733]" in done.err
    assert f"expected a class label from 0 to 2, or 255 for none, found {strange}" in done.err


def test_the_help_for_one_strange_label_leads_to_a_spec_that_trains(history, cli, tmp_path):
    mask = np.arange(ROWS * 16).reshape(ROWS, 4, 4) % 3
    mask[3, 2, 1] = 255
    np.savez("rows.npz", x=np.zeros((ROWS, 4, 4, 2), "float32"), mask=mask)
    text = IGNORED.replace("{SparseCategoricalCrossentropy: {ignore_class: NUMBER}}", "sparse_categorical_crossentropy")
    text = text.replace("NUMBER", "255")
    done = cli("train", write(tmp_path, text), "--run-dir", "run")
    assert "error[MS733]" in done.err
    written = next(line for line in done.err.splitlines() if "if 255 is not a class" in line).split("`")[1]
    assert (
        cli(
            "train",
            write(tmp_path, text.replace("loss: sparse_categorical_crossentropy", f"loss: {{{written}}}")),
            "--run-dir",
            "run",
        ).code
        == 0
    )
