"""The weights of saved models: into which layers they go, and which files are refused."""

import io
import shutil
import zipfile

import h5py
import keras
import numpy as np
import pytest
from keras import layers

import modelspec
from modelspec.diagnostics import SpecError
from modelspec.runtime.build.saved import load_saved
from tests.runtime.saved_oracle import assert_same_predictions, randomize, rebuilt
from tests.saved.files import PLACE
from tests.tiny import write


@pytest.fixture(autouse=True)
def _fresh():
    keras.backend.clear_session()


def x():
    """An input of four numbers."""
    return keras.Input((4,), name="x")


def save(model, folder):
    """Save a model with weights of its own; the path."""
    randomize(model)
    model.save(folder / "saved.keras")
    return folder / "saved.keras"


def test_weights_are_loaded_into_those_layers_that_are_given(tmp_path):
    given = x()
    model = keras.Model(given, layers.Dense(2, name="b")(layers.Dense(3, name="a")(given)))
    saved, built = rebuilt(save(model, tmp_path))
    other = layers.Dense(3)
    other.build((None, 4))
    load_saved(saved, {"a": other})
    assert np.array_equal(other.kernel, model.get_layer("a").kernel)
    assert np.array_equal(built.layers["b"].bias, model.get_layer("b").bias)


def test_a_file_that_changed_after_it_was_read_is_refused(tmp_path):
    given = x()
    path = save(keras.Model(given, layers.Dense(2, name="a")(given)), tmp_path)
    saved, built = rebuilt(path)
    save(keras.Model(given, layers.Dense(2, name="b")(given)), tmp_path)
    with pytest.raises(SpecError) as refused:
        load_saved(saved, built.layers, PLACE)
    (problem,) = refused.value.diagnostics
    assert problem.code == "MS630"
    assert problem.span == PLACE.span
    assert "has changed since" in problem.message


def tampered(folder, change):
    """A saved model whose weights file was changed by `change`, with a description and layers that are good."""
    given = x()
    model = keras.Model(given, layers.Dense(2, name="b")(layers.Dense(3, name="a")(given)))
    path = save(model, folder)
    saved, built = rebuilt(path)
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    weights = io.BytesIO(members["model.weights.h5"])
    with h5py.File(weights, "r+") as file:
        change(file)
    members["model.weights.h5"] = weights.getvalue()
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return saved, built


KERNEL = "layers/dense/vars/0"


def replaced(file, **how):
    """Put another dataset in the place of a kernel."""
    del file[KERNEL]
    file.create_dataset(KERNEL, **how)


def virtual(file):
    """Put a dataset in the place of a kernel whose numbers stand in another file."""
    layout = h5py.VirtualLayout((4, 3), "float32")
    layout[:] = h5py.VirtualSource("/etc/passwd", "x", (4, 3))
    del file[KERNEL]
    file.create_virtual_dataset(KERNEL, layout)


def linked(file, link):
    """Put a link in the place of a kernel."""
    del file[KERNEL]
    file[KERNEL] = link


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda file: file.pop(KERNEL), "MS630"),
        (lambda file: file.pop("layers/dense"), "MS630"),
        (lambda file: file.pop("layers"), "MS630"),
        (lambda file: replaced(file, data=np.zeros((5, 3), "float32")), "MS630"),
        (lambda file: file["layers/dense/vars"].create_dataset("2", data=np.zeros(3)), "MS630"),
        (lambda file: replaced(file, shape=(2**20, 2**20), dtype="float32"), "MS623"),
        (lambda file: replaced(file, shape=(2**20, 2**20), dtype="float32", chunks=True), "MS623"),
        (lambda file: replaced(file, data=np.zeros((4, 3), "float32"), compression="gzip"), "MS623"),
        (lambda file: replaced(file, shape=(4, 3), dtype="f4", external=[("/etc/passwd", 0, 48)]), "MS623"),
        (lambda file: replaced(file, data=["a"]), "MS623"),
        (virtual, "MS623"),
        (lambda file: linked(file, h5py.ExternalLink("/etc/passwd", "/x")), "MS623"),
        (lambda file: linked(file, h5py.SoftLink("/layers/dense_1/vars/0")), "MS623"),
        (lambda file: linked(file, h5py.SoftLink("/nowhere")), "MS623"),
    ],
)
def test_weights_that_keras_would_not_store_so_are_refused(change, code, tmp_path):
    saved, built = tampered(tmp_path, change)
    with pytest.raises(SpecError) as refused:
        load_saved(saved, built.layers, PLACE)
    (problem,) = refused.value.diagnostics
    assert (problem.code, problem.span) == (code, PLACE.span)
    assert saved.weights in problem.message


def test_other_things_in_the_weights_file_are_not_looked_at(tmp_path):
    def add(file):
        file["optimizer/vars/9"] = h5py.ExternalLink("/etc/passwd", "/x")
        file["layers/dense/__class__"] = h5py.ExternalLink("/etc/passwd", "/x")
        file.create_group("layers/dense/_tracker")

    saved, built = tampered(tmp_path, add)
    load_saved(saved, built.layers)


@pytest.mark.parametrize("end", [0, 8, 100, 2000])
def test_a_weights_file_that_is_none_is_told(end, tmp_path):
    given = x()
    path = save(keras.Model(given, layers.Dense(2)(given)), tmp_path)
    saved, built = rebuilt(path)
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content[:end] if name == "model.weights.h5" else content)
    with pytest.raises(SpecError) as refused:
        load_saved(saved, built.layers)
    assert [problem.code for problem in refused.value.diagnostics] == ["MS630"]


def test_a_flipped_bit_in_the_weights_is_told(tmp_path):
    given = x()
    path = save(keras.Model(given, layers.Dense(2)(given)), tmp_path)
    saved, built = rebuilt(path)
    data = bytearray(path.read_bytes())
    data[data.index(np.array(built.model.weights[0]).tobytes())] ^= 1
    path.write_bytes(data)
    with pytest.raises(SpecError) as refused:
        load_saved(saved, built.layers)
    assert [problem.code for problem in refused.value.diagnostics] == ["MS622"]


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """A small run of modelspec."""
    folder = tmp_path_factory.mktemp("run")
    modelspec.train(write(folder), run_dir=folder / "run")
    return folder / "run"


def test_a_run_directory_gives_its_best_weights(run):
    saved, built = rebuilt(run)
    theirs = keras.models.load_model(run / "model.keras", compile=False)
    assert_same_predictions(built.model, theirs, saved)
    kept, again = rebuilt(run / "model.keras")
    assert_same_predictions(again.model, theirs, kept)


def test_weights_of_another_run_are_refused(run, tmp_path):
    copy = tmp_path / "run"
    shutil.copytree(run, copy)
    saved, built = rebuilt(copy)
    other = layers.Dense(9, name="kind")
    other.build((None, 8))
    with pytest.raises(SpecError) as refused:
        load_saved(saved, {**built.layers, "kind": other}, PLACE)
    assert [problem.code for problem in refused.value.diagnostics] == ["MS630"]
    (copy / "best.safetensors").write_bytes(b"x" * 100)
    with pytest.raises(SpecError) as refused:
        load_saved(saved, built.layers, PLACE)
    assert [problem.code for problem in refused.value.diagnostics] == ["MS622"]
