"""A header with many equal names is told by ten of them and a number, in linear time."""

from io import BytesIO
from time import process_time

import pytest

from modelspec.data.sources.csv.file import CsvTable
from modelspec.diagnostics import SpecError
from modelspec.language.sections.sources import Csv


def problems(count):
    table = CsvTable(BytesIO(b",".join([b"a"] * count) + b"\n"), Csv(path="t.csv"), "t.csv", ())
    start = process_time()
    table.read_header()
    with pytest.raises(SpecError) as told:
        table.problems.stop()
    assert process_time() - start < 10
    return told.value.diagnostics


def test_a_million_equal_columns_are_told_by_ten_and_a_number():
    found = problems(200_000)
    assert {item.code for item in found} == {"MS712"}
    assert len(found) == 10
    assert found[-1].message.endswith("(and 199,989 more like it)")


def test_three_equal_columns_are_told_one_by_one():
    assert [item.span.column for item in problems(3)] == [3, 5]
