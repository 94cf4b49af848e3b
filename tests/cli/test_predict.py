"""`modelspec predict`: a row for each row, by output name, the same numbers in every kind of file."""

import csv
import io
import json

import numpy as np
import pytest

from tests.tiny import COLUMNS, PAIR, TINY, write, write_rows


@pytest.fixture
def run(cli, tmp_path, monkeypatch):
    """A trained run of `PAIR` in the current folder."""
    monkeypatch.chdir(tmp_path)
    assert cli("train", write(tmp_path, PAIR), "--run-dir", "run").code == 0
    return "run"


def test_csv_goes_to_stdout_with_a_column_for_each_number(cli, run):
    done = cli("predict", run)
    assert (done.code, done.err) == (0, "note: train: synthetic: 64 made-up rows\n")
    rows = list(csv.DictReader(io.StringIO(done.out)))
    assert list(rows[0]) == ["price", "kind.0", "kind.1", "kind.2", "free.0", "free.1"]
    assert len(rows) == 64
    assert sum(float(rows[0][f"kind.{index}"]) for index in range(3)) == pytest.approx(1, abs=1e-5)


def test_every_kind_of_file_holds_the_same_numbers(cli, tmp_path, run):
    parquet = pytest.importorskip("pyarrow.parquet")
    for ending in ("csv", "jsonl", "parquet", "npz"):
        done = cli("predict", run, "-o", f"out.{ending}")
        assert (done.code, done.out) == (0, "")
        assert f"out.{ending}: 64 rows, outputs price, kind, free" in done.err
    arrays = np.load(tmp_path / "out.npz")
    assert {name: arrays[name].shape for name in arrays} == {"price": (64, 1), "kind": (64, 3), "free": (64, 2)}
    lines = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text().splitlines()]
    table = parquet.read_table(tmp_path / "out.parquet").to_pylist()
    assert lines == table
    with open(tmp_path / "out.csv") as stream:
        rows = list(csv.DictReader(stream))
    for index, (line, row) in enumerate(zip(lines, rows, strict=True)):
        assert line["price"] == float(row["price"]) == arrays["price"][index, 0]
        assert line["kind"] == [float(row[f"kind.{number}"]) for number in range(3)] == arrays["kind"][index].tolist()


def test_rows_need_no_targets(cli, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write_rows(tmp_path)
    assert cli("train", write(tmp_path, COLUMNS), "--run-dir", "run").code == 0
    (tmp_path / "new.csv").write_text("d,c,b,a\n1,2,3,4\n1,0,-0.1,0.1\n")
    done = cli("predict", "run", "--data", "new.csv", "-o", "out.npz")
    assert done.code == 0, done.err
    assert cli("predict", "run", "-o", "known.npz").code == 0
    assert np.load(tmp_path / "out.npz")["kind"].shape == (2, 3)
    missing = cli("predict", "run", "--data", "rows.csv", "-o", "out.npz")
    assert missing.code == 0
    (tmp_path / "new.csv").write_text("d,c,b\n1,2,3\n")
    done = cli("predict", "run", "--data", "new.csv")
    assert done.code == 1
    assert "new.csv:1:1: error[MS720] input 'x' needs column 'a'" in done.err


def test_an_output_may_have_the_name_of_an_argument_of_numpy(cli, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert cli("train", write(tmp_path, TINY.replace("kind", "file")), "--run-dir", "run").code == 0
    assert cli("predict", "run", "-o", "out.npz").code == 0
    assert np.load(tmp_path / "out.npz")["file"].shape == (16, 3)


def test_numbers_that_json_does_not_know_become_null(cli, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    roots = "  - ops.multiply: -1.0\n    from: x\n  - ops.abs\n  - ops.multiply: -1.0\n  - ops.sqrt:\n    name: roots\noutputs:\n  roots:\n"
    assert cli("train", write(tmp_path, TINY.replace("outputs:\n", roots)), "--run-dir", "run").code == 0
    assert cli("predict", "run", "-o", "out.jsonl").code == 0
    lines = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text().splitlines()]
    assert lines[0]["roots"] == [None, None, None, None]
    assert all(isinstance(number, float) for number in lines[0]["kind"])


@pytest.mark.parametrize(
    ("output", "word"),
    [("out.xls", "ends in .csv, .jsonl, .parquet or .npz"), ("none/out.csv", "there is no folder none")],
)
def test_a_file_that_cannot_be_written_is_told(cli, tmp_path, run, output, word):
    done = cli("predict", run, "-o", output)
    assert done.code == 1
    assert "error[MS755]" in done.err
    assert word in done.err


def test_a_folder_in_the_place_of_the_file_stays(cli, tmp_path, run):
    (tmp_path / "out.csv").mkdir()
    done = cli("predict", run, "-o", "out.csv")
    assert done.code == 1
    assert "error[MS755] cannot write out.csv" in done.err
    assert not list(tmp_path.glob("*.part*"))
