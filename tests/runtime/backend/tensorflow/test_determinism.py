"""The same spec on the same machine gives the same bits, in processes of their own."""

import pytest
import tensorflow as tf
from tensorflow.python.framework import config

import modelspec
from benchmarks import data
from benchmarks.specs import spec_text
from modelspec.diagnostics import SpecError
from modelspec.pipeline import check_text
from modelspec.runtime.backend import choose_kernels, telling_missing_kernels
from modelspec.runtime.build.model import build_model
from modelspec.runtime.train.loop import Loop
from tests.runtime.killing import come_to
from tests.tiny import TINY, write

RUNS = 3
WORDS = """\
modelspec: 1
name: words
inputs: {words: {shape: [60], dtype: int32}}
layers:
  - Embedding: {input_dim: 40, output_dim: 256}
    name: embedding
  - GlobalAveragePooling1D
  - Dropout: 0.2
  - Dense: {units: 3, activation: softmax}
    name: y
outputs: {y: {loss: sparse_categorical_crossentropy}}
train: {optimizer: %s, epochs: 3, batch_size: 64, seed: 3, %s}
data:
  train: {synthetic: 640}
"""
"""Each batch names each row of the Embedding about a hundred times."""


@pytest.fixture(autouse=True)
def _leave_it_as_it_was():
    """Tests after these train with the usual kernels."""
    yield
    network = check_text(TINY).network
    choose_kernels(network, build_model(network).model)


def trained(nursery, folder, text, count=RUNS):
    """What so many runs of a spec come to, each in a process of its own."""
    (folder / "spec.yaml").write_text(text)
    for number in range(count):
        child = nursery.run(folder, "train", "spec.yaml", "--run-dir", f"run{number}")
        assert child.code == 0, child.err
    return [come_to(folder / f"run{number}") for number in range(count)]


@pytest.mark.parametrize("optimizer", ["rmsprop", pytest.param("adam", marks=pytest.mark.slow)])
def test_runs_with_rows_that_a_batch_names_often_are_bit_equal(nursery, tmp_path, optimizer):
    first, *others = trained(nursery, tmp_path, WORDS % (optimizer, "deterministic: auto"))
    for other in others:
        assert other == first


def test_without_deterministic_kernels_such_runs_differ(nursery, tmp_path):
    first, *others = trained(nursery, tmp_path, WORDS % ("rmsprop", "deterministic: false"), count=4)
    assert any(other["arrays"] != first["arrays"] for other in others)


def test_two_runs_of_headline_are_bit_equal(nursery, tmp_path):
    data.make("headline", tmp_path / "rows.npz", 160)
    first, second = trained(nursery, tmp_path, spec_text("headline", 1), count=2)
    assert second == first


def test_a_text_that_is_neither_is_refused():
    checked = check_text(TINY.replace("epochs: 2", "epochs: 2, deterministic: sometimes"))
    assert [(problem.code, problem.path) for problem in checked.diagnostics] == [("MS203", ("train", "deterministic"))]


@pytest.mark.parametrize(
    ("text", "setting", "chosen"),
    [
        (TINY, "auto", False),
        (TINY, "true", True),
        (WORDS, "auto", True),
        (WORDS, "false", False),
        (WORDS.replace("output_dim: 256", "output_dim: 256, trainable: false"), "auto", False),
    ],
)
def test_deterministic_kernels_are_taken_where_they_are_asked_for_or_needed(text, setting, chosen):
    setting = f"deterministic: {setting}"
    text = text % ("adam", setting) if "%s" in text else text.replace("epochs: 2", f"epochs: 2, {setting}")
    network = check_text(text).network
    choose_kernels(network, build_model(network).model)
    assert config.is_op_determinism_enabled() is chosen


@pytest.mark.parametrize("mine", [False, True])
@pytest.mark.parametrize("text", [WORDS % ("adam", "deterministic: auto"), WORDS % ("adam", "deterministic: false")])
def test_after_a_training_the_kernels_are_those_that_the_program_had(tmp_path, monkeypatch, text, mine):
    """Also where it failed: whoever trains in a script computes on as it would without."""
    monkeypatch.chdir(tmp_path)
    if mine:
        tf.config.experimental.enable_op_determinism()
    try:
        path = write(tmp_path, text.replace("synthetic: 640", "synthetic: 64").replace("epochs: 3", "epochs: 1"))
        modelspec.train(path, run_dir="run")
        assert config.is_op_determinism_enabled() is mine
        monkeypatch.setattr(Loop, "run", lambda *_, **__: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            modelspec.train(path, run_dir="again")
        assert config.is_op_determinism_enabled() is mine
    finally:
        config.disable_op_determinism()


def test_an_op_without_a_deterministic_kernel_is_told_with_the_way_out():
    network = check_text(TINY.replace("epochs: 2", "epochs: 2, deterministic: true")).network
    choose_kernels(network, build_model(network).model)
    with pytest.raises(SpecError) as told, telling_missing_kernels(network):
        tf.timestamp()  # it gives another value each time, so TensorFlow refuses it
    (problem,) = told.value.diagnostics
    assert problem.code == "MS766"
    assert "Timestamp" in problem.message
    assert "deterministic: false" in problem.help


def test_other_errors_of_tensorflow_are_not_told_as_missing_kernels():
    with pytest.raises(tf.errors.InvalidArgumentError), telling_missing_kernels(check_text(TINY).network):
        tf.reshape(tf.zeros(3), (2, 2))
