"""A model that fails on its rows is told at its layer, with TensorFlow's own lines, and leaves no run behind."""

import numpy as np
import pytest

from modelspec.runtime.quoting import MOST_LINES, quoted
from tests.tiny import write

LENGTHS = """\
modelspec: 1
name: lengths
inputs: {a: [null], b: [null]}
layers:
  - Add: null
    from: [a, b]
    name: both
  - ops.sum: {axis: -1, keepdims: true}
  - Dense: 1
    name: y
outputs: {y: {loss: mse}}
train: {epochs: 1}
data: {train: {npz: rows.npz}}
"""
NESTED = """\
modelspec: 1
name: nested
models:
  inner:
    inputs: {a: [null]}
    layers:
      - Reshape: [5]
        name: five
inputs: {x: [null]}
layers:
  - {call: inner, from: x, name: z}
  - Dense: 1
    name: y
outputs: {y: {loss: mse}}
train: {epochs: 1}
data: {train: {synthetic: 20}}
"""
OP = NESTED.partition("models:")[0] + (
    "inputs: {x: [null]}\nlayers:\n  - ops.reshape: [-1, 5]\n    name: five\n  - Dense: 1\n    name: y\n"
    "outputs: {y: {loss: null}, z: {from: y, loss: mse}}\ntrain: {epochs: 1}\ndata: {train: {npz: rows.npz}}\n"
)


@pytest.fixture(autouse=True)
def _here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    ones = np.ones((8, 3))
    np.savez("rows.npz", a=ones, b=np.ones((8, 4)), x=ones, y=np.ones(8), z=np.ones(8))
    np.savez("good.npz", a=ones, b=ones, y=np.ones(8))


@pytest.mark.parametrize(
    ("text", "place", "layer"), [(LENGTHS, "spec.yaml:5:5", "'both'"), (NESTED, "spec.yaml:7:9", "'five'")]
)
@pytest.mark.parametrize("directory", [(), ("--run-dir", "run")])
def test_training_tells_the_layer_and_leaves_nothing(cli, tmp_path, text, place, layer, directory):
    write(tmp_path, text)
    done = cli("train", "spec.yaml", *directory)
    assert done.code == 1
    assert f"{place}: error[MS770] a step of the training fails in {layer}: " in done.err
    assert "\n    Arguments received by " in done.err, "the lines of TensorFlow are kept"
    assert sorted(item.name for item in tmp_path.iterdir()) == ["good.npz", "rows.npz", "spec.yaml"]


def test_smoke_tells_the_layer(cli, tmp_path):
    done = cli("smoke", write(tmp_path, NESTED))
    assert done.code == 1
    assert "spec.yaml:7:9: error[MS614] the model fails on random rows of the declared shapes in 'five': " in done.err


def test_evaluate_and_predict_tell_the_layer(cli, tmp_path):
    write(tmp_path, LENGTHS)
    assert cli("train", "spec.yaml", "--run-dir", "run", "--set", "data.train.npz=good.npz").code == 0
    for command, word in (("evaluate", "evaluating"), ("predict", "predicting")):
        done = cli(command, "run", "--data", "rows.npz")
        assert done.code == 1
        assert f"error[MS770] {word} fails in 'both': " in done.err


def test_a_run_that_had_begun_stays(cli, tmp_path):
    """The rows that fail are in the validation, after the first epoch's steps."""
    write(tmp_path, LENGTHS + "  \n".replace("  \n", "").join([""]))
    text = LENGTHS.replace(
        "data: {train: {npz: rows.npz}}", "data: {train: {npz: good.npz}, validation: {npz: rows.npz}}"
    )
    write(tmp_path, text)
    done = cli("train", "spec.yaml", "--run-dir", "run")
    assert done.code == 1
    assert "error[MS770]" in done.err
    assert (tmp_path / "run" / "checkpoints").is_dir()


def test_a_mistake_of_this_program_is_none_of_the_spec(cli, tmp_path, monkeypatch):
    from modelspec.runtime.train.training import Training

    def fails(self, epoch, logs):
        raise ValueError("a mistake")

    monkeypatch.setattr(Training, "epoch_done", fails)
    done = cli("train", write(tmp_path, LENGTHS), "--run-dir", "run", "--set", "data.train.npz=good.npz")
    assert done.code == 3
    assert "modelspec has a bug: ValueError: a mistake" in done.err


def test_a_message_keeps_its_lines_within_bounds():
    said = quoted(ValueError("\x1b[1mfirst\x1b[0m\n\n  second  \n" + "more\n" * 100 + "x" * 9000))
    assert said.first == "first"
    assert said.rest[0] == "  second"
    assert len(said.rest) == MOST_LINES
    assert said.rest[-1] == f"… and {103 - MOST_LINES} more lines"
    assert quoted(ValueError()).first == "ValueError"
    assert len(quoted(ValueError("x" * 9000)).first) < 400
