"""What a cell that people read as a number is to be written as is that number."""

import pytest

from modelspec.data.sources.csv.numbers import as_number


@pytest.mark.parametrize(
    ("cell", "help"),
    [
        ("\u0661", "write it in ASCII digits: 1"),
        ("\uff11.\uff15", "write it in ASCII digits: 1.5"),
        ("1,000", "write 1000, or 1.000 if the comma is a decimal one"),
        ("-1,000,000.5", "write -1000000.5"),
        ("1,5", "write a decimal point: 1.5"),
        ("0,125", "write a decimal point: 0.125"),
        ("1_000", "write 1000"),
        ("\u0661,\u0665", "write a decimal point: 1.5"),
        ("one", None),
    ],
)
def test_a_cell_is_written_as_the_number_that_it_is(cell, help):
    assert as_number(cell) == help
