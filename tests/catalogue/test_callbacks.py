"""The callbacks against Keras: arguments, building, and the files they name."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from modelspec.catalogue.kinds import KINDS
from modelspec.language.objects import Reader
from tests.catalogue.named import (
    arguments,
    assert_agree,
    assert_both_refuse,
    assert_builds,
    assert_refused,
    assert_same_arguments,
    entries,
    entry,
)
from tests.manual.test_schema import document_of

CALLBACKS = entries("callback")
SAMPLES = {"CSVLogger": {"filename": "log.csv"}, "ModelCheckpoint": {"filepath": "best.keras"}}
LEFT_OUT = {"TensorBoard": {"embeddings_metadata": "it names files beside the run directory"}}


@pytest.mark.parametrize("name", CALLBACKS)
def test_a_callback_has_kerass_arguments_in_kerass_order(name):
    left_out = LEFT_OUT.get(name, {})
    assert_same_arguments("callback", name, left_out)
    assert list(entry("callback", name).model_fields) == [
        item for item in arguments("callback", name) if item not in left_out
    ]


@pytest.mark.parametrize("name", CALLBACKS)
def test_a_callback_is_built_by_keras(name):
    assert_builds("callback", name, SAMPLES)


def test_callbacks_that_run_code_or_send_data_are_left_out():
    for name in ("LambdaCallback", "LearningRateScheduler", "RemoteMonitor", "BackupAndRestore"):
        assert name in KINDS["callback"].left_out


@given(
    path=st.sampled_from(["a.keras", "a.h5", "a.weights.h5", "a.ckpt", "a", "x/{epoch:02d}.keras", ".keras"]),
    weights_only=st.booleans(),
)
@example(path="a.weights.h5", weights_only=True)
@example(path="a.keras", weights_only=True)
def test_a_checkpoint_is_named_as_keras_asks(path, weights_only):
    assert_agree("callback", "ModelCheckpoint", filepath=path, save_weights_only=weights_only)


@pytest.mark.parametrize(
    ("path", "weights_only", "written"),
    [
        ("w.hdf5", False, "w.keras"), ("best", False, "best.keras"), ("a/b.ckpt", False, "a/b.keras"), ("a/", False, "a/model.keras"),
        ("{epoch:02d}-{val_loss:.2f}", False, "{epoch:02d}-{val_loss:.2f}.keras"), ("v1.5.HDF5", False, "v1.5.keras"),
        ("w.h5", True, "w.weights.h5"), ("w.keras", True, "w.weights.h5"), ("{loss:.2f}.weights.hdf5", True, "{loss:.2f}.weights.h5"),
        ("a/w", True, "a/w.weights.h5"), ("w.weights", True, "w.weights.h5"),
    ],
)  # fmt: skip
def test_the_help_for_another_ending_is_the_path_to_write(path, weights_only, written):
    problems = []
    text = f"x: {{ModelCheckpoint: {{filepath: '{path}', save_weights_only: {str(weights_only).lower()}}}}}\n"
    Reader(problems).object("callback", document_of(text).place.get("x"))
    (problem,) = problems
    assert (problem.code, problem.help) == ("MS208", f"write `{written}`")
    assert entry("callback", "ModelCheckpoint")(filepath=written, save_weights_only=weights_only)


def test_a_file_of_weights_may_be_meant_where_the_whole_model_is_saved():
    problems = []
    Reader(problems).object("callback", document_of("x: {ModelCheckpoint: w.weights.hdf5}\n").place.get("x"))
    assert problems[0].help == "write `w.keras`, and `save_weights_only: true` for the weights alone"


@pytest.mark.parametrize(
    "path", ["{epoch.keras", "{}.keras", "{0}.keras", "{epoch.real}.keras", "{epoch[0]}.keras", "}.keras", ""]
)
def test_a_checkpoint_that_could_not_be_written_is_refused(path):
    assert_refused("callback", "ModelCheckpoint", filepath=path)


@pytest.mark.parametrize("path", ["{epoch:02d}-{val_loss:.2f}.keras", "{val_label_accuracy}.keras", "{{}}.keras"])
def test_a_checkpoint_may_hold_names_of_the_history(path):
    assert entry("callback", "ModelCheckpoint")(filepath=path)


@given(factor=st.floats(0, 2))
@example(factor=1.0)
def test_a_plateau_lowers_the_rate(factor):
    assert_agree("callback", "ReduceLROnPlateau", factor=factor)


@pytest.mark.parametrize(
    ("name", "given_arguments"),
    [
        ("ModelCheckpoint", {"filepath": "a.keras", "save_freq": "batch"}),
        ("TensorBoard", {"profile_batch": (5, 2)}),
        ("TensorBoard", {"profile_batch": -1}),
        ("EarlyStopping", {"monitors": "loss"}),
    ],
)
def test_what_keras_refuses_is_refused(name, given_arguments):
    assert_both_refuse("callback", name, **given_arguments)


@pytest.mark.parametrize(
    ("name", "given_arguments"),
    [
        ("EarlyStopping", {"mode": "maximum"}),
        ("EarlyStopping", {"patience": -1}),
        ("EarlyStopping", {"patience": 2.5}),
        ("EarlyStopping", {"monitor": ""}),
        ("EarlyStopping", {"baseline": float("nan")}),
        ("ReduceLROnPlateau", {"min_lr": -1}),
        ("CSVLogger", {}),
        ("CSVLogger", {"filename": "log.csv", "separator": ""}),
        ("SwapEMAWeights", {"swap_on_epoch": "yes"}),
    ],
)
def test_arguments_that_mean_nothing_are_refused(name, given_arguments):
    assert_refused("callback", name, **given_arguments)
