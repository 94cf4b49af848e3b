"""`sample_weight`: rows count as a column says, in training, validation and evaluation, as in Keras's `fit`."""

import json

import keras
import numpy as np
import pytest
from safetensors.numpy import load_file

from modelspec.pipeline import check_text
from tests.chosen import chosen

SPEC = """\
modelspec: 1
name: weighed
inputs: {x: [4]}
layers:
  - {Dense: {units: 8, activation: relu}, name: hidden}
  - {Dense: 1, name: y, from: hidden}
  - {Dense: {units: 3, activation: softmax}, name: kind, from: hidden}
outputs:
  y: {loss: mse, metrics: [mae], weighted_metrics: [mse], sample_weight: importance}
  kind: {loss: sparse_categorical_crossentropy, weighted_metrics: [accuracy]}
train: {optimizer: {SGD: 1e-2}, epochs: 3, batch_size: 8, shuffle: false, seed: 4}
data: {train: {npz: rows.npz}, validation: {split: 0.25}}
"""
ROWS = 44


@pytest.fixture
def trained(cli, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def train(text, **rows):
        np.savez("rows.npz", **rows)
        (tmp_path / "spec.yaml").write_text(text)
        done = cli("train", "spec.yaml", "--run-dir", "run")
        assert (done.code, done.err) == (0, ""), done.err
        return [json.loads(line) for line in (tmp_path / "run" / "history.jsonl").read_text().splitlines()]

    return train


def rows(**more):
    draw = np.random.default_rng(3)
    made = {
        "x": draw.normal(size=(ROWS, 4)).astype("float32"),
        "y": draw.normal(size=(ROWS, 1)).astype("float32"),
        "kind": draw.integers(0, 3, ROWS),
        "importance": draw.uniform(0, 3, ROWS).astype("float32"),
    }
    return {**made, **more}


def test_history_and_weights_are_those_of_fit(trained, tmp_path, cli):
    data = rows()
    history = trained(SPEC, **data)
    keras.utils.set_random_seed(4)
    x = keras.Input((4,), name="x")
    hidden = keras.layers.Dense(8, activation="relu", name="hidden")(x)
    y = keras.layers.Dense(1, name="y")(hidden)
    kind = keras.layers.Dense(3, activation="softmax", name="kind")(hidden)
    model = keras.Model({"x": x}, {"y": y, "kind": kind})
    model.compile(
        keras.optimizers.SGD(1e-2),
        {"y": "mse", "kind": "sparse_categorical_crossentropy"},
        metrics={"y": ["mae"]},
        weighted_metrics={"y": ["mse"], "kind": ["accuracy"]},
    )
    kept = ROWS * 3 // 4

    def part(chosen):
        targets = {"y": data["y"][chosen], "kind": data["kind"][chosen]}
        weights = {"y": data["importance"][chosen], "kind": np.ones(ROWS, "float32")[chosen]}
        return {"x": data["x"][chosen]}, targets, weights

    inputs, targets, weights = part(slice(0, kept))
    theirs = model.fit(
        inputs, targets, sample_weight=weights, validation_data=part(slice(kept, None)), batch_size=8,
        validation_batch_size=8, epochs=3, shuffle=False, verbose=0,
    ).history  # fmt: skip
    assert set(theirs) == set(history[0]) - {"epoch"}
    for name, values in theirs.items():
        assert [row[name] for row in history] == values, name
    last = {value.tobytes() for value in load_file(tmp_path / "run" / "last.safetensors").values()}
    assert last == {weight.numpy().tobytes() for weight in model.weights}
    told = json.loads((tmp_path / "run" / "metrics.json").read_text())["validation"]["loss"]
    assert f"loss {told:.4g}" in cli("evaluate", "run", "--split", "validation").out
    assert cli("predict", "run", "-o", "out.csv").code == 0


def test_a_row_of_weight_0_teaches_nothing(trained, tmp_path):
    data = rows()
    text = SPEC.replace(
        "  kind: {loss: sparse_categorical_crossentropy, weighted_metrics: [accuracy]}\n", "  kind: {loss: null}\n"
    )
    weights = {"importance": (np.arange(ROWS) % 2).astype("float32")}
    trained(text, **rows(**weights))
    first = load_file(tmp_path / "run" / "last.safetensors")
    other = data["y"] + 100 * (1 - weights["importance"])[:, None]
    (tmp_path / "run").rename(tmp_path / "before")
    trained(text, **rows(**weights, y=other.astype("float32")))
    second = load_file(tmp_path / "run" / "last.safetensors")
    assert all(first[name].tobytes() == second[name].tobytes() for name in first)


STEPS = """\
modelspec: 1
inputs: {x: [5, 2]}
layers:
  - {LSTM: {units: 4, return_sequences: true}}
  - {Dense: 1, name: y}
outputs: {y: {loss: mse, sample_weight: importance}}
train: {optimizer: sgd, epochs: 2, batch_size: 8, shuffle: false}
data: {train: {npz: rows.npz}}
"""


SHAPES = [((ROWS,),), ((ROWS, 1),), ((ROWS, 5),)]


@pytest.mark.parametrize("shape", chosen(SHAPES, SHAPES[:1]), ids=str)
def test_each_step_of_a_sequence_may_weigh(trained, shape):
    draw = np.random.default_rng(3)
    x, y = draw.normal(size=(ROWS, 5, 2)).astype("float32"), draw.normal(size=(ROWS, 5, 1)).astype("float32")
    weights = draw.uniform(0, 2, shape).astype("float32")
    history = trained(STEPS, x=x, y=y, importance=weights)
    keras.utils.set_random_seed(0)
    inputs = keras.Input((5, 2))
    hidden = keras.layers.LSTM(4, return_sequences=True)(inputs)
    model = keras.Model(inputs, keras.layers.Dense(1)(hidden))
    model.compile("sgd", "mse")
    given = weights if weights.ndim == 2 else weights[:, None]
    theirs = model.fit(x, y, sample_weight=given, batch_size=8, epochs=2, shuffle=False, verbose=0).history
    assert [row["loss"] for row in history] == theirs["loss"]


@pytest.mark.parametrize(
    ("importance", "code", "words"),
    [
        (np.full(ROWS, -1.0), "MS742", "sample_weight of 'y', row 0 of array 'importance' in 'rows.npz': expected a weight of at least 0, found -1"),
        (np.zeros(ROWS), "MS742", "found 0 in every row"),
        (np.full(ROWS, np.nan), "MS732", "expected a finite number, found nan"),
        (np.ones((ROWS, 2)), "MS730", "expected rows of shape []"),
        (np.full(ROWS, "a"), "MS731", "found text"),
    ],
)  # fmt: skip
def test_weights_that_are_none_are_told_before_training(cli, tmp_path, monkeypatch, importance, code, words):
    monkeypatch.chdir(tmp_path)
    np.savez("rows.npz", **rows(importance=importance))
    (tmp_path / "spec.yaml").write_text(SPEC)
    done = cli("train", "spec.yaml", "--run-dir", "run")
    assert done.code == 1
    assert f"spec.yaml:9:59: error[{code}]" in done.err
    assert words in done.err
    assert not (tmp_path / "run").exists()


def test_a_column_of_a_csv_file_and_made_up_rows_have_weights_too(cli, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    data = rows()
    text = SPEC.replace("[4]", "{shape: [4], columns: [a, b, c, d]}")
    lines = [
        ",".join(map(str, [*x, *y, kind, weight]))
        for x, y, kind, weight in zip(*(data[name] for name in ("x", "y", "kind", "importance")), strict=True)
    ]
    (tmp_path / "rows.csv").write_text("\n".join(["a,b,c,d,y,kind,importance", *lines]) + "\n")
    np.savez("rows.npz", **data)
    for name, source in (("csv", "{csv: rows.csv}"), ("npz", "{npz: rows.npz}"), ("made", "{synthetic: 40}")):
        spec = (text if name == "csv" else SPEC).replace("{npz: rows.npz}", source)
        (tmp_path / f"{name}.yaml").write_text(spec)
        done = cli("train", f"{name}.yaml", "--run-dir", name)
        assert (done.code, done.err) == (0, ""), done.err
    assert (tmp_path / "csv" / "history.jsonl").read_text() == (tmp_path / "npz" / "history.jsonl").read_text()
    (tmp_path / "rows.csv").write_text("\n".join(["a,b,c,d,y,kind,importence", *lines]) + "\n")
    done = cli("train", "csv.yaml", "--run-dir", "again")
    assert "sample_weight of 'y' needs column 'importance', which 'rows.csv' does not have" in done.err
    assert "did you mean 'importence'?" in done.err


def told(text):
    return [(item.code, item.path) for item in check_text(text).diagnostics]


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("sample_weight: importance", 'sample_weight: importance, class_weight: {"0": 2}', "MS543"),
        ("loss: mse", "loss: dice", "MS543"),
        ("loss: mse, metrics: [mae], weighted_metrics: [mse]", "loss: null", "MS511"),
        ("sample_weight: importance", "sample_weight: 3", "MS203"),
    ],
)
def test_weights_that_cannot_count_are_told(old, new, code):
    assert told(SPEC.replace(old, new)) == [(code, ("outputs", "y", "sample_weight"))]


def test_the_name_of_fit_is_told_where_it_belongs():
    (problem,) = check_text(SPEC.replace("seed: 4", "sample_weight: importance")).diagnostics
    assert (problem.code, problem.help) == ("MS213", "write `sample_weight: COLUMN` of an output under `outputs`")
