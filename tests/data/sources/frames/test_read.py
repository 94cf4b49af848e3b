"""Parquet and Arrow: columns have the types of the file, and what is damaged or does not fit is one message."""

import datetime
import decimal
import json
import sys

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from modelspec.data.load import load
from modelspec.data.sources.frames import read as frames
from modelspec.language.sections.sources import Arrow, Parquet, Wanted
from tests.data.loading import LABEL, X, Y, accepted, arrow_file, csv_file, parquet_file, refused

PAIR = Wanted("x", "input", (2,))
WORD = Wanted("x", "input", (1,), "string")
MAKE = {
    "parquet": parquet_file,
    "arrow": arrow_file,
    "stream": lambda folder, name="rows.arrow", **columns: arrow_file(folder, name, stream=True, **columns),
}
every = pytest.mark.parametrize("kind", MAKE)


def written(folder, kind, table):
    """A file that pyarrow writes, with types that Polars does not write."""
    if kind == "parquet":
        pq.write_table(table, folder / "rows.parquet")
        return Parquet(path="rows.parquet")
    make = pa.ipc.new_stream if kind == "stream" else pa.ipc.new_file
    with pa.OSFile(str(folder / "rows.arrow"), "wb") as file, make(file, table.schema) as writer:
        writer.write_table(table)
    return Arrow(path="rows.arrow")


@every
def test_columns_of_every_type_of_number_and_text_are_read(kind, tmp_path):
    numbers = {
        str(dtype): pa.array([0, 1, 1], dtype)
        for dtype in (pa.int8(), pa.uint16(), pa.int32(), pa.uint64(), pa.float16(), pa.float32(), pa.float64())
    }
    others = {
        "bool": pa.array([False, True, True]),
        "decimal": pa.array(map(decimal.Decimal, ("0.00", "1.00", "1.00")), pa.decimal128(12, 2)),
    }
    for name, column in {**numbers, **others}.items():
        source = written(tmp_path, kind, pa.table({"x": column}))
        assert accepted(source, [X], tmp_path).inputs["x"].tolist() == [[0], [1], [1]], name
    for name, column in {
        "string": pa.array(["a", "é", ""]),
        "large": pa.array(["a", "é", ""], pa.large_string()),
        "dictionary": pa.array(["a", "é", ""]).dictionary_encode(),
    }.items():
        source = written(tmp_path, kind, pa.table({"x": column}))
        assert accepted(source, [WORD], tmp_path).inputs["x"].tolist() == [["a"], ["é"], [""]], name


@every
def test_lists_and_fields_of_records_are_read(kind, tmp_path):
    table = pa.table(
        {
            "x": pa.array([[1, 2], [3, 4]]),
            "fixed": pa.array([[5, 6], [7, 8]], pa.list_(pa.int8(), 2)),
            "deep": pa.array([[[1.0], [2.0]], [[3.0], [4.0]]]),
            "user": pa.array([{"age": 3, "at": {"z": 1.5}}, {"age": 4, "at": {"z": 2.5}}]),
        }
    )
    wanted = [
        PAIR, Wanted("fixed", "input", (2,)), Wanted("deep", "input", (2, 1)), Wanted("age", "input", (1,), columns=("user.age",)),
        Wanted("z", "input", (2,), columns=("user.at.z", "user.age")),
    ]  # fmt: skip
    found = accepted(written(tmp_path, kind, table), wanted, tmp_path).inputs
    assert found["x"].tolist() == [[1, 2], [3, 4]]
    assert found["fixed"].tolist() == [[5, 6], [7, 8]]
    assert found["deep"].tolist() == [[[1], [2]], [[3], [4]]]
    assert found["age"].tolist() == [[3], [4]]
    assert found["z"].tolist() == [[1.5, 3], [2.5, 4]]


@every
def test_what_is_null_is_a_gap(kind, tmp_path):
    source = MAKE[kind](tmp_path, x=[[1.0, 2.0], None, [3.0, None]], n=[1, None, 3], t=["a", None, "b"])
    wanted = [
        Wanted("x", "input", (2,), missing="mean"), Wanted("n", "input", (1,), missing="median"),
        Wanted("t", "input", (1,), "string", missing="none"),
    ]  # fmt: skip
    found = accepted(source, wanted, tmp_path).inputs
    assert found["x"].tolist() == [[1, 2], [2, 2], [3, 2]]
    assert found["n"].tolist() == [[1], [2], [3]]
    assert found["t"].tolist() == [["a"], ["none"], ["b"]]
    problem = refused(source, [Wanted("n", "input", (1,))], tmp_path)
    assert problem.code == "MS714"
    assert problem.message == f"input 'n', row 2 of '{source.path}', column 'n': expected a number, found nothing"


def test_a_kept_column_has_nothing_where_there_is_nothing(tmp_path):
    source = parquet_file(tmp_path, x=[1, 2], key=[None, "b"], number=[7, None])
    kept = accepted(source, [X, Wanted("key", "kept"), Wanted("number", "kept")], tmp_path).kept
    assert kept["key"].texts.tolist() == ["", "b"]
    assert kept["number"].texts.tolist() == ["7", ""]


@every
def test_dates_are_days_as_texts_of_dates_become_and_are_kept_as_written(kind, tmp_path):
    moments = [datetime.datetime(2024, 2, 29, 17, 5, 9, 123456), None, datetime.datetime(1969, 12, 31, 6)]
    days = [None if moment is None else moment.date() for moment in moments]
    source = MAKE[kind](tmp_path, x=days, at=moments)
    wanted = [Wanted("x", "input", (1,), "float64", missing=0.0), Wanted("at", "input", (1,), "float64", missing=0.0)]
    found = accepted(source, [*wanted, Wanted("x", "kept")], tmp_path)
    assert found.inputs["x"].tolist() == [[19782], [0], [-1]]
    assert found.kept["x"].texts.tolist() == ["2024-02-29", "", "1969-12-31"]
    cells = [f"{moment or ''}".replace("06:00:00", "06:00:00.0") for moment in moments]
    texts = csv_file(tmp_path, "at,z\n" + "".join(f"{cell},0\n" for cell in cells))
    parsed = Wanted("at", "input", (1,), "float64", missing=0.0, parse="%Y-%m-%d %H:%M:%S.%f")
    assert accepted(texts, [parsed], tmp_path).inputs["at"].tobytes() == found.inputs["at"].tobytes()
    assert refused(source, [Wanted("x", "split")], tmp_path).code == "MS714"


def test_values_are_checked_at_their_row(tmp_path):
    source = parquet_file(tmp_path, x=[1.0, float("nan"), 2.0], y=[0, 1, 7])
    _, found = load(source, [X, LABEL], tmp_path)
    assert {(item.code, item.message.partition(":")[0]) for item in found} == {
        ("MS732", "input 'x', row 2 of 'rows.parquet', column 'x'"),
        ("MS733", "target 'y', row 3 of 'rows.parquet', column 'y'"),
    }


@pytest.mark.parametrize(
    ("column", "code", "said"),
    [
        (pa.array([datetime.time(12, 30)]), "MS722", "holds times (Time)"),
        (pa.array([datetime.timedelta(1)]), "MS722", "holds times (Duration"),
        (pa.array([b"a"]), "MS722", "holds bytes"),
        (pa.array([{"a": 1}]), "MS722", "holds records of several fields"),
        (pa.array(["a"]), "MS731", "expected float32, found text"),
        (pa.array([[1, 2]]), "MS730", "expected rows of shape [1], found [2]"),
        (pa.nulls(1), "MS714", "expected a number, found nothing"),
    ],
)
@every
def test_a_column_of_another_type_is_one_message(kind, column, code, said, tmp_path):
    found = refused(written(tmp_path, kind, pa.table({"x": column})), [X], tmp_path)
    assert found.code == code
    assert said in found.message
    assert "column 'x'" in found.message or code == "MS730"


@every
def test_lists_of_different_lengths_are_told_at_their_row(kind, tmp_path):
    found = refused(MAKE[kind](tmp_path, x=[[1, 2], None, [1, 2, 3]]), [PAIR], tmp_path)
    assert found.code == "MS725"
    assert found.message.startswith("row 3 of 'rows.")
    assert "a list of 3, where the first has 2" in found.message


@every
def test_a_missing_column_leads_to_the_one_that_was_meant(kind, tmp_path):
    found = refused(MAKE[kind](tmp_path, x=[1], lable=[0]), [X, Wanted("label", "target", ())], tmp_path)
    assert found.code == "MS720"
    assert found.help.startswith("did you mean 'lable'?")


@every
def test_a_file_that_is_cut_off_anywhere_is_one_diagnostic(kind, tmp_path):
    source = MAKE[kind](tmp_path, x=list(range(100)), t=["a", "b"] * 50)
    path = tmp_path / source.path
    whole = path.read_bytes()
    for length in sorted({1, 3, 8, *range(9, len(whole), max(len(whole) // 23, 1)), len(whole) - 8, len(whole) - 1}):
        path.write_bytes(whole[:length])
        found = refused(source, [X, Wanted("t", "input", (1,), "string")], tmp_path)
        assert (found.code, length) == ("MS724", length)
        assert "is no whole" in found.message
        assert len(found.message) < 300


@every
def test_a_damaged_file_is_rows_or_one_diagnostic_and_never_a_crash(kind, tmp_path, capfd):
    source = MAKE[kind](tmp_path, x=list(range(100)), t=["a", "b"] * 50)
    path = tmp_path / source.path
    whole, draw = path.read_bytes(), np.random.default_rng(3)
    for _ in range(60):
        damaged = bytearray(whole)
        for at in draw.integers(0, len(whole), 3):
            damaged[at] = int(draw.integers(256))
        path.write_bytes(bytes(damaged))
        arrays, found = load(source, [X, Wanted("t", "input", (1,), "string")], tmp_path)
        assert (arrays is None) == any(item.severity == "error" for item in found)


def test_files_that_differ_are_told_with_both(tmp_path):
    parquet_file(tmp_path, "a.parquet", x=[1], y=[0])
    source = Parquet(path="*.parquet")
    parquet_file(tmp_path, "b.parquet", x=["one"], y=[0])
    found = refused(source, [X, Y], tmp_path)
    assert (found.code, found.message) == ("MS725", "'b.parquet', column 'x' holds text, and numbers before")
    parquet_file(tmp_path, "b.parquet", y=[0])
    found = refused(source, [X, Y], tmp_path)
    assert (found.code, "'b.parquet'" in found.message) == ("MS720", True)
    parquet_file(tmp_path, "b.parquet", x=[2.5, None], y=[0, 1])
    assert "row 2 of 'b.parquet'" in refused(source, [X, Y], tmp_path).message


def test_folders_say_columns(tmp_path):
    for year, half in (("2023", "a"), ("2024", "b"), ("__HIVE_DEFAULT_PARTITION__", "a b")):
        folder = tmp_path / "parts" / f"year={year}" / f"half={half.replace(' ', '%20')}"
        folder.mkdir(parents=True)
        parquet_file(folder, "part-0.parquet", x=[1, 2])
        (folder / "_SUCCESS").write_text("")
    wanted = [X, Wanted("year", "input", (1,), missing=0.0), Wanted("half", "input", (1,), "string")]
    for path in ("parts", "parts/", "parts/*/*/*.parquet", "parts/*"):
        found = accepted(Parquet(path=path), wanted, tmp_path).inputs
        assert found["year"].reshape(-1).tolist() == [2023, 2023, 2024, 2024, 0, 0]
        assert found["half"].reshape(-1).tolist() == ["a", "a", "b", "b", "a b", "a b"]
    assert refused(Parquet(path="parts"), [X, Wanted("year", "input", (1,))], tmp_path).code == "MS714"


def test_what_hugging_face_saves_to_disk_is_read_in_its_order(tmp_path):
    folder = tmp_path / "saved"
    folder.mkdir()
    names = [f"data-0000{index}-of-00002.arrow" for index in range(2)]
    arrow_file(folder, names[0], stream=True, x=[1], y=[0])
    arrow_file(folder, names[1], stream=True, x=[2], y=[1])
    (folder / "state.json").write_text(json.dumps({"_data_files": [{"filename": name} for name in reversed(names)]}))
    (folder / "dataset_info.json").write_text("{}")
    assert accepted(Arrow(path="saved"), [X, Y], tmp_path).inputs["x"].tolist() == [[2], [1]]
    (folder / "state.json").write_text(json.dumps({"_data_files": [{"filename": "../../outside.arrow"}]}))
    assert refused(Arrow(path="saved"), [X, Y], tmp_path).code == "MS701"
    (tmp_path / "dataset_dict.json").write_text('{"splits": ["train", "test"]}')
    found = refused(Arrow(path=["."]), [X, Y], tmp_path)
    assert (found.code, found.message) == ("MS705", "'.' holds several splits: train, test")


def test_arrays_of_hugging_face_are_read(tmp_path):
    class Array2D(pa.ExtensionType):
        def __init__(self):
            super().__init__(pa.list_(pa.list_(pa.float32())), "datasets.features.features.Array2DExtensionType")

        def __arrow_ext_serialize__(self):
            return b'[[1, 2], "float32"]'

    column = pa.ExtensionArray.from_storage(Array2D(), pa.array([[[1, 2]], [[3, 4]]], pa.list_(pa.list_(pa.float32()))))
    source = written(tmp_path, "stream", pa.table({"x": column}))
    assert accepted(source, [Wanted("x", "input", (1, 2))], tmp_path).inputs["x"].tolist() == [[[1, 2]], [[3, 4]]]


def test_empty_folders_files_without_rows_and_too_many_rows_are_told(tmp_path, monkeypatch):
    (tmp_path / "empty").mkdir()
    assert refused(Parquet(path="empty"), [X], tmp_path).message == (
        "the folder 'empty' holds no file that ends in .parquet or .pq"
    )
    source = parquet_file(tmp_path, x=pl.Series([], dtype=pl.Float64))
    assert refused(source, [X], tmp_path).code == "MS707"
    monkeypatch.setattr(frames, "MAX_ARRAY_BYTES", 1000)
    assert refused(parquet_file(tmp_path, x=list(range(126))), [X], tmp_path).code == "MS708"
    assert accepted(parquet_file(tmp_path, x=list(range(125))), [X], tmp_path).rows == 125


def test_a_folder_does_not_lead_out_by_a_link(tmp_path):
    inside, outside = tmp_path / "inside", tmp_path / "outside"
    (inside / "parts").mkdir(parents=True)
    outside.mkdir()
    parquet_file(outside, x=[1])
    (inside / "parts" / "a.parquet").symlink_to(outside / "rows.parquet")
    assert refused(Parquet(path="parts"), [X], inside).code == "MS701"
    assert refused(Parquet(path="../outside"), [X], inside).code == "MS701"
    (inside / "link").symlink_to(outside)
    assert refused(Parquet(path="link"), [X], inside).code == "MS701"


@every
def test_without_polars_it_is_told_what_to_install(kind, tmp_path, monkeypatch):
    source = MAKE[kind](tmp_path, x=[1])
    monkeypatch.setitem(sys.modules, "polars", None)
    found = refused(source, [X], tmp_path)
    assert (found.code, found.message) == ("MS601", f"reading '{source.path}' needs Polars, which is not installed")
    assert "[tables]" in found.help
