"""A folder with a folder of pictures for each class is a table of paths and labels."""

import os

import numpy as np
import pytest
from PIL import Image

from modelspec.data.load import load
from modelspec.language.sections.decoding import Decode
from modelspec.language.sections.sources import Images, Wanted
from tests.data.loading import accepted, refused

IMAGE = Wanted("image", "input", (2, 3, 1), decode=Decode(), path=("inputs", "image"))
LABEL = Wanted("label", "target", (), "int32", "classes", classes=2, words=True, path=("outputs", "label"))
PATH = Wanted("path", "kept")


def photo(folder, name, value=100, size=(3, 2), mode="L"):
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new(mode, size, value).save(path)


@pytest.fixture
def photos(tmp_path):
    for number, name in enumerate(("dog/b.png", "cat/2.png", "cat/10.png", "dog/more/a.png")):
        photo(tmp_path, f"photos/{name}", 10 * number)
    return tmp_path


def test_rows_are_in_the_order_of_the_paths_and_folders_are_labels(photos):
    found = accepted(Images(path="photos"), [IMAGE, LABEL, PATH], photos)
    assert found.kept["path"].values.tolist() == ["cat/10.png", "cat/2.png", "dog/b.png", "dog/more/a.png"]
    assert found.targets["label"].tolist() == [0, 0, 1, 1]
    assert found.inputs["image"].dtype == np.float32
    assert found.inputs["image"][:, 0, 0, 0].tolist() == [20, 10, 0, 30]
    assert found.notes == ("image: 4 pictures: PNG 3x2 L (4)",)


def test_what_systems_leave_in_folders_is_left_out(photos):
    for name in (".DS_Store", "cat/Thumbs.db", ".cache/x.png"):
        (photos / "photos" / name).parent.mkdir(exist_ok=True)
        (photos / "photos" / name).write_text("x")
    assert accepted(Images(path="photos"), [IMAGE, LABEL], photos).rows == 4


def test_the_fingerprint_changes_with_a_byte_of_a_picture_and_with_its_name(photos):
    def fingerprint():
        return accepted(Images(path="photos"), [IMAGE, LABEL], photos).fingerprint

    before = fingerprint()
    assert fingerprint() == before
    assert before["size"] == sum(path.stat().st_size for path in (photos / "photos").rglob("*.png"))
    photo(photos, "photos/cat/2.png", 11)
    changed = fingerprint()
    assert changed["sha256"] != before["sha256"]
    os.rename(photos / "photos/dog/b.png", photos / "photos/dog/c.png")
    assert fingerprint()["sha256"] != changed["sha256"]


def test_a_picture_without_a_class_will_do_where_no_label_is_wanted(photos):
    photo(photos, "new/1.png", 7)
    assert accepted(Images(path="new"), [IMAGE], photos).inputs["image"].max() == 7


@pytest.mark.parametrize(
    ("name", "code", "message"),
    [
        ("photos/1.png", "MS729", "the picture 'photos/1.png' is in no folder of a class, so it has no label"),
        (
            "photos/cat/notes.txt",
            "MS729",
            "'photos/cat/notes.txt' is no picture: expected a name that ends in one of .jpg",
        ),
        ("photos/cat/3.jpg", "MS728", "input 'image': 'photos/cat/3.jpg': it is no picture of a kind that is read"),
    ],
)
def test_a_stray_file_is_told_with_its_path(photos, name, code, message):
    (photos / name).write_bytes(b"hello")
    problem = refused(Images(path="photos"), [IMAGE, LABEL], photos)
    assert problem.code == code
    assert problem.message.startswith(message)


def test_a_folder_of_a_class_without_pictures_is_told(photos):
    (photos / "photos/bird").mkdir()
    problem = refused(Images(path="photos"), [IMAGE, LABEL], photos)
    assert (problem.code, problem.message) == ("MS729", "the folder 'photos/bird' of a class holds no picture")


def test_one_class_is_nothing_to_learn_and_will_do_to_evaluate(photos):
    photo(photos, "one/cat/1.png")
    problem = refused(Images(path="one"), [IMAGE, LABEL], photos)
    assert problem.message == "all pictures of 'one' are in the one folder 'cat': there is nothing to tell apart"
    labelled = Wanted("label", "target", (), "int32", "classes", classes=2, words=True, labels=("cat", "dog"))
    assert accepted(Images(path="one"), [IMAGE, labelled], photos, "test").targets["label"].tolist() == [0]


def test_a_folder_that_is_none_or_empty_or_not_there_is_told(photos):
    (photos / "empty").mkdir()
    (photos / "file").write_text("")
    told = [refused(Images(path=path), [IMAGE, LABEL], photos) for path in ("empty", "file", "fotos", "../photos")]
    assert [problem.code for problem in told] == ["MS707", "MS705", "MS704", "MS701"]
    assert told[2].help == "did you mean 'photos'?"


def test_a_column_that_pictures_do_not_have_is_told(photos):
    problem = refused(Images(path="photos"), [IMAGE, Wanted("kind", "target", (), words=True)], photos)
    assert problem.code == "MS720"
    assert problem.help == "write `column: label` there, or name it label"


def test_a_link_that_leads_out_of_the_folder_is_not_followed(photos, tmp_path_factory):
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    photo(elsewhere, "secret.png")
    os.symlink(elsewhere / "secret.png", photos / "photos/cat/link.png")
    problem = refused(Images(path="photos"), [IMAGE, LABEL], photos)
    assert problem.code == "MS701"
    assert "photos/cat/link.png" in problem.message


def test_all_bad_pictures_are_told_at_once_and_counted(photos):
    for number in range(3):
        (photos / f"photos/cat/{number}.jpg").write_bytes(b"no")
    _, (problem,) = load(Images(path="photos"), [IMAGE, LABEL], photos)
    assert problem.message.endswith("(and 2 more like it)")
