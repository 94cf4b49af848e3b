"""CSV files: what is read, and where each mistake is shown to be."""

import csv
import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from modelspec.data.load import load, warn_of_same_rows
from modelspec.data.sources import READERS
from modelspec.data.sources.csv.cells import Cells
from modelspec.language.sections.sources import Csv, Wanted
from tests.data.loading import LABEL, X, Y, accepted, csv_file, place, refused
from tests.patience import Stopwatch


def test_columns_are_found_by_name_in_any_order_and_others_are_left_alone(tmp_path):
    arrays = accepted(csv_file(tmp_path, "note,y,x\nhello,1,2\n,3,4\n"), [X, Y], tmp_path)
    assert arrays.inputs["x"].tolist() == [[2.0], [4.0]]
    assert arrays.targets["y"].tolist() == [[1.0], [3.0]]
    assert arrays.columns["x"].dtype == np.float32
    assert arrays.rows == 2


def test_several_columns_make_a_row_of_any_shape(tmp_path):
    source = csv_file(tmp_path, "a,b,c,d\n1,2,3,4\n5,6,7,8\n")
    image = Wanted("x", "input", (2, 2, 1), columns=("d", "b", "c", "a"))
    assert accepted(source, [image], tmp_path).inputs["x"].tolist() == [
        [[[4], [2]], [[3], [1]]],
        [[[8], [6]], [[7], [5]]],
    ]


FLAG = Wanted("flag", "input", (1,), "bool")
ANSWER = Wanted("answer", "target", (1,), kind="binary")


def test_what_is_true_or_false_may_be_written_so_or_as_a_number(tmp_path):
    cells = ["true", "False", "1", "0", " TRUE", "0.0", "false"]
    rows = "".join(f"{cell},{cell}\n" for cell in cells)
    arrays = accepted(csv_file(tmp_path, "flag,answer\n" + rows), [FLAG, ANSWER], tmp_path)
    wanted = [[True], [False], [True], [False], [True], [False], [False]]
    assert arrays.inputs["flag"].dtype == np.bool_
    assert arrays.inputs["flag"].tolist() == wanted
    assert arrays.targets["answer"].tolist() == [[float(item)] for [item] in wanted]


def test_what_is_neither_true_nor_false_is_told_with_what_may_be_written(tmp_path):
    for cell in ("yes", "t", "wahr", "2"):
        problem = refused(csv_file(tmp_path, f"flag,y\ntrue,1\n{cell},1\n"), [FLAG, Y], tmp_path)
        assert "expected true or false (1 or 0), found" in problem.message
        assert problem.span.line == 3


def test_a_number_that_is_written_as_a_truth_value_leads_to_numbers_or_another_dtype(tmp_path):
    problem = refused(csv_file(tmp_path, "x,y\nTrue,1\n"), [X, Y], tmp_path)
    assert (problem.code, problem.message) == ("MS715", "column 'x': expected a number, found 'True'")
    assert problem.help == "write 1 for true and 0 for false, or declare the input with `dtype: bool`"


def test_numbered_columns_stand_for_a_name(tmp_path):
    source = csv_file(tmp_path, "x_1,x_0,y\n1,2,3\n")
    assert accepted(source, [Wanted("x", "input", (2,)), Y], tmp_path).inputs["x"].tolist() == [[2, 1]]
    assert accepted(source, [Wanted("x", "input", (None,)), Y], tmp_path).inputs["x"].tolist() == [[2, 1]]
    assert accepted(source, [Wanted("x", "input", (None, 2)), Y], tmp_path).inputs["x"].tolist() == [[[2, 1]]]


@pytest.mark.parametrize(
    "content",
    [
        "x,y\n1,2\n",
        "x,y\r\n1,2\r\n",
        "\ufeffx,y\n1,2\n",
        "x,y\n1,2",
        "x,y\n1,2\n\n\n",
        ' x , y \n 1 , "2" \n'.replace(' "2" ', '"2"'),
        '"x","y"\n"1","2"\n',
        "x,y\n+1,2.\n",
        "x,y\n1e0,.2E+1\n",
        "x,y,\n1,2,\n",
    ],
)
def test_the_same_rows_are_read_however_they_are_written(content, tmp_path):
    arrays = accepted(csv_file(tmp_path, content), [X, Y], tmp_path)
    assert (arrays.inputs["x"].tolist(), arrays.targets["y"].tolist()) == ([[1.0]], [[2.0]])


def test_other_delimiters_and_files_without_a_header_are_read(tmp_path):
    source = csv_file(tmp_path, "1;2\n3;4\n", delimiter=";", header=False)
    wanted = [Wanted("x", "input", (1,), columns=("0",)), Wanted("y", "target", (), columns=("1",))]
    arrays = accepted(source, wanted, tmp_path)
    assert arrays.inputs["x"].tolist() == [[1], [3]]
    assert arrays.targets["y"].tolist() == [2, 4]


def test_texts_are_read_for_inputs_of_text(tmp_path):
    source = csv_file(tmp_path, 'words,y\n"good, very",1\ncafé,0\n')
    arrays = accepted(source, [Wanted("words", "input", (1,), "string"), Y], tmp_path)
    assert arrays.inputs["words"].tolist() == [["good, very"], ["café"]]


numbers = st.floats(allow_nan=False, allow_infinity=False)


@given(
    rows=st.lists(st.tuples(numbers, numbers, st.integers(-(2**53), 2**53)), min_size=1, max_size=20), data=st.data()
)
def test_what_the_csv_module_writes_is_read_back_exactly(rows, data, tmp_path_factory):
    folder = tmp_path_factory.mktemp("csv")
    delimiter = data.draw(st.sampled_from(",;\t|"))
    text = io.StringIO()
    quoting = data.draw(st.sampled_from((csv.QUOTE_MINIMAL, csv.QUOTE_ALL)))
    writer = csv.writer(
        text, delimiter=delimiter, quoting=quoting, lineterminator=data.draw(st.sampled_from(("\n", "\r\n")))
    )
    notes = data.draw(
        st.lists(
            st.text(st.characters(codec="utf-8", exclude_characters="\0\r")), min_size=len(rows), max_size=len(rows)
        )
    )
    writer.writerow(["a", "note", "b", "n"])
    writer.writerows((a, note, b, n) for (a, b, n), note in zip(rows, notes, strict=True))
    wanted = [
        Wanted("a", "input", (), "float64"),
        Wanted("b", "input", (), "float64"),
        Wanted("n", "target", (), "int64"),
    ]
    source = csv_file(folder, text.getvalue(), delimiter=delimiter)
    arrays = accepted(source, wanted, folder)
    assert list(zip(*(arrays.columns[name].tolist() for name in "abn"), strict=True)) == rows


@given(cells=st.lists(st.text('ab,"\n é', max_size=4), min_size=1, max_size=5), data=st.data())
def test_the_place_of_a_cell_is_where_its_text_stands(cells, data):
    text = io.StringIO()
    csv.writer(
        text, lineterminator="\n", quoting=data.draw(st.sampled_from((csv.QUOTE_MINIMAL, csv.QUOTE_ALL)))
    ).writerow(cells)
    index = data.draw(st.integers(0, len(cells) - 1))
    span = Cells(text.getvalue(), ",").span("f", 7, index)
    lines = text.getvalue().split("\n")
    part = lines[span.line - 7 : span.end_line - 7 + 1]
    part[-1] = part[-1][: span.end_column - 1]
    part[0] = part[0][span.column - 1 :]
    found = "\n".join(part)
    if cells[index]:
        assert next(csv.reader(io.StringIO(found), strict=True)) == [cells[index]]


def test_a_large_file_is_read_in_seconds(tmp_path):
    row = ",".join(f"{value:.6f}" for value in np.linspace(0, 1, 20))
    source = csv_file(tmp_path, ",".join(f"x_{index}" for index in range(20)) + "\n" + (row + "\n") * 50_000)
    with Stopwatch() as watch:
        assert accepted(source, [Wanted("x", "input", (20,))], tmp_path).inputs["x"].shape == (50_000, 20)
    assert watch.seconds < 5


@pytest.mark.parametrize(
    ("content", "code", "where"),
    [
        ("x,y\n", "MS707", (1, 1)),
        ("\n", "MS712", (1, 1)),
        ("\ufeff", "MS712", (1, 1)),
        ("x,y,x\n1,2,3\n", "MS712", (1, 5)),
        ("x\n1\n", "MS720", (1, 1)),
        ("x;y\n1;2\n", "MS720", (1, 1)),
        ("1,2\n3,4\n", "MS720", (1, 1)),
        ("x,y\n1,2\n1,2,3\n", "MS713", (3, 1)),
        ("x,y\n1,2\n1\n", "MS713", (3, 1)),
        ("x,y\n1,5,0\n", "MS713", (2, 1)),
        ("x,y\n1,2\n\n3,4\n", "MS713", (3, 1)),
        ("x,y\n1,\n", "MS714", (2, 3)),
        ("x,y\n 	,1\n", "MS714", (2, 1)),
        ('x,y\n"1,5",0\n', "MS715", (2, 1)),
        ("x,y\n1,seven\n", "MS715", (2, 3)),
        ("x,y\n1,1_000\n", "MS715", (2, 3)),
        ("x,y\n1,٣\n", "MS715", (2, 3)),
        ("x,y\n1,0x10\n", "MS715", (2, 3)),
        ("x,y\n1,true\n", "MS715", (2, 3)),
        ("x,y\n1,NA\n", "MS715", (2, 3)),
        ("x,y\n0,nan\n", "MS732", (2, 3)),
        ("x,y\n0,-inf\n", "MS732", (2, 3)),
        ("x,y\n1e999,0\n", "MS732", (2, 1)),
        ("x,y\n1e300,0\n", "MS731", (2, 1)),
        ("x,y\n1,2\n1,2\x003\n", "MS710", (3, 4)),
        ("x,y\ncafé,1\n".encode("latin-1"), "MS710", (2, 4)),
        ("x,y,é\n1,2,".encode() + b"\xe9\n", "MS710", (2, 5)),
        ("x,y\n1,2\n".encode("utf-16"), "MS710", (1, 1)),
        (b"PK\x03\x04....", "MS711", (1, 1)),
        ('x,y\n1,2\n"1,2\n3,4\n', "MS711", (3, 1)),
        ('x,y\n"1"2,3\n', "MS711", (2, 1)),
        ("x,y\r1,2\r", "MS711", (1, 1)),
        ("x,y\n1," + "2" * 200_000 + "\n", "MS711", (2, 1)),
    ],
)  # fmt: skip
def test_a_malformed_file_is_one_diagnostic_at_its_place(content, code, where, tmp_path):
    found = refused(csv_file(tmp_path, content), [X, Y], tmp_path)
    assert found.code == code
    assert place(found) == where
    assert found.span.file == str(tmp_path / "rows.csv")
    assert len(found.message) < 300


def test_a_quoted_line_break_shifts_the_lines_of_the_rows_after_it(tmp_path):
    source = csv_file(tmp_path, 'note,y\n"two\nlines",1\n"a ""quote"", then",x\n')
    assert place(refused(source, [Y], tmp_path)) == (4, 21)
    source = csv_file(tmp_path, 'note,y\n"two\nlines",1\n"two\nlines",nan\n')
    assert place(refused(source, [Y], tmp_path)) == (5, 8)


def test_a_decimal_comma_is_recognised(tmp_path):
    found = refused(csv_file(tmp_path, "x;y\n1,5;0\n", delimiter=";"), [X, Y], tmp_path)
    assert found.code == "MS715"
    assert found.help == "write a decimal point: 1.5"


def test_a_wrong_delimiter_is_recognised(tmp_path):
    assert "delimiter: ';'" in refused(csv_file(tmp_path, "x;y\n1;0\n"), [X, Y], tmp_path).help


def test_a_missing_header_is_recognised(tmp_path):
    assert "header: false" in refused(csv_file(tmp_path, "1,0\n2,1\n"), [X, Y], tmp_path).help


def test_the_same_mistake_in_many_cells_is_told_once_and_counted(tmp_path):
    found = refused(csv_file(tmp_path, "x,y\n" + "1,NA\n" * 5000), [X, Y], tmp_path)
    assert place(found) == (2, 3)
    assert found.message.endswith("(and 4,999 more like it)")


def test_a_file_of_nothing_but_mistakes_is_refused_in_seconds(tmp_path):
    names = [f"x_{index}" for index in range(20)]
    source = csv_file(tmp_path, ",".join(names) + "\n" + (",".join(["NA"] * 20) + "\n") * 20_000)
    with Stopwatch() as watch:
        arrays, found = load(source, [Wanted("x", "input", (20,))], tmp_path)
    assert arrays is None
    assert len(found) == 20
    assert watch.seconds < 5


def test_different_mistakes_are_all_told(tmp_path):
    _, found = load(csv_file(tmp_path, "x,y\n1,\n,2\n1,2,3\na,b\n"), [X, Y], tmp_path)
    places = {(item.code, place(item)) for item in found}
    assert places == {("MS714", (2, 3)), ("MS714", (3, 1)), ("MS713", (4, 1)), ("MS715", (5, 1)), ("MS715", (5, 3))}


def test_a_missing_column_names_the_one_that_was_meant(tmp_path):
    found = refused(csv_file(tmp_path, "x,lable\n1,0\n"), [X, Wanted("label", "target", ())], tmp_path)
    assert (
        found.message == "target 'label' needs column 'label', which '" + str(tmp_path / "rows.csv") + "' does not have"
    )
    assert found.help.startswith("did you mean 'lable'?")


@pytest.mark.parametrize(
    ("shape", "columns"),
    [((3,), None), ((3,), ("x_0", "x_1")), ((), ("x_0", "x_1")), ((None, 3), None), ((None, None), None)],
)
def test_a_row_needs_one_column_per_number(shape, columns, tmp_path):
    source = csv_file(tmp_path, "x_0,x_1\n1,2\n")
    found = refused(source, [Wanted("x", "input", shape, columns=columns, path=("inputs", "x"))], tmp_path)
    assert found.code == "MS730"
    assert found.path == ("inputs", "x")


def test_a_million_columns_are_read_or_refused_but_not_for_ever(tmp_path):
    header = ",".join(f"c{index}" for index in range(1_000_000))
    source = csv_file(tmp_path, header + "\n" + ",".join(["1"] * 1_000_000) + "\n")
    with Stopwatch() as watch:
        found = refused(source, [X], tmp_path)
        assert accepted(source, [Wanted("c999999", "input", (1,))], tmp_path).rows == 1
    assert found.code == "MS720"
    assert len(found.help) < 500
    assert watch.seconds < 8


def test_labels_are_checked_at_their_cell(tmp_path):
    found = refused(csv_file(tmp_path, "x,y\n1,0\n2,3\n"), [X, LABEL], tmp_path)
    assert (found.code, place(found)) == ("MS733", (3, 3))
    assert "from 0 to 2, found 3" in found.message


def test_a_fingerprint_changes_with_any_byte(tmp_path):
    first = accepted(csv_file(tmp_path, "x\n1\n"), [X], tmp_path).fingerprint
    again = accepted(csv_file(tmp_path, "x\n1\n"), [X], tmp_path).fingerprint
    other = accepted(csv_file(tmp_path, "x\n2\n"), [X], tmp_path).fingerprint
    assert first == again
    assert first["sha256"] != other["sha256"]
    assert (first["kind"], first["path"], first["size"]) == ("csv", "rows.csv", 4)


def test_validating_on_the_training_rows_is_warned_of(tmp_path):
    train = accepted(csv_file(tmp_path, "x\n1\n"), [X], tmp_path)
    copy = accepted(csv_file(tmp_path, "x\n1\n", "copy.csv"), [X], tmp_path)
    other = accepted(csv_file(tmp_path, "x\n2\n", "other.csv"), [X], tmp_path)
    (warning,) = warn_of_same_rows(train, copy, "validation")
    assert (warning.code, warning.severity, warning.path) == ("MS739", "warning", ("data", "validation"))
    assert warn_of_same_rows(train, other, "validation") == ()


def test_a_file_that_vanishes_between_two_looks_is_a_diagnostic(tmp_path, monkeypatch):
    source = csv_file(tmp_path, "x\nnan\n")

    def read_and_remove(*arguments):
        table = read(*arguments)
        (tmp_path / "rows.csv").unlink()
        return table

    read = READERS["csv"]
    monkeypatch.setitem(READERS, "csv", read_and_remove)
    assert refused(source, [X], tmp_path).code == "MS704"


def test_long_texts_do_not_blow_up_memory(tmp_path):
    source = csv_file(tmp_path, "x\n" + "a" * 130_000 + "\n" + "b\n" * 20_000)
    assert refused(source, [Wanted("x", "input", (1,), "string")], tmp_path).code == "MS708"


def test_csv_is_read_from_the_path_as_given():
    assert Csv(path="a b.csv").path == "a b.csv"
