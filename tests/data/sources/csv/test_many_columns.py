"""Tables of many columns are read, and what is wrong in each of them is told, in time in proportion to their number."""

from pathlib import Path

import numpy as np
import pytest

from modelspec.data.load import load
from modelspec.language.sections.sources import Csv, Npz, Wanted
from tests.chosen import chosen
from tests.doubling import RATIO, growth

SMALL, LARGE = 500, 2500


def table(folder, count, header, cells):
    """A CSV file of this many columns and two rows."""
    path = Path(folder, f"{count}.csv")
    path.write_text("\n".join(",".join(map(row, range(count))) for row in (header, cells, cells)) + "\n")
    return Csv(path=path.name)


def name(index):
    return f"c{index}"


def each(count, role="input", dtype="float32", **more):
    """An input or target for each column."""
    return [Wanted(name(index), role, (), dtype, **more) for index in range(count)]


def arrays(folder, count, value):
    np.savez(Path(folder, f"{count}.npz"), **{name(index): np.full(2, value) for index in range(count)})
    return Npz(path=f"{count}.npz")


def one_input(count):
    return [Wanted("x", "input", (count,), columns=tuple(map(name, range(count))))]


SOURCES = {
    "right cells": lambda folder, n: (table(folder, n, name, str), one_input(n)),
    "an input for each": lambda folder, n: (table(folder, n, name, str), each(n)),
    "long whole numbers": lambda folder, n: (table(folder, n, name, lambda k: str(2**60 + k)), each(n, dtype="int64")),
    "texts": lambda folder, n: (table(folder, n, name, lambda k: "a"), each(n, dtype="string")),
    "wrong cells": lambda folder, n: (table(folder, n, name, lambda k: "NA"), one_input(n)),
    "empty cells in quotes over lines": lambda folder, n: (table(folder, n, name, lambda k: '"\n"'), one_input(n)),
    "wrong cells of an input each": lambda folder, n: (table(folder, n, name, lambda k: "NA"), each(n)),
    "fractions of whole numbers": lambda folder, n: (table(folder, n, name, lambda k: "0.5"), each(n, dtype="int32")),
    "labels out of range": lambda folder, n: (
        table(folder, n, name, lambda k: "7"),
        each(n, "target", "int32", kind="classes", classes=3),
    ),
    "missing columns": lambda folder, n: (table(folder, n, lambda k: f"d{k}", str), one_input(n)),
    "missing columns of an input each": lambda folder, n: (table(folder, n, lambda k: f"d{k}", str), each(n)),
    "equal header cells": lambda folder, n: (table(folder, n, lambda k: "a", str), one_input(n)),
    "header cells that are equal in pairs": lambda folder, n: (
        table(folder, n, lambda k: name(k // 2), str),
        one_input(n),
    ),
    "arrays": lambda folder, n: (arrays(folder, n, 1.0), each(n)),
    "missing arrays": lambda folder, n: (arrays(folder, n, 1.0), [Wanted(f"d{k}", "input", ()) for k in range(n)]),
    "labels out of range in arrays": lambda folder, n: (
        arrays(folder, n, 7),
        each(n, "target", "int32", kind="classes", classes=3),
    ),
}
RIGHT = {"right cells", "an input for each", "long whole numbers", "texts", "arrays"}


CASES = [*((what, SMALL) for what in SOURCES), *((what, LARGE) for what in SOURCES)]


@pytest.mark.parametrize(("what", "size"), chosen(CASES, CASES[1 : len(SOURCES) : 2]))
def test_four_times_the_columns_take_four_times_the_time(what, size, tmp_path):
    def prepare(count):
        source, wanted = SOURCES[what](tmp_path, count)
        assert (load(source, wanted, tmp_path)[0] is not None) == (what in RIGHT)
        return lambda: load(source, wanted, tmp_path)

    assert growth(prepare, size) < RATIO


def test_a_value_of_a_late_row_is_told_where_it_stands(tmp_path):
    rows = ["1,1"] * 300 + ['2,"\r\n7"', "1,1"]
    Path(tmp_path, "t.csv").write_bytes(b"\xef\xbb\xbfa,b\r\n" + "\r\n".join(rows).encode() + b"\r\n")
    wanted = [Wanted(name, "target", (), "int32", "classes", classes=2) for name in ("a", "b")]
    one, other = load(Csv(path="t.csv"), wanted, tmp_path)[1]
    assert (one.span[1:], other.span[1:]) == ((302, 1, 302, 2), (302, 3, 303, 3))
    assert "row 301, column 'a'" in one.message
    assert "row 301, column 'b'" in other.message


def test_the_first_row_of_a_file_without_a_header_is_found_again(tmp_path):
    Path(tmp_path, "t.csv").write_bytes(b"\xef\xbb\xbf7,1\n")
    wanted = [Wanted("0", "target", (), "int32", "classes", classes=2)]
    (problem,) = load(Csv(path="t.csv", header=False), wanted, tmp_path)[1]
    assert problem.span[1:] == (1, 1, 1, 2)
