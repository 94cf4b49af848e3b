"""`train.init_from` on real runs: which weights a training begins with, seen with a rate of zero."""

import keras
import numpy as np
import pytest
from safetensors.numpy import load_file

import modelspec
from tests.tiny import TINY, write

STILL = TINY.replace("{Adam: 1e-2}, epochs: 2", "{SGD: 1e-30}, epochs: 1")
HEAD = STILL.replace("units: 3", "units: 5")


@pytest.fixture
def first(tmp_path, monkeypatch):
    """A trained run, and the weights that it ended with."""
    monkeypatch.chdir(tmp_path)
    modelspec.train(write(tmp_path), run_dir="first")
    return load_file("first/best.safetensors")


def begun(tmp_path, init, text=STILL, name="second"):
    """The weights of a training that changes none, begun with these."""
    modelspec.train(write(tmp_path, text.replace("train: {", f"train: {{init_from: {init}, ", 1)), run_dir=name)
    return load_file(f"{name}/last.safetensors")


def refused(tmp_path, init, text=STILL):
    with pytest.raises(modelspec.SpecError) as caught:
        begun(tmp_path, init, text)
    assert not (tmp_path / "second").exists()
    (problem,) = (item for item in caught.value.diagnostics if item.severity == "error")
    return f"{problem.code} {problem.message}"


@pytest.mark.parametrize("path", ["first", "first/best.safetensors", "first/model.keras"])
def test_a_training_begins_with_the_weights_of_another(tmp_path, first, path):
    found = begun(tmp_path, path)
    assert found.keys() == first.keys()
    assert all(np.array_equal(found[name], first[name]) for name in first)


def test_only_what_is_included_and_not_excluded_is_taken(tmp_path, first):
    fresh = begun(tmp_path, "{path: first, include: [dense, kind]}", name="whole")
    assert np.array_equal(fresh["kind/kernel"], first["kind/kernel"])
    found = begun(tmp_path, "{path: first, include: dense*, exclude: ['*/bias']}")
    assert np.array_equal(found["dense/kernel"], first["dense/kernel"])
    assert np.allclose(found["dense/bias"], 0, atol=1e-20)
    assert not np.array_equal(found["kind/kernel"], first["kind/kernel"])


def test_another_shape_is_told_with_its_path(tmp_path, first):
    told = refused(tmp_path, "first", HEAD)
    assert told == (
        "MS768 first does not have the requested weights: "
        "kind/kernel has shape (8, 3) there and (8, 5) here, kind/bias has shape (3,) there and (5,) here"
    )
    assert np.array_equal(begun(tmp_path, "{path: first, exclude: kind}", HEAD)["dense/kernel"], first["dense/kernel"])


def test_a_missing_weight_is_told_with_its_path(tmp_path, first):
    assert "kind2/kernel is missing, kind2/bias is missing" in refused(
        tmp_path, "first", STILL.replace("name: kind", "name: kind2").replace("  kind: {loss", "  kind2: {loss")
    )


def test_partial_takes_what_fits(tmp_path, first):
    found = begun(tmp_path, "{path: first, partial: true}", HEAD)
    assert np.array_equal(found["dense/kernel"], first["dense/kernel"])
    assert found["kind/kernel"].shape == (8, 5)


def test_nothing_that_fits_is_refused_also_then(tmp_path, first):
    told = refused(tmp_path, "{path: first, include: kind, partial: true}", HEAD)
    assert told == "MS768 first has no weight that fits"


@pytest.mark.parametrize("path", ["nowhere", "nowhere.safetensors", "spec.yaml"])
def test_what_holds_no_weights_is_refused(tmp_path, first, path):
    assert refused(tmp_path, path).startswith("MS768 ")


def test_a_path_that_leads_out_is_refused(tmp_path, first):
    assert refused(tmp_path, "../elsewhere").startswith("MS153 ")


def test_a_model_that_keras_made_gives_its_weights(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    given = keras.Sequential(
        [keras.Input((4,)), keras.layers.Dense(8, "relu", name="dense"), keras.layers.Dense(9, name="other")]
    )
    given.save("given.keras")
    found = begun(tmp_path, "{path: given.keras, include: dense}")
    assert np.array_equal(found["dense/kernel"], given.layers[0].kernel.numpy())


def test_resuming_does_not_read_them_again_and_is_exact(tmp_path, first):
    text = TINY.replace("train: {", "train: {init_from: first, ", 1)
    modelspec.train(write(tmp_path, text), run_dir="short")
    spec = write(tmp_path, text.replace("epochs: 2", "epochs: 4"))
    modelspec.train(spec, run_dir="straight")
    (tmp_path / "first").rename(tmp_path / "gone")
    modelspec.train(spec, run_dir="short", resume=True)
    straight, short = load_file("straight/last.safetensors"), load_file("short/last.safetensors")
    assert all(np.array_equal(straight[name], short[name]) for name in straight)
    with pytest.raises(modelspec.SpecError, match=r"train\.init_from\.path"):
        modelspec.train(
            write(tmp_path, text.replace("first", "gone").replace("epochs: 2", "epochs: 4")),
            run_dir="short",
            resume=True,
        )


def test_every_mistake_is_told_at_its_place(tmp_path):
    text = TINY.replace("train: {", "train: {init_from: {pth: a, include: [3], partial: 7}, ", 1)
    found = {(problem.code, problem.path[1:]) for problem in modelspec.check(write(tmp_path, text))}
    assert {("MS201", ("init_from", "pth")), ("MS202", ("init_from",))} <= found


def test_two_trainings_fine_tune_first_the_head_and_then_all(cli, tmp_path, first):
    """As the recipe says, from another folder than the spec's."""
    (tmp_path / "specs").mkdir()
    write(tmp_path / "specs", HEAD.replace("{SGD: 1e-30}, epochs: 1", "{Adam: 1e-2}, epochs: 3"))
    head = "train.init_from={path: first, exclude: kind}"
    arguments = ("train", "specs/spec.yaml", "--run-dir", "head", "--set", head, "--set", "train.freeze=dense")
    done = cli(*arguments)
    assert done.code == 0, done.err
    trained = load_file("head/best.safetensors")
    assert np.array_equal(trained["dense/kernel"], first["dense/kernel"])
    rate = "train.optimizer.Adam=1e-30"
    arguments = ("train", "specs/spec.yaml", "--run-dir", "whole", "--set", "train.init_from=head", "--set", rate)
    assert cli(*arguments).code == 0
    whole = load_file("whole/last.safetensors")
    assert all(np.allclose(whole[name], trained[name], rtol=1e-6, atol=1e-20) for name in trained)
    assert cli("train", "--resume", "whole", "--set", "train.epochs=4").code == 0
