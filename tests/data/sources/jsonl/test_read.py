"""JSON Lines: keys are columns, and each wrong value is shown where it stands."""

import gzip
import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from modelspec.data.sources.jsonl.places import place_of
from modelspec.language.sections.sources import Jsonl, Wanted
from tests.data.loading import LABEL, X, Y, accepted, csv_file, place, refused

WORDS = Wanted("y", "target", (), "int32", "classes", classes=2, words=True)
PAIR = Wanted("x", "input", (2,))


def lines(folder, content, name="rows.jsonl"):
    return csv_file(folder, content, name, entry=Jsonl)


def test_keys_are_columns_in_any_order_and_dots_reach_inside(tmp_path):
    source = lines(
        tmp_path,
        '{"user": {"age": 3, "at": [1, 2]}, "y": 2.5, "a.b": 1}\n\n{"y": 1, "a.b": 2, "user": {"at": [3, 4], "age": 4}}',
    )
    wanted = [Wanted("age", "input", (1,), columns=("user.age",)), Wanted("at", "input", (2,), columns=("user.at",)), Y]
    arrays = accepted(source, [*wanted, Wanted("a", "input", (1,), columns=("a.b",))], tmp_path)
    assert arrays.inputs["age"].tolist() == [[3], [4]]
    assert arrays.inputs["at"].tolist() == [[1, 2], [3, 4]]
    assert arrays.inputs["a"].tolist() == [[1], [2]]
    assert arrays.targets["y"].tolist() == [[2.5], [1]]


def test_several_keys_make_a_row_and_numbered_ones_stand_for_a_name(tmp_path):
    source = lines(tmp_path, '{"a": 1, "b": 2.5, "x_0": 3, "x_1": 4}\n')
    wanted = [Wanted("c", "input", (2,), columns=("b", "a")), PAIR]
    arrays = accepted(source, wanted, tmp_path)
    assert arrays.inputs["c"].tolist() == [[2.5, 1]]
    assert arrays.inputs["x"].tolist() == [[3, 4]]


def test_texts_truths_and_labels_in_words_are_read(tmp_path):
    source = lines(tmp_path, '{"x": "größe", "b": true, "y": "no"}\n{"x": "", "b": false, "y": "yes"}\n')
    wanted = [Wanted("x", "input", (1,), "string"), Wanted("b", "input", (1,), "bool"), WORDS]
    arrays = accepted(source, wanted, tmp_path)
    assert arrays.inputs["x"].tolist() == [["größe"], [""]]
    assert arrays.inputs["b"].tolist() == [[True], [False]]
    assert arrays.targets["y"].tolist() == [0, 1]


def test_what_is_null_or_not_there_is_a_gap(tmp_path):
    content = '{"x": [1, 2], "y": 1}\n{"x": null, "y": 2}\n{"y": 3}\n{"x": [3, null], "y": 4}\n'
    found = accepted(lines(tmp_path, content), [Wanted("x", "input", (2,), missing="mean"), Y], tmp_path)
    assert found.inputs["x"].tolist() == [[1, 2], [2, 2], [2, 2], [3, 2]]
    problem = refused(lines(tmp_path, content), [PAIR, Y], tmp_path)
    assert (problem.code, place(problem)) == ("MS714", (2, 7))
    assert "expected a number, found nothing (and 4 more like it)" in problem.message
    problem = refused(lines(tmp_path, '{"y": "a", "x": 1}\n{"x": 1}\n'), [X, WORDS], tmp_path)
    assert "expected a label, found nothing" in problem.message


def test_packed_files_lists_and_patterns_are_read(tmp_path):
    lines(tmp_path, gzip.compress(b'{"x": 1}\n'), "b.jsonl")
    lines(tmp_path, b'\xef\xbb\xbf{"x": 2}\r\n{"x": 3}', "a.jsonl")
    assert accepted(Jsonl(path="*.jsonl"), [X], tmp_path).inputs["x"].tolist() == [[2], [3], [1]]
    lines(tmp_path, '{"x": 4}\n{"x": "a"}\n', "c.jsonl")
    problem = refused(Jsonl(path="*.jsonl"), [X], tmp_path)
    assert (problem.code, place(problem), problem.span.file) == ("MS725", (2, 7), str(tmp_path / "c.jsonl"))


@pytest.mark.parametrize(
    ("line", "code", "column", "said"),
    [
        ('{"y": 0, "x": "a"}', "MS725", 15, "found text, and a number before"),
        ('{"y": 0, "x": true}', "MS725", 15, "found true or false, and a number before"),
        ('{"y": 0, "x": [1]}', "MS725", 15, "found a list, and a number before"),
        ('{"y": 0, "x": {"a": 1}}', "MS722", 15, "expected numbers, text or lists, found an object"),
        ('{"y": 7, "x": 1}', "MS733", 7, "from 0 to 2, found 7"),
        ('{"y": 0, "x": NaN}', "MS732", 15, "expected a finite number, found nan"),
        ('{"y": 0, "x": -Infinity}', "MS732", 15, "found -inf"),
        ('{"y": 0, "x": 1e999}', "MS732", 15, "found inf"),
        ('{"y": 0, "x": 1' + "0" * 400 + "}", "MS732", 15, "found inf"),
        ('{"y": 0, "x": 1' + "0" * 5000 + "}", "MS724", 1, "a number that is too long"),
        ('{"y": 0, "x": 1', "MS724", 16, "is not JSON"),
        ("{'y': 0}", "MS724", 2, "is not JSON"),
        ('{"y": 0, "x": 1}, ', "MS724", 17, "is not JSON: extra data"),
        ('{"y": 0, "x": 1, "y": 1}', "MS724", 1, "the key 'y' twice"),
        ('[{"y": 0, "x": 1}]', "MS724", 1, "expected an object, found a list"),
        ("3", "MS724", 1, "expected an object, found 3"),
        ('{"y": ' + "[" * 100_000, "MS724", 1, "too many brackets"),
        ('{"y": "\0"}', "MS710", 8, "NUL"),
    ],
)  # fmt: skip
def test_a_wrong_line_is_one_diagnostic_at_its_place(line, code, column, said, tmp_path):
    before = "".join(f'{{"y": {y}, "x": 1}}\n' for y in range(3))
    found = refused(lines(tmp_path, before + line + "\n"), [X, LABEL], tmp_path)
    assert (found.code, place(found)) == (code, (4, column))
    assert said in found.message
    assert len(found.message) < 300


def test_lists_of_different_lengths_are_told(tmp_path):
    found = refused(lines(tmp_path, '{"x": [1, 2]}\n{"x": [1, 2, 3]}\n'), [PAIR], tmp_path)
    assert (found.code, place(found)) == ("MS725", (2, 7))
    assert "found a list of 3, where the first has 2" in found.message
    found = refused(lines(tmp_path, '{"x": [[1], [2]]}\n{"x": [[1], ["a"]]}\n'), [PAIR], tmp_path)
    assert (found.code, place(found)) == ("MS725", (2, 7))


def test_a_kind_that_changes_in_a_later_block_is_told_at_its_row(tmp_path):
    many = '{"x": 1}\n' * 5000
    found = refused(lines(tmp_path, many + '{"x": null}\n{"x": "a"}\n'), [X], tmp_path)
    assert (found.code, place(found)) == ("MS725", (5002, 7))


def test_a_missing_key_leads_to_those_that_are_there(tmp_path):
    found = refused(lines(tmp_path, '{"lable": 1, "x": 2}\n'), [X, Wanted("label", "target", ())], tmp_path)
    assert found.code == "MS720"
    assert found.help.startswith("did you mean 'lable'?")


def test_whole_numbers_keep_their_digits_beside_others(tmp_path):
    content = '{"y": 9007199254740993}\n' + '{"y": 1.0}\n' * 5000
    wanted = Wanted("y", "target", (), "int64")
    assert accepted(lines(tmp_path, content), [wanted], tmp_path).targets["y"][0] == 9007199254740993
    assert refused(lines(tmp_path, '{"y": 18446744073709551616}\n'), [wanted], tmp_path).code == "MS731"


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda below: st.lists(below, max_size=3),
)


@given(
    row=st.dictionaries(
        st.text(max_size=5), values | st.dictionaries(st.text("ab", max_size=2), values, max_size=3), min_size=1
    ),
    space=st.booleans(),
    data=st.data(),
)
def test_the_place_of_a_value_is_where_its_text_stands(row, space, data):
    text = json.dumps(row, ensure_ascii=data.draw(st.booleans()), separators=(" , ", " : ") if space else (",", ":"))
    name = data.draw(st.sampled_from(sorted(row)))
    start, end = place_of(text, name)
    assert json.loads(text[start:end]) == row[name]
    if isinstance(row[name], dict) and row[name] and "." not in name:
        inner = data.draw(st.sampled_from(sorted(row[name])))
        if f"{name}.{inner}" not in row and "." not in inner:
            start, end = place_of(text, f"{name}.{inner}")
            assert json.loads(text[start:end]) == row[name][inner]


@given(
    numbers=st.lists(
        st.integers(-(2**63), 2**63 - 1) | st.floats(allow_nan=False, allow_infinity=False), min_size=1, max_size=9
    )
)
def test_numbers_are_those_of_the_file(numbers, tmp_path_factory):
    folder = tmp_path_factory.mktemp("jsonl")
    content = "".join(json.dumps({"x": number}) + "\n" for number in numbers)
    found = accepted(lines(folder, content), [Wanted("x", "input", (), "float64")], folder).inputs["x"]
    assert found.tobytes() == np.array([float(number) for number in numbers]).tobytes()
