"""Weights that begin with the array of a file: checked without numpy, built, trained, kept and noticed when changed."""

import hashlib
import json
import shutil
import subprocess
import sys

import keras
import numpy as np
import pytest

from modelspec.diagnostics import SpecError
from modelspec.pipeline import check_file
from modelspec.runs.differences import differences
from modelspec.runs.options import TrainOptions
from modelspec.runtime.build.array_files import arrays_of
from modelspec.runtime.build.model import build_model
from modelspec.runtime.build.weights import read_weights
from modelspec.runtime.evaluate.evaluate import open_trained
from modelspec.runtime.train.train import train_network
from tests.seams.names import CHECK_FILE
from tests.seams.seam import program

VECTORS = np.random.default_rng(0).normal(size=(10, 4)).astype("float32")
SPEC = """\
modelspec: 1
inputs: {w: {shape: [6], dtype: int32}}
layers:
  - Embedding: {input_dim: 10, output_dim: 4, embeddings_initializer: {npz: {path: glove.npz, array: vectors}}}
    name: emb
  - Bidirectional: {layer: {GRU: {units: 2, recurrent_initializer: {npz: {path: glove.npz, array: square}}}}}
    name: both
  - Dense: 1
    name: y
outputs: {y: {loss: mse}}
train: {epochs: 1}
data: {train: {synthetic: 32}}
"""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A spec and its arrays."""
    (tmp_path / "spec.yaml").write_text(SPEC)
    np.savez(tmp_path / "glove.npz", vectors=VECTORS, square=np.arange(12.0).reshape(2, 6))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def network(path="spec.yaml", *settings):
    checked = check_file(path, overrides=settings)
    assert checked.ok, checked.diagnostics
    return checked.network


def told(text):
    with open("other.yaml", "w") as file:
        file.write(text)
    return [(problem.code, problem.severity) for problem in check_file("other.yaml").diagnostics]


def test_the_weights_begin_with_the_arrays_of_the_file(folder):
    layers = build_model(network()).layers
    assert np.array_equal(layers["emb"].embeddings, VECTORS)
    for weight in layers["both"].weights:
        if weight.path.endswith("recurrent_kernel"):
            assert np.array_equal(weight, np.arange(12.0).reshape(2, 6))


def test_the_file_of_keras_holds_the_values_and_needs_no_other(folder):
    build_model(network(), compile=False).model.save("model.keras")
    (folder / "glove.npz").unlink()
    loaded = keras.models.load_model("model.keras")
    assert np.array_equal(loaded.get_layer("emb").embeddings, VECTORS)


def test_one_array_needs_no_name_and_whole_numbers_become_floats(folder):
    np.savez("one.npz", numbers=np.arange(40).reshape(10, 4))
    (folder / "spec.yaml").write_text(SPEC.replace("{path: glove.npz, array: vectors}", "one.npz"))
    assert np.array_equal(build_model(network()).layers["emb"].embeddings, np.arange(40).reshape(10, 4))


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (("output_dim: 4", "output_dim: 5"), "MS408"),
        (("array: vectors", "array: vector"), "MS720"),
        ((", array: vectors", ""), "MS720"),
        (("array: square", "array: vectors"), "MS408"),
        (("glove.npz, array: vectors", "/etc/glove.npz, array: vectors"), "MS701"),
        (("glove.npz, array: vectors", "../../../glove.npz, array: vectors"), "MS701"),
        (("glove.npz, array: vectors", "https://a.b/glove.npz, array: vectors"), "MS702"),
        (("glove.npz, array: vectors", "~/glove.npz, array: vectors"), "MS703"),
        (("glove.npz, array: vectors", "spec.yaml, array: vectors"), "MS721"),
        (("glove.npz, array: vectors", "., array: vectors"), "MS705"),
        (("path: glove.npz, array: vectors", "array: vectors"), "MS202"),
        (("glove.npz, array: vectors", "objects.npz, array: vectors"), "MS722"),
        (("glove.npz, array: vectors", "single.npy, array: vectors"), "MS721"),
    ],
)
def test_what_cannot_be_is_told_by_validate(folder, change, code):
    np.savez("objects.npz", vectors=np.array([{}, None], dtype=object))
    np.save("single.npy", VECTORS)
    assert told(SPEC.replace(*change)) == [(code, "error")]


def test_a_link_that_leads_out_of_the_folder_is_refused(folder, tmp_path_factory):
    outside = tmp_path_factory.mktemp("outside") / "far.npz"
    np.savez(outside, vectors=VECTORS)
    (folder / "near.npz").symlink_to(outside)
    assert told(SPEC.replace("glove.npz, array: vectors", "near.npz, array: vectors")) == [("MS701", "error")]


def test_a_file_that_is_not_there_is_a_warning_for_validate_and_an_error_for_building(folder):
    (folder / "glove.npz").rename(folder / "away.npz")
    found = check_file("spec.yaml")
    assert [(problem.code, problem.severity) for problem in found.diagnostics] == [("MS418", "warning")] * 2
    with pytest.raises(SpecError) as refused:
        build_model(found.network)
    assert refused.value.diagnostics[0].code == "MS704"
    assert refused.value.diagnostics[0].span.written == "path", "the file is told where it is named"
    setting = "layers.emb.Embedding.embeddings_initializer.npz.path=gone.npz"
    with pytest.raises(SpecError) as refused:
        build_model(check_file(str(folder / "spec.yaml"), overrides=[setting]).network, compile=False)
    (problem,) = refused.value.diagnostics
    assert (problem.span.file, problem.span.written) == ("--set", "gone.npz")


def test_numbers_that_are_not_finite_are_refused_before_training(folder):
    np.savez("glove.npz", vectors=np.full((10, 4), np.nan), square=np.zeros((2, 6)))
    with pytest.raises(SpecError) as refused:
        build_model(network())
    assert refused.value.diagnostics[0].code == "MS732"


def test_numbers_that_are_too_large_for_the_weight_are_refused(folder):
    np.savez("glove.npz", vectors=np.full((10, 4), 1e39), square=np.zeros((2, 6)))
    with pytest.raises(SpecError) as refused:
        build_model(network())
    (problem,) = refused.value.diagnostics
    assert (problem.code, "1e+39" in problem.message, "float32" in problem.message) == ("MS732", True, True)


def test_a_path_starts_from_the_file_that_names_it(folder):
    (folder / "base").mkdir()
    (folder / "base" / "base.yaml").write_text(SPEC)
    np.savez("base/glove.npz", vectors=VECTORS + 1, square=np.zeros((2, 6)))
    (folder / "child.yaml").write_text("modelspec: 1\nextends: base/base.yaml\n")
    assert np.array_equal(build_model(network("child.yaml")).layers["emb"].embeddings, VECTORS + 1)


def test_a_run_keeps_the_hash_and_a_changed_file_is_noticed(folder):
    before = arrays_of(network())
    assert set(before) >= {"emb/embeddings"}
    assert len(before) == 3
    np.savez("glove.npz", vectors=VECTORS + 1, square=np.zeros((2, 6)))
    changed = differences(before, arrays_of(network()))
    assert len(changed) == 3


def test_a_trained_run_is_evaluated_and_read_without_the_file(folder):
    train_network(network(), TrainOptions("run"))
    (folder / "glove.npz").unlink()
    trained = open_trained("run")
    assert not np.array_equal(trained.built.layers["emb"].embeddings, np.zeros((10, 4)))
    (folder / "again.yaml").write_text(
        "modelspec: 1\ninputs: {w: {shape: [6], dtype: int32}}\nmodels: {m: {saved: run}}\nlayers:\n  - call: m\n    name: z\n"
    )
    found = check_file("again.yaml")
    assert not found.diagnostics
    again = build_model(found.network)
    assert np.array_equal(again.layers["m/emb"].embeddings, trained.built.layers["emb"].embeddings)


@pytest.fixture
def trained(folder, cli):
    """The folder, with a run of its spec that was trained by the command line."""
    done = cli("train", "spec.yaml", "--run-dir", "run")
    assert done.code == 0, done.err
    return folder


def test_a_run_goes_on_and_is_repeated_where_its_project_was_moved_with_the_file(trained, cli, monkeypatch):
    moved = trained.rename(trained.parent / "elsewhere")
    monkeypatch.chdir(moved)
    done = cli("reproduce", "run", "--run-dir", "again")
    assert (done.code, done.err) == (0, ""), done.err
    done = cli("train", "--resume", "run", "--set", "train.epochs=2")
    assert (done.code, done.err) == (0, ""), done.err


def test_a_changed_file_is_told_where_a_run_goes_on_or_is_repeated(trained, cli):
    np.savez("glove.npz", vectors=VECTORS + 1, square=np.arange(12.0).reshape(2, 6))
    done = cli("train", "--resume", "run", "--set", "train.epochs=2")
    assert (done.code, "MS762" in done.err, "arrays.emb/embeddings" in done.err) == (1, True, True), done.err
    done = cli("reproduce", "run", "--run-dir", "again")
    assert (done.code, "changed since the run: arrays.emb/embeddings" in done.out) == (1, True), done.out
    assert "differs: history: epoch 1" in done.out
    assert cli("train", "--resume", "run", "--set", "train.epochs=2", "--allow-changed").code == 0


def test_a_run_goes_on_without_the_file_as_it_would_have_with_it(trained, cli):
    shutil.copytree("run", "with")
    assert cli("train", "--resume", "with", "--set", "train.epochs=3").code == 0
    (trained / "glove.npz").unlink()
    done = cli("train", "--resume", "run", "--set", "train.epochs=2")
    assert (done.code, "MS704" in done.err) == (0, False), done.err
    done = cli("train", "--resume", "run", "--set", "train.epochs=3")  # and from a checkpoint that was made without it
    assert (done.code, "MS704" in done.err) == (0, False), done.err
    for name in ("last.safetensors", "best.safetensors"):
        assert (trained / "run" / name).read_bytes() == (trained / "with" / name).read_bytes()


def test_a_run_without_a_checkpoint_begins_anew_and_needs_the_file(trained, cli):
    shutil.rmtree("run/checkpoints")
    shutil.copytree("run", "other")
    done = cli("train", "--resume", "other", "--set", "train.epochs=2")
    assert (done.code, "starts from the beginning" in done.err + done.out) == (0, True), done.err
    anew = read_weights(trained / "other" / "last.safetensors")["emb/embeddings"]
    assert np.allclose(anew, VECTORS, atol=0.1)  # two epochs move them that little
    (trained / "glove.npz").unlink()
    done = cli("train", "--resume", "run", "--set", "train.epochs=2")
    assert (done.code, "MS704" in done.err, "'glove.npz'" in done.err) == (1, True, True), done.err


def test_a_file_that_is_gone_is_named_where_a_run_is_repeated(trained, cli):
    (trained / "glove.npz").unlink()
    done = cli("reproduce", "run")
    assert (done.code, "MS704" in done.err, "'glove.npz'" in done.err) == (1, True, True), done.err
    for command in ("evaluate", "predict"):
        assert cli(command, "run", "--split", "train").code == 0


def test_a_run_without_checkpoints_tells_of_a_changed_file_by_its_own_record(trained, cli):
    digest = hashlib.sha256((trained / "glove.npz").read_bytes()).hexdigest()
    assert set(json.loads((trained / "run" / "run.json").read_text())["arrays"].values()) == {digest}
    shutil.rmtree("run/checkpoints")
    np.savez("glove.npz", vectors=VECTORS + 1, square=np.arange(12.0).reshape(2, 6))
    done = cli("reproduce", "run", "--run-dir", "again")
    assert (done.code, "changed since the run: arrays.emb/embeddings" in done.out) == (1, True), done.out


def test_validate_reads_the_header_without_numpy(folder):
    code = program(
        "import sys\nchecked = pipeline.check_file('spec.yaml')\n"
        "assert checked.ok and not checked.diagnostics\nassert 'numpy' not in sys.modules\n",
        CHECK_FILE,
    )
    subprocess.run([sys.executable, "-c", code], check=True)
