"""What a column is, by all its cells."""

import numpy as np
import pytest

from modelspec.data.first_spec.columns import understood

ROWS = 60


def texts(cells):
    return np.array([str(cell) for cell in cells])


@pytest.mark.parametrize(
    ("name", "cells", "kind"),
    [
        ("x", [row / 7 for row in range(ROWS)], "number"),
        ("age", [row % 9 for row in range(ROWS)], "number"),
        ("age", [row % 9 if row else "" for row in range(ROWS)], "number"),
        ("age", ["NA" if row % 5 == 0 else row % 9 for row in range(ROWS)], "number"),
        ("income", [1000 + row * row for row in range(ROWS)], "number"),
        ("color", ["red", "green", "blue"] * 20, "category"),
        ("day", [f"2026-01-{row % 28 + 1:02}" for row in range(ROWS)], "date"),
        ("day", [f"{row % 28 + 1:02}.01.2026" for row in range(ROWS)], "date"),
        ("day", ["" if row == 3 else f"01/{row % 28 + 1:02}/2026" for row in range(ROWS)], "date"),
        ("review", [f"this is number {row} of many nice reviews" for row in range(ROWS)], "text"),
        ("photo", [f"images/{row}.JPG" for row in range(ROWS)], "image path"),
        ("id", [row + 17 for row in range(ROWS)], "identifier"),
        ("row", list(range(ROWS)), "identifier"),
        ("user", [f"u{row:04x}" for row in range(ROWS)], "identifier"),
        ("country", ["DE"] * ROWS, "constant"),
        ("version", [3] * ROWS, "constant"),
        ("notes", [""] * ROWS, "empty"),
    ],
)
def test_a_column_is_what_a_reader_would_say(name, cells, kind):
    column = understood(name, texts(cells))
    assert (column.kind, column.rows) == (kind, ROWS)
    assert column.why


def test_a_late_cell_counts_as_much_as_the_first():
    assert understood("x", texts([*range(5000), "later"])).kind != "number"
    assert understood("x", texts([*[1] * 5000, 2.5])).whole is False


def test_gaps_are_counted_and_named():
    column = understood("x", texts([1, "", "NA", 2.5, "NA", *range(9)]))
    assert (column.gaps, column.gap_cells) == (3, ("", "NA"))


def test_numbers_of_a_file_with_types_are_numbers_and_nan_is_a_gap():
    column = understood("x", np.array([1.5, np.nan, 2.5, 4.5]))
    assert (column.kind, column.gaps, column.low, column.high) == ("number", 1, 1.5, 4.5)
