"""Settings of callbacks that Keras takes and then fails on, or that do nothing; Keras's own fit says which."""

import warnings

import keras
import numpy as np
import pytest

from modelspec.checks.training.callback_settings import RUN_FILES
from modelspec.pipeline import check_text
from modelspec.runtime.build.model import build_model
from modelspec.runtime.train.callbacks import make_callbacks
from tests.checks.told import problems, told
from tests.chosen import chosen, spread
from tests.tiny import TINY, write

ROWS = "data: {train: {synthetic: 24}, validation: {split: 0.25}}"


def text(*callbacks, train="epochs: 6", optimizer="sgd"):
    lines = ["modelspec: 1", "inputs: {x: [4]}", "layers: [{Dense: {units: 1}, name: y}]", "outputs: {y: {loss: mse}}"]
    lines += ["train:", f"  optimizer: {optimizer}", f"  {train}", "  callbacks:"]
    return "\n".join([*lines, *(f"    - {callback}" for callback in callbacks), ROWS, ""])


def fit(spec, folder, batch_size=6):
    """Keras's own training with the spec's callbacks, and the warnings that it gave."""
    network = check_text(spec).network
    model, train = build_model(network).model, network.train
    model.run_eagerly = True  # a few small steps take less than their graph
    rows, targets = np.ones((24, 4), "float32"), np.ones((24, 1), "float32")
    callbacks = make_callbacks(train.callbacks, folder)
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        model.fit(
            {"x": rows}, {"y": targets}, batch_size=batch_size, epochs=train.epochs, validation_split=0.25, verbose=0,
            validation_freq=train.validation_freq, callbacks=callbacks,
        )  # fmt: skip
    return model, callbacks, [str(item.message) for item in told]


def test_the_best_of_batches_fails_in_keras(tmp_path):
    spec = text("ModelCheckpoint: {filepath: a.keras, monitor: loss, save_best_only: true, save_freq: 1}")
    assert told(spec) == [("MS523", 9, 92)]
    with pytest.raises(TypeError):
        fit(spec, tmp_path)


def test_the_best_validation_of_batches_is_every_batch_in_keras(tmp_path):
    spec = text(
        "ModelCheckpoint: {filepath: 'a{epoch}-{batch}.keras', save_best_only: true, save_freq: 1}", train="epochs: 1"
    )
    assert told(spec) == [("MS523", 9, 94)]
    _, _, warned = fit(spec, tmp_path)
    assert "Can save best model only with val_loss available." in warned
    assert len(list(tmp_path.iterdir())) == 3


def test_the_best_of_epochs_and_all_of_batches_are_good(tmp_path):
    spec = text(
        "ModelCheckpoint: {filepath: a.keras, save_best_only: true}",
        "ModelCheckpoint: {filepath: 'b{batch}.keras', monitor: loss, save_freq: 1}",
    )
    assert told(spec) == []
    fit(spec, tmp_path)
    assert sorted(item.name for item in tmp_path.iterdir()) == ["a.keras", "b1.keras", "b2.keras", "b3.keras"]


SCHEDULE = "{SGD: {learning_rate: {ExponentialDecay: {initial_learning_rate: 0.1, decay_steps: 5, decay_rate: 0.9}}}}"
PLATEAU = "ReduceLROnPlateau: {monitor: loss, patience: 1, min_delta: 100}"


SUITED = [
    ("SwapEMAWeights", "{SGD: {use_ema: true}}", None),
    ("SwapEMAWeights", "{LossScaleOptimizer: {inner_optimizer: {SGD: {use_ema: true}}}}", None),
    (PLATEAU, "{SGD: {learning_rate: 0.1}}", None),
]
UNSUITED = [
    ("SwapEMAWeights", "sgd", ValueError),
    ("SwapEMAWeights", "{LossScaleOptimizer: {inner_optimizer: {SGD: {}}}}", ValueError),
    (PLATEAU, SCHEDULE, TypeError),
]


@pytest.mark.parametrize(("callback", "optimizer", "error"), spread(SUITED, 3, first=1) + spread(UNSUITED, 1))
def test_a_callback_that_the_optimizer_does_not_suit_fails_in_keras(callback, optimizer, error, tmp_path):
    spec = text(callback, optimizer=optimizer)
    assert told(spec) == ([] if error is None else [("MS524", 9, 7)])
    if error is None:
        fit(spec, tmp_path)
    else:
        with pytest.raises(error):
            fit(spec, tmp_path)


PATIENT = [
    ("patience: 0", 1), ("patience: 4", 1), ("patience: 5", 1), ("patience: 6", 1), ("patience: 1", 2),
    ("patience: 2", 2), ("patience: 3", 2), ("patience: 1", 4),
]  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "settings", "frequency"),
    chosen(
        [(kind, *settings) for kind in ("EarlyStopping", "ReduceLROnPlateau") for settings in PATIENT],
        [
            *(("EarlyStopping", *PATIENT[at]) for at in (2, 3)),  # the last that acts, the first that does not
            *(("ReduceLROnPlateau", *PATIENT[at]) for at in (5, 6)),
        ],
    ),
)
def test_a_callback_that_is_too_patient_never_acts_in_keras(kind, settings, frequency, tmp_path):
    monitor = "loss" if frequency == 1 else "val_loss"
    spec = (
        text(
            f"{kind}: {{monitor: {monitor}, min_delta: 1000, {settings}}}",
            train=f"{{epochs: 6, validation_freq: {frequency}}}",
        )
        .replace("  {epochs: 6, validation_freq", "  epochs: 6\n  validation_freq")
        .replace("}\n  callbacks", "\n  callbacks")
    )
    assert acts(spec, kind, tmp_path) == (told(spec) == [])
    assert told(spec) in ([], [("MS525", 10, spec.split("\n")[9].index("patience") + 11)])


@pytest.mark.parametrize(
    "settings",
    chosen([f"start_from_epoch: {number}" for number in (3, 4, 5, 9)], ["start_from_epoch: 4", "start_from_epoch: 5"]),
)
def test_a_callback_that_begins_too_late_never_acts_in_keras(settings, tmp_path):
    spec = text(f"EarlyStopping: {{monitor: loss, min_delta: 1000, patience: 1, {settings}}}")
    assert acts(spec, "EarlyStopping", tmp_path) == (told(spec) == [])


@pytest.mark.parametrize("patience", chosen([5, 6, 7], [6, 7]))
def test_a_baseline_is_something_to_compare_the_first_number_with(patience, tmp_path):
    spec = text(f"EarlyStopping: {{monitor: loss, min_delta: 1000, baseline: -100000, patience: {patience}}}")
    assert acts(spec, "EarlyStopping", tmp_path) == (told(spec) == [])


def acts(spec, kind, folder):
    """Whether the callback did something in six epochs."""
    before = keras.config.floatx()
    model, (callback,), _ = fit(spec, folder, batch_size=18)
    assert keras.config.floatx() == before
    return callback.stopped_epoch > 0 if kind == "EarlyStopping" else float(model.optimizer.learning_rate) < 0.009


def test_restoring_the_best_weights_needs_no_patience():
    assert told(text("EarlyStopping: {monitor: loss, patience: 100, restore_best_weights: true}")) == []


def test_nothing_is_said_of_patience_where_the_spec_does_not_say_how_long_it_trains():
    assert told(text("EarlyStopping: {patience: 3}", train="batch_size: 4")) == []


@pytest.mark.parametrize("name", ["model.keras", "./model.keras", "checkpoints/a.keras", "MODEL.keras"])
def test_a_callback_does_not_write_the_training_s_own_files(name):
    (problem,) = problems(text(f"ModelCheckpoint: {{filepath: {name}}}"))
    assert (problem.code, problem.span.column) == ("MS526", 35)


def test_two_callbacks_do_not_write_one_file():
    (problem,) = problems(text("CSVLogger: a.csv", "CSVLogger: {filename: ./A.csv}"))
    assert (problem.code, problem.span.line, problem.span.column) == ("MS526", 10, 29)
    assert [note.span.line for note in problem.related] == [9]


def test_the_training_s_own_files_are_all_known(cli, tmp_path):
    spec = write(tmp_path, TINY.replace("epochs: 2", "epochs: 2, callbacks: [{CSVLogger: log.csv}]"))
    assert cli("train", spec, "--run-dir", str(tmp_path / "run")).code == 0
    written = {item.name for item in (tmp_path / "run").iterdir() if not item.name.startswith(".")}
    assert written - {"log.csv"} <= RUN_FILES
    assert written >= {"log.csv", "model.keras", "checkpoints"}
