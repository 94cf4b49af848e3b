"""Layers that keep their states from batch to batch: as Keras's own `fit` without shuffling, and resumed anywhere."""

import json
import shutil

import keras
import numpy as np
import pytest
import tensorflow as tf

import modelspec
from modelspec.data.rows import ArrayRows
from modelspec.pipeline import check_text
from modelspec.runtime.build.model import build_model
from modelspec.runtime.evaluate.predicting import predicted
from modelspec.runtime.state.states import kept_states, reset_states
from modelspec.runtime.train.smoke import smoke_all
from tests.chosen import chosen

ROWS, SIZE, EPOCHS = 24, 4, 2
layers = keras.layers
KINDS = {
    "LSTM": ("LSTM: {units: 3, stateful: true}", [5, 2], lambda: layers.LSTM(3, stateful=True)),
    "GRU": ("GRU: {units: 3, stateful: true}", [5, 2], lambda: layers.GRU(3, stateful=True)),
    "SimpleRNN": ("SimpleRNN: {units: 3, stateful: true}", [5, 2], lambda: layers.SimpleRNN(3, stateful=True)),
    "RNN": (
        "RNN: {cell: {GRUCell: 3}, stateful: true}", [5, 2], lambda: layers.RNN(layers.GRUCell(3), stateful=True),
    ),
    "RNN of a stack": (
        "RNN: {cell: {StackedRNNCells: [{LSTMCell: 3}, {GRUCell: 2}]}, stateful: true}", [5, 2],
        lambda: layers.RNN(layers.StackedRNNCells([layers.LSTMCell(3), layers.GRUCell(2)]), stateful=True),
    ),
    "ConvLSTM1D": (
        "ConvLSTM1D: {filters: 2, kernel_size: 2, stateful: true}", [3, 4, 2],
        lambda: layers.ConvLSTM1D(2, 2, stateful=True),
    ),
    "Bidirectional": (
        "Bidirectional: {layer: {LSTM: {units: 3, stateful: true}}}", [5, 2],
        lambda: layers.Bidirectional(layers.LSTM(3, stateful=True)),
    ),
}  # fmt: skip


class Reset(keras.callbacks.Callback):
    """What a Keras user writes to begin each epoch anew."""

    def on_epoch_begin(self, epoch, logs=None):
        reset_states(self.model)


def rows(shape, count=ROWS):
    random = np.random.default_rng(3)
    return random.normal(size=(count, *shape)).astype("float32"), random.normal(size=(count, 1)).astype("float32")


def text(kind, more="", train=""):
    layer, shape, _ = KINDS[kind]
    return (
        f"modelspec: 1\ninputs: {{x: {{shape: {shape}, batch_size: {SIZE}}}}}\nlayers:\n- {layer}\n"
        f"- Flatten\n- {{Dense: 1, name: y}}\noutputs: {{y: {{loss: mse}}}}\n"
        f"train: {{epochs: {EPOCHS}, optimizer: adam, seed: 5{train}}}\n{more}"
    )


def theirs(kind):
    """The same model by hand."""
    _, shape, make = KINDS[kind]
    keras.utils.set_random_seed(5)
    x = keras.Input(batch_shape=(SIZE, *shape), name="x")
    flat = layers.Flatten()(make()(x))
    model = keras.Model(x, layers.Dense(1)(flat))
    model.compile("adam", "mse")
    return model


def project(tmp_path, kind, count=ROWS, **more):
    x, y = rows(KINDS[kind][1], count)
    np.savez(tmp_path / "rows.npz", x=x, y=y)
    (tmp_path / "spec.yaml").write_text(
        text(kind, "data: {train: {npz: rows.npz}, validation: {npz: rows.npz}}\n", **more)
    )
    return tmp_path / "spec.yaml"


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """The folder of a project that was trained into `run`, and what came of it; once for each kind. It stays as it is."""
    made = {}

    def train(kind):
        if kind not in made:
            path = project(tmp_path_factory.mktemp("states"), kind)
            made[kind] = path.parent, modelspec.train(path, run_dir=path.parent / "run")
        return made[kind]

    return train


@pytest.mark.parametrize("kind", chosen(KINDS, ["LSTM"]))
def test_training_is_keras_s_own_fit_with_states_that_begin_anew_with_each_epoch(kind, trained, tmp_path, cli):
    folder, result = trained(kind)
    model, (x, y) = theirs(kind), rows(KINDS[kind][1])
    validated = []

    class Validate(Reset):
        def on_epoch_end(self, epoch, logs=None):
            before = [state.numpy() for state in kept_states(self.model)]
            reset_states(self.model)
            validated.append(self.model.evaluate(x, y, batch_size=SIZE, verbose=0))
            assert any(state.any() for state in before)

    history = model.fit(x, y, batch_size=SIZE, epochs=EPOCHS, shuffle=False, verbose=0, callbacks=[Validate()]).history
    assert [row["loss"] for row in result.history] == history["loss"]
    assert [row["val_loss"] for row in result.history] == pytest.approx(validated, rel=1e-6)
    reset_states(model)
    wanted = model.predict(x, batch_size=SIZE, verbose=0)
    done = cli("predict", str(folder / "run"), "--weights", "last", "-o", str(tmp_path / "out.npz"))
    assert done.code == 0, done.err
    np.testing.assert_allclose(np.load(tmp_path / "out.npz")["y"], wanted, rtol=1e-5, atol=1e-6)


def test_the_states_make_a_difference(trained, tmp_path):
    """Negative control: the same rows without states kept come to other losses."""
    path = project(tmp_path, "LSTM")
    kept = trained("LSTM")[1].history[0]["loss"]
    path.write_text(path.read_text().replace(", stateful: true", "").replace("seed: 5", "seed: 5, shuffle: false"))
    assert modelspec.train(path, run_dir=tmp_path / "lost").history[0]["loss"] != kept


@pytest.mark.parametrize("kind", chosen(["LSTM", "RNN of a stack", "Bidirectional"], ["RNN of a stack"]))
def test_the_states_are_part_of_what_a_checkpoint_holds(kind):
    from modelspec.runtime.backend.symbolic import make_variables
    from modelspec.runtime.state.variables import assign, training_variables, values_of

    network = check_text(text(kind)).network
    one, two = build_model(network).model, build_model(network).model
    x, y = rows(KINDS[kind][1], SIZE)
    for model in (one, two):
        batch = ({"x": keras.KerasTensor(x.shape)}, {"y": keras.KerasTensor(y.shape)})
        make_variables(model, batch)
    one.train_on_batch({"x": x}, {"y": y})
    states = [state.numpy() for state in kept_states(one)]
    assert states and all(state.any() for state in states)
    assert {id(state) for state in kept_states(one)} <= {id(variable) for variable in training_variables(one).values()}
    assign(two, values_of(one))
    for state, wanted in zip(kept_states(two), states, strict=True):
        np.testing.assert_array_equal(state.numpy(), wanted)


@pytest.mark.parametrize("kind", chosen(["GRU", "Bidirectional"], ["GRU"]))
def test_a_training_that_stops_in_the_middle_of_an_epoch_goes_on_exactly(kind, tmp_path, cli):
    from modelspec.runs.checkpoints.store import Store

    path = project(tmp_path, kind, train=", checkpoint: {every: 1 steps, keep: 20}")
    whole = modelspec.train(path, run_dir=tmp_path / "whole")
    run = tmp_path / "run"
    shutil.copytree(tmp_path / "whole", run)
    store = Store(run / "checkpoints", 20)
    for folder in sorted(store.folder.iterdir()):
        position = json.loads((folder / "state.json").read_text())["position"] if folder.is_dir() else None
        if position is not None and (position["epoch"], position["step"]) > (1, 3):
            shutil.rmtree(folder)
    info = json.loads((run / "run.json").read_text())
    (run / "run.json").write_text(json.dumps({**info, "status": "interrupted"}))
    assert store.newest().snapshot.position.step == 3
    done = cli("train", str(path), "--resume", "--run-dir", str(run))
    assert done.code == 0, done.err
    ended = [json.loads(line) for line in (run / "history.jsonl").read_text().splitlines()]
    assert ended == list(whole.history)
    assert (run / "last.safetensors").read_bytes() == (tmp_path / "whole" / "last.safetensors").read_bytes()


def test_evaluating_begins_anew_each_time(trained, cli):
    folder, _ = trained("LSTM")
    first, again = (cli("evaluate", str(folder / "run"), "--format", "json").out for _ in range(2))
    assert json.loads(first) == json.loads(again)


@pytest.mark.parametrize("kind", chosen(KINDS, ["SimpleRNN", "ConvLSTM1D", "Bidirectional"]))
def test_such_a_model_smokes(kind):
    assert smoke_all(check_text(text(kind)).network) == ()


@pytest.mark.parametrize("count", [1, SIZE, SIZE + 1, 3 * SIZE - 1])
def test_any_number_of_rows_is_predicted(count):
    model = build_model(check_text(text("LSTM")).network).model
    x, _ = rows([5, 2], 4 * SIZE)
    found = predicted(model, ArrayRows(({"x": x[:count]},), count), SIZE)["y"]
    reset_states(model)
    wanted = np.concatenate(
        [model.predict_step(({"x": tf.constant(x[at : at + SIZE])},))["y"] for at in range(0, 16, SIZE)]
    )
    np.testing.assert_allclose(found, wanted[:count], rtol=1e-5, atol=1e-6)


def test_rows_that_leave_the_last_batch_short_are_told_before_training(tmp_path, cli):
    path = project(tmp_path, "LSTM", count=ROWS + 1)
    done = cli("train", str(path), "--run-dir", str(tmp_path / "run"))
    assert done.code == 1
    assert "MS422" in done.err and "of which 1 is left over" in done.err
    assert not (tmp_path / "run").exists()


def test_and_before_evaluation(trained, tmp_path, cli):
    folder, _ = trained("LSTM")
    x, y = rows([5, 2], SIZE + 2)
    np.savez(tmp_path / "more.npz", x=x, y=y)
    done = cli("evaluate", str(folder / "run"), "--data", str(tmp_path / "more.npz"))
    assert done.code == 1
    assert "MS422" in done.err


def test_the_resolved_spec_says_all_of_it():
    from modelspec.runs.resolved import resolved_spec

    checked = check_text(text("LSTM"))
    again = check_text(resolved_spec(checked.network))
    assert again.ok
    assert again.network.main.tensors[0][0].shape == (SIZE, 5, 2)
    assert (again.network.train.batch_size, again.network.train.shuffle) == (SIZE, False)
