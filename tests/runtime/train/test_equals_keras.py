"""Training equals plain Keras: the same seed, rows and order reach the same losses, bit for bit."""

import json

import pytest
import tensorflow as tf
from tensorflow.python.framework import config

from benchmarks import baselines, data
from benchmarks.specs import spec_text
from tests.chosen import chosen

EPOCHS = 2


@pytest.fixture(autouse=True)
def _usual_kernels_after():
    yield
    config.disable_op_determinism()


@pytest.mark.parametrize(
    ("name", "rows"),
    chosen(
        [("mlp", 200), ("mlp", 128), ("headline", 70), ("tweets", 40), ("mnist_cnn", 256)],
        [("mlp", 200), ("mnist_cnn", 256)],
    ),
)
def test_the_losses_are_those_of_a_hand_written_keras_script(name, rows, tmp_path, cli):
    data.make(name, tmp_path / "rows.npz", rows)
    text = spec_text(name, EPOCHS).replace("  epochs:", "  shuffle: false\n  epochs:")
    (tmp_path / "spec.yaml").write_text(text)
    if name == "headline":  # its Embedding gives other bits each time without, also in Keras
        tf.config.experimental.enable_op_determinism()
    theirs = baselines.run(name, tmp_path / "rows.npz", EPOCHS)
    done = cli("train", str(tmp_path / "spec.yaml"), "--run-dir", str(tmp_path / "run"))
    assert done.code == 0, done.err
    ours = [json.loads(line) for line in (tmp_path / "run" / "history.jsonl").read_text().splitlines()]
    assert [row["epoch"] for row in ours] == [1, 2]
    for key, values in theirs.items():
        assert [row[key] for row in ours] == values, key


def test_shuffling_gives_each_epoch_another_order_and_each_seed_another_run(tmp_path, cli):
    data.make("mlp", tmp_path / "rows.npz", 100)
    losses = {}
    for run, seed in (("a", 1), ("b", 1), ("c", 2)):
        text = spec_text("mlp", EPOCHS).replace("  epochs:", f"  seed: {seed}\n  epochs:")
        (tmp_path / "spec.yaml").write_text(text)
        assert cli("train", str(tmp_path / "spec.yaml"), "--run-dir", str(tmp_path / run)).code == 0
        losses[run] = (tmp_path / run / "history.jsonl").read_text()
    assert losses["a"] == losses["b"]
    assert losses["a"] != losses["c"]
