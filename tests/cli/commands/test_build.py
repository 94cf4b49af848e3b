"""`modelspec build`: the untrained model as Keras reads it."""

import keras
import numpy as np

import modelspec
from tests.tiny import TINY, write


def test_the_file_is_the_model_that_the_library_builds(cli, tmp_path):
    path = write(tmp_path)
    done = cli("build", path, "-o", str(tmp_path / "model.keras"))
    assert done.code == 0, done.err
    assert done.out == f"{tmp_path}/model.keras: 67 parameters\n"
    saved, built = keras.models.load_model(tmp_path / "model.keras"), modelspec.build(path)
    rows = np.random.default_rng(0).normal(size=(5, 4)).astype("float32")
    assert np.array_equal(saved.predict({"x": rows}, verbose=0)["kind"], built.predict({"x": rows}, verbose=0)["kind"])
    assert sorted(item.name for item in tmp_path.iterdir()) == ["model.keras", "spec.yaml"]


def test_a_spec_with_errors_is_not_built(cli, tmp_path):
    done = cli("build", write(tmp_path, TINY.replace("units", "unit")), "-o", str(tmp_path / "model.keras"))
    assert done.code == 1
    assert "error[" in done.err
    assert not (tmp_path / "model.keras").exists()


def test_another_ending_is_wrong_usage(cli, tmp_path):
    done = cli("build", write(tmp_path), "-o", "model.h5")
    assert done.code == 2
    assert ".keras" in done.err


def test_a_folder_that_is_not_there_is_told_before_the_work(cli, tmp_path):
    done = cli("build", write(tmp_path), "-o", str(tmp_path / "none" / "model.keras"))
    assert done.code == 1
    assert f"there is no folder {tmp_path}/none" in done.err


def test_a_folder_in_the_place_of_the_file_stays(cli, tmp_path):
    (tmp_path / "model.keras").mkdir()
    done = cli("build", write(tmp_path), "-o", str(tmp_path / "model.keras"))
    assert done.code == 1
    assert "it is a folder, not a regular file; move it away" in done.err
    assert sorted(item.name for item in tmp_path.iterdir()) == ["model.keras", "spec.yaml"]


def test_a_model_without_a_loss_is_saved_as_well(cli, tmp_path):
    text = "modelspec: 1\ninputs: {x: [4]}\nlayers: [{Dense: 3}]\n"
    done = cli("build", write(tmp_path, text), "-o", str(tmp_path / "model.keras"))
    assert done.code == 0, done.err
    assert keras.models.load_model(tmp_path / "model.keras").count_params() == 15
