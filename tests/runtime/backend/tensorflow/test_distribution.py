"""`distribute: mirrored` on two real devices of TensorFlow: to the bits of Keras's `fit`, stopped and resumed exactly."""

import json
import random
import re
import shutil
import signal
import time

import keras
import numpy as np
import pytest
from safetensors.numpy import load_file

from modelspec.runs.checkpoints.store import Store
from modelspec.runtime.train.mirroring import shares
from tests.runtime.killing import COMMAND, RESUME, come_to, newest
from tests.runtime.mirrored import BATCH, CASES, DEVICES, FIT, ROWS, prepare
from tests.seams.names import RESTORE, TRAINING_SAVE
from tests.seams.seam import program

TWO, THREE = DEVICES.format(count=2), DEVICES.format(count=3)


def train(nursery, folder, before=TWO, command=COMMAND):
    child = nursery.run(folder, *command, before=before)
    assert (child.code, child.err) == (0, ""), child.err
    return child


def history(folder, run="run"):
    return [json.loads(line) for line in (folder / run / "history.jsonl").read_text().splitlines()]


def arrays(folder, run="run"):
    """What the newest checkpoint holds, by name."""
    return Store(folder / run / "checkpoints", 9).newest().snapshot.arrays


def is_that_of_fit(nursery, folder, case, before, count, batch=BATCH):
    """Train by both, and compare every epoch and every variable of the model on every device."""
    train(nursery, folder, before)
    script = nursery.run(folder, before=before + FIT.format(case=case, count=count).replace(")\nos", f", {batch})\nos"))
    assert (script.code, script.err) == (0, "")
    theirs = json.loads((folder / "history.json").read_text())
    assert set(theirs) == {"loss", "accuracy", "val_loss", "val_accuracy"}
    for name, values in theirs.items():
        assert [row[name] for row in history(folder)] == values, name
    with np.load(folder / "fitted.npz") as fitted:
        expected = [fitted[name] for name in fitted.files]
    last = load_file(folder / "run" / "last.safetensors")
    assert {value.tobytes() for value in last.values()} <= {value[0].tobytes() for value in expected}
    if "average" in case:
        return  # `fit` ends with the averages, and a checkpoint holds the weights
    ours = {name: value for name, value in arrays(folder).items() if name.startswith("model/")}
    first = [name for name in ours if "@" not in name]
    assert len(first) == len(expected)
    for name, values in zip(first, expected, strict=True):
        for device, value in enumerate(values):
            assert ours.get(f"{name}@{device}", ours[name]).tobytes() == value.tobytes(), (name, device)


@pytest.mark.slow  # the last batch is divided below, which is quick of three devices
@pytest.mark.parametrize("case", CASES)
def test_history_and_variables_are_those_of_fit_under_the_same_strategy(nursery, tmp_path, case):
    is_that_of_fit(nursery, prepare(tmp_path / "a", case), case, TWO, 2)


@pytest.mark.parametrize(
    ("case", "rows", "batch", "before", "count"),
    [
        pytest.param("normalized", ROWS + 6, 8, TWO, 2, marks=pytest.mark.slow),
        pytest.param("normalized", ROWS + 3, 8, TWO, 2, marks=pytest.mark.slow),
        pytest.param("not normalized", ROWS + 1, 8, TWO, 2, marks=pytest.mark.slow),
        ("normalized together", ROWS + 1, 6, THREE, 3),
    ],
    ids=["3 and 3", "2 and 1", "1 and none", "1 of 3 devices"],
)
def test_a_last_batch_is_divided_as_fit_divides_it(nursery, tmp_path, case, rows, batch, before, count):
    is_that_of_fit(nursery, prepare(tmp_path / "a", case, rows, batch), case, before, count, batch)


def test_each_device_takes_as_many_rows_as_the_others_and_the_last_ones_the_rest():
    assert [shares(rows, 2) for rows in (8, 7, 2, 1)] == [[4, 4], [4, 3], [1, 1], [1]]
    assert [shares(rows, 3) for rows in (9, 16, 4, 2)] == [[3, 3, 3], [6, 6, 4], [2, 2], [1, 1]]


@pytest.fixture(scope="module")
def trained(nursery, tmp_path_factory):
    """A folder with a finished run, and what was printed. It stays as it is."""
    folder = prepare(tmp_path_factory.mktemp("trained") / "a")
    return folder, train(nursery, folder).out


def test_it_is_told_what_trains_and_that_each_device_has_statistics_of_its_own(trained):
    folder, out = trained
    assert "note: training on 2 devices: CPU:0, CPU:1\n" in out
    others = {name.split("/")[-1] for name in arrays(folder) if name.endswith("@1")}
    assert others == {"moving_mean@1", "moving_variance@1", "total@1", "count@1"}


DIE_WITHIN_AN_EPOCH = program(
    """
import os
save = Training.save
def save_and_die(self):
    save(self)
    if self.position.epoch >= 1 and 0 < self.position.step < self.stage.epochs.steps:
        self.saver.finish()
        os._exit(86)
Training.save = save_and_die
""",
    TRAINING_SAVE,
)
EVERY = {"checkpoint": {"every": "2 steps", "keep": 3}}


@pytest.fixture(scope="module")
def interrupted(nursery, tmp_path_factory):
    """A folder with a run that died in the middle of an epoch, and what the whole run comes to."""
    folder = tmp_path_factory.mktemp("interrupted")
    whole = prepare(folder / "whole", **EVERY)
    train(nursery, whole)
    part = prepare(folder / "part", **EVERY)
    assert nursery.run(part, *COMMAND, before=TWO + DIE_WITHIN_AN_EPOCH).code == 86
    return part, come_to(whole / "run")


@pytest.fixture
def part(interrupted, tmp_path):
    return shutil.copytree(interrupted[0], tmp_path / "part")


def test_a_training_that_died_within_an_epoch_ends_as_one_that_did_not(nursery, interrupted, part):
    assert "resuming from" in train(nursery, part, TWO, RESUME).out
    assert come_to(part / "run") == interrupted[1]


WITHOUT_THE_OTHERS = program(
    """
assign = capture.assign
capture.assign = lambda model, arrays: assign(
    model, {name: value for name, value in arrays.items() if name.startswith("GROUP") or not name.endswith("@1")}
)
""",
    RESTORE,
)


@pytest.mark.parametrize("kept", ["model", pytest.param("metrics", marks=pytest.mark.slow)])
def test_without_what_the_second_device_had_the_end_is_another(nursery, interrupted, part, kept):
    child = nursery.run(part, *RESUME, before=TWO + WITHOUT_THE_OTHERS.replace("GROUP", kept))
    assert child.code == 0, child.err
    assert come_to(part / "run") != interrupted[1]


def test_on_another_number_of_devices_it_is_resumed_only_where_that_is_allowed(nursery, part):
    for before in ("", THREE):
        child = nursery.run(part, *RESUME, before=before)
        assert child.code == 1
        assert "MS7" in child.err
    assert "devices from 2 to 1" in nursery.run(part, *RESUME).err
    child = nursery.run(part, *RESUME, "--allow-changed")
    assert (child.code, child.err) == (0, "")
    assert "changed since the run: devices from 2 to 1" in child.out
    assert [row["epoch"] for row in history(part)] == [1, 2, 3]


def test_a_run_of_one_device_can_go_on_with_two(nursery, tmp_path):
    folder = prepare(tmp_path / "a", **EVERY)
    assert nursery.run(folder, *COMMAND, before=DIE_WITHIN_AN_EPOCH).code == 86
    child = nursery.run(folder, *RESUME, "--allow-changed", before=TWO)
    assert (child.code, child.err) == (0, "")
    assert "changed since the run: devices from 1 to 2" in child.out
    assert all(np.isfinite(row["loss"]) for row in history(folder))


@pytest.mark.parametrize("number", [signal.SIGTERM, pytest.param(signal.SIGINT, marks=pytest.mark.slow)])
def test_a_signal_stops_it_after_the_step_at_hand_and_it_goes_on_exactly(nursery, interrupted, tmp_path, number):
    folder = prepare(tmp_path / "a", **EVERY)
    child = nursery.start(folder, *COMMAND, before=TWO)
    child.wait_until(lambda: newest(folder / "run") >= 2)
    child.kill(number)
    if child.wait() != 0:  # it may have come to the end before
        assert child.code == 128 + number
        train(nursery, folder, TWO, RESUME)
    assert come_to(folder / "run") == interrupted[1]


@pytest.mark.slow
@pytest.mark.parametrize("case", ["normalized", "not normalized", "bfloat16", "average"])
def test_a_training_that_is_killed_at_any_moment_ends_as_one_that_was_not(nursery, tmp_path, case):
    whole = prepare(tmp_path / "whole", case, **EVERY)
    train(nursery, whole)
    folder, draw, hit = prepare(tmp_path / "again", case, **EVERY), random.Random(case), 0
    command = COMMAND
    for _ in range(5):
        before = newest(folder / "run")
        child = nursery.start(folder, *command, before=TWO)
        wanted, end = before + draw.randint(1, 4), time.monotonic() + 20
        while newest(folder / "run") < wanted and time.monotonic() < end and "\nrun: " not in child.out:
            time.sleep(0.002)
        time.sleep(draw.uniform(0, 0.05))
        child.kill()
        hit += child.wait() == -signal.SIGKILL
        command = RESUME
    train(nursery, folder, TWO, RESUME)
    assert hit >= 1
    assert come_to(folder / "run") == come_to(whole / "run")


def test_on_one_device_it_says_so_and_trains_as_without(nursery, tmp_path):
    folder = prepare(tmp_path / "a")
    told = "note: distribute: mirrored found only one device, CPU:0, and trains on it\n"
    assert told in train(nursery, folder, "").out
    child = train(nursery, folder, "", ("train", "spec.yaml", "--run-dir", "plain", "--set", "train.distribute=null"))
    assert "device" not in child.out
    assert history(folder) == history(folder, "plain")
    for name in ("best.safetensors", "last.safetensors"):
        assert (folder / "run" / name).read_bytes() == (folder / "plain" / name).read_bytes()


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"batch": 1}, ["batch_size 1 cannot be divided among 2 devices"]),
        ({"batch": 9}, ["batch_size 9 cannot be divided among 2 devices", "a multiple of 2, such as 10"]),
        ({"validation_batch_size": 3}, ["validation_batch_size 3 cannot be divided among 2 devices"]),
        ({"rows": ROWS + 1}, ["has 1 row for 2 devices, and BatchNormalization", "`batch_size: 10`"]),
        (
            {"stages": [{"epochs": 1}, {"epochs": 1, "batch_size": 5}]},
            ["batch_size 5 cannot be divided among 2 devices"],
        ),
    ],
    ids=["smaller than the devices", "odd", "validation", "a device without rows", "a stage"],
)
def test_batches_that_the_devices_cannot_share_are_told_before_anything_is_written(nursery, tmp_path, settings, told):
    folder = prepare(tmp_path / "a", **settings)
    child = nursery.run(folder, *COMMAND, before=TWO)
    assert child.code == 1
    assert child.err.count("MS758") == 1
    assert all(text in child.err for text in told), child.err
    assert not (folder / "run").exists()


@pytest.mark.parametrize("settings", [{"batch": 10}, pytest.param({"steps_per_epoch": 9}, marks=pytest.mark.slow)])
def test_the_batch_size_that_is_proposed_is_taken(nursery, tmp_path, settings):
    train(nursery, prepare(tmp_path / "a", rows=ROWS + 1, **settings))


def test_a_device_without_rows_is_told_where_it_does_no_harm(nursery, tmp_path):
    out = train(nursery, prepare(tmp_path / "a", "not normalized", rows=ROWS + 1)).out
    assert (
        "note: the last batch of an epoch has 1 row for 2 devices: it counts as 1/2 of a batch, as in Keras's fit\n"
        in out
    )


@pytest.mark.slow
def test_a_frozen_normalization_needs_no_rows(nursery, tmp_path):
    train(nursery, prepare(tmp_path / "a", rows=ROWS + 1, freeze="batch_normalization"))


@pytest.mark.slow
def test_stages_train_on_all_devices_and_go_on_exactly(nursery, tmp_path):
    stages = {"stages": [{"epochs": 1, "freeze": "dense"}, {"epochs": 2, "batch_size": 4}], **EVERY}
    whole, part = prepare(tmp_path / "a", **stages), prepare(tmp_path / "b", **stages)
    train(nursery, whole)
    assert nursery.run(part, *COMMAND, before=TWO + DIE_WITHIN_AN_EPOCH).code == 86
    train(nursery, part, TWO, RESUME)
    assert come_to(part / "run") == come_to(whole / "run")
    assert any(name.endswith("moving_mean@1") for name in arrays(whole))


def test_a_loss_that_is_no_number_stops_it(nursery, tmp_path):
    folder = prepare(tmp_path / "a", "clipnorm", **EVERY)
    text = (folder / "spec.yaml").read_text()
    (folder / "spec.yaml").write_text(
        text.replace('1e-2, "clipnorm": 0.05', "1e+30").replace("1e-2, clipnorm: 0.05", "1e+30")
    )
    child = nursery.run(folder, *COMMAND, before=TWO)
    assert child.code == 1
    assert "MS764" in child.err
    assert all(np.isfinite(value).all() for name, value in arrays(folder).items() if name.startswith("model/"))


WIDE = """\
modelspec: 1
inputs: {x: [8]}
layers:
  - RepeatVector: 30000
  - Dense: 16
  - GlobalAveragePooling1D
  - Dense: 1
    name: y
outputs: {y: {loss: mse}}
train: {batch_size: 4096, distribute: mirrored}
data: {train: {synthetic: 4096}}
"""


@pytest.mark.slow
def test_too_little_memory_tells_a_batch_that_the_devices_can_share_and_that_fits(nursery, tmp_path):
    limit = "import resource\nresource.setrlimit(resource.RLIMIT_AS, (12 * 2**30,) * 2)"
    (tmp_path / "spec.yaml").write_text(WIDE)
    child = nursery.run(tmp_path, *COMMAND, before=TWO + limit)
    assert child.code == 1, (child.out, child.err)
    assert "MS765" in child.err
    fitting = int(re.search(r"`batch_size: (\d+)`", child.err)[1])
    assert fitting < 4096
    assert fitting % 2 == 0
    text = WIDE.replace("4096", str(fitting), 1).replace("4096", str(2 * fitting))
    (tmp_path / "spec.yaml").write_text(text)
    again = nursery.run(tmp_path, "train", "spec.yaml", "--run-dir", "smaller", before=TWO + limit)
    assert again.code == 0, again.err


def test_what_it_comes_to_is_evaluated_and_used_on_one_device(nursery, tmp_path, cli, monkeypatch):
    folder = prepare(tmp_path / "a", "not normalized")
    train(nursery, folder)
    monkeypatch.chdir(folder)
    measured = json.loads((folder / "run" / "metrics.json").read_text())["validation"]["loss"]
    assert measured == min(row["val_loss"] for row in history(folder))
    done = cli("evaluate", "run", "--format", "json")
    assert (done.code, done.err) == (0, "")
    assert json.loads(done.out)["loss"] == pytest.approx(measured, rel=1e-5)
    best = load_file(folder / "run" / "best.safetensors")
    kept = keras.models.load_model(folder / "run" / "model.keras")
    assert {weight.numpy().tobytes() for weight in kept.weights} == {value.tobytes() for value in best.values()}


def test_it_is_reproduced_on_as_many_devices_and_told_on_others(nursery, trained, tmp_path):
    folder = shutil.copytree(trained[0], tmp_path / "a")
    child = nursery.run(folder, "reproduce", "run", before=TWO)
    assert child.code == 0, child.err
    assert "are equal, bit for bit" in child.out
    child = nursery.run(folder, "reproduce", "run")
    assert child.code == 1
    assert "changed since the run: devices from 2 to 1" in child.out
