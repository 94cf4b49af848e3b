"""The reader by Polars gives what the reader of single cells gives, in values and in refusals; what is odd goes to the latter."""

import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from modelspec.data.load import Located, load, opened
from modelspec.data.sources.csv import quick
from modelspec.data.sources.csv.file import CsvTable
from modelspec.diagnostics import SpecError
from modelspec.language.sections.sources import Csv, Wanted
from tests.data.loading import csv_file
from tests.data.sources.csv import test_file

NUMBERS = (
    "0", "1", "-1", "2.5", "-0", "1e5", "1E-5", ".5", "5.", "+3", "007", "0.1", "1e400", "-1e400", "1e-400", "9007199254740993",
    "-9223372036854775808", "18446744073709551615", "1.0000000000000000000001", "123456789012345678901234567890", "3.0", "1e0005",
    "0.30000000000000004", "2.2250738585072014e-308", "4.9e-324", "1.7976931348623157e308",
)  # fmt: skip
ODD = (
    "", " ", " 1", "1 ", "\t2", "nan", "NaN", "inf", "-Infinity", "true", "False", "1_0", "0x1", "1e", "e5", ".", "-", "+-1", "1d", "1,5",
    "1.5.2", "١", "NA", "?", " NA", "é", "a", '"', '"1"', '""', '"NA"', '" 1"', '"a,b"', '"a\nb"', '"a""b"', 'a"b', '"a"b', "\r", "\0",
    "1;2", "a b",
)  # fmt: skip
cells = st.sampled_from(NUMBERS) | st.sampled_from(ODD) | st.floats().map(repr) | st.integers(-(2**65), 2**65).map(str)
calm = (
    st.sampled_from(NUMBERS)
    | st.floats(allow_nan=False, allow_infinity=False).map(repr)
    | st.integers(-(2**63), 2**63 - 1).map(str)
)
texts = st.text("ab ,é1.", max_size=4).map(lambda text: f'"{text}"' if "," in text else text)


def wanted(draw):
    missing = draw(st.sampled_from((None, "mean", 0.0, "drop")))
    return [
        Wanted("f", "input", (1,), "float64", columns=("a",), missing=missing),
        Wanted("i", "input", (1,), draw(st.sampled_from(("int64", "uint8", "bool", "float32"))), columns=("b",), missing=missing),
        Wanted("c", "target", (), "int32", "classes", classes=3, words=True),
        Wanted("t", "input", (1,), "string", columns=("d",), missing=draw(st.sampled_from((None, "none")))),
        *draw(st.sampled_from(([], [Wanted("a", "kept")], [Wanted("c", "kept")], [Wanted("two", "input", (2,), columns=("b", "a"))]))),
    ]  # fmt: skip


def outcome(source, wants, folder, most=10):
    """Everything that comes of reading: the columns as they are, or the problems with their places."""
    try:
        raw = opened(Located(source, str(folder)), wants, "train", most)
    except SpecError as error:
        return error.diagnostics
    found = {}
    for key, column in raw.columns.items():
        written = [column.written(row, 0) for row in range(raw.count)] if column.written else None
        places = [column.place(row, 0) for row in range(raw.count)]
        arrays = [
            None if a is None else (a.dtype.str, a.shape, (a + 0 if a.dtype.kind == "f" else a).tobytes())
            for a in (column.values, column.texts, column.gaps)
        ]
        found[key] = (arrays, written, places)
    return found, raw.fingerprint, raw.notes


def both(source, wants, folder, monkeypatch, piece):
    slow = outcome(source, wants, folder)
    with monkeypatch.context() as patched:
        patched.setattr(quick, "FEWEST_BYTES", 1)
        patched.setattr(quick, "PIECE", piece)
        return slow, outcome(source, wants, folder)


@settings(deadline=None)
@given(data=st.data())
def test_both_readers_give_the_same_of_any_text(data, tmp_path_factory):
    folder = tmp_path_factory.mktemp("quick")
    draw = data.draw
    cell = draw(st.sampled_from((cells, calm, calm)))
    rows = draw(
        st.lists(
            st.tuples(cell, cell, st.sampled_from(("0", "1", "2", "no", "yes", "2.0", "")), texts),
            min_size=1,
            max_size=8,
        )
    )
    delimiter, decimal = draw(st.sampled_from(((",", "."), (",", "."), (";", "."), (";", ","), ("\t", "."))))
    end = draw(st.sampled_from(("\n", "\n", "\r\n")))
    lines = [delimiter.join(row) for row in [("a", "b", "c", "d"), *rows]]
    if draw(st.integers(0, 9)) == 0:
        lines.insert(
            draw(st.integers(1, len(lines))), draw(st.sampled_from(("", " ", "1", delimiter * 3, delimiter * 4)))
        )
    text = end.join(lines) + draw(st.sampled_from((end, "", end * 2)))
    options = {"delimiter": delimiter, "decimal": decimal}
    if draw(st.booleans()):
        options["missing"] = draw(st.sampled_from((("", "NA"), ("NA",), ("?", "NA", ""), ("", "-1"))))
    source = csv_file(folder, text, **options)
    with pytest.MonkeyPatch.context() as monkeypatch:
        slow, fast = both(source, wanted(draw), folder, monkeypatch, draw(st.sampled_from((1 << 20, 40, 17))))
    assert slow == fast


MALFORMED = next(
    mark.args[1]
    for mark in test_file.test_a_malformed_file_is_one_diagnostic_at_its_place.pytestmark
    if mark.name == "parametrize"
)


@pytest.mark.parametrize("piece", [1 << 20, 6])
@pytest.mark.parametrize("content", [content for content, *_ in MALFORMED])
def test_every_refusal_is_the_same(content, piece, tmp_path, monkeypatch):
    source = csv_file(tmp_path, content)
    slow, fast = both(source, [test_file.X, test_file.Y], tmp_path, monkeypatch, piece)
    assert slow == fast


def test_files_without_a_header_several_and_packed_are_read_alike(tmp_path, monkeypatch):
    import gzip

    text = "".join(f"{row},{row * 0.1},w{row % 3}\n" for row in range(200))
    csv_file(tmp_path, text, "a.csv")
    csv_file(tmp_path, gzip.compress(text.encode()), "b.csv")
    wants = [Wanted("x", "input", (2,), columns=("0", "1")), Wanted("y", "input", (1,), "string", columns=("2",))]
    for path in ("a.csv", ["a.csv", "b.csv"]):
        slow, fast = both(Csv(path=path, header=False), wants, tmp_path, monkeypatch, 300)
        assert slow == fast


def test_numbers_of_many_digits_are_the_nearest_ones(tmp_path, monkeypatch):
    draw = random.Random(5)
    lines = [
        f"{draw.randrange(10 ** draw.randint(1, 25))}.{draw.randrange(10 ** draw.randint(1, 25))}e{draw.randint(-330, 280)}"
        for _ in range(20_000)
    ]
    source = csv_file(tmp_path, "x\n" + "\n".join(lines) + "\n")
    monkeypatch.setattr(quick, "FEWEST_BYTES", 1)
    arrays, found = load(source, [Wanted("x", "input", (), "float64")], tmp_path)
    assert found == ()
    assert arrays.inputs["x"].tobytes() == np.array([float(line) for line in lines]).tobytes()


def test_plain_text_never_goes_to_the_reader_of_cells_and_odd_pieces_alone_do(tmp_path, monkeypatch):
    rows = []
    add = CsvTable.add
    monkeypatch.setattr(CsvTable, "add", lambda table, row: (rows.append(row), add(table, row)))
    monkeypatch.setattr(quick, "FEWEST_BYTES", 1)
    monkeypatch.setattr(quick, "PIECE", 1000)
    wants = [
        Wanted("x", "input", (1,), missing="mean"),
        Wanted("n", "input", (1,), "int32"),
        Wanted("y", "target", (), kind="classes", classes=2, words=True),
        Wanted("t", "input", (1,), "string"),
    ]
    lines = [f'{row}.5,{row},{"yes" if row % 2 else "no"},"a, ""{row}"""' for row in range(1000)]
    lines[3] = ',7.0,no,"é"'
    load(csv_file(tmp_path, "x,n,y,t\n" + "\n".join(lines) + "\n"), wants, tmp_path)
    assert rows == []
    lines[500] = "1 ,7,no,b"
    load(csv_file(tmp_path, "x,n,y,t\n" + "\n".join(lines) + "\n"), wants, tmp_path)
    assert 0 < len(rows) < 100


def test_without_polars_the_other_reader_does(tmp_path, monkeypatch):
    import sys

    monkeypatch.setitem(sys.modules, "polars", None)
    monkeypatch.setattr(quick, "FEWEST_BYTES", 1)
    assert load(csv_file(tmp_path, "x\n1\n2\n"), [test_file.X], tmp_path)[0].rows == 2
