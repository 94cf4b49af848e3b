"""npy files: what is read, that it is mapped and not copied, and that no header makes the program run code or fill the memory."""

import os

import numpy as np
import pytest

from modelspec.data.load import load
from modelspec.data.rows import rows
from modelspec.diagnostics import SpecError
from modelspec.language.sections.sources import Npy, Wanted
from modelspec.pipeline import check_text
from modelspec.runtime.evaluate.evaluate import source_from_path
from tests.data.loading import LABEL, X, Y, accepted, npy_files, refused
from tests.data.sources.test_npz_file import HEADERS_THAT_LIE, Trap, member
from tests.seams.names import HELD_BYTES, MAX_CONVERTED_BYTES

BATCH = Wanted("x", "input", (4,))


def is_mapped(values):
    """Whether the numbers are those of a file."""
    while values is not None and not isinstance(values, np.memmap):
        values = getattr(values, "base", None)
    return values is not None


def test_each_array_has_a_file(tmp_path):
    source = npy_files(tmp_path, pixels=np.ones((3, 4)), y=np.array([0, 1, 2]), more=np.zeros(7))
    arrays = accepted(source, [Wanted("x", "input", (4,), columns=("pixels",)), LABEL], tmp_path)
    assert arrays.inputs["x"].tolist() == [[1.0] * 4] * 3
    assert arrays.targets["y"].dtype == np.int32
    assert arrays.fingerprint["path"] == "pixels.npy, y.npy"


def test_what_has_the_type_of_its_input_is_mapped_if_it_is_large(tmp_path, monkeypatch):
    source = npy_files(tmp_path, x=np.ones((3, 4), "float32"), y=np.array([[1.0], [0], [2]], "float32"))
    assert not is_mapped(accepted(source, [BATCH, Y], tmp_path).inputs["x"])
    monkeypatch.setattr(HELD_BYTES.path, 100)
    arrays = accepted(source, [BATCH, Y], tmp_path)
    assert is_mapped(arrays.inputs["x"])
    assert is_mapped(arrays.targets["y"])
    assert not arrays.inputs["x"].flags.writeable
    assert not is_mapped(accepted(npy_files(tmp_path, x=np.ones((3, 4))), [BATCH], tmp_path).inputs["x"])


@pytest.mark.parametrize(
    "dtype", ["float64", ">f8", ">f4", "float16", "int8", "int64", "uint8", ">i4", "bool", "uint64"]
)
@pytest.mark.parametrize("order", ["C", "F"])
def test_numbers_of_any_kind_and_order_become_the_wanted_one(dtype, order, tmp_path):
    source = npy_files(tmp_path, x=np.array([[0, 1, 1, 0], [1, 1, 1, 0]], dtype=dtype, order=order))
    for wanted in ("float32", "int32", "uint8", "bool"):
        values = accepted(source, [Wanted("x", "input", (4,), wanted)], tmp_path).inputs["x"]
        assert values.dtype == wanted
        assert values.flags.c_contiguous
        assert values.tolist() == [[0, 1, 1, 0], [1, 1, 1, 0]]


def test_texts_are_read(tmp_path):
    source = npy_files(tmp_path, x=np.array(["a", "é"]), b=np.array([b"a", "é".encode()]))
    wanted = [Wanted("x", "input", (), "string"), Wanted("b", "input", (), "string")]
    assert [values.tolist() for values in accepted(source, wanted, tmp_path).inputs.values()] == [["a", "é"]] * 2


def test_files_of_different_length_are_both_named(tmp_path):
    found = refused(npy_files(tmp_path, x=np.zeros((5, 4)), y=np.zeros(4)), [BATCH, Y], tmp_path)
    assert found.code == "MS723"
    assert found.message == "the arrays of 'x.npy', 'y.npy' differ in rows: 'x.npy' has 5, 'y.npy' has 4"


def test_arrays_without_rows_are_refused(tmp_path):
    assert refused(npy_files(tmp_path, x=np.zeros((0, 4))), [BATCH], tmp_path).code == "MS707"
    assert refused(npy_files(tmp_path, x=np.float64(3)), [BATCH], tmp_path).code == "MS730"
    assert refused(npy_files(tmp_path, x=np.zeros((3, 0))), [X], tmp_path).code == "MS730"


def test_all_arrays_that_are_not_named_are_told(tmp_path):
    _, found = load(
        npy_files(tmp_path, pixels=np.zeros(3), lable=np.zeros(3)), [X, Wanted("label", "target")], tmp_path
    )
    assert [problem.code for problem in found] == ["MS720", "MS720"]
    assert found[0].help == "add `x: x.npy` to it"
    assert found[1].help == "call 'lable.npy' `label`"
    assert found[1].message == "target 'label': the source names no array 'label'; it names pixels, lable"


def test_one_array_is_named_by_one_column(tmp_path):
    source = npy_files(tmp_path, a=np.zeros(3), b=np.zeros(3))
    assert refused(source, [Wanted("x", "input", (2,), columns=("a", "b"))], tmp_path).code == "MS730"


def test_objects_are_never_unpickled(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    objects = np.empty(3, dtype=object)
    objects[:] = [Trap(), Trap(), Trap()]
    assert refused(npy_files(tmp_path, x=objects), [X], tmp_path).code == "MS722"
    assert not (tmp_path / "trapped").exists()


@pytest.mark.parametrize("dtype", ["complex64", "datetime64[s]", [("a", "f4"), ("b", "i4")]])
def test_arrays_of_other_things_are_refused(dtype, tmp_path):
    assert refused(npy_files(tmp_path, x=np.zeros(3, dtype=dtype)), [X], tmp_path).code == "MS722"


@pytest.mark.parametrize("content", HEADERS_THAT_LIE)
def test_an_array_whose_header_lies_is_refused(content, tmp_path):
    (tmp_path / "x.npy").write_bytes(content)
    found = refused(Npy(arrays={"x": "x.npy"}), [X], tmp_path)
    assert found.code == ("MS721" if content else "MS707")
    assert "'x.npy'" in found.message or "its header" in found.message


def test_an_npz_file_is_recognised(tmp_path):
    np.savez(tmp_path / "x.npy.npz", x=np.zeros(3))
    found = refused(Npy(arrays={"x": "x.npy.npz"}), [X], tmp_path)
    assert (found.code, found.help) == ("MS721", "name it as `npz: path`; its arrays have names of their own")


def test_only_what_is_converted_has_a_limit(tmp_path, monkeypatch):
    monkeypatch.setattr(MAX_CONVERTED_BYTES.path, 10_000)
    accepted(npy_files(tmp_path, x=np.zeros((10_000, 4), "float32")), [BATCH], tmp_path)
    found = refused(npy_files(tmp_path, x=np.zeros((10_000, 4))), [BATCH], tmp_path)
    assert found.code == "MS708"
    assert found.help == "write it as `numpy.save(path, array.astype('float32'))`"


def test_a_file_that_claims_more_than_it_holds_is_not_mapped(tmp_path):
    (tmp_path / "x.npy").write_bytes(member((3,), data=bytes(24)))
    os.truncate(tmp_path / "x.npy", os.path.getsize(tmp_path / "x.npy") - 8)
    assert "takes 24 bytes, found 16" in refused(Npy(arrays={"x": "x.npy"}), [X], tmp_path).message


def test_values_are_placed_by_row_and_file(tmp_path):
    values = np.zeros((5, 4))
    values[3, 2] = np.nan
    found = refused(npy_files(tmp_path, x=values), [BATCH], tmp_path)
    assert found.message == "input 'x', row 3 of 'x.npy': expected a finite number, found nan"


@pytest.mark.parametrize("path", ["/etc/x.npy", "../x.npy"])
def test_no_array_is_taken_from_elsewhere(path, tmp_path):
    found = refused(Npy(arrays={"x": path}), [X], tmp_path)
    assert found.code == "MS701"


def change(path):
    with open(path, "r+b") as file:
        file.seek(-4, os.SEEK_END)
        file.write(bytes(4))
    os.utime(path, (0, 0))


def cut(path):
    os.truncate(path, 150)


def replace(path):
    path.rename(path.with_suffix(".old"))
    np.save(path, np.zeros((3, 4)))


@pytest.mark.parametrize(("happens", "told"), [(change, ["MS706"]), (cut, ["MS706"]), (replace, []), (os.remove, [])])
def test_rows_of_a_mapped_file_that_changes_are_not_taken(happens, told, tmp_path, monkeypatch):
    monkeypatch.setattr(HELD_BYTES.path, 100)
    source = npy_files(tmp_path, x=np.arange(12, dtype="float32").reshape(3, 4))
    found = rows(accepted(source, [BATCH], tmp_path))
    assert not found.held
    assert found.take(slice(1, 2))[0]["x"].tolist() == [[4, 5, 6, 7]]
    happens(tmp_path / "x.npy")
    try:
        assert found.take(np.array([2, 0]))[0]["x"].tolist() == [[8, 9, 10, 11], [0, 1, 2, 3]]
        codes = []
    except SpecError as error:
        codes = [problem.code for problem in error.diagnostics]
    assert codes == told


def test_a_small_file_may_change_once_it_is_read(tmp_path):
    found = rows(accepted(npy_files(tmp_path, x=np.ones((3, 4), "float32")), [BATCH], tmp_path))
    assert found.held
    cut(tmp_path / "x.npy")
    assert found.take(slice(None))[0]["x"].tolist() == [[1.0] * 4] * 3


SPEC = """\
modelspec: 1
inputs: {x: [4]}
layers: [{Dense: 1, name: y}]
outputs: {y: {loss: mse}}
data:
  train: {npy: ARRAYS}
"""


@pytest.mark.parametrize(
    "arrays", ["{x: a.npy, y: b.npy}", "{arrays: {x: a.npy, y: b.npy}}", "{arrays: a.npy, y: b.npy}"]
)
def test_the_columns_stand_under_the_source_with_or_without_a_key_of_their_own(arrays):
    checked = check_text(SPEC.replace("ARRAYS", arrays), "spec.yaml")
    assert checked.diagnostics == ()
    assert checked.network.spec.data.train.entry.paths == ("a.npy", "b.npy")


@pytest.mark.parametrize(
    ("arrays", "told"),
    [
        ("{x: /etc/a.npy, y: b.npy}", ("MS701", 6, 20)),
        ("{x: a.npy, y: 3}", ("MS203", 6, 30)),
        ("a.npy", ("MS208", 6, 16)),
        ("{}", ("MS208", 6, 16)),
    ],
)
def test_what_is_wrong_with_the_columns_is_told_where_it_stands(arrays, told):
    (problem,) = check_text(SPEC.replace("ARRAYS", arrays), "spec.yaml").diagnostics
    assert (problem.code, problem.span.line, problem.span.column) == told


def test_the_command_line_names_a_file_for_each_column():
    assert source_from_path("npy:x=a.npy,y=b=c.npy") == Npy(arrays={"x": "a.npy", "y": "b=c.npy"})
