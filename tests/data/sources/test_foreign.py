"""A file read as CSV that is something else is told by what is in it, and a source that is none by what is meant."""

import gzip
import io
import zipfile

import numpy as np
import pytest

from modelspec.language.sections.sources import SOURCES
from modelspec.pipeline import check_text
from tests.data.loading import X, accepted, csv_file, refused
from tests.tiny import TINY


def npz():
    file = io.BytesIO()
    np.savez(file, x=np.arange(3))
    return file.getvalue()


def npy():
    file = io.BytesIO()
    np.save(file, np.arange(3))
    return file.getvalue()


def zipped(name):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(name, "x")
    return file.getvalue()


FOREIGN = {
    "JSON lines": (b'{"x": 1}\n{"x": 2}\n', "JSON", "`jsonl:`"),
    "JSON": (b'[\n  {"x": 1}\n]\n', "JSON", "CSV"),
    "JSON in one line": (b'\xef\xbb\xbf[{"x": 1}, {"x": 2}]', "JSON", "CSV"),
    "an object": (b'{\n  "x": [1, 2]\n}', "JSON", "CSV"),
    "a page": (b"<!DOCTYPE html>\n<html></html>", "HTML", "not the page"),
    "xml": (b'<?xml version="1.0"?>', "XML", "page"),
    "npz in gzip": (gzip.compress(npz()), "npz", "`npz:`"),
    "npz": (npz(), "npz", "`npz:`"),
    "npy": (npy(), "npy", "`npz:`"),
    "xlsx": (zipped("[Content_Types].xml"), "xlsx", "save it as CSV"),
    "zip": (zipped("rows.csv"), "zip", "unpack"),
    "parquet": (b"PAR1\x15\x04\x15", "Parquet", "`parquet:`"),
    "arrow": (b"ARROW1\0\0\xff\xff", "Arrow", "`arrow:`"),
    "an arrow stream": (b"\xff\xff\xff\xff\x80\0\0\0", "Arrow", "`arrow:`"),
    "hdf5": (b"\x89HDF\r\n\x1a\n", "HDF5", "CSV"),
}


@pytest.mark.parametrize("name", FOREIGN)
def test_a_file_of_another_kind_is_told_by_its_content(tmp_path, name):
    content, what, help = FOREIGN[name]
    found = refused(csv_file(tmp_path, content), [X], tmp_path)
    assert found.code == "MS711"
    assert what in found.message and "not CSV" in found.message
    assert help in found.help


@pytest.mark.parametrize("name", [name for name in FOREIGN if not name.startswith(("JSON", "an object"))])
@pytest.mark.parametrize("kind", ["jsonl", "parquet", "arrow"])
def test_what_is_no_json_parquet_or_arrow_is_told(kind, name, tmp_path):
    content, what, _ = FOREIGN[name]
    if kind in name or (kind == "arrow" and "arrow" in name):
        return
    found = refused(csv_file(tmp_path, content, entry=SOURCES[kind]), [X], tmp_path)
    assert found.code == "MS724"
    assert "rows.csv' is " in found.message
    assert kind != "jsonl" or (what in found.message and "not JSON Lines" in found.message)


@pytest.mark.parametrize("header", ["x,[a],[b]", '"x","y","z"', "x,{a},b"])
def test_headers_with_brackets_are_still_csv(tmp_path, header):
    assert accepted(csv_file(tmp_path, f"{header}\n1,2,3\n"), [X], tmp_path).rows == 1


def told(data):
    text = TINY.partition("data:")[0] + f"data:\n  train: {{synthetic: 64}}\n  {data}\n"
    return [problem for problem in check_text(text).diagnostics if problem.severity == "error"]


@pytest.mark.parametrize(
    "data",
    ["validation: 0.2", "test: 0.2", "test: rows.csv", "validation: rows.npz", "test: digits"],
)
def test_what_is_written_in_place_of_a_source_leads_to_what_validates(data):
    (problem,) = told(data)
    written = problem.help.split("`")
    split = data.partition(":")[0]
    assert written[-2].startswith(f"{split}: {{")
    assert [item for item in told(written[-2]) if item.code not in ("MS720", "MS730")] == []
    assert "0.2" not in data or "{split: 0.2}" in problem.help
