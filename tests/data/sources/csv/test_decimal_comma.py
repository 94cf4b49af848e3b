"""`decimal: ","`: numbers as much of the world writes them."""

import pytest

from modelspec.language.sections.sources import Csv, Tsv, Wanted
from tests.data.loading import X, Y, accepted, csv_file, place, refused


def comma(folder, content, **arguments):
    return csv_file(folder, content, decimal=",", delimiter=";", **arguments)


def test_numbers_have_a_comma(tmp_path):
    arrays = accepted(comma(tmp_path, "x;y\n1,5;-,25\n2;3,0e-1\n"), [X, Y], tmp_path)
    assert arrays.inputs["x"].tolist() == [[1.5], [2]]
    assert arrays.targets["y"].tolist() == [[-0.25], [0.30000001192092896]]
    source = csv_file(tmp_path, "x\ty\n1,5\t2\n", "rows.tsv", entry=Tsv, decimal=",")
    assert accepted(source, [X, Y], tmp_path).inputs["x"].tolist() == [[1.5]]


def test_whole_numbers_and_truths_are_as_ever(tmp_path):
    wanted = [Wanted("x", "input", (), "int64"), Wanted("y", "input", (), "bool")]
    arrays = accepted(comma(tmp_path, "x;y\n9007199254740993;true\n3,0;0\n"), wanted, tmp_path)
    assert arrays.inputs["x"].tolist() == [9007199254740993, 3]
    assert arrays.inputs["y"].tolist() == [True, False]
    assert refused(comma(tmp_path, "x;y\n1,00000000000000000000001;1\n"), wanted, tmp_path).code == "MS731"


@pytest.mark.parametrize(
    ("cell", "help"),
    [
        ("1.5", "write a decimal comma: 1,5"),
        ("1.234,5", "write 1234,5"),
        ("-1.234.567", "write -1234567"),
        ("1,5,0", "if the input is text"),
        ("inf.", "if the input is text"),
    ],
)
def test_a_point_in_a_number_is_refused_with_what_to_write(cell, help, tmp_path):
    found = refused(comma(tmp_path, f"x;y\n1;2\n{cell};2\n"), [X, Y], tmp_path)
    assert (found.code, place(found)) == ("MS715", (3, 1))
    assert found.message == f"column 'x': expected a number, found '{cell}'"
    assert found.help.startswith(help)


def test_a_target_of_such_numbers_is_no_words(tmp_path):
    label = Wanted("y", "target", (), "int32", "classes", classes=3, words=True)
    assert accepted(comma(tmp_path, "x;y\n1;0,0\n1;2,0\n1;1\n"), [X, label], tmp_path).targets["y"].tolist() == [
        0,
        2,
        1,
    ]
    found = refused(comma(tmp_path, "x;y\n1;0,5\n1;2,0\n"), [X, label], tmp_path)
    assert (found.code, place(found)) == ("MS734", (2, 3))


def test_a_comma_cannot_be_both(tmp_path):
    with pytest.raises(ValueError, match="a comma cannot be in numbers and between columns"):
        Csv(path="a.csv", decimal=",")
