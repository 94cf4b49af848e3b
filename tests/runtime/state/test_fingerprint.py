"""What must be the same for a training to go on exactly, told in the words of the spec."""

import pytest

import modelspec
from modelspec.runs.differences import differences
from modelspec.runtime.state.fingerprint import fingerprint
from tests.tiny import COLUMNS, TINY, write

VERSIONS = {"modelspec": "1", "keras": "2", "tensorflow": "3", "numpy": "4"}
ROWS = {"train": {"kind": "csv", "path": "rows.csv", "size": 3, "sha256": "aa"}}


def of(tmp_path, text=TINY, rows=ROWS, versions=VERSIONS):
    return fingerprint(modelspec.load(write(tmp_path, text)), rows, versions, {})


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("epochs: 2", "epochs: 20"),
        ("name: tiny", "name: tiny\ndescription: another"),
        ("batch_size: 16", "batch_size: 16, shuffle: true"),
        ("relu}", "relu, use_bias: true}"),
    ],
)
def test_what_changes_no_step_does_not_count(tmp_path, old, new):
    assert differences(of(tmp_path), of(tmp_path, TINY.replace(old, new))) == []


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("batch_size: 16", "batch_size: 32", "train.batch_size from 16 to 32"),
        ("units: 8", "units: 9", "layers[0].Dense.units from 8 to 9"),
        ("Adam: 1e-2", "SGD: 1e-2", "train.optimizer.Adam.learning_rate from 0.01 to nothing"),
        ("epochs: 2", "epochs: 2, seed: 5", "train.seed from 0 to 5"),
        ("split: 0.25", "split: 0.5", "data.validation.split from 0.25 to 0.5"),
        ("synthetic: 64", "synthetic: 65", "data.train.synthetic.samples from 64 to 65"),
    ],
)
def test_what_changes_a_step_is_told_by_its_place_in_the_spec(tmp_path, old, new, line):
    assert line in differences(of(tmp_path), of(tmp_path, TINY.replace(old, new)))


def test_rows_count_by_their_bytes_not_by_their_path(tmp_path):
    moved = {"train": {**ROWS["train"], "path": "elsewhere.csv"}}
    here = of(tmp_path, COLUMNS)
    assert differences(here, of(tmp_path, COLUMNS.replace("rows.csv", "elsewhere.csv"), moved)) == []
    other = {"train": {**ROWS["train"], "sha256": "bb"}}
    assert differences(here, of(tmp_path, COLUMNS, other)) == ["rows.train: other bytes"]


def test_versions_device_and_precision_count(tmp_path, monkeypatch):
    import keras

    monkeypatch.delenv("TF_ENABLE_ONEDNN_OPTS", raising=False)
    before = of(tmp_path)
    assert differences(before, of(tmp_path, versions={**VERSIONS, "keras": "9"})) == ["versions.keras from 2 to 9"]
    with monkeypatch.context() as changed:
        changed.setenv("TF_ENABLE_ONEDNN_OPTS", "0")
        assert differences(before, of(tmp_path)) == ["environment.TF_ENABLE_ONEDNN_OPTS from None to 0"]
    keras.config.set_dtype_policy("mixed_bfloat16")
    try:
        assert differences(before, of(tmp_path)) == ["precision from float32 to mixed_bfloat16"]
    finally:
        keras.config.set_dtype_policy("float32")
    assert before["device"]


def test_a_fingerprint_is_the_same_after_it_was_written_as_json(tmp_path):
    import json

    before = of(tmp_path)
    assert differences(json.loads(json.dumps(before)), before) == []


def test_a_version_of_modelspec_that_a_run_does_not_know_is_no_difference(tmp_path):
    now = of(tmp_path, versions={**VERSIONS, "modelspec": "2"})
    assert differences(of(tmp_path, versions={**VERSIONS, "modelspec": None}), now) == []
    assert differences(of(tmp_path, versions={**VERSIONS, "modelspec": "1"}), now) == ["versions.modelspec from 1 to 2"]
    assert len(differences(of(tmp_path, versions={**VERSIONS, "keras": None}), of(tmp_path))) == 1
