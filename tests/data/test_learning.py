"""What rows teach: labels in words, and what stands for gaps."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from modelspec.data.learned import Learned
from modelspec.data.learning import TrainingColumns, filled, learn
from modelspec.data.load import load
from modelspec.data.problems import Problems
from modelspec.data.table import RawColumn
from modelspec.language.sections.sources import Csv, Npz, Wanted


def column(values, gaps=None):
    return RawColumn(np.array(values), lambda row, number: (f"row {row}", None), gaps=gaps)


def learnt(values, want, gaps=None):
    problems = Problems()
    return learn(
        TrainingColumns({(want.role, want.name): column(values, gaps)}, [want]), problems
    ), problems.diagnostics()


def read(tmp_path, text, *wanted, learned=None, **arguments):
    (tmp_path / "rows.csv").write_text(text)
    return load(Csv(path="rows.csv", **arguments), wanted, tmp_path, learned=learned)


def codes(found):
    return [diagnostic.code for diagnostic in found]


X = Wanted("x", "input", (), missing="mean")
Y = Wanted("y", "target", (), "int32", "classes", classes=3, words=True)
ONE_HOT = Wanted("y", "target", (3,), "float32", "one_hot", words=True)
BINARY = Wanted("y", "target", (1,), "float32", "binary", words=True)


@given(st.lists(st.floats(-1e300, 1e300), min_size=1), st.randoms())
def test_a_mean_is_exact_and_does_not_depend_on_the_order(numbers, random):
    mixed = random.sample(numbers, len(numbers))
    (first, _), (second, _) = learnt(numbers, X), learnt(mixed, X)
    assert first.fills == second.fills == {"x": (math.fsum(numbers) / len(numbers),)}


def test_gaps_do_not_count_in_what_is_learnt_and_are_filled_by_it():
    gaps = np.array([False, True, False, False])
    want = Wanted("x", "input", (), missing="median")
    learned, _ = learnt([1.0, 0.0, 2.0, 10.0], want, gaps)
    assert learned.fills == {"x": (2.0,)}
    assert filled(column([0.0, 5.0], np.array([True, False])), want, learned).values.tolist() == [2.0, 5.0]


def test_a_number_for_each_column_of_an_input(tmp_path):
    want = Wanted("x", "input", (2,), missing="mean", columns=("a", "b"))
    arrays, _ = read(tmp_path, "a,b\n1,\n,4\n3,8\n", want)
    assert arrays.inputs["x"].tolist() == [[1, 6], [2, 4], [3, 8]]


def test_a_number_may_stand_for_a_gap_and_rows_with_gaps_may_be_dropped(tmp_path):
    text = "x,z\n1,1\n,2\n3,\n"
    zero, drop = Wanted("x", "input", (), missing=0.0), Wanted("z", "input", (), missing="drop")
    arrays, _ = read(tmp_path, text, zero, drop)
    assert arrays.inputs["x"].tolist() == [1, 0]
    assert arrays.inputs["z"].tolist() == [1, 2]
    assert arrays.notes == ("1 of 3 rows are left out, since nothing is there for z",)


def test_places_in_messages_are_those_of_the_file_where_rows_were_dropped(tmp_path):
    drop, whole = Wanted("z", "input", (), missing="drop"), Wanted("x", "input", (), "int32")
    _, found = read(tmp_path, "x,z\n1,\n2,1\n2.5,3\n", drop, whole)
    assert [(item.code, item.span.line) for item in found] == [("MS731", 4)]
    assert "row 3, column 'x'" in found[0].message


def test_where_every_row_is_dropped_that_is_an_error(tmp_path):
    _, found = read(tmp_path, 'x\n""\n""\n', Wanted("x", "input", (), missing="drop"))
    assert codes(found) == ["MS707"]


def test_a_gap_is_an_error_unless_something_is_said_of_it(tmp_path):
    _, found = read(tmp_path, "x,y\n1,0\n,1\n", Wanted("x", "input"), Y)
    assert codes(found) == ["MS714"]
    assert "missing: mean" in found[0].help


@pytest.mark.parametrize("cell", ["NA", "?", "-999", "nan"])
def test_a_source_says_which_cells_are_gaps(tmp_path, cell):
    arrays, _ = read(tmp_path, f"x\n1\n{cell}\n3\n", X, missing=["", cell])
    assert arrays.inputs["x"].tolist() == [1, 2, 3]
    _, found = read(tmp_path, f"x\n1\n{cell}\n3\n", Wanted("x", "input"), missing=["", cell])
    assert codes(found) == ["MS714"]
    assert f"'{cell}', which says that nothing is there" in found[0].message


def test_a_column_without_a_number_has_no_mean(tmp_path):
    _, found = read(tmp_path, "x,z\n,1\n,2\n", X, Wanted("z", "input"))
    assert codes(found) == ["MS714"]
    assert "no training row has a number here" in found[0].message


def test_a_text_may_stand_for_a_gap_in_strings(tmp_path):
    want = Wanted("x", "input", (), "string", missing="unknown")
    arrays, _ = read(tmp_path, "x,z\na,1\n,1\n", want)
    assert arrays.inputs["x"].tolist() == ["a", "unknown"]


def test_labels_are_the_sorted_words_of_the_rows(tmp_path):
    arrays, found = read(tmp_path, "y\nsun\nrain\nsnow\nrain\n", Y)
    assert not found
    assert arrays.targets["y"].tolist() == [2, 0, 1, 0]


def test_labels_have_the_order_that_the_spec_gives_them(tmp_path):
    want = Wanted("y", "target", (), "int32", "classes", classes=3, words=True, labels=("sun", "snow", "rain"))
    arrays, _ = read(tmp_path, "y\nsun\nrain\nsnow\n", want)
    assert arrays.targets["y"].tolist() == [0, 2, 1]


def test_words_become_one_hot_rows_or_zero_and_one_as_the_loss_wants_them(tmp_path):
    arrays, _ = read(tmp_path, "y\nb\na\nc\n", ONE_HOT)
    assert arrays.targets["y"].tolist() == [[0, 1, 0], [1, 0, 0], [0, 0, 1]]
    arrays, _ = read(tmp_path, "y\nyes\nno\n", BINARY)
    assert arrays.targets["y"].tolist() == [[1], [0]]


def test_numbers_stay_numbers_of_classes(tmp_path):
    arrays, _ = read(tmp_path, "y\n2\n0\n1\n", Y)
    assert arrays.targets["y"].tolist() == [2, 0, 1]


def test_numbers_may_be_labels_where_the_spec_lists_them(tmp_path):
    want = Wanted("y", "target", (), "int32", "classes", classes=3, words=True, labels=("3", "5", "7"))
    arrays, _ = read(tmp_path, "y\n7\n3\n5\n", want)
    assert arrays.targets["y"].tolist() == [2, 0, 1]
    np.savez(tmp_path / "rows.npz", y=np.array([7.0, 3.0, 5.0]))
    arrays, _ = load(Npz(path="rows.npz"), [want], tmp_path)
    assert arrays.targets["y"].tolist() == [2, 0, 1]


def test_a_label_that_is_a_number_may_be_written_with_a_fraction_of_nothing(tmp_path):
    want = Wanted("y", "target", (), "int32", "classes", classes=3, words=True, labels=("3", "5", "7"))
    arrays, _ = read(tmp_path, "y\n7.0\n3\n5.0\n", want)
    assert arrays.targets["y"].tolist() == [2, 0, 1]


def test_labels_in_words_name_the_classes_of_numbers(tmp_path):
    want = Wanted("y", "target", (), "int32", "classes", classes=3, words=True, labels=("a", "b", "c"))
    arrays, _ = read(tmp_path, "y\n2\n0\n1\n", want)
    assert arrays.targets["y"].tolist() == [2, 0, 1]


def test_a_word_among_numbers_is_a_wrong_cell_with_its_place(tmp_path):
    _, found = read(tmp_path, "x,y\n1,0\n1,1\n1,two\n", Wanted("x", "input"), Y)
    assert [(item.code, item.span.line, item.span.column) for item in found] == [("MS715", 4, 3)]


def test_more_labels_than_units_are_told_with_both_numbers(tmp_path):
    _, found = read(tmp_path, "y\na\nb\nc\nd\n", Y)
    assert codes(found) == ["MS745"]
    assert "4 labels for 3 units: a, b, c, d" in found[0].message
    _, found = read(tmp_path, "y\na\nb\nc\n", BINARY)
    assert "3 labels for one number" in found[0].message


def test_a_label_that_training_never_saw_is_told_with_its_place(tmp_path):
    _, found = read(tmp_path, "y\nsun\nsnow\nran\nran\n", Y, learned=Learned({"y": ("rain", "snow", "sun")}))
    assert [(item.code, item.span.line) for item in found] == [("MS744", 4)]
    assert "did you mean 'rain'?" in found[0].help
    assert found[0].message.endswith("found 'ran' (and 1 more like it)")


def test_an_empty_label_is_told_with_its_place(tmp_path):
    _, found = read(tmp_path, "x,y\n1,sun\n1,\n", Wanted("x", "input"), Y)
    assert [(item.code, item.span.line) for item in found] == [("MS714", 3)]


def test_words_are_read_alike_from_arrays(tmp_path):
    np.savez(tmp_path / "rows.npz", y=np.array(["sun", "rain", "snow"]))
    arrays, _ = load(Npz(path="rows.npz"), [Y], tmp_path)
    assert arrays.targets["y"].tolist() == [2, 0, 1]
