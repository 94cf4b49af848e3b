"""Layers that learned from rows by Keras's `adapt`: what they know is used wherever the weights of a run or file come in."""

import json

import keras
import numpy as np
import pytest

from modelspec.pipeline import check_file
from modelspec.runtime.build.model import build_model
from modelspec.runtime.build.weights import take_up
from modelspec.runtime.evaluate.evaluate import open_trained

ROWS = 24
WORDS = ("sea", "sky", "sand")
INPUTS = """\
modelspec: 1
inputs:
  number: {shape: [2], columns: [n0, n1]}
  word: {shape: [1], dtype: string}
  code: {shape: [1], dtype: int64}
  text: {shape: [1], dtype: string}
  size: [1]
"""
END = """\
outputs: {y: {loss: mse}}
train: {optimizer: {SGD: 0.01}, epochs: 1, batch_size: 8}
data: {train: {csv: rows.csv}, validation: {split: 0.25}}
"""
HEAD = "layers:\n  - call: base\n    from: [number, word, code, text, size]\n  - Dense: 1\n    name: y\n"
OWN = f"modelspec: 1\ninputs: {{number: {{shape: [2], columns: [n0, n1]}}}}\nlayers:\n  - Normalization: {{axis: -1}}\n    from: number\n    name: norm\n  - Dense: 1\n    name: y\n{END}"


def made_rows():
    random = np.random.default_rng(0)
    return {
        "number": (random.normal(size=(ROWS, 2)) * 3 + [100, -40]).astype("float32"),
        "word": random.choice(WORDS, (ROWS, 1)),
        "code": random.choice([7, 11, 13], (ROWS, 1)),
        "text": np.array([[" ".join(random.choice(WORDS, 3))] for _ in range(ROWS)]),
        "size": random.uniform(0, 50, (ROWS, 1)).astype("float32"),
    }


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Rows, and a model of Keras whose five layers learned from them."""
    monkeypatch.chdir(tmp_path)
    rows = made_rows()
    columns = {"n0": rows["number"][:, 0], "n1": rows["number"][:, 1]}
    columns |= {name: rows[name][:, 0] for name in ("word", "code", "text", "size")}
    lines = [",".join(map(str, line)) for line in zip(*columns.values(), np.linspace(0, 1, ROWS), strict=True)]
    (tmp_path / "rows.csv").write_text("\n".join([",".join([*columns, "y"]), *lines]))
    layers = {
        "number": keras.layers.Normalization(),
        "word": keras.layers.StringLookup(output_mode="one_hot"),
        "code": keras.layers.IntegerLookup(output_mode="multi_hot"),
        "text": keras.layers.TextVectorization(output_sequence_length=3),
        "size": keras.layers.Discretization(num_bins=3, output_mode="one_hot"),
    }
    inputs = {name: keras.Input(rows[name].shape[1:], dtype=_kind(rows[name]), name=name) for name in rows}
    for name, layer in layers.items():
        layer.adapt(rows[name])
    parts = [keras.ops.cast(layers[name](inputs[name]), "float32") for name in rows]
    keras.Model(list(inputs.values()), keras.layers.Concatenate()(parts)).save("base.keras")
    return tmp_path


def _kind(values):
    return "string" if values.dtype.kind == "U" else values.dtype.name


def of_keras():
    """What the model of Keras makes of the rows."""
    model = keras.models.load_model("base.keras")
    return np.array(model([keras.ops.convert_to_tensor(value) for value in made_rows().values()]))


def of(model):
    made = model({name: keras.ops.convert_to_tensor(value) for name, value in made_rows().items()})
    return np.array(next(iter(made.values())) if isinstance(made, dict) else made)


def written(text, name="spec.yaml"):
    with open(name, "w") as file:
        file.write(text)
    return name


def built(path):
    checked = check_file(path)
    assert checked.ok, checked.diagnostics
    return build_model(checked.network)


SAVED = f"{INPUTS}models: {{base: {{saved: base.keras}}}}\n{HEAD}{END}"
ONLY = f"{INPUTS}models: {{base: {{saved: PLACE}}}}\nlayers:\n  - call: base\n    from: [number, word, code, text, size]\n    name: z\n"


def test_a_saved_model_knows_what_it_learned(folder):
    assert np.array_equal(of(built(written(ONLY.replace("PLACE", "base.keras"))).model), of_keras())


def test_a_run_of_it_is_evaluated_resumed_and_taken_further_with_what_it_learned(folder, cli):
    written(SAVED)
    done = cli("train", "spec.yaml", "--run-dir", "run")
    assert done.code == 0, done.err
    for weights in ("best", "last"):
        model = open_trained("run", weights=weights).built.model
        assert np.array_equal(of(keras.Model(model.inputs, model.get_layer("y").input)), of_keras()), weights
    kept = (folder / "run" / "metrics.json").read_text()
    for command in ("evaluate", "predict"):
        done = cli(command, "run", "--split", "validation")
        assert (done.code, done.err) == (0, ""), done.err
    assert json.loads((folder / "run" / "metrics.json").read_text())["validation"] == json.loads(kept)["validation"]
    assert cli("train", "spec.yaml", "--run-dir", "whole", "--set", "train.epochs=2").code == 0
    done = cli("train", "--resume", "run", "--set", "train.epochs=2")
    assert done.code == 0, done.err
    for name in ("history.jsonl", "last.safetensors"):
        assert (folder / "run" / name).read_bytes() == (folder / "whole" / name).read_bytes()
    further = built(
        written(
            "modelspec: 1\nmodels: {m: {saved: run}}\n"
            + INPUTS.partition("\n")[2]
            + "layers:\n  - call: m\n    from: [number, word, code, text, size]\n    name: z\n",
            "further.yaml",
        )
    )
    assert np.array_equal(of(further.model), of(open_trained("run").built.model))
    by_keras = keras.models.load_model("run/model.keras")
    assert np.allclose(of(by_keras), of(open_trained("run").built.model), rtol=1e-6)


def test_weights_that_a_training_begins_with_are_used_from_the_first_step(folder, cli):
    """A spec of the same layers, begun from Keras's file, from a run of it, and from that run's file of weights."""
    inputs = keras.Input((2,), name="number")
    norm = keras.layers.Normalization(name="norm")
    norm.adapt(made_rows()["number"])
    model = keras.Model(inputs, keras.layers.Dense(1, name="y")(norm(inputs)))
    model.save("own.keras")
    expected = np.array(norm(made_rows()["number"]))
    assert abs(expected.mean()) < 0.1
    for number, start in enumerate(("own.keras", "run0", "run1/best.safetensors")):
        text = OWN.replace("epochs: 1", f"epochs: 1, init_from: {{path: {start}, include: [norm]}}")
        done = cli("train", written(text), "--run-dir", f"run{number}")
        assert done.code == 0, done.err
        trained = open_trained(f"run{number}").built
        assert np.array_equal(np.array(trained.layers["norm"](made_rows()["number"])), expected), start
    histories = {(folder / f"run{number}" / "history.jsonl").read_text() for number in range(3)}
    assert len(histories) == 1
    assert float(json.loads(histories.pop().splitlines()[0])["loss"]) < 10  # the rows themselves are about 100
    before = (folder / "run1" / "metrics.json").read_text()
    assert cli("evaluate", "run1", "--split", "validation").code == 0
    assert json.loads((folder / "run1" / "metrics.json").read_text())["validation"] == json.loads(before)["validation"]


def test_inside_other_layers_too(folder):
    outer = keras.layers.TimeDistributed(keras.layers.Normalization())
    outer.build((None, 3, 2))
    for weight, value in zip(outer.weights, ([5.0, 6.0], [4.0, 9.0]), strict=False):
        weight.assign(value)
    take_up([outer])
    assert np.allclose(outer(np.array([[[5.0, 6.0]] * 3])), 0)
    assert np.allclose(outer(np.array([[[7.0, 9.0]] * 3])), 1)
