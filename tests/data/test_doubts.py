"""What of rows is allowed and yet mostly a mistake."""

import tracemalloc

import numpy as np
import pytest

from modelspec.data.arrays import RowsFingerprint
from modelspec.data.doubts import doubts
from modelspec.data.load import Located, RawRows, opened
from modelspec.data.table import RawColumn
from modelspec.language.sections.sources import Csv, Wanted

X = Wanted("x", "input", (2,), columns=("a", "b"))
Y = Wanted("y", "target", (1,), words=True, kind="binary")


def rows(folder, name, text, *wanted):
    (folder / name).write_text(text)
    return opened(Located(Csv(path=name), str(folder)), wanted or (X, Y), "train")


def table(*lines):
    return "a,b,y\n" + "".join(f"{line}\n" for line in lines)


def told(**parts):
    return [(item.code, item.message) for item in doubts(parts)]


GOOD = table(*(f"{row},{row * row},{row % 2}" for row in range(20)))


def test_good_rows_raise_no_doubt(tmp_path):
    assert told(train=rows(tmp_path, "rows.csv", GOOD)) == []


def test_a_column_that_never_changes_is_told_by_its_name(tmp_path):
    text = table(*(f"{row},7,{row % 2}" for row in range(20)))
    ((code, message),) = told(train=rows(tmp_path, "rows.csv", text))
    assert (code, "column b has the same value" in message) == ("MS747", True)


@pytest.mark.parametrize("words", [("0", "1"), ("no", "yes")])
def test_a_column_that_is_the_target_is_told(tmp_path, words):
    text = table(*(f"{row},{words[row % 2]},{words[row % 2]}" for row in range(20)))
    inputs = [X] if words[0] == "0" else [Wanted("b", "input", (), "string"), Wanted("a", "input")]
    ((code, message),) = told(train=rows(tmp_path, "rows.csv", text, *inputs, Y))
    assert (code, "column 'b' is equal to target 'y'" in message) == ("MS748", True)


def test_an_autoencoder_has_its_own_columns_for_targets(tmp_path):
    target = Wanted("z", "target", (2,), columns=("a", "b"))
    assert told(train=rows(tmp_path, "rows.csv", GOOD, X, target)) == []


def test_rows_in_two_splits_are_told_with_examples(tmp_path):
    train = rows(tmp_path, "rows.csv", GOOD)
    other = rows(tmp_path, "other.csv", table("100,1,0", "3,9,1", "4,16,0", "5,24,1"))
    ((code, message),) = told(train=train, validation=other)
    assert code == "MS739"
    assert message.startswith("2 of 4 rows of validation are rows to train on, too: row 2 is row 4; row 3 is row 5")


def test_rows_that_differ_in_the_target_alone_are_others(tmp_path):
    train = rows(tmp_path, "rows.csv", GOOD)
    assert told(train=train, test=rows(tmp_path, "other.csv", table("3,9,0", "4,16,1"))) == []


def test_parts_of_one_table_are_compared_too(tmp_path):
    raw = rows(tmp_path, "rows.csv", table(*(f"{row % 10},{row % 10},{row % 2}" for row in range(20))))
    found = told(train=raw.take(np.arange(10)), test=raw.take(np.arange(10, 20)))
    assert [code for code, _ in found] == ["MS739"]
    assert "10 of 10 rows" in found[0][1]


def test_pictures_are_compared_without_a_copy_of_all_in_wider_numbers():
    draw = np.random.default_rng(1)
    want = Wanted("image", "input", (64, 64, 3))
    pixels = draw.integers(0, 256, (400, 64, 64, 3), dtype=np.uint8)
    column = RawColumn(pixels, lambda row, _: (f"row {row + 1}", None))
    fingerprint = RowsFingerprint(kind="images", path="photos", size=1, sha256="a")
    train = RawRows({("input", "image"): column}, (want,), 400, fingerprint, ("data", "train"))
    other = train.take(np.array([7, 3]))
    tracemalloc.start()
    (problem,) = doubts({"train": train, "validation": other})
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert problem.message.startswith(
        "2 of 2 rows of validation are rows to train on, too: row 8 is row 8; row 4 is row 4"
    )
    assert most < 60e6, "eight bytes for each of the pixels are 39 MB, and they were there several times"
