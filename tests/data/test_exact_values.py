"""Every value of every source comes out of an input of every dtype as it went in, or is refused at its place."""

from fractions import Fraction

import numpy as np
import pytest

from modelspec.data.load import load
from modelspec.data.rounding import largest, numpy_dtype, rounded
from modelspec.language.sections.inputs import INPUT_DTYPES
from modelspec.language.sections.sources import Csv, Npz, Wanted

CELLS = (
    "0", "1", "-1", "-0", "007", "+5", "1.0", "1.50", "1e3", "2e-3", "127", "128", "-128", "-129", "255", "256", "300", "32768",
    "65504", "65519", "65520", "65535", "70000", "2147483647", "2147483648", "-2147483649", "4294967295", "4294967296",
    "16777217", "9007199254740992", "9007199254740993", "-9007199254740993", "9007199254740993.0", "9007199254740993.5",
    "90071992547409930e-1", "1.00000000000000000001", "0.99999999999999999999", "9223372036854775807", "9223372036854775808",
    "-9223372036854775808", "-9223372036854775809", "18446744073709551615", "18446744073709551616", "1e18", "1e19", "1e39",
    "3.4028234663852886e38", "3.4028235e38", "3.4028236e38", "3.39e38", "3.3962e38", "1e308", "1e400", "-1e400", "1e-50",
)  # fmt: skip
ARRAYS = {
    "int8": [0, 1, -128, 127], "uint8": [0, 1, 255], "int16": [-32768, 32767, 300], "uint16": [65535, 1],
    "int32": [2**31 - 1, -(2**31), 16777217], "uint32": [2**32 - 1], "int64": [2**53 + 1, -(2**63), 2**63 - 1, 65520, 2**24 + 1],
    "uint64": [2**64 - 1, 2**63, 2**53 + 1, 7], "float16": [0.1, 65504.0, -1.5, 2.0], "bool": [True, False],
    "float32": [0.1, 3.4028235e38, 65519.0, 65520.0, 1.0, -3.0, 3.3962e38, 2.0**24],
    "float64": [0.1, 1e39, 3.4028235e38, 3.4028236e38, 65519.9, 65520.0, 1.5, 2.0, 2.0**53, 2.0**53 + 2, 2.0**63, 1e-50],
    "longdouble": [1.5, 2.0**53, 2.0**62, 1e300],
}  # fmt: skip


def expected(number, dtype):
    """What an input of this dtype has to hold for the number; None where it must be refused."""
    if dtype == "bool":
        return number if number in (0, 1) else None
    if "float" not in dtype:
        limits = np.iinfo(dtype)
        return number if number.denominator == 1 and limits.min <= number <= limits.max else None
    with np.errstate(over="ignore"):
        wide = np.array([float(number) if abs(number) < Fraction(10) ** 308 * 2 else np.inf])
        (near,) = rounded(wide, dtype) if np.isfinite(wide).all() else wide
    return Fraction(float(near)) if np.isfinite(near) else None


def given(source, dtype, folder):
    """What an input `x` of this dtype gets, or the problem."""
    arrays, problems = load(source, [Wanted("x", "input", (), dtype)], folder)
    if arrays is None:
        return problems[0]
    values = arrays.inputs["x"]
    assert values.dtype == np.dtype(numpy_dtype(dtype)) or dtype == "string"
    return (rounded(values, dtype) if dtype == "bfloat16" else values)[0]


@pytest.mark.parametrize("dtype", [name for name in INPUT_DTYPES if name != "string"])
def test_a_cell_is_the_number_that_it_says_or_is_refused_with_what_it_says(dtype, tmp_path):
    for cell in CELLS:
        (tmp_path / "a.csv").write_text(f"x\n{cell}\n")
        found = given(Csv(path="a.csv"), dtype, tmp_path)
        want = expected(Fraction(cell), dtype)
        if want is not None and isinstance(found, np.generic):
            assert Fraction(found.item()) == want, cell
            continue
        assert want is None, (cell, found)
        assert found.code in ("MS731", "MS732"), cell
        assert (found.span.line, found.span.column) == (2, 1)
        assert found.message.endswith(f"found {cell}"), found.message
        assert dtype in found.message or dtype == "bool" or found.code == "MS732"


@pytest.mark.parametrize("dtype", [name for name in INPUT_DTYPES if name != "string"])
@pytest.mark.parametrize("kind", ARRAYS)
def test_an_array_of_any_dtype_is_what_it_was_or_is_refused(kind, dtype, tmp_path):
    for number in ARRAYS[kind]:
        array = np.array([number], dtype=kind)
        np.savez(tmp_path / "a.npz", x=array)
        found = given(Npz(path="a.npz"), dtype, tmp_path)
        exact = Fraction(int(array[0])) if array[0] == np.floor(array[0]) else Fraction(float(array[0]))
        want = expected(exact, dtype)
        if isinstance(found, np.generic):
            assert want is not None, (number, found)
            assert Fraction(found.item()) == want, number
        else:
            # Floats that are large have not all whole numbers: which one was meant is not known.
            unsure = "int" in dtype and "float" in array.dtype.name and abs(number) > 2**53
            assert want is None or unsure, (number, found.message)
            assert found.code == "MS731"
            assert "row 0 of array 'x'" in found.message


@pytest.mark.parametrize(
    "text", ["007", "1e3", "1.50", " a", "a ", "-0", "é", "e\u0301", "a\ufeff", "NA", "null", "true", "9" * 40, "\t"]
)
def test_a_text_is_what_stands_in_its_cell(text, tmp_path):
    (tmp_path / "a.csv").write_text(f'x\n"{text}"\n', encoding="utf-8")
    assert given(Csv(path="a.csv"), "string", tmp_path) == text
    np.savez(tmp_path / "a.npz", x=np.array([text]))
    assert given(Npz(path="a.npz"), "string", tmp_path) == text
    np.savez(tmp_path / "a.npz", x=np.array([text.encode()]))
    assert given(Npz(path="a.npz"), "string", tmp_path) == text


@pytest.mark.parametrize(
    ("array", "code", "help"),
    [
        (np.array([1 + 1j]), "MS722", "array.real"),
        (np.array(["2024-02-29"], dtype="datetime64[D]"), "MS722", "datetime64[D]"),
        (np.array([5], dtype="timedelta64[s]"), "MS722", "timedelta64[s]"),
        (np.array([b"\xe9"]), "MS721", "latin-1"),
        (np.zeros(1, dtype="V2"), "MS722", "float32"),
        (np.array(["\ud83d"]), "MS731", "whole characters"),
        (np.array([1.5]), "MS731", "astype('str')"),
    ],
)
def test_what_is_no_text_is_refused_with_what_to_write(array, code, help, tmp_path):
    np.savez(tmp_path / "a.npz", x=array)
    found = given(Npz(path="a.npz"), "string", tmp_path)
    assert found.code == code
    assert help in found.help


def test_a_text_for_a_number_is_told_what_to_declare(tmp_path):
    np.savez(tmp_path / "a.npz", x=np.array(["12"]))
    assert "dtype: string" in given(Npz(path="a.npz"), "int32", tmp_path).help


@pytest.mark.parametrize(("dtype", "last"), [("float16", 2048), ("bfloat16", 256), ("float32", 2**24)])
def test_an_index_that_would_be_rounded_is_refused(dtype, last, tmp_path):
    want = Wanted("x", "input", (), dtype, maximum=2**30)
    for number, fine in ((last, True), (last + 1, False), (last + 2, True)):
        np.savez(tmp_path / "a.npz", x=np.array([number]))
        arrays, problems = load(Npz(path="a.npz"), [want], tmp_path)
        assert (arrays is not None) == fine, number
        assert fine or (problems[0].code, f"found {number}" in problems[0].message) == ("MS731", True)


@pytest.mark.parametrize(
    ("cell", "value"), [("true", True), ("False", False), ("TRUE", True), ("1", True), ("0", False)]
)
def test_a_column_of_truths_may_be_written_in_words(cell, value, tmp_path):
    (tmp_path / "a.csv").write_text(f"x\n{cell}\n")
    assert given(Csv(path="a.csv"), "bool", tmp_path) == value
    found = given(Csv(path="a.csv"), "float32", tmp_path)
    assert isinstance(found, np.generic) or found.code == "MS715"


@pytest.mark.parametrize("dtype", ["float32", "float16", "float64", "bfloat16"])
def test_what_rounds_to_the_largest_number_is_it(dtype, tmp_path):
    (tmp_path / "a.csv").write_text(f"x\n{largest(dtype)!r}\n")
    assert given(Csv(path="a.csv"), dtype, tmp_path) == np.float64(largest(dtype))


def test_labels_that_are_written_as_floats_are_the_same_labels(tmp_path):
    label = Wanted("x", "target", (), "int32", "classes", 3)
    for text, fine in (("1.0", True), ("1e0", True), ("1.5", False), ("1.00000000000000000001", False)):
        (tmp_path / "a.csv").write_text(f"x\n{text}\n0\n2\n")
        arrays, problems = load(Csv(path="a.csv"), [label], tmp_path)
        assert (arrays is not None) == fine, text
        assert fine or problems[0].code == "MS734"
