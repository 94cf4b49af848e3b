"""What `train` may ask for, seen in the history of real runs."""

import json

import numpy as np
import pytest

import modelspec
from tests.tiny import COLUMNS, PAIR, TINY, write, write_rows


@pytest.fixture
def history(cli, tmp_path, monkeypatch):
    """Train a spec; its history."""
    monkeypatch.chdir(tmp_path)

    def train(text, name="run"):
        done = cli("train", write(tmp_path, text), "--run-dir", name)
        assert (done.code, done.err) == (0, ""), done
        return [json.loads(line) for line in (tmp_path / name / "history.jsonl").read_text().splitlines()]

    return train


def with_train(more, text=TINY):
    return text.replace("epochs: 2", more)


def test_early_stopping_stops(history):
    stopping = "{EarlyStopping: {monitor: val_loss, patience: 2, min_delta: 100}}"
    assert len(history(with_train(f"epochs: 50, callbacks: [{stopping}]"))) == 3


def test_callbacks_write_into_the_run_directory(history, tmp_path):
    callbacks = (
        "[{CSVLogger: log.csv}, {ModelCheckpoint: {filepath: 'epoch-{epoch}.weights.h5', save_weights_only: true}}]"
    )
    history(with_train(f"epochs: 2, callbacks: {callbacks}"))
    assert (tmp_path / "run" / "log.csv").read_text().startswith("epoch,accuracy,loss,val_accuracy,val_loss\n")
    assert {f"epoch-{number}.weights.h5" for number in (1, 2)} < {item.name for item in (tmp_path / "run").iterdir()}


def test_a_callback_changes_the_learning_rate(history):
    plateau = "{ReduceLROnPlateau: {monitor: val_loss, patience: 1, min_delta: 100, factor: 0.001}}"
    rows = history(with_train(f"epochs: 5, callbacks: [{plateau}]"))
    assert abs(rows[-1]["val_loss"] - rows[-2]["val_loss"]) < 0.01 * abs(rows[1]["val_loss"] - rows[0]["val_loss"])


def test_validation_freq_leaves_epochs_without_validation_and_best_is_one_with(history, tmp_path):
    rows = history(with_train("epochs: 5, validation_freq: 2"))
    assert ["val_loss" in row for row in rows] == [False, True, False, True, False]
    validated = {row["epoch"]: row["val_loss"] for row in rows if "val_loss" in row}
    assert json.loads((tmp_path / "run" / "run.json").read_text())["best_epoch"] == min(validated, key=validated.get)
    header, *lines = (tmp_path / "run" / "history.csv").read_text().splitlines()
    assert header.split(",")[:3] == ["epoch", "loss", "accuracy"]
    assert len(lines) == 5


def test_steps_per_epoch_goes_on_where_the_last_epoch_ended(history):
    frozen = with_train("epochs: 4, steps_per_epoch: 1").replace("{Adam: 1e-2}", "{SGD: 1e-11}")
    text = frozen.replace("  validation: {split: 0.25}\n", "")
    each = [row["loss"] for row in history(text)]
    whole = history(text.replace("steps_per_epoch: 1", "shuffle: true").replace("epochs: 4", "epochs: 1"), "whole")
    assert len(set(each)) == 4, "each epoch sees other rows"
    assert np.mean(each) == pytest.approx(whole[0]["loss"], rel=1e-5)


def test_several_steps_per_execution_give_the_same_numbers(history):
    one = history(with_train("epochs: 2"))
    several = history(with_train("epochs: 2, steps_per_execution: 2"), "several")
    for first, second in zip(one, several, strict=True):
        assert first == pytest.approx(second, rel=1e-5)


def test_class_weights_weigh_the_loss_of_their_classes_and_only_of_training_rows(history, tmp_path):
    write_rows(tmp_path)
    text = COLUMNS.replace("{Adam: 1e-2}", "{SGD: 1e-11}") + "  validation: {split: 0.5}\n"
    plain = history(with_train("epochs: 1", text))[0]
    weighed = history(with_train('epochs: 1, class_weight: {"0": 0, "1": 0, "2": 3}', text), "weighed")[0]
    assert weighed["val_loss"] == plain["val_loss"]
    model = modelspec.build(tmp_path / "spec.yaml")
    x = np.array([[row / 10, -row / 10, 2, 1] for row in (2, 5)], dtype="float32")
    losses = -np.log(model.predict({"x": x}, verbose=0)["kind"][:, 2])
    assert weighed["loss"] == pytest.approx(3 * losses.sum() / 6, rel=1e-4)


def test_loss_weights_make_up_the_total(history):
    row = history(PAIR.replace("{loss: mse,", "{loss: mse, loss_weight: 0.25,").replace("epochs: 2", "epochs: 1"))[0]
    assert row["loss"] == pytest.approx(0.25 * row["price_loss"] + row["kind_loss"], rel=1e-5)


def test_an_output_without_a_loss_is_computed_and_not_trained(history, tmp_path):
    from modelspec.runtime.evaluate.evaluate import open_trained

    history(PAIR)
    before, after = modelspec.build(tmp_path / "spec.yaml"), open_trained(str(tmp_path / "run")).built.model
    assert np.array_equal(before.get_layer("free").get_weights()[0], after.get_layer("free").get_weights()[0])
    assert not np.array_equal(before.get_layer("price").get_weights()[0], after.get_layer("price").get_weights()[0])


def test_one_loss_trains_every_output_that_names_none(history):
    text = PAIR.replace("price: {loss: mse,", "price: {").replace("free: {loss: null}", "free: {}")
    rows = history(with_train("epochs: 1, loss: mse", text))
    assert {"price_loss", "kind_loss", "free_loss"} < set(rows[0])


def test_without_validation_the_training_loss_says_which_epoch_is_best(history, tmp_path):
    rows = history(TINY.replace("  validation: {split: 0.25}\n", "").replace("epochs: 2", "epochs: 3"))
    best = json.loads((tmp_path / "run" / "run.json").read_text())["best_epoch"]
    assert rows[best - 1]["loss"] == min(row["loss"] for row in rows)
    assert set(json.loads((tmp_path / "run" / "metrics.json").read_text())) == {"test", "training"}
