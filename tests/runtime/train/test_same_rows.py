"""The same rows train to the same weights, bit for bit, whatever kind of file they are in."""

import gzip
import json
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from tests.data.loading import sqlite_file
from tests.seams.names import HELD_BYTES

SPEC = """\
modelspec: 1
name: same
inputs:
  n: {shape: [3], columns: [a, b, c], missing: mean}
  word: {shape: [1], dtype: string}
layers:
  - StringLookup: {vocabulary: [low, high]}
    from: word
  - Embedding: {input_dim: 3, output_dim: 2}
  - Flatten: {}
    name: words
  - Concatenate: {}
    from: [n, words]
  - Dense: {units: 3, activation: softmax}
    name: kind
outputs: {kind: {loss: sparse_categorical_crossentropy}}
train: {epochs: 2, batch_size: 8, seed: 4}
data: {train: SOURCE, validation: {split: 0.25}}
"""
KINDS = {
    "csv": ("{csv: rows.csv}", lambda frame: frame.write_csv("rows.csv")),
    "several": ("{csv: part-*.csv}", lambda frame: in_parts(frame)),
    "packed": ("{csv: rows.csv.gz}", lambda frame: Path("rows.csv.gz").write_bytes(gzip.compress(frame.write_csv().encode()))),
    "comma": ('{csv: {path: c.csv, delimiter: ";", decimal: ","}}', lambda frame: frame.write_csv("c.csv", separator=";", decimal_comma=True)),
    "tsv": ("{tsv: rows.tsv}", lambda frame: frame.write_csv("rows.tsv", separator="\t")),
    "jsonl": ("{jsonl: rows.jsonl}", lambda frame: frame.write_ndjson("rows.jsonl")),
    "parquet": ("{parquet: rows.parquet}", lambda frame: frame.write_parquet("rows.parquet")),
    "arrow": ("{arrow: rows.arrow}", lambda frame: frame.write_ipc("rows.arrow")),
    "stream": ("{arrow: rows.arrows}", lambda frame: frame.write_ipc_stream("rows.arrows")),
    "sqlite": ('{sql: {url: "sqlite:///rows.db", query: SELECT * FROM rows ORDER BY rowid}}', lambda frame: in_sqlite(frame)),
}  # fmt: skip


def in_sqlite(frame):
    sqlite_file(Path(), **frame.to_dict(as_series=False))


def in_parts(frame):
    for index in range(3):
        frame[index * 20 : index * 20 + 20].write_csv(f"part-{index}.csv")


def made(seed=3, rows=60):
    draw = np.random.default_rng(seed)
    numbers = draw.normal(size=(rows, 3))
    kind = (numbers.sum(axis=1) > 0).astype(int) + (numbers[:, 0] > 1)
    return {
        "a": [None if draw.random() < 0.2 else float(number) for number in numbers[:, 0]], "b": numbers[:, 1].tolist(),
        "c": draw.integers(-3, 3, rows).tolist(), "word": draw.choice(["low", "high", "other"], rows).tolist(),
        "kind": [("red", "green", "blue")[index] for index in kind],
    }  # fmt: skip


@pytest.fixture
def trained(cli, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def train(name, source, text=SPEC):
        (tmp_path / f"{name}.yaml").write_text(text.replace("SOURCE", source))
        done = cli("train", f"{name}.yaml", "--run-dir", name)
        assert (done.code, done.err) == (0, ""), done.err
        return (tmp_path / name / "last.safetensors").read_bytes(), json.loads(
            (tmp_path / name / "run.json").read_text()
        )

    return train


def test_tables_of_every_kind_train_to_the_same_weights(trained):
    frame = pl.DataFrame(made())
    weights = {}
    for name, (source, write) in KINDS.items():
        write(frame)
        weights[name], _ = trained(name, source)
    assert {name for name, found in weights.items() if found != weights["csv"]} == set()


def test_arrays_train_to_the_weights_of_a_table(trained, monkeypatch):
    rows = made()
    rows["a"] = [number or 0.0 for number in rows["a"]]
    pl.DataFrame(rows).write_parquet("rows.parquet")
    n = np.stack([rows[name] for name in "abc"], axis=1)
    np.savez("rows.npz", n=n, word=np.array(rows["word"]), kind=np.array(rows["kind"]))
    table, _ = trained("table", "{parquet: rows.parquet}")
    arrays, _ = trained("arrays", "{npz: rows.npz}", SPEC.replace(", columns: [a, b, c]", ""))
    assert table == arrays
    np.save("n.npy", n.astype(">f8"))
    np.save("f.npy", n.astype("float32"))
    np.save("word.npy", np.array(rows["word"]))
    np.save("kind.npy", np.array(rows["kind"]))
    mapped, _ = trained(
        "npy", "{npy: {n: n.npy, word: word.npy, kind: kind.npy}}", SPEC.replace(", columns: [a, b, c]", "")
    )
    assert table == mapped
    monkeypatch.setattr(HELD_BYTES.path, 100)
    mapped, _ = trained(
        "mapped", "{npy: {n: f.npy, word: word.npy, kind: kind.npy}}", SPEC.replace(", columns: [a, b, c]", "")
    )
    assert table == mapped


def test_a_run_goes_on_with_the_rows_of_a_database_only_while_they_are_the_same(trained, cli, tmp_path):
    frame = pl.DataFrame(made())
    source, write = KINDS["sqlite"]
    write(frame)
    whole, _ = trained("whole", source, SPEC.replace("epochs: 2", "epochs: 4"))
    trained("part", source)
    text = (tmp_path / "part.yaml").read_text()
    (tmp_path / "part.yaml").write_text(text.replace("epochs: 2", "epochs: 4"))
    kept = sorted(
        (path, path.read_bytes()) for path in (tmp_path / "part" / "checkpoints").rglob("*") if path.is_file()
    )
    assert kept
    (tmp_path / "rows.db").rename(tmp_path / "gone.db")
    done = cli("train", "part.yaml", "--run-dir", "part", "--resume")
    assert done.code == 1
    assert "error[MS704]" in done.err
    frame[:59].pipe(in_sqlite)
    done = cli("train", "part.yaml", "--run-dir", "part", "--resume")
    assert done.code == 1
    assert "rows.train: other bytes" in done.err
    assert kept == sorted(
        (path, path.read_bytes()) for path in (tmp_path / "part" / "checkpoints").rglob("*") if path.is_file()
    )
    (tmp_path / "gone.db").rename(tmp_path / "rows.db")
    done = cli("train", "part.yaml", "--run-dir", "part", "--resume")
    assert done.code == 0, done.err
    assert (tmp_path / "part" / "last.safetensors").read_bytes() == whole
