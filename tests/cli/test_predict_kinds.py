"""`modelspec predict` and `evaluate` over every dtype, kind of source and kind of file."""

import csv
import json

import keras
import numpy as np
import pytest

from modelspec.language.sections.inputs import INPUT_DTYPES
from tests.chosen import chosen
from tests.tiny import write

ENDINGS = ("csv", "jsonl", "parquet", "npz")
ROWS = 20
FLOATS = [name for name in INPUT_DTYPES if "float" in name]
INTEGERS = [name for name in INPUT_DTYPES if "int" in name]
EVERY = """\
modelspec: 1
name: every
inputs:
{inputs}
  lone: {{shape: [], dtype: string}}
layers:
{casts}
  - {{Hashing: 8, from: of_string, name: hashed}}
  - {{ops.cast: float32, name: as_string}}
  - {{StringLookup: {{vocabulary: [a, b, c]}}, from: lone}}
  - {{ops.cast: float32}}
  - {{Reshape: [1], name: as_lone}}
  - {{Concatenate: null, from: [{parts}, as_string, as_lone], name: all}}
  - {{Dense: {{units: 3, activation: softmax}}, from: all, name: kind}}
  - {{Dense: 1, from: all, name: price}}
  - {{Dense: {{units: 1, activation: sigmoid}}, from: all, name: sure}}
  - {{Dense: 6, from: all}}
  - {{Reshape: [2, 3], name: steps}}
  - {{Softmax: null, name: tags}}
  - {{Reshape: [2, 3, 1], from: steps, name: image}}
  - {{ops.max: {{axis: -1}}, from: all, name: scalar}}
  - {{ops.argmax: {{axis: -1}}, from: kind, name: place}}
  - {{StringLookup: {{vocabulary: ["é, b", y], invert: true, num_oov_indices: 1}}, from: place, name: said}}
{outputs_of}
outputs:
  kind: {{loss: sparse_categorical_crossentropy, metrics: [accuracy]}}
  price: {{loss: mse}}
  sure: {{loss: binary_crossentropy}}
{outputs}
train: {{epochs: 1, batch_size: 16}}
data: {{train: {{npz: rows.npz}}}}
"""
"""An input of every dtype, and an output of every dtype and of every shape."""
MORE = ["tags", "image", "scalar", "place", "said"]
OF_DTYPES = [f"out_{name}" for name in INPUT_DTYPES if name != "string"]


def spec():
    numbers = [name for name in INPUT_DTYPES if name != "string"]
    return EVERY.format(
        inputs="\n".join(f"  of_{name}: {{shape: [2], dtype: {name}}}" for name in INPUT_DTYPES),
        casts="\n".join(f"  - {{ops.cast: float32, from: of_{name}, name: as_{name}}}" for name in numbers),
        parts=", ".join(f"as_{name}" for name in numbers),
        outputs_of="\n".join(f"  - {{ops.cast: {name}, from: steps, name: out_{name}}}" for name in numbers),
        outputs="\n".join(f"  {name}: {{loss: null}}" for name in (*MORE, *OF_DTYPES)),
    )


def rows():
    draw = np.random.default_rng(0)
    made = {f"of_{name}": draw.normal(size=(ROWS, 2)) for name in FLOATS}
    made = {name: values.astype(name[3:].replace("bfloat16", "float32")) for name, values in made.items()}
    made.update({f"of_{name}": draw.integers(0, 5, (ROWS, 2)).astype(name) for name in INTEGERS})
    made["of_bool"] = draw.integers(0, 2, (ROWS, 2)).astype(bool)
    made["of_string"] = draw.choice(["a", "bé", 'c "d", e'], (ROWS, 2))
    made["lone"] = draw.choice(["a", "b", "zz"], ROWS)
    made["kind"], made["price"] = draw.integers(0, 3, ROWS), draw.normal(size=ROWS)
    made["sure"], made["id"] = draw.integers(0, 2, ROWS), np.array([f"{row:03d}" for row in range(ROWS)])
    return made


def write_csv(path, arrays):
    columns = {}
    for name, values in arrays.items():
        values = values.astype(int) if values.dtype == bool else values
        for number, column in enumerate(values.reshape(ROWS, -1).T):
            columns[name if values.ndim == 1 else f"{name}_{number}"] = column.tolist()
    with open(path, "w", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(columns)
        writer.writerows(zip(*columns.values(), strict=True))


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder with a run of `EVERY`, and its rows in both kinds of files."""
    import modelspec

    folder = tmp_path_factory.mktemp("every")
    np.savez(folder / "rows.npz", **rows())
    write_csv(folder / "rows.csv", rows())
    modelspec.train(write(folder, spec()), run_dir=str(folder / "run"))
    return folder


@pytest.fixture(autouse=True)
def _here(request, tmp_path, monkeypatch):
    monkeypatch.chdir(request.getfixturevalue("folder") if "folder" in request.fixturenames else tmp_path)


SOURCES = (None, "rows.npz", "npz:rows.npz", "rows.csv", "synthetic:20")


@pytest.mark.parametrize("data", chosen(SOURCES, ("npz:rows.npz", "rows.csv", "synthetic:20")))
def test_every_kind_of_file_says_the_same_of_every_kind_of_source(cli, folder, data):
    parquet = pytest.importorskip("pyarrow.parquet")
    given = () if data is None else ("--data", data)
    key = "lone" if data == "synthetic:20" else "id"
    for ending in ENDINGS:
        done = cli("predict", "run", *given, "--keep", key, "-o", f"out.{ending}")
        assert done.code == 0, done.err
    arrays = dict(np.load("out.npz"))
    assert arrays["said"].dtype.kind == "U"
    assert set(arrays) == {key, "kind", "price", "sure", *MORE, *OF_DTYPES, "kind.class", "sure.class", "tags.class"}
    lines = [json.loads(line) for line in (folder / "out.jsonl").read_text(encoding="utf-8").splitlines()]
    table = parquet.read_table("out.parquet").to_pydict()
    with open("out.csv", newline="", encoding="utf-8") as stream:
        cells = list(csv.DictReader(stream))
    assert len(lines) == len(cells) == ROWS
    assert list(lines[0]) == list(table)
    for name, values in arrays.items():
        own = np.dtype("float32") if values.dtype == np.float16 else values.dtype
        kind = own if own.kind != "U" else np.dtype("str")
        exact = kind if kind == np.uint64 else None  # numpy makes floats of large and small whole numbers
        from_lines = np.array([line[name] for line in lines], exact)
        from_table = np.array(table[name], exact)
        expected = values.reshape(np.shape(from_table))
        assert from_table.astype(kind).tolist() == expected.tolist(), name
        read = _read(name, from_lines)
        assert read.astype(kind).tolist() == expected.tolist(), name
        columns = [
            column
            for column in cells[0]
            if column == name or (column.startswith(f"{name}.") and "class" not in column[len(name) :])
        ]
        flat = np.array([[_cell(row[column], kind) for column in columns] for row in cells])
        assert _read(name, flat).astype(kind).tolist() == values.reshape(ROWS, -1).tolist(), name


def _cell(text, kind):
    return text == "True" if kind.kind == "b" else text


def _read(name, values):
    """What was written as text, read as the numbers that the output is made of."""
    import ml_dtypes

    narrow = {"out_float16": np.float16, "out_bfloat16": ml_dtypes.bfloat16}.get(name)
    return values if narrow is None else values.astype(np.float64).astype(narrow).astype(np.float32)


def test_every_source_of_the_same_rows_gives_the_same_numbers(cli, folder):
    found = []
    for data in ("rows.npz", "rows.csv"):
        assert cli("predict", "run", "--data", data, "-o", "out.npz").code == 0
        found.append(dict(np.load("out.npz")))
    for name, values in found[0].items():
        np.testing.assert_array_equal(values, found[1][name], err_msg=name)
    told = [cli("evaluate", "run", "--data", data, "--format", "json") for data in ("rows.npz", "rows.csv")]
    assert [done.code for done in told] == [0, 0]
    first, second = (json.loads(done.out) for done in told)
    assert first["outputs"] == second["outputs"]


def test_predictions_are_those_of_keras(cli, folder):
    import modelspec
    from modelspec.runtime.evaluate.evaluate import open_trained

    assert cli("predict", "run", "-o", "out.npz").code == 0
    found = np.load("out.npz")
    model = open_trained("run").built.model
    inputs = {name: np.asarray(values) for name, values in rows().items() if name.startswith("of_") or name == "lone"}
    whole = model({name: keras.ops.convert_to_tensor(values) for name, values in inputs.items()}, training=False)
    for name in ("kind", "price", "sure", "tags", "image", "scalar"):
        np.testing.assert_allclose(found[name], np.asarray(whole[name]), rtol=1e-5, atol=1e-6, err_msg=name)
    assert modelspec is not None
    assert found["said"].tolist() == [text.decode() for text in np.asarray(whole["said"]).tolist()]


def test_the_class_that_wins_stands_beside_the_probabilities(cli, folder):
    assert cli("predict", "run", "-o", "out.npz").code == 0
    found = np.load("out.npz")
    assert found["kind.class"].tolist() == found["kind"].argmax(axis=1).tolist()
    assert found["tags.class"].tolist() == found["tags"].argmax(axis=2).tolist()
    assert found["sure.class"].tolist() == (found["sure"] > 0.5).astype(int).tolist()
    assert cli("predict", "run", "-o", "out.csv").code == 0
    header = (folder / "out.csv").read_text(encoding="utf-8").splitlines()[0]
    assert header.startswith("kind.0,kind.1,kind.2,kind.class,price,sure,sure.class,tags.0.0,")
