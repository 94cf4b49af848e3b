"""`modelspec predict`: a row for each row, by output name, the same numbers in every kind of file."""

import csv
import io
import json

import numpy as np
import pytest

from tests.tiny import COLUMNS, PAIR, TINY, write, write_rows


@pytest.fixture
def run(trained, tmp_path, monkeypatch):
    """A trained run of `PAIR` in the current folder."""
    monkeypatch.chdir(tmp_path)
    return trained(PAIR)


def test_csv_goes_to_stdout_with_a_column_for_each_number(cli, run):
    done = cli("predict", run)
    assert (done.code, done.err) == (0, "note: train: synthetic: 64 rows\n")
    rows = list(csv.DictReader(io.StringIO(done.out)))
    assert list(rows[0]) == ["price", "kind.0", "kind.1", "kind.2", "kind.class", "free.0", "free.1"]
    assert len(rows) == 64
    assert sum(float(rows[0][f"kind.{index}"]) for index in range(3)) == pytest.approx(1, abs=1e-5)


def test_every_kind_of_file_holds_the_same_numbers(cli, tmp_path, run):
    parquet = pytest.importorskip("pyarrow.parquet")
    for ending in ("csv", "jsonl", "parquet", "npz"):
        done = cli("predict", run, "-o", f"out.{ending}")
        assert (done.code, done.out) == (0, "")
        assert f"out.{ending}: 64 rows, outputs price, kind, free" in done.err
    arrays = np.load(tmp_path / "out.npz")
    shapes = {"price": (64, 1), "kind": (64, 3), "kind.class": (64,), "free": (64, 2)}
    assert {name: arrays[name].shape for name in arrays} == shapes
    lines = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text().splitlines()]
    table = parquet.read_table(tmp_path / "out.parquet").to_pylist()
    assert [{name: narrow(value) for name, value in line.items()} for line in lines] == table
    with open(tmp_path / "out.csv") as stream:
        rows = list(csv.DictReader(stream))
    for index, (line, row) in enumerate(zip(lines, rows, strict=True)):
        assert line["price"] == float(row["price"])
        assert np.float32(row["price"]) == arrays["price"][index, 0]
        assert line["kind"] == [float(row[f"kind.{number}"]) for number in range(3)]
        assert narrow(line["kind"]) == arrays["kind"][index].tolist()
        assert line["kind.class"] == int(row["kind.class"]) == arrays["kind"][index].argmax()


def narrow(value):
    """The number of 32 bits that is nearest, or each of a list."""
    return np.asarray(value, dtype="float32").tolist() if not isinstance(value, int) else value


def test_numbers_have_the_fewest_digits_that_mean_the_same(cli, run, tmp_path):
    assert cli("predict", run, "-o", "out.csv").code == 0
    with open(tmp_path / "out.csv") as stream:
        texts = [text for row in csv.reader(stream) for text in row][7:]
    for text in texts:
        if "." in text:
            assert text == str(np.float32(text))


def test_columns_of_the_rows_go_along_where_they_are_asked_for(cli, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    header, *lines = write_rows(tmp_path).read_text().splitlines()
    keys = [f"{number:03d},{number},{number}.50,{number / 4},{9007199254740993 + number}" for number in range(12)]
    rows = [f"key,id,price,weight,long,{header}", *(f"{key},{line}" for key, line in zip(keys, lines, strict=True))]
    (tmp_path / "rows.csv").write_text("\n".join(rows) + "\n")
    spec = write(tmp_path, COLUMNS + "  validation: {split: 0.25}\n")
    assert cli("train", spec, "--run-dir", "run").code == 0
    kept = ("key", "id", "price", "weight", "long", "kind", "a")
    arguments = ["predict", "run", *(word for name in kept for word in ("--keep", name))]
    names = ["key", "id", "price", "weight", "long", "kind.given", "a"]
    for data in (("--data", "rows.csv"), ("--split", "validation")):
        first = 0 if data[0] == "--data" else 9
        for ending in ("csv", "jsonl", "parquet", "npz"):
            assert cli(*arguments, *data, "-o", f"out.{ending}").code == 0
        found = list(csv.reader(io.StringIO((tmp_path / "out.csv").read_text())))
        assert found[0][:7] == names
        assert [",".join(row[:5]) for row in found[1:]] == keys[first:]
        line = json.loads((tmp_path / "out.jsonl").read_text().splitlines()[-1])
        assert [line[name] for name in names] == ["011", 11, 11.5, 2.75, 9007199254741004, 2, 1.1]
        arrays = np.load(tmp_path / "out.npz")
        assert arrays["key"].tolist() == [f"{number:03d}" for number in range(first, 12)]
        assert arrays["long"].tolist() == [9007199254740993 + number for number in range(first, 12)]


@pytest.mark.parametrize(
    ("data", "column", "words"),
    [
        ("new.csv", "idd", ["new.csv:1:1", "--keep idd needs column 'idd'", "Write `--keep id`"]),
        ("new.npz", "idd", ["--keep idd: 'new.npz' has no array 'idd'", "Write `--keep id`"]),
        ("synthetic:4", "id", ["--keep id: synthetic rows have no column 'id'", "their columns are x, kind"]),
    ],
)
def test_a_column_that_is_not_there_is_told(cli, trained, tmp_path, monkeypatch, data, column, words):
    monkeypatch.chdir(tmp_path)
    trained(TINY)
    (tmp_path / "new.csv").write_text("id,x_0,x_1,x_2,x_3\n7,1,2,3,4\n")
    np.savez(tmp_path / "new.npz", x=np.ones((2, 4)), id=np.arange(2))
    done = cli("predict", "run", "--data", data, "--keep", column)
    assert (done.code, done.out) == (1, "")
    assert "error[MS720]" in done.err
    assert all(word in done.err for word in words), done.err


def test_images_and_labels_of_a_dataset_go_along(cli, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    digits = TINY.replace("{x: [4]}", "{x: {shape: [64], column: image}}").replace("units: 3", "units: 10")
    digits = digits.replace("metrics: [accuracy]}", "column: label}").partition("\ndata:")[0]
    source = "{dataset: {name: digits, flatten: true}}"
    text = f"{digits}\ndata: {{train: {source}, test: {source}}}\n"
    assert cli("train", write(tmp_path, text), "--run-dir", "run", "--set", "train.epochs=1").code == 0
    assert cli("predict", "run", "--keep", "label", "--keep", "image", "-o", "out.npz").code == 0
    found = np.load(tmp_path / "out.npz")
    assert {name: found[name].shape for name in found} == {
        "label": (269,), "image": (269, 64), "kind": (269, 10), "kind.class": (269,),
    }  # fmt: skip
    done = cli("predict", "run", "--keep", "labels")
    assert "did you mean 'label'? Write `--keep label`" in done.err


def test_made_up_rows_are_those_that_were_trained_on(cli, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert cli("train", write(tmp_path, TINY), "--run-dir", "run", "--set", "train.epochs=12").code == 0
    assert cli("predict", "run", "--split", "train", "--keep", "kind", "-o", "out.npz").code == 0
    found = np.load(tmp_path / "out.npz")
    told = json.loads(cli("evaluate", "run", "--split", "train", "--format", "json").out)["outputs"]["kind"]
    right = np.mean(found["kind.class"] == found["kind.given"])
    assert right == pytest.approx(told["accuracy"], abs=1e-6)
    assert right > 0.7


@pytest.mark.parametrize("command", ["evaluate", "predict"])
def test_other_rows_have_no_splits(cli, run, command):
    done = cli(command, run, "--data", "synthetic:4", "--split", "train")
    assert (done.code, done.out) == (2, "")
    assert "--data names other rows" in " ".join(done.err.replace("│", " ").split())


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
