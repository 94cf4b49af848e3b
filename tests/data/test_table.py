"""Every kind of source is read as a table, whose rows can be read in parts."""

from dataclasses import replace

import numpy as np
import pytest

from modelspec.data.load import load
from modelspec.data.sources import READERS
from modelspec.data.table import Asked
from modelspec.expansion.files.paths import Reach
from modelspec.language.sections.sources import SOURCES, Dataset, Jsonl, Sql, Synthetic, Tsv, Wanted
from modelspec.runtime.evaluate.evaluate import source_from_path
from tests.data.loading import arrow_file, csv_file, images_folder, npy_files, npz_file, parquet_file, sqlite_file

X = Wanted("x", "input")
KEPT = Wanted("x", "kept")
PATH = Wanted("path", "input", dtype="string")
MADE = {
    "csv": lambda folder: (csv_file(folder, "x\n1\n2\n3\n40\n"), (X, KEPT)),
    "tsv": lambda folder: (csv_file(folder, "x\ty\n1\t5\n2\t5\n3\t5\n40\t5\n", "rows.tsv", entry=Tsv), (X, KEPT)),
    "jsonl": lambda folder: (
        csv_file(folder, "".join(f'{{"x": {x}}}\n' for x in (1, 2, 3, 40)), "r.jsonl", entry=Jsonl),
        (X, KEPT),
    ),
    "parquet": lambda folder: (parquet_file(folder, x=[1, 2, 3, 40]), (X, KEPT)),
    "arrow": lambda folder: (arrow_file(folder, x=[1, 2, 3, 40]), (X, KEPT)),
    "sql": lambda folder: (sqlite_file(folder, x=[1, 2, 3, 40]), (X, KEPT)),
    "npz": lambda folder: (npz_file(folder, x=np.arange(4.0)), (X, KEPT)),
    "npy": lambda folder: (npy_files(folder, x=np.arange(4.0)), (X, KEPT)),
    "images": lambda folder: (
        images_folder(folder, "x/1.png", "x/2.png", "y/3.png"),
        (PATH, replace(PATH, role="kept")),
    ),
    "dataset": lambda folder: (Dataset(name="digits"), (Wanted("label", "target"),)),
    "synthetic": lambda folder: (Synthetic(samples=6), (X, KEPT)),
}


def table(kind, folder):
    source, wanted = MADE[kind](folder)
    return READERS[kind](source, Asked(wanted, Reach(str(folder), None), "train", ("data", "train")))


def test_each_kind_of_source_has_a_reader():
    assert list(READERS) == list(SOURCES) == list(MADE)


@pytest.mark.parametrize("kind", SOURCES)
def test_each_kind_says_what_the_command_line_takes_instead(kind):
    like = Sql(url="sqlite:///a.db", query="SELECT x FROM rows ORDER BY x") if kind == "sql" else None
    found = source_from_path(SOURCES[kind].example, like)
    assert type(found) is SOURCES[kind]
    assert found.kind == kind


@pytest.mark.parametrize("kind", SOURCES)
def test_a_part_of_a_table_is_those_rows_of_the_whole(kind, tmp_path):
    found = table(kind, tmp_path)
    whole = found.read(range(found.count))
    for part in (range(1, 3), range(0), range(found.count - 1, found.count)):
        columns = found.read(part)
        assert list(columns) == list(whole)
        for key, column in columns.items():
            assert np.array_equal(column.values, whole[key].values[part.start : part.stop])
            for row in range(len(part)):
                assert column.place(row, 0) == whole[key].place(part.start + row, 0)


@pytest.mark.parametrize("kind", ["csv", "tsv"])
def test_a_part_of_a_file_of_text_knows_its_cells(kind, tmp_path):
    found = table(kind, tmp_path).read(range(2, 4))
    assert found["input", "x"].written(1, 0) == "40"
    assert found["kept", "x"].texts.tolist() == ["3", "40"]


def test_rows_are_checked_as_they_come_from_the_table(tmp_path):
    (tmp_path / "rows.csv").write_text("x\n1\nb\n")
    _, (problem,) = load(SOURCES["csv"](path="rows.csv"), [X], tmp_path)
    assert problem.span.line == 3
