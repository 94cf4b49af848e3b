"""`modelspec reproduce`: a run again, from its directory; equal, or what differs."""

import json

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from tests.tiny import COLUMNS, TINY, write, write_rows

WORDS = """\
modelspec: 1
name: words
inputs: {words: {shape: [30], dtype: int32}}
layers:
  - Embedding: {input_dim: 20, output_dim: 64}
  - GlobalAveragePooling1D
  - Dropout: 0.3
  - Dense: {units: 3, activation: softmax}
    name: y
outputs: {y: {loss: sparse_categorical_crossentropy, metrics: [accuracy]}}
train:
  optimizer: {RMSprop: 1e-2}
  epochs: 3
  callbacks: [{EarlyStopping: {monitor: loss, patience: 1, min_delta: 100}}]
data: {train: {synthetic: 300}, test: {synthetic: 40}}
"""


@pytest.fixture(autouse=True)
def _here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def run(cli, tmp_path, text):
    """A finished run in the folder `first`, of a spec that reads files."""
    done = cli("train", write(tmp_path, text), "--run-dir", "first")
    assert done.code == 0, done.err


@pytest.mark.parametrize("text", [TINY, WORDS])
def test_a_run_again_is_equal(cli, trained, tmp_path, text):
    trained(text, "first")
    (tmp_path / "spec.yaml").unlink()  # the run directory is enough
    done = cli("reproduce", "first", "--run-dir", "second")
    assert (done.code, done.err) == (0, "")
    assert done.out.endswith("run: second\nfirst and second are equal, bit for bit\n")
    assert "changed since the run" not in done.out
    for name in ("best.safetensors", "last.safetensors", "history.jsonl", "metrics.json", "resolved.yaml"):
        assert (tmp_path / "first" / name).read_bytes() == (tmp_path / "second" / name).read_bytes(), name


def test_a_reproduced_run_can_itself_be_reproduced_and_finds_the_same_rows(cli, tmp_path):
    write_rows(tmp_path)
    run(cli, tmp_path, COLUMNS)
    assert cli("reproduce", "first", "--run-dir", "second").code == 0
    assert cli("reproduce", "second", "--run-dir", "third").code == 0
    assert cli("evaluate", "third").code == 0


def test_settings_of_the_command_line_are_in_it(cli, trained, tmp_path):
    trained(TINY, "first", "--set", "train.epochs=1")
    assert cli("reproduce", "first", "--run-dir", "second").code == 0
    assert len((tmp_path / "second" / "history.jsonl").read_text().splitlines()) == 1


def test_other_rows_are_told_before_the_training_and_what_differs_after_it(cli, tmp_path):
    write_rows(tmp_path)
    run(cli, tmp_path, COLUMNS)
    rows = (tmp_path / "rows.csv").read_text().splitlines()
    (tmp_path / "rows.csv").write_text("\n".join([rows[0], rows[2], *rows[2:]]) + "\n")
    done = cli("reproduce", "first", "--run-dir", "second")
    assert done.code == 1
    assert 0 <= done.out.index("changed since the run: rows.train: other bytes") < done.out.index("epoch 1/2")
    assert "differs: history: epoch 1: loss was" in done.out
    assert "differs: last.safetensors: kind/kernel differs by up to" in done.out
    assert done.out.endswith("first and second differ\n")


def test_another_version_is_told(cli, trained, tmp_path):
    trained(TINY, "first")
    for folder in (tmp_path / "first" / "checkpoints").iterdir():
        for file in folder.iterdir():
            file.unlink()
        folder.rmdir()
    info = json.loads((tmp_path / "first" / "run.json").read_text())
    info["versions"]["numpy"] = "1.0.0"
    (tmp_path / "first" / "run.json").write_text(json.dumps(info))
    done = cli("reproduce", "first", "--run-dir", "second")
    assert f"changed since the run: versions.numpy from 1.0.0 to {np.__version__}" in done.out
    assert done.code == 0


def test_a_single_bit_of_a_weight_and_a_metric_are_found(cli, trained, tmp_path):
    trained(TINY, "first")
    path = tmp_path / "first" / "last.safetensors"
    weights = load_file(path)
    weights["dense/bias"] = np.nextafter(weights["dense/bias"], np.float32(1), dtype="float32")
    save_file(weights, path)
    metrics = json.loads((tmp_path / "first" / "metrics.json").read_text())
    metrics["test"]["loss"] += 1
    (tmp_path / "first" / "metrics.json").write_text(json.dumps(metrics))
    done = cli("reproduce", "first", "--run-dir", "second")
    told = [line for line in done.out.splitlines() if line.startswith("differs: ")]
    assert done.code == 1
    assert len(told) == 2
    assert told[0].startswith("differs: metrics.json: test.loss was ")
    assert told[1].startswith("differs: last.safetensors: dense/bias differs by up to ")


@pytest.mark.parametrize("damage", ["unfinished", "no weights", "no run", "there already"])
def test_what_cannot_be_reproduced_is_refused_and_nothing_is_written(cli, trained, tmp_path, damage):
    trained(TINY, "first")
    first = tmp_path / "first"
    code = "MS767"
    if damage == "unfinished":
        info = json.loads((first / "run.json").read_text())
        (first / "run.json").write_text(json.dumps({**info, "status": "interrupted"}))
    elif damage == "no weights":
        (first / "last.safetensors").unlink()
    elif damage == "no run":
        (first / "run.json").unlink()
        code = "MS752"
    else:
        (tmp_path / "second").mkdir()
        code = "MS751"
    before = sorted(tmp_path.rglob("*"))
    done = cli("reproduce", "first", "--run-dir", "second")
    assert done.code == 1
    assert f"error[{code}]" in done.err
    assert done.err.count("error[") == 1
    assert "Traceback" not in done.err
    assert sorted(tmp_path.rglob("*")) == before
    assert "epoch" not in done.out


def test_a_run_that_began_with_other_weights_is_refused(cli, trained, tmp_path):
    trained(TINY, "base")
    text = """\
modelspec: 1
name: tuned
models: {base: {saved: base}}
inputs: {x: [4]}
layers:
  - call: base
  - Dense: 1
    name: price
outputs: {price: {loss: mse}}
train: {epochs: 1}
data: {train: {synthetic: 32}}
"""
    run(cli, tmp_path, text)
    done = cli("reproduce", "first", "--run-dir", "second")
    assert done.code == 1
    assert "error[MS767]" in done.err
    assert "`base`" in done.err
    assert not (tmp_path / "second").exists()


@pytest.fixture
def tuned(trained):
    """A finished run in `first` that began with the weights of another one, in `base`."""
    trained(TINY, "base")
    trained(TINY.replace("train: {", "train: {init_from: {path: base, exclude: [kind]}, ", 1), "first")


@pytest.mark.usefixtures("tuned")
def test_a_run_that_began_with_the_weights_of_another_begins_with_them_again(cli, tmp_path):
    (tmp_path / "spec.yaml").unlink()
    done = cli("reproduce", "first", "--run-dir", "second")
    assert (done.code, done.err) == (0, "")
    assert "starts with 2 of 4 weights from base" in done.out
    assert done.out.endswith("first and second are equal, bit for bit\n")
    assert cli("reproduce", "second", "--run-dir", "third").code == 0
    told = [json.loads((tmp_path / name / "run.json").read_text())["init_from"] for name in ("first", "second")]
    assert told[0] == told[1]
    assert (told[0]["path"], len(told[0]["sha256"])) == ("base", 64)


@pytest.mark.usefixtures("tuned")
@pytest.mark.parametrize(
    ("damage", "told"),
    [
        ("changed", "which have changed since: the file's SHA-256 was "),
        ("gone", "which no longer exist: base does not exist"),
        (
            "half gone",
            "which no longer exist: base has no weights: neither best.safetensors nor last.safetensors",
        ),
        ("untold", "but does not record whether they are still the same"),
    ],
)
def test_weights_to_begin_with_that_are_not_those_of_the_run_are_told_before_anything_is_trained(
    cli, tmp_path, damage, told
):
    base = tmp_path / "base"
    if damage == "changed":
        weights = load_file(base / "best.safetensors")
        weights["dense/bias"] = np.nextafter(weights["dense/bias"], np.float32(1), dtype="float32")
        save_file(weights, base / "best.safetensors")
    elif damage == "gone":
        base.rename(tmp_path / "elsewhere")
    elif damage == "half gone":
        (base / "best.safetensors").unlink()
        (base / "last.safetensors").unlink()
    else:
        info = json.loads((tmp_path / "first" / "run.json").read_text())
        del info["init_from"]
        (tmp_path / "first" / "run.json").write_text(json.dumps(info))
    done = cli("reproduce", "first", "--run-dir", "second")
    assert done.code == 1
    assert f"error[MS767] first started from the weights of base, {told}" in done.err
    assert (done.err.count("error["), "epoch" in done.out) == (1, False)
    assert not (tmp_path / "second").exists()
