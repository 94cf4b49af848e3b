"""No room on the disk, for every command that writes: which file, by its own name, what to do, and nothing left over."""

import os

import numpy as np
import pytest

from tests.chosen import chosen, spread
from tests.runtime.small_disk import skip_without_disk, small_disk
from tests.tiny import TINY, write

FULL = """\
import resource, sys
sys.dont_write_bytecode = True
resource.setrlimit(resource.RLIMIT_FSIZE, ({limit},) * 2)
import signal
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
"""
COMMANDS = {
    "build": (("build", "spec.yaml", "-o", "new.keras"), 3000, "new.keras"),
    "csv": (("predict", "run", "-o", "new.csv"), 300, "new.csv"),
    "jsonl": (("predict", "run", "-o", "new.jsonl"), 300, "new.jsonl"),
    "npz": (("predict", "run", "-o", "new.npz"), 300, "new.npz"),
    "parquet": (("predict", "run", "-o", "new.parquet"), 300, "new.parquet"),
    "init": (("init", "-o", "new.yaml"), 300, "new.yaml"),
    "init-schema": (("init", "-o", "new.yaml"), 20_000, "modelspec.schema.json"),
    "schema": (("schema", "-o", "new.json"), 3000, "new.json"),
    "train": (("train", "spec.yaml", "--run-dir", "other"), 1000, "other/"),
    "resume": (("train", "--resume", "run", "--set", "train.epochs=3"), 1000, "run/"),
}
CALLBACKS = {
    "{ModelCheckpoint: saved/e{epoch}.keras}": (10_000, "other/saved/e1.keras"),
    "{ModelCheckpoint: {filepath: e.weights.h5, save_weights_only: true}}": (10_000, "other/e.weights.h5"),
    "{ModelCheckpoint: {filepath: saved/m.h5}}": (10_000, "other/saved/m.h5"),
    "{TensorBoard: {log_dir: board, histogram_freq: 1}}": (20_000, "other/board"),
}


@pytest.fixture(scope="module")
def place(nursery, tmp_path_factory):
    """A folder with a spec and a finished run."""
    folder = tmp_path_factory.mktemp("full")
    write(folder)
    assert nursery.run(folder, "train", "spec.yaml", "--run-dir", "run").code == 0
    return folder


def strange(folder):
    return [
        item for item in folder.rglob("*") if ".part" in item.name or (item.name.startswith(".") and ".." in item.name)
    ]


@pytest.mark.parametrize("name", chosen(COMMANDS, ["build", "csv", "npz", "init-schema", "train", "resume"]))
def test_a_file_that_gets_too_large_is_told_by_its_name(nursery, place, name):
    arguments, limit, told = COMMANDS[name]
    before = sorted(item.name for item in place.iterdir() if item.name.startswith("new"))
    done = nursery.run(place, *arguments, before=FULL.format(limit=limit))
    assert done.code == 1, done.err
    assert told in done.err, done.err
    assert "file too large" in done.err, done.err
    assert "ulimit -f" in done.err or "make room" in done.err, done.err
    assert "part" not in done.err, done.err
    assert not strange(place)
    assert sorted(item.name for item in place.iterdir() if item.name.startswith("new")) == before
    assert not (place / "modelspec.schema.json").exists()
    assert name != "resume" or nursery.run(place, *arguments).code == 0


@pytest.mark.parametrize("callback", spread(CALLBACKS, 3))
def test_what_a_callback_cannot_write_is_told_by_its_name(nursery, tmp_path, callback):
    limit, told = CALLBACKS[callback]
    text = (
        TINY.replace("\ntrain: {", "\ntrain: {callbacks: ['X'], ")
        .replace("'X'", callback)
        .replace("epochs: 2", "epochs: 300")
    )
    text = text.replace("saved/e{epoch}.keras", "'saved/e{epoch}.keras'")
    write(tmp_path, text)
    done = nursery.run(tmp_path, "train", "spec.yaml", "--run-dir", "other", before=FULL.format(limit=limit))
    assert done.code == 1, (done.out[-300:], done.err)
    assert f"cannot write {told}: " in done.err, done.err
    assert not strange(tmp_path)


WHILE_LOGGING = """\
import keras, resource
end = keras.callbacks.CSVLogger.on_epoch_end
def full(self, epoch, logs=None):
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, limits[1]))
    try:
        end(self, epoch, logs)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
keras.callbacks.CSVLogger.on_epoch_end = full
"""


def test_a_table_that_cannot_be_written_is_told_by_its_name(nursery, tmp_path):
    write(tmp_path, TINY.replace("\ntrain: {", "\ntrain: {callbacks: [{CSVLogger: tables/log.csv}], "))
    before = FULL.format(limit=1 << 30) + WHILE_LOGGING
    done = nursery.run(tmp_path, "train", "spec.yaml", "--run-dir", "other", before=before)
    assert done.code == 1, done.err
    assert done.err.startswith("error: cannot write other/tables/log.csv: file too large; "), done.err


def test_a_disk_that_callbacks_fill_is_told_with_the_file(nursery, tmp_path):
    each = "{ModelCheckpoint: 'saved/e{epoch:03d}.keras'}"
    text = TINY.replace("\ntrain: {", f"\ntrain: {{callbacks: [{each}], ").replace("epochs: 2", "epochs: 400")
    write(tmp_path, text.replace("units: 8", "units: 4000"))
    done = nursery.run(tmp_path, "train", "spec.yaml", "--run-dir", "small/run", before=small_disk("4m"))
    skip_without_disk(done.err)
    assert done.code == 1
    assert "no space left on device" in done.err
    assert "make room" in done.err
    assert ".part" not in done.err


def test_weights_alone_are_those_that_keras_saves(tmp_path):
    import h5py
    import keras

    from modelspec.runtime.train.writing_callbacks import ModelCheckpoint

    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2), keras.layers.Dropout(0.5)])
    model.compile("adam", "mse")
    model.fit(np.ones((4, 3)), np.ones((4, 2)), verbose=0)
    callback = ModelCheckpoint(run=tmp_path, filepath=str(tmp_path / "ours.weights.h5"), save_weights_only=True)
    callback.set_model(model)
    callback.on_epoch_begin(0)
    callback.on_epoch_end(0, {"loss": 1.0})
    model.save_weights(tmp_path / "theirs.weights.h5")

    def contents(name):
        found = {}
        with h5py.File(tmp_path / name) as file:
            file.visititems(
                lambda path, item: found.update({path: item[()].tolist() if hasattr(item, "shape") else None})
            )
        return found

    assert contents("ours.weights.h5") == contents("theirs.weights.h5")
    assert len(contents("ours.weights.h5")) > 4
    assert sorted(item.name for item in tmp_path.iterdir()) == ["ours.weights.h5", "theirs.weights.h5"]


def test_a_model_in_the_older_format_is_the_one_that_keras_saves(tmp_path):
    import h5py
    import keras

    from modelspec.runtime.train.writing_callbacks import ModelCheckpoint

    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2), keras.layers.BatchNormalization()])
    model.compile("adam", "mse")
    model.fit(np.ones((4, 3)), np.ones((4, 2)), verbose=0)
    callback = ModelCheckpoint(run=tmp_path, filepath=str(tmp_path / "ours.h5"))
    callback.set_model(model)
    callback.on_epoch_begin(0)
    callback.on_epoch_end(0, {"loss": 1.0})
    model.save(tmp_path / "theirs.h5")

    def contents(name):
        found = {}
        with h5py.File(tmp_path / name) as file:
            found.update({key: repr(value) for key, value in file.attrs.items()})
            file.visititems(
                lambda path, item: found.update(
                    {path: (item[()].tolist() if hasattr(item, "shape") else None, repr(dict(item.attrs)))}
                )
            )
        return found

    assert contents("ours.h5") == contents("theirs.h5")
    assert len(contents("ours.h5")) > 20
    assert sorted(item.name for item in tmp_path.iterdir()) == ["ours.h5", "theirs.h5"]


def test_a_device_is_no_target(nursery, place):
    for arguments in (
        ("schema", "-o", "/dev/full"),
        ("schema", "-o", "/dev/null"),
        ("plugins", "stub", "json", "-o", "/dev/null"),
    ):
        done = nursery.run(place, *arguments)
        assert done.code == 1, done.err
        assert f"error: cannot write {arguments[-1]}: it is a device, not a regular file; " in done.err, done.err
    for name in ("full", "null"):
        assert not os.path.isfile(f"/dev/{name}")


def test_a_link_on_the_command_line_leads_to_the_file(nursery, place):
    (place / "real").mkdir()
    (place / "link.csv").symlink_to("real/out.csv")
    done = nursery.run(place, "predict", "run", "-o", "link.csv")
    assert done.code == 0, done.err
    assert (place / "link.csv").is_symlink()
    assert (place / "real" / "out.csv").read_text().startswith("kind")
    (place / "link.csv").unlink()
