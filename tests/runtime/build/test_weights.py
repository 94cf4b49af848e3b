"""Weights by stable paths: a shared layer is one layer after loading too, and only fitting files are taken."""

import json

import numpy as np
import pytest
from safetensors.numpy import load_file

import modelspec
from tests.tiny import TINY, write

SHARED = """\
modelspec: 1
name: shared
shared:
  encoder: {Bidirectional: {layer: {LSTM: 3}}}
models:
  left:
    inputs: {x: [5, 2]}
    layers:
      - {call: encoder, from: x, name: e}
      - Dense: 4
  right:
    inputs: {x: [5, 2]}
    layers:
      - {call: encoder, from: x, name: e}
      - Dropout: 0.5
      - Dense: 4
inputs: {a: [5, 2], b: [5, 2]}
layers:
  - {call: left, from: a, name: p}
  - {call: right, from: b, name: q}
  - ops.multiply:
    from: [p, q]
  - BatchNormalization
  - Dense: {units: 1, activation: sigmoid}
    name: same
outputs:
  same: {loss: binary_crossentropy, metrics: [accuracy]}
train: {optimizer: {Adam: 1e-2}, epochs: 2, batch_size: 16}
data:
  train: {synthetic: 48}
  test: {synthetic: 16}
"""
PATHS = {
    f"encoder/{way}_lstm/lstm_cell/{kind}"
    for way in ("forward", "backward")
    for kind in ("kernel", "recurrent_kernel", "bias")
}


@pytest.fixture(autouse=True)
def _here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def test_a_layer_shared_by_two_nested_models_is_one_layer_after_loading(cli, program, tmp_path):
    path = write(tmp_path, SHARED)
    assert cli("train", path, "--run-dir", "run").code == 0
    saved = load_file(tmp_path / "run" / "best.safetensors")
    assert {name for name in saved if name.startswith("encoder")} == PATHS
    assert not any("encoder" in name for name in saved if not name.startswith("encoder/"))
    assert sum(value.size for value in saved.values()) == modelspec.build(path).count_params()

    from modelspec.runtime.evaluate.evaluate import open_trained

    built = open_trained("run").built
    left, right = (built.models[name].get_layer("encoder") for name in ("left", "right"))
    assert left is right
    for name, weight in zip(sorted(PATHS), sorted(left.weights, key=lambda weight: weight.path), strict=True):
        assert weight.shape == saved[name].shape

    trained = json.loads((tmp_path / "run" / "metrics.json").read_text())["test"]
    assert json.loads(cli("evaluate", "run", "--format", "json").out) == {"split": "test", **trained}
    here, elsewhere = cli("predict", "run"), program("predict", "run")
    assert here.code == 0
    assert here.out == elsewhere.out, "a process of its own gives the layers the same paths"


def test_paths_depend_on_nothing_that_was_built_before(tmp_path):
    from modelspec.runtime.build.model import build_model
    from modelspec.runtime.build.weights import named_weights

    network = modelspec.load(write(tmp_path, SHARED))
    first, second = (list(named_weights(build_model(network))) for _ in range(2))
    assert first == second
    assert set(first) > PATHS


def test_another_specs_weights_are_refused(cli, tmp_path):
    for name, text in (("a", TINY), ("b", SHARED), ("c", TINY.replace("units: 8", "units: 9"))):
        assert cli("train", write(tmp_path, text), "--run-dir", name).code == 0
    for other, words in (("b", "'dense/kernel' is missing in the file"), ("c", "shape (4, 9) in the file and (4, 8)")):
        (tmp_path / "a" / "best.safetensors").write_bytes((tmp_path / other / "best.safetensors").read_bytes())
        for command in ("evaluate", "predict"):
            done = cli(command, "a")
            assert (done.code, done.out) == (1, "")
            assert "error[MS754] a/best.safetensors: these are not the weights of this spec" in done.err
            assert words in done.err, done.err
    assert cli("evaluate", "a", "--weights", "last").code == 0


@pytest.mark.parametrize("keep", [0, 4, 100, -1])
def test_a_truncated_or_damaged_file_is_refused(cli, tmp_path, keep):
    assert cli("train", write(tmp_path), "--run-dir", "run").code == 0
    file = tmp_path / "run" / "best.safetensors"
    file.write_bytes(file.read_bytes()[:keep])
    done = cli("evaluate", "run")
    assert done.code == 1
    assert "error[MS754] run/best.safetensors: not a readable weights file" in done.err
    file.unlink()
    assert "error[MS754] run has no best.safetensors" in cli("evaluate", "run").err


def test_floats_of_16_bits_keep_their_values(cli, tmp_path):
    text = TINY.replace("units: 8,", "units: 8, dtype: bfloat16,")
    assert cli("train", write(tmp_path, text), "--run-dir", "run", "--traceback").code == 0
    told = json.loads((tmp_path / "run" / "metrics.json").read_text())["test"]
    assert json.loads(cli("evaluate", "run", "--format", "json").out)["loss"] == told["loss"]
    assert all(
        np.isfinite(np.asarray(v, "float32")).all() for v in load_file(tmp_path / "run" / "best.safetensors").values()
    )
