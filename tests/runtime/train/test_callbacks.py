"""Callbacks that count steps come to what they come to in Keras's `fit`, also after a kill and a resume."""

import keras
import numpy as np
import pytest

import modelspec
from modelspec.runs.checkpoints.store import Store
from modelspec.runtime.backend.private import CALLBACK_STATE
from tests.chosen import chosen
from tests.seams.names import TRAINING_STEPS_DONE
from tests.seams.seam import program
from tests.tiny import TINY, write

ROWS, EPOCHS = 70, 3
TENSORBOARD = "TensorBoard: {log_dir: logs, write_graph: false, update_freq: OFTEN}"
TOGETHER = "steps_per_execution: 3, "
KEPT = "ModelCheckpoint: {filepath: kept.weights.h5, save_weights_only: true, save_freq: OFTEN}"


def spec(callback, often, more=""):
    train = (
        f"\ntrain: {{callbacks: [{{{callback.replace('OFTEN', str(often))}}}], checkpoint: {{every: 4 steps}}, {more}"
    )
    text = TINY.partition("\ndata:")[0].replace("\ntrain: {", train).replace("epochs: 2", f"epochs: {EPOCHS}")
    return f"{text}\ndata: {{train: {{npz: rows.npz}}, validation: {{npz: held.npz}}}}\n"


@pytest.fixture(autouse=True)
def _here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write_rows(tmp_path)


def write_rows(folder):
    draw = np.random.default_rng(0)
    for name, count in (("rows", ROWS), ("held", 40)):
        np.savez(
            folder / f"{name}.npz", x=draw.normal(size=(count, 4)).astype("float32"), kind=draw.integers(0, 3, count)
        )


def counted(folder):
    """What the only callback of the run remembered at the end."""
    (entry,) = Store(folder / "checkpoints", 9).newest().snapshot.values["callbacks"]
    return entry["state"]


def written(folder):
    """What TensorBoard's files below a folder tell: part, name, step and number of each, once."""
    from tensorboard.backend.event_processing.event_file_loader import EventFileLoader
    from tensorboard.util.tensor_util import make_ndarray

    return {
        (file.parent.name, value.tag, event.step, float(make_ndarray(value.tensor)))
        for file in folder.rglob("events.*")
        for event in EventFileLoader(str(file)).Load()
        for value in event.summary.value
        if not value.tag.startswith("keras")
    }


def of_fit(path, callback):
    """What the same callback remembers after `fit`, with the steps that the spec puts together."""
    rows, held = np.load("rows.npz"), np.load("held.npz")
    model = modelspec.build(path)
    model.steps_per_execution = modelspec.load(path).network.spec.train.steps_per_execution or 1
    model.fit(
        {"x": rows["x"]}, {"kind": rows["kind"]}, batch_size=16, epochs=EPOCHS, verbose=0, callbacks=[callback],
        validation_data=({"x": held["x"]}, {"kind": held["kind"]}), validation_batch_size=16,
    )  # fmt: skip
    return {name: getattr(callback, name) for name in CALLBACK_STATE[type(callback).__name__]}


BOARDS = [
    ("epoch", ""), (2, ""), ("batch", ""), ("epoch", TOGETHER), ("batch", TOGETHER), (2, TOGETHER),
    ("epoch", "validation_freq: 2, "),
]  # fmt: skip


@pytest.mark.parametrize(("often", "more"), chosen(BOARDS, [("batch", TOGETHER), ("epoch", "validation_freq: 2, ")]))
def test_tensorboard_counts_the_steps_of_fit(tmp_path, often, more):
    pytest.importorskip("tensorboard")
    path = write(tmp_path, spec(TENSORBOARD, often, more))
    modelspec.train(path, run_dir="run")
    found = counted(tmp_path / "run")
    expected = of_fit(path, keras.callbacks.TensorBoard("other", write_graph=False, update_freq=often))
    if "validation_freq" in more:
        expected["_global_test_batch"] = 3  # the one validation of three epochs
    assert found == expected
    assert found["_global_train_batch"] == EPOCHS * (2 if more == TOGETHER else 5)
    if "validation_freq" not in more:
        ours, theirs = written(tmp_path / "run" / "logs"), written(tmp_path / "other")
        assert {entry[:3] for entry in ours} == {entry[:3] for entry in theirs}
        assert len(ours) > 10


SAVED = [(3, ""), (3, TOGETHER), (4, TOGETHER), (7, "steps_per_execution: 2, ")]


@pytest.mark.parametrize(("often", "more"), chosen(SAVED, [(4, TOGETHER)]))
def test_a_checkpoint_callback_counts_the_steps_of_fit(tmp_path, often, more):
    path = write(tmp_path, spec(KEPT, often, more))
    modelspec.train(path, run_dir="run")
    callback = keras.callbacks.ModelCheckpoint("other.weights.h5", save_weights_only=True, save_freq=often)
    assert counted(tmp_path / "run") == of_fit(path, callback)


WAYS = {"epochs": (TENSORBOARD, "epoch"), "batches": (TENSORBOARD, 2), "kept": (KEPT, 3)}
KILLS = [(way, more, step) for way in WAYS for more in ("", TOGETHER) for step in (3, 7, 11)]


@pytest.fixture(scope="module")
def whole(nursery, tmp_path_factory):
    """What a training that nobody kills comes to: its folder, one for each spec."""
    made = {}

    def of(text):
        if text not in made:
            made[text] = folder = tmp_path_factory.mktemp("whole")
            write_rows(folder)
            write(folder, text)
            assert nursery.run(folder, "train", "spec.yaml", "--run-dir", "whole").code == 0
        return made[text] / "whole"

    return of


@pytest.mark.parametrize(
    ("way", "more", "step"),
    chosen(KILLS, [("batches", TOGETHER, 3), ("kept", "", 7)]),
)
def test_a_killed_training_goes_on_counting(nursery, tmp_path, whole, way, more, step):
    callback, often = WAYS[way]
    if callback is TENSORBOARD:
        pytest.importorskip("tensorboard")
    text = spec(callback, often, more)
    write(tmp_path, text)
    expected = whole(text)
    before = program(
        "import os\nreal = Training.steps_done\n"
        "def steps_done(self, position, loss):\n    real(self, position, loss)\n"
        f"    if self.stage.steps_of(position) >= {step}:\n        self.saver.writer.join()\n        os._exit(9)\n"
        "Training.steps_done = steps_done\n",
        TRAINING_STEPS_DONE,
    )
    assert nursery.run(tmp_path, "train", "spec.yaml", "--run-dir", "run", before=before).code == 9
    child = nursery.run(tmp_path, "train", "--resume", "run")
    assert child.code == 0, child.err
    assert counted(tmp_path / "run") == counted(expected)
    if callback is TENSORBOARD:
        assert written(tmp_path / "run" / "logs") == written(expected / "logs")
