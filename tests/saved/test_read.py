"""`read_saved`: versions of Keras, learned vocabularies, run directories, and nothing heavy imported."""

import subprocess
import sys

import keras
import pytest

from modelspec.runs.directory import RunDir
from modelspec.saved import read_saved
from modelspec.saved.read import KNOWN_KERAS
from modelspec.saved.run_directory import RESOLVED, WEIGHTS
from modelspec.source import plain
from tests.saved.files import METADATA, PLACE, entrance, functional, layer, problem, read, tensor, values, write
from tests.seams.names import PARSE, READ_SAVED
from tests.seams.seam import program


def test_the_newest_keras_that_is_known_is_the_one_that_is_tested():
    assert tuple(int(part) for part in keras.__version__.split(".")[:2]) == KNOWN_KERAS


@pytest.mark.parametrize("version", ["99.0.0", "3.99.1", "4.0.0rc1"])
def test_a_newer_keras_is_a_warning(tmp_path, version):
    saved, problems = read_saved(str(write(tmp_path, members={"metadata.json": {"keras_version": version}})), PLACE)
    assert saved is not None
    (warning,) = problems
    assert (warning.code, warning.severity, warning.span) == ("MS629", "warning", PLACE.span)
    assert version.split("rc")[0] in warning.message


@pytest.mark.parametrize("version", ["3.0.0", "3.15.1", "3.15.99", "3.15.0.dev20260131"])
def test_a_known_keras_is_none(tmp_path, version):
    read(write(tmp_path, members={"metadata.json": {**METADATA, "keras_version": version}}))


def test_keras_2_is_refused(tmp_path):
    path = write(tmp_path, members={"metadata.json": {"keras_version": "2.15.0"}})
    assert problem(path) == ("MS631", f"{path} was written by Keras 2.15.0, which describes models differently")


@pytest.mark.parametrize(
    "metadata", ["[]", "{}", '{"keras_version": 3}', '{"keras_version": ""}', '{"keras_version": "x"}', "{"]
)
def test_metadata_without_a_version_is_told(tmp_path, metadata):
    code, message = problem(write(tmp_path, members={"metadata.json": metadata}))
    assert code == "MS624"
    assert "metadata.json" in message


def lookup(class_name="StringLookup", **config):
    """A model of one lookup layer."""
    item = layer("look", class_name, tensor("x"), vocabulary=None, **config)
    return functional([entrance(), item], [["x", 0, 0]], [["look", 0, 0]])


def test_a_vocabulary_that_was_learned_is_read_from_the_assets(tmp_path):
    words = {"assets/layers/string_lookup/vocabulary.txt": "[UNK]\nred\né\n\n"}
    (step,) = values(write(tmp_path, lookup(), words))["layers"]
    assert step["StringLookup"] == {"vocabulary": ["[UNK]", "red", "é"]}
    numbers = {"assets/layers/integer_lookup/vocabulary.txt": "-1\n5\n7"}
    (step,) = values(write(tmp_path, lookup("IntegerLookup", vocabulary_dtype="int64"), numbers))["layers"]
    assert step["IntegerLookup"] == {"vocabulary": [-1, 5, 7]}


def test_a_vocabulary_inside_of_a_wrapper_is_found_too(tmp_path):
    item = layer("t", "TimeDistributed", tensor("x"), layer=layer("look", "StringLookup", vocabulary=None))
    model = functional([entrance("x", 3, 1), item], [["x", 0, 0]], [["t", 0, 0]])
    words = {"assets/layers/time_distributed/layer/vocabulary.txt": "[UNK]\nred"}
    (step,) = values(write(tmp_path, model, words))["layers"]
    assert step["TimeDistributed"] == {"layer": {"StringLookup": {"vocabulary": ["[UNK]", "red"]}}}


def test_a_layer_that_learned_nothing_has_no_vocabulary(tmp_path):
    assert values(write(tmp_path, lookup()))["layers"][0]["StringLookup"] is None


@pytest.mark.parametrize(
    ("config", "text", "code"),
    [
        (lookup(output_mode="tf_idf"), "a\nb", "MS625"),
        (lookup(), b"\xff", "MS622"),
        (lookup("IntegerLookup", vocabulary_dtype="int64"), "1\nx", "MS625"),
    ],
)
def test_a_vocabulary_that_cannot_be_used_is_told(tmp_path, config, text, code):
    members = {f"assets/layers/{name}/vocabulary.txt": text for name in ("string_lookup", "integer_lookup")}
    assert problem(write(tmp_path, config, members))[0] == code


RUN = "modelspec: 1\nname: r\ninputs: {x: [4]}\nlayers:\n  - Dense: 2\n    name: y\noutputs: {y: {loss: mse}}\n"


@pytest.fixture
def run(tmp_path):
    """A folder with what is needed of a run directory."""
    folder = tmp_path / "run"
    folder.mkdir()
    (folder / RESOLVED).write_text(RUN)
    for name in WEIGHTS:
        (folder / name).write_bytes(b"weights")
    return folder


def test_the_files_of_a_run_are_those_that_training_writes(tmp_path):
    paths = RunDir(tmp_path)
    assert paths.resolved.name == RESOLVED
    assert (paths.best.name, paths.last.name) == WEIGHTS


def test_a_run_directory_gives_its_resolved_spec_and_its_best_weights(run):
    saved = read(run)
    assert saved.kind == "run"
    assert plain(saved.document.root)["layers"] == [{"Dense": 2, "name": "y"}]
    assert saved.weights == str(run / "best.safetensors")
    assert saved.document.root.entries["layers"].value.span == PLACE.span
    (run / "best.safetensors").unlink()
    assert read(run).weights == str(run / "last.safetensors")


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda run: (run / RESOLVED).unlink(), "it has no resolved.yaml"),
        (
            lambda run: [(run / name).unlink() for name in WEIGHTS],
            "it has neither best.safetensors nor last.safetensors",
        ),
        (lambda run: (run / RESOLVED).write_text("a: [1"), "its resolved.yaml cannot be read"),
        (lambda run: (run / RESOLVED).write_bytes(b"\xff\xfe\x00"), "its resolved.yaml cannot be read: not UTF-8"),
        (lambda run: (run / RESOLVED).write_text(""), "its resolved.yaml cannot be read"),
        (lambda run: (run / RESOLVED).unlink() or (run / RESOLVED).mkdir(), "is a folder"),
        (
            lambda run: (run / WEIGHTS[0]).unlink() or (run / WEIGHTS[0]).mkdir(),
            "its best.safetensors is a folder, not a regular file",
        ),
        (lambda run: [item.unlink() for item in run.iterdir()], "it has no resolved.yaml"),
    ],
)
def test_a_run_directory_that_lost_something_is_told(run, change, told):
    change(run)
    code, message = problem(run)
    assert code == "MS628"
    assert message.startswith(f"{run} is not a run directory")
    assert told in message


@pytest.mark.parametrize("name", ["saved_model.pb", "config.json"])
def test_folders_of_other_formats_are_named(tmp_path, name):
    (tmp_path / name).write_bytes(b"")
    assert problem(tmp_path)[0] == "MS621"


def test_reading_imports_nothing_heavy(tmp_path, run):
    script = program(
        "import sys; "
        "spec, _ = parse('modelspec: 1', 'a.yaml'); "
        "found = [read_saved(path, spec.place) for path in sys.argv[1:]]; assert all(item[0] for item in found), found; "
        "heavy = {name.split('.')[0] for name in sys.modules} & {'keras', 'tensorflow', 'numpy', 'h5py', 'safetensors'}; "
        "assert not heavy, heavy",
        PARSE,
        READ_SAVED,
    )
    subprocess.run([sys.executable, "-c", script, str(write(tmp_path)), str(run)], check=True)
