"""Whole numbers of 64 bits come out of a CSV file as they went in, or are refused at their cell."""

import numpy as np
import pytest

from modelspec.language.sections.sources import Wanted
from tests.data.loading import accepted, csv_file, place, refused


def taken(dtype):
    return [Wanted("v", "input", (2,), dtype, columns=("x", "z"))]


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        ("9007199254740993", 2**53 + 1),
        ("-9007199254740993", -(2**53) - 1),
        (" 9007199254740993 ", 2**53 + 1),
        ("9007199254740993.0", 2**53 + 1),
        ("9.007199254740993e15", 2**53 + 1),
        ("1234567890123457e1", 12345678901234570),
        ("1234567890123e5", 123456789012300000),
        ("9223372036854775807", 2**63 - 1),
        ("-9223372036854775808", -(2**63)),
        ("12", 12),
    ],
)
@pytest.mark.parametrize("beside", ["3", "9007199254740991"])
def test_a_whole_number_is_read_with_all_its_digits(tmp_path, cell, number, beside):
    source = csv_file(tmp_path, f"x,y,z\n{beside},1,{cell}\n{cell},2,{beside}\n")
    rows = accepted(source, taken("int64"), tmp_path).inputs["v"]
    assert rows.dtype == np.int64
    assert rows.tolist() == [[int(beside), number], [number, int(beside)]]


@pytest.mark.parametrize("cell", ["9223372036854775808", "-9223372036854775809", "1e19", "9007199254740993.5", "0.5"])
def test_what_is_no_whole_number_of_64_bits_is_refused_at_its_cell(tmp_path, cell):
    problem = refused(csv_file(tmp_path, f"x,y,z\n3,1,4\n3,2,{cell}\n"), taken("int64"), tmp_path)
    assert (problem.code, place(problem)) == ("MS731", (3, 5))


@pytest.mark.parametrize(
    ("dtype", "cell"), [("int32", "2147483648"), ("uint8", "256"), ("int8", "-129"), ("uint32", "-1")]
)
def test_a_narrower_whole_number_is_refused_beyond_its_limits(tmp_path, dtype, cell):
    problem = refused(csv_file(tmp_path, f"x,y,z\n3,1,4\n3,2,{cell}\n"), taken(dtype), tmp_path)
    assert (problem.code, place(problem)) == ("MS731", (3, 5))
    assert cell in problem.message


@pytest.mark.parametrize("cell", ["a word that is long", "10000000000,0", "not available at all"])
def test_a_long_cell_that_holds_no_number_is_refused_as_a_short_one_is(cell, tmp_path):
    wanted = [Wanted("x", "input", (), "int64")]
    problem = refused(csv_file(tmp_path, f"x;z\n3;1\n{cell};1\n", delimiter=";"), wanted, tmp_path)
    assert (problem.code, place(problem)) == ("MS715", (3, 1))
    source = csv_file(tmp_path, f"x;z\n3;1\n{cell};1\n", delimiter=";", missing=[cell])
    assert accepted(source, [Wanted("x", "input", (), "int64", missing=0.0)], tmp_path).inputs["x"].tolist() == [3, 0]
