"""A column of any table may hold paths of pictures."""

import os
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from modelspec.language.sections.decoding import Decode
from modelspec.language.sections.sources import Jsonl, Synthetic, Wanted
from tests.data.loading import accepted, csv_file, npz_file, parquet_file, refused

IMAGE = Wanted("image", "input", (2, 2, 1), decode=Decode(), columns=("photo",), path=("inputs", "image"))
Y = Wanted("y", "target", ())
FILES = ("a.png", "more/b.png", "a.png")


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "more").mkdir()
    Image.new("L", (2, 2), 10).save(tmp_path / "a.png")
    Image.new("L", (2, 2), 20).save(tmp_path / "more/b.png")
    return tmp_path


@pytest.mark.parametrize("kind", ["csv", "jsonl", "parquet", "npz"])
def test_each_table_gives_the_same_pictures(folder, kind):
    made = {
        "csv": lambda: csv_file(folder, "photo,y\na.png,0\nmore/b.png,1\na.png,2\n"),
        "jsonl": lambda: csv_file(
            folder,
            "".join(f'{{"photo": "{name}", "y": {y}}}\n' for y, name in enumerate(FILES)),
            "r.jsonl",
            entry=Jsonl,
        ),
        "parquet": lambda: parquet_file(folder, photo=list(FILES), y=[0, 1, 2]),
        "npz": lambda: npz_file(folder, photo=np.array(FILES), y=np.arange(3)),
    }[kind]()
    found = accepted(made, [IMAGE, Y], folder)
    assert found.inputs["image"][:, 0, 0, 0].tolist() == [10, 20, 10]
    assert found.targets["y"].tolist() == [0, 1, 2]


def test_a_file_that_is_not_there_is_told_with_its_line(folder):
    problem = refused(csv_file(folder, "photo,y\na.png,0\nmore/c.png,1\n"), [IMAGE, Y], folder)
    assert (problem.code, problem.span.line) == ("MS704", 3)
    assert "there is no file 'more/c.png'" in problem.message
    assert problem.help == "did you mean 'b.png'?"


def test_a_path_that_leaves_the_folder_is_refused(folder):
    problem = refused(csv_file(folder, "photo,y\n../x.png,0\n"), [IMAGE, Y], folder)
    assert (problem.code, problem.span.line) == ("MS701", 2)


def test_a_pipe_is_not_waited_for(folder):
    os.mkfifo(folder / "pipe.png")
    assert refused(csv_file(folder, "photo,y\npipe.png,0\n"), [IMAGE, Y], folder).code == "MS705"


def test_an_empty_cell_is_an_error_or_its_row_is_dropped(folder):
    rows = csv_file(folder, "photo,y\na.png,0\n,1\nmore/b.png,2\n")
    problem = refused(rows, [IMAGE, Y], folder)
    assert problem.code == "MS714"
    found = accepted(rows, [replace(IMAGE, missing="drop"), Y], folder)
    assert found.inputs["image"][:, 0, 0, 0].tolist() == [10, 20]


def test_numbers_are_no_paths(folder):
    problem = refused(npz_file(folder, photo=np.arange(3.0), y=np.arange(3)), [IMAGE, Y], folder)
    assert problem.code == "MS731"
    assert "expected the path of a picture, found numbers" in problem.message


def test_rows_that_are_made_up_are_pictures_already(folder):
    assert accepted(Synthetic(samples=5), [IMAGE, Y], folder).inputs["image"].shape == (5, 2, 2, 1)
