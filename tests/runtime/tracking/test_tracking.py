"""Events and TensorBoard's files of real trainings, killed and resumed ones included."""

import json
import random

import pytest
import tensorflow as tf

import modelspec
from modelspec.runs.checkpoints.snapshot import Position
from modelspec.runs.events import Events, read_events
from tests.tiny import TINY, write

EACH_EPOCH = TINY.replace("epochs: 2", "epochs: 2, checkpoint: {every: 1 epoch}")


def events(run):
    return read_events((run / "events.jsonl").read_text().splitlines(keepends=True))


def scalars(folder):
    """Tag -> [(step, value)], as TensorBoard's own reader finds them."""
    found = {}
    for file in sorted(folder.iterdir()):
        for event in tf.compat.v1.train.summary_iterator(str(file)):
            for value in event.summary.value:
                assert value.metadata.plugin_data.plugin_name == "scalars"
                found.setdefault(value.tag, []).append((event.step, float(tf.make_ndarray(value.tensor))))
    return found


@pytest.fixture
def train(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def one(text=EACH_EPOCH, **options):
        return modelspec.train(write(tmp_path, text), run_dir="run", **options)

    return one


def test_a_run_tells_what_happened(train, tmp_path):
    result = train()
    told = events(tmp_path / "run")
    assert [event["event"] for event in told if event["event"] != "checkpoint"] == [
        "started", "validation", "epoch", "validation", "epoch", "evaluated", "evaluated", "finished"
    ]  # fmt: skip
    assert told[0] | {"time": ""} == {
        "event": "started", "time": "", "run": "run", "spec": "tiny", "epochs": 2, "steps": 3, "seed": 0
    }  # fmt: skip
    epochs = [event for event in told if event["event"] == "epoch"]
    assert [{"epoch": event["epoch"], **event["metrics"]} for event in epochs] == list(result.history)
    validation = [event["metrics"]["loss"] for event in told if event["event"] == "validation"]
    assert validation == [row["val_loss"] for row in result.history]
    saved = [(event["epoch"], event["step"], event["path"]) for event in told if event["event"] == "checkpoint"]
    assert saved == [(1, 0, "checkpoints/000001"), (2, 0, "checkpoints/000002"), (3, 0, "checkpoints/000003")]
    test = next(event for event in told if event["event"] == "evaluated" and event["split"] == "test")
    assert test["metrics"]["loss"] == result.metrics["test"]["loss"]
    assert told[-1]["best_epoch"] in (1, 2)


def test_a_resumed_run_goes_on_with_both_and_tells_no_epoch_twice(train, tmp_path):
    train(tensorboard=True)
    run = tmp_path / "run"
    with open(run / "events.jsonl", "a") as stream:
        stream.write('{"event": "epoch", "epoch": 3, "metrics": {}}\n{"event": "ep')  # as a kill leaves it
    result = train(EACH_EPOCH.replace("epochs: 2", "epochs: 4"), resume=True)
    told = events(run)
    assert [event["epoch"] for event in told if event["event"] == "epoch"] == [1, 2, 3, 4]
    resumed = next(event for event in told if event["event"] == "resumed")
    assert (resumed["epoch"], resumed["step"], resumed["checkpoint"]) == (3, 0, "checkpoints/000003")
    assert [event["event"] for event in told].count("started") == 1
    for part, prefix in (("train", ""), ("validation", "val_")):
        found = scalars(run / "tensorboard" / part)
        for name in ("loss", "accuracy"):
            wanted = [(row["epoch"], pytest.approx(row[prefix + name])) for row in result.history]
            assert found[f"epoch_{name}"] == wanted


def test_nothing_is_written_for_tensorboard_unasked(train, tmp_path):
    train()
    assert not (tmp_path / "run" / "tensorboard").exists()


def test_the_tensorboard_callback_writes_into_the_run_directory(train, tmp_path):
    train(EACH_EPOCH.replace("epochs: 2", "epochs: 2, callbacks: [{TensorBoard: {log_dir: logs}}]"))
    assert list((tmp_path / "run" / "logs" / "train").iterdir())


def test_a_failed_training_says_so(train, tmp_path):
    with pytest.raises(modelspec.SpecError):
        train(TINY.replace("{Adam: 1e-2}", "{SGD: 1e30}"))
    assert events(tmp_path / "run")[-1]["event"] == "failed"


def test_what_came_after_a_checkpoint_is_taken_back(tmp_path):
    log = Events(tmp_path / "events.jsonl")
    for epoch in (1, 2, 3):
        log.tell("epoch", epoch=epoch, metrics={})
        log.tell("checkpoint", epoch=epoch + 1, step=0, path="")
    log.tell("interrupted", epochs=3, best_epoch=1)
    log.go_back(Position(2, 0))
    told = events(tmp_path)
    assert [(event["event"], event.get("epoch")) for event in told] == [
        ("epoch", 1), ("checkpoint", 2), ("epoch", 2), ("checkpoint", 3), ("interrupted", None)
    ]  # fmt: skip
    assert all(event["time"] for event in told)


def test_an_mlflow_server_that_is_not_there_is_told_before_anything_is_written(train, tmp_path, monkeypatch):
    pytest.importorskip("mlflow", minversion="3.17", reason="needs mlflow 3.17: pip install 'keras-modelspec[mlflow]'")
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")
    with pytest.raises(modelspec.SpecError, match="MS769"):
        train(mlflow="http://127.0.0.1:9")
    assert not (tmp_path / "run").exists()


def test_trainings_that_are_killed_tell_each_epoch_once(nursery, tmp_path):
    write(tmp_path, TINY.replace("epochs: 2", "epochs: 8, checkpoint: {every: 5 steps}"))
    command = ("train", "spec.yaml", "--run-dir", "run", "--resume", "--tensorboard")
    run, choose = tmp_path / "run", random.Random(7)
    for wanted in sorted(choose.sample(range(1, 8), 3)):
        child = nursery.start(tmp_path, *command)
        child.wait_until(lambda wanted=wanted: len(history(run)) >= wanted)
        child.kill()
        child.wait()
    assert nursery.run(tmp_path, *command).code == 0
    rows = history(run)
    assert [row["epoch"] for row in rows] == list(range(1, 9))
    told = [event for event in events(run) if event["event"] == "epoch"]
    assert [{"epoch": event["epoch"], **event["metrics"]} for event in told] == rows
    assert [step for step, _ in scalars(run / "tensorboard" / "train")["epoch_loss"]] == list(range(1, 9))


def history(run):
    try:
        return [json.loads(line) for line in (run / "history.jsonl").read_text().splitlines()]
    except FileNotFoundError:
        return []
