"""`modelspec train`: what it says and writes, and every bad input told before anything is written."""

import json
import re

import numpy as np
import pytest

from tests.seams.names import FIND_SPEC
from tests.tiny import COLUMNS, PAIR, TINY, write, write_rows


@pytest.fixture(autouse=True)
def _here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def test_it_shows_every_epoch_and_ends_with_the_metrics_and_the_run_directory(cli, tmp_path):
    done = cli("train", write(tmp_path))
    assert (done.code, done.err) == (0, "")
    lines = done.out.strip().split("\n")
    assert lines[:2] == ["note: train: synthetic: 64 rows", "note: test: synthetic: 16 rows"]
    assert [line.split("  ")[0] for line in lines[2:4]] == ["epoch 1/2", "epoch 2/2"]
    assert all(name in lines[2] for name in ("steps/s", "loss ", "accuracy ", "val_loss ", "val_accuracy "))
    assert lines[4] == "all 2 epochs are done"
    assert lines[5].startswith("best epoch: ")
    assert lines[6].startswith("validation: loss ")
    assert lines[7].startswith("test: loss ")
    assert "; kind: loss " in lines[7]
    run = lines[8].removeprefix("run: ")
    assert run.startswith("runs/tiny/")
    assert (tmp_path / run / "run.json").is_file()


def test_fit_is_the_same_and_two_runs_never_share_a_directory(cli, tmp_path):
    path = write(tmp_path, TINY.replace("epochs: 2", "epochs: 1"))
    assert cli("fit", path).code == 0
    assert cli("train", path).code == 0
    assert len(list((tmp_path / "runs" / "tiny").iterdir())) == 2


def test_every_outputs_losses_and_metrics_are_shown_with_their_names(cli, tmp_path):
    done = cli("train", write(tmp_path, PAIR), "--run-dir", "run")
    assert (done.code, done.err) == (0, "")
    names = {"loss", "price_loss", "price_mae", "kind_loss", "kind_accuracy"}
    assert set(json.loads((tmp_path / "run" / "history.jsonl").read_text().split("\n")[0])) == names | {"epoch"}
    first = next(line for line in done.out.splitlines() if line.startswith("epoch 1/2"))
    at = done.out.splitlines().index(first)
    assert " loss " in first
    assert [re.sub("[0-9.]+", "", line).split() for line in done.out.splitlines()[at + 1 : at + 3]] == [
        ["price", "loss", "mae"], ["kind", "loss", "accuracy"],
    ]  # fmt: skip


def test_a_run_directory_that_is_there_is_refused_and_unchanged(cli, tmp_path):
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "mine").write_text("mine")
    done = cli("train", write(tmp_path), "--run-dir", "run")
    assert done.code == 1
    assert "error[MS751] the run directory run already exists" in done.err
    assert "epoch" not in done.out
    assert [item.name for item in (tmp_path / "run").iterdir()] == ["mine"]


def refused(cli, tmp_path, text, *words):
    """Train a spec that must be refused with one error before anything is written; the error."""
    before = sorted(tmp_path.iterdir())
    path = write(tmp_path, text)
    done = cli("train", path, "--run-dir", "run")
    assert done.code == 1, done
    assert done.err.count("error[") == 1, done.err
    assert "Traceback" not in done.err
    assert "epoch" not in done.out
    assert sorted(tmp_path.iterdir()) == sorted({*before, tmp_path / "spec.yaml"})
    for word in words:
        assert word in done.err, (word, done.err)
    return done.err


def test_a_spec_error_writes_nothing(cli, tmp_path):
    refused(cli, tmp_path, TINY.replace("relu", "reluu"), "spec.yaml:5:35: error[")


def test_a_missing_data_file_is_told_at_its_line_of_the_spec(cli, tmp_path):
    refused(cli, tmp_path, COLUMNS, "spec.yaml:12:3: error[MS704]", "rows.csv")


def test_a_missing_column_names_the_file_and_the_columns_there_are(cli, tmp_path):
    write_rows(tmp_path, header="a,b,c,e,kind")
    refused(cli, tmp_path, COLUMNS, "rows.csv:1:1: error[MS720]", "'d'", "a, b, c, e, kind")


def test_a_cell_that_is_no_number_is_told_with_its_line_and_column(cli, tmp_path):
    rows = write_rows(tmp_path)
    rows.write_text(rows.read_text().replace("0.2,-0.2", "0.2,two"))
    refused(cli, tmp_path, COLUMNS, "rows.csv:4:5: error[", "two", "b")


def test_a_row_with_too_few_cells_is_told_with_its_line(cli, tmp_path):
    rows = write_rows(tmp_path)
    rows.write_text(rows.read_text() + "1,2,3\n")
    refused(cli, tmp_path, COLUMNS, "rows.csv:14:", "3", "5")


def test_a_label_out_of_range_is_told_with_its_line_column_and_range(cli, tmp_path):
    rows = write_rows(tmp_path)
    rows.write_text(rows.read_text() + "1,2,3,4,3\n")
    refused(cli, tmp_path, COLUMNS, "rows.csv:14:9: error[MS733]", "from 0 to 2", "found 3")


def test_a_file_that_is_no_csv_is_refused(cli, tmp_path):
    (tmp_path / "rows.csv").write_bytes(bytes(range(256)))
    refused(cli, tmp_path, COLUMNS, "rows.csv")


def test_a_wrong_shape_names_the_array_and_both_shapes(cli, tmp_path):
    np.savez(tmp_path / "rows.npz", x=np.zeros((6, 5)), kind=np.zeros(6))
    text = COLUMNS.replace("csv: rows.csv", "npz: rows.npz").replace(", columns: [a, b, c, d]", "")
    refused(cli, tmp_path, text, "spec.yaml:3:10: error[MS730]", "[4]", "[5]", "input 'x'", "rows.npz")


def test_a_malformed_npz_file_is_told_at_its_line_of_the_spec(cli, tmp_path):
    (tmp_path / "rows.npz").write_text("not a zip")
    text = COLUMNS.replace("csv: rows.csv", "npz: rows.npz").replace(", columns: [a, b, c, d]", "")
    refused(cli, tmp_path, text, "spec.yaml:12:3: error[MS721]", "rows.npz")


def test_problems_of_all_splits_are_told_in_one_run(cli, tmp_path):
    text = COLUMNS + "  validation: {csv: other.csv}\n  test: {csv: third.csv}\n"
    done = cli("train", write(tmp_path, text), "--run-dir", "run")
    assert done.code == 1
    assert [done.err.count(f"spec.yaml:{line}:3: error[MS704]") for line in (12, 13, 14)] == [1, 1, 1]
    assert not (tmp_path / "run").exists()


def test_too_few_rows_to_split_are_told_at_the_fraction(cli, tmp_path):
    write_rows(tmp_path, rows=1)
    refused(cli, tmp_path, COLUMNS + "  validation: {split: 0.1}\n", "spec.yaml:13:16: error[MS741]")


def test_a_spec_without_data_or_without_a_loss_is_refused(cli, tmp_path):
    refused(cli, tmp_path, TINY.partition("data:")[0], "spec.yaml:", "there is no training data")
    refused(cli, tmp_path, TINY.replace("{loss: sparse_categorical_crossentropy, metrics: [accuracy]}", "{}"), "MS501")


def test_class_weights_for_several_classes_a_row_are_refused_before_training(cli, tmp_path):
    text = TINY.replace("[4]", "[5, 4]").replace("epochs: 2", 'epochs: 2, class_weight: {"0": 2}')
    refused(cli, tmp_path, text, "spec.yaml:10:45: error[MS757]", "'kind'")


def test_a_callback_that_would_write_outside_the_run_directory_is_refused(cli, tmp_path):
    text = TINY.replace("epochs: 2", "epochs: 2, callbacks: [{CSVLogger: ../log.csv}]")
    refused(cli, tmp_path, text, "spec.yaml:10:69: error[MS753]", "'../log.csv'")


def test_a_callback_whose_package_is_missing_is_refused_before_anything_is_written(cli, tmp_path, monkeypatch):
    monkeypatch.setattr(FIND_SPEC.path, lambda name: None)
    text = TINY.replace("epochs: 2", "epochs: 2, callbacks: [TensorBoard]")
    refused(cli, tmp_path, text, "spec.yaml:10:45: error[MS601]", "pip install tensorboard")


def test_a_warning_about_the_rows_does_not_stop_training(cli, tmp_path):
    write_rows(tmp_path)
    done = cli("train", write(tmp_path, COLUMNS + "  test: {csv: rows.csv}\n"), "--run-dir", "run")
    assert done.code == 0
    assert "warning[MS739]" in done.err


def test_a_loss_that_becomes_nan_stops_the_training(cli, tmp_path):
    done = cli("train", write(tmp_path, TINY.replace("{Adam: 1e-2}", "{SGD: 1e38}")), "--run-dir", "run")
    assert done.code == 1
    assert "error[MS764] the loss of output 'kind' is NaN in epoch 1, step 2" in done.err
    assert json.loads((tmp_path / "run" / "run.json").read_text())["status"] == "failed"
    assert not (tmp_path / "run" / "metrics.json").exists()


def test_numbers_that_are_none_are_written_as_null():
    from modelspec.runtime.evaluate.results import for_json

    assert for_json({"loss": float("nan"), "outputs": {"y": {"mae": float("inf"), "mse": 1.0}}}) == {
        "loss": None,
        "outputs": {"y": {"mae": None, "mse": 1.0}},
    }
