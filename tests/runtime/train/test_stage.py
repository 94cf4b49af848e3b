"""A training in stages is what a script does with one `compile` and one `fit` after the other, bit for bit."""

import json
import shutil

import keras
import numpy as np
import pytest
from safetensors.numpy import load_file

from modelspec.graph.questions.stages import stages
from modelspec.pipeline import check_text
from modelspec.runs.resolved import resolved_spec
from tests.chosen import chosen
from tests.runtime.killed.test_resume import killed_and_resumed
from tests.runtime.killing import COMMAND, RESUME, come_to, prepare
from tests.seams.names import TRAINING_SAVE
from tests.seams.seam import program

SPEC = """\
modelspec: 1
name: small
inputs: {x: [6]}
models:
  body:
    inputs: {h: [6]}
    layers:
      - Dense: {units: 16, activation: relu}
      - BatchNormalization
      - Dropout: 0.2
layers:
  - {call: body, from: x}
  - Dense: {units: 3, activation: softmax}
    name: y
outputs: {y: {loss: sparse_categorical_crossentropy, metrics: [accuracy]}}
train:
  optimizer: {Adam: {learning_rate: 1e-2}}
  batch_size: 8
  shuffle: false
  seed: 4
  stages:
    - {name: head, freeze: body, epochs: 2}
    - {name: all, epochs: 3, batch_size: 16, optimizer: {Adam: {learning_rate: 1e-3, use_ema: true, ema_momentum: 0.9}}}
    - {freeze: "*/batch_normalization", optimizer: {SGD: 1e-3}, callbacks: [{EarlyStopping: {monitor: loss, patience: 1, min_delta: 9}}], epochs: 6}
data: {train: {npz: rows.npz}, validation: {split: 0.25}}
"""
ROWS = 100


LOGGED = SPEC.replace("  seed: 4\n", "  seed: 4\n  callbacks: [{CSVLogger: log.csv}]\n")


def prepare_rows(folder, text):
    draw = np.random.default_rng(3)
    np.savez(folder / "rows.npz", x=draw.normal(size=(ROWS, 6)).astype("float32"), y=draw.integers(0, 3, ROWS))
    (folder / "spec.yaml").write_text(text)


def history(run):
    return [json.loads(line) for line in (run / "history.jsonl").read_text().splitlines()]


@pytest.fixture(scope="module")
def finished(nursery, tmp_path_factory):
    """A folder whose spec was trained into `run`, and what was printed."""
    folder = tmp_path_factory.mktemp("finished")
    prepare_rows(folder, LOGGED)
    done = nursery.run(folder, "train", "spec.yaml", "--run-dir", "run")
    assert (done.code, done.err) == (0, ""), done.err
    return folder, done.out


@pytest.fixture
def trained(finished, tmp_path, monkeypatch):
    """A copy of that folder, which is the current one; what was printed, and its history."""
    folder, out = finished
    shutil.copytree(folder, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    return out, history(tmp_path / "run")


def by_keras():
    """Train as a script would: the histories of the stages, and the weights at the end."""
    keras.utils.set_random_seed(4)
    h = keras.Input((6,), name="h")
    hidden = keras.layers.BatchNormalization()(keras.layers.Dense(16, activation="relu")(h))
    body = keras.Model(h, keras.layers.Dropout(0.2)(hidden), name="body")
    x = keras.Input((6,), name="x")
    model = keras.Model(x, keras.layers.Dense(3, activation="softmax", name="y")(body(x)))
    with np.load("rows.npz") as rows:
        x, y = rows["x"], rows["y"]
    kept = ROWS * 3 // 4
    stop = keras.callbacks.EarlyStopping(monitor="loss", patience=1, min_delta=9)
    averaged = keras.optimizers.Adam(1e-3, use_ema=True, ema_momentum=0.9)
    histories, done = [], 0
    for frozen, optimizer, batch, epochs, callbacks in (
        (body, keras.optimizers.Adam(1e-2), 8, 2, []),
        (None, averaged, 16, 3, []),
        (body.layers[2], keras.optimizers.SGD(1e-3), 8, 6, [stop]),
    ):
        body.trainable = True
        if frozen is not None:
            frozen.trainable = False
        model.compile(optimizer, "sparse_categorical_crossentropy", metrics=["accuracy"])
        history = model.fit(
            x[:kept], y[:kept], batch_size=batch, initial_epoch=done, epochs=done + epochs, shuffle=False, verbose=0,
            validation_data=(x[kept:], y[kept:]), validation_batch_size=batch, callbacks=callbacks,
        )  # fmt: skip
        histories.append(history.history)
        done += len(history.epoch)
    return histories, [weight.numpy() for weight in model.weights]


def test_history_and_weights_are_those_of_one_fit_after_the_other(trained, tmp_path):
    out, rows = trained
    histories, weights = by_keras()
    assert [row["epoch"] for row in rows] == list(range(1, 8))
    assert [row["stage"] for row in rows] == [1, 1, 2, 2, 2, 3, 3]
    for name in ("loss", "accuracy", "val_loss", "val_accuracy"):
        assert [row[name] for row in rows] == [value for history in histories for value in history[name]], name
    last = {value.tobytes() for value in load_file(tmp_path / "run" / "last.safetensors").values()}
    assert last == {weight.tobytes() for weight in weights}
    lines = [line.partition("  ")[0] for line in out.splitlines()]
    assert lines[:11] == [
        "stage 1/3: head", "epoch 1/11", "epoch 2/11", "stage 1/3: all 2 epochs are done", "stage 2/3: all",
        "epoch 3/11", "epoch 4/11", "epoch 5/11", "stage 2/3: all 3 epochs are done", "stage 3/3", "epoch 6/11",
    ]  # fmt: skip
    events = [json.loads(line) for line in (tmp_path / "run" / "events.jsonl").read_text().splitlines()]
    begun = [(event["stage"], event["name"], event["epoch"]) for event in events if event["event"] == "stage"]
    assert begun == [(1, "head", 1), (2, "all", 3), (3, None, 6)]


STAGED = """\
  epochs: 3
  stages:
    - {name: head, freeze: dense}
    - {name: all, optimizer: {SGD: {learning_rate: 1e-2, momentum: 0.9, use_ema: true}}, batch_size: 16}
    - name: end
      epochs: 5
      callbacks: [{CSVLogger: log.csv}, {EarlyStopping: {patience: 1, min_delta: 9, restore_best_weights: true}}]
"""
DIE = program(
    """
import os
save = Training.save
def save_and_die(self):
    save(self)
    at = self.position
    if (at.stage, at.epoch, at.step) == {at}:
        self.saver.finish()
        os._exit(86)
Training.save = save_and_die
""",
    TRAINING_SAVE,
)


def prepared(folder):
    prepare(folder, layers="dropout", rate="plateau", stop="files", every="2 steps")
    spec = folder / "spec.yaml"
    text = spec.read_text()
    assert "  epochs: 8\n" in text
    spec.write_text(text.replace("  epochs: 8\n", STAGED))
    return folder


@pytest.fixture(scope="module")
def whole(nursery, tmp_path_factory):
    folder = prepared(tmp_path_factory.mktemp("whole") / "staged")
    child = nursery.run(folder, *COMMAND)
    assert child.code == 0, child.err
    return folder / "run"


PLACES = [(0, 1, 4), (0, 3, 0), (1, 4, 3), (1, 6, 0), (2, 7, 4), (2, 8, 0)]


@pytest.mark.parametrize("at", chosen([(at,) for at in PLACES], [(PLACES[1],)]), ids=repr)
def test_a_stage_goes_on_exactly_from_its_middle_and_from_its_end(nursery, tmp_path, whole, at):
    folder = prepared(tmp_path / "killed")
    assert nursery.run(folder, *COMMAND, before=DIE.format(at=at)).code == 86
    child = nursery.run(folder, *RESUME)
    assert child.code == 0, child.err
    assert come_to(folder / "run") == come_to(whole)
    events = [json.loads(line) for line in (folder / "run" / "events.jsonl").read_text().splitlines()]
    assert [event["stage"] for event in events if event["event"] == "stage"] == [1, 2, 3]
    history = [json.loads(line)["stage"] for line in (folder / "run" / "history.jsonl").read_text().splitlines()]
    assert history == [1, 1, 1, 2, 2, 2, 3, 3]
    assert len((folder / "run" / "log.csv").read_text().splitlines()) == 1 + len(history)


def test_a_table_of_epochs_goes_on_through_the_stages(trained, tmp_path):
    header, *lines = (tmp_path / "run" / "log.csv").read_text().splitlines()
    assert header.startswith("epoch,")
    assert [line.partition(",")[0] for line in lines] == ["0", "1", "2", "3", "4"]


def test_the_last_stage_may_have_more_epochs_and_no_other(nursery, tmp_path, whole):
    folder = prepared(tmp_path / "more")
    assert nursery.run(folder, *COMMAND, before=DIE.format(at=(1, 4, 3))).code == 86
    text = (folder / "spec.yaml").read_text()
    (folder / "spec.yaml").write_text(text.replace("epochs: 3", "epochs: 4"))
    child = nursery.run(folder, *COMMAND, "--resume")
    assert child.code == 1
    assert "train.stages[0].epochs from 3 to 4; train.stages[1].epochs from 3 to 4" in child.err
    (folder / "spec.yaml").write_text(text.replace("epochs: 5", "epochs: 6"))
    child = nursery.run(folder, *COMMAND, "--resume")
    assert child.code == 0, child.err
    assert (folder / "run" / "history.jsonl").read_text() == (whole / "history.jsonl").read_text()


def test_a_finished_training_in_stages_is_complete_evaluated_and_reproduced(cli, trained, tmp_path):
    _, rows = trained
    assert cli("train", "--resume", "run").out == (
        "stopped early after epoch 7: loss has not improved by more than 9 since epoch 6\n"
        "run is complete: there is nothing left to train\n"
    )
    best = json.loads((tmp_path / "run" / "run.json").read_text())["best_epoch"]
    losses = {row["epoch"]: row["val_loss"] for row in rows}
    assert losses[best] == min(losses.values())
    told = json.loads((tmp_path / "run" / "metrics.json").read_text())["validation"]["loss"]
    assert f"loss {told:.4g}" in cli("evaluate", "run", "--split", "validation").out
    again = cli("reproduce", "run", "--run-dir", "again")
    assert again.code == 0, again.err
    assert cli("smoke", "spec.yaml").code == 0
    resolved = (tmp_path / "run" / "resolved.yaml").read_text()
    assert cli("validate", str(tmp_path / "run" / "resolved.yaml")).code == 0, resolved


def test_the_resolved_spec_has_the_same_stages():
    text = LOGGED.replace("  seed: 4\n", "  seed: 4\n  freeze: y\n")
    first = check_text(text.replace("{name: all, ", "{name: all, freeze: [], callbacks: [], ")).network
    again = check_text(resolved_spec(first)).network
    assert resolved_spec(again) == resolved_spec(first)
    assert [stage.network.spec.train.freeze for stage in stages(again)] == [("body",), (), ("*/batch_normalization",)]
    kinds = [[type(item).__name__ for item in stage.network.spec.train.callbacks] for stage in stages(again)]
    assert kinds == [["CSVLogger"], [], ["EarlyStopping"]]


def test_more_epochs_of_a_finished_last_stage_go_on(cli, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    text = SPEC.replace("callbacks: [{EarlyStopping: {monitor: loss, patience: 1, min_delta: 9}}], ", "")
    text = "".join(line for line in text.splitlines(keepends=True) if "name: all" not in line)
    assert text.count("epochs: ") == 2
    for name, epochs in (("run", 6), ("long", 8)):
        prepare_rows(tmp_path, text.replace("epochs: 6", f"epochs: {epochs}"))
        assert cli("train", "spec.yaml", "--run-dir", name).code == 0
    done = cli("train", "spec.yaml", "--run-dir", "run", "--resume")
    assert done.code == 0, done.err
    assert come_to(tmp_path / "run") == come_to(tmp_path / "long")


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4))
def test_stages_that_are_killed_at_any_time_end_as_if_they_were_not(nursery, tmp_path, whole, seed):
    folder = prepared(tmp_path / "killed")
    assert killed_and_resumed(nursery, folder, kills=4, seed=seed) >= 1
    assert come_to(folder / "run") == come_to(whole)
