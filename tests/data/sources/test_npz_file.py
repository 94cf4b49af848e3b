"""npz files: what is read, and that no file makes the program run code or fill the memory."""

import io
import os
import pickle
import zipfile

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays_of
from numpy.lib import format as npy

from modelspec.data.load import load
from modelspec.language.sections.sources import Npz, Wanted
from tests.data.loading import LABEL, X, Y, accepted, npz_file, refused
from tests.seams.names import MAX_ARRAY_BYTES

BATCH = Wanted("x", "input", (4,))


def test_arrays_are_found_by_name(tmp_path):
    source = npz_file(tmp_path, pixels=np.ones((3, 4)), y=np.array([0, 1, 2]), more=np.zeros(7))
    arrays = accepted(source, [Wanted("x", "input", (4,), columns=("pixels",)), LABEL], tmp_path)
    assert arrays.inputs["x"].dtype == np.float32
    assert arrays.targets["y"].dtype == np.int32
    assert arrays.rows == 3


@pytest.mark.parametrize("dtype", ["float32", "float64", ">f8", "float16", "int8", "int64", "uint8", ">i4", "bool"])
def test_numbers_of_any_kind_become_the_wanted_one(dtype, tmp_path):
    source = npz_file(tmp_path, x=np.array([[0, 1, 1, 0]], dtype=dtype))
    for wanted in ("float32", "int32", "int64", "uint8", "bool", "float16", "bfloat16"):
        values = accepted(source, [Wanted("x", "input", (4,), wanted)], tmp_path).inputs["x"]
        assert values.dtype == ("float32" if wanted == "bfloat16" else wanted)
        assert values.flags.c_contiguous
        assert values.tolist() == [[0, 1, 1, 0]]


@given(
    values=arrays_of.arrays(
        st.sampled_from(("<f8", "<i4", ">f4", "|u1")), arrays_of.array_shapes(min_dims=1, max_dims=4)
    ),
    order=st.sampled_from("CF"),
)
def test_what_numpy_saves_is_read_back(values, order, tmp_path_factory):
    folder = tmp_path_factory.mktemp("npz")
    source = npz_file(folder, x=np.array(values, order=order))
    arrays, found = load(source, [Wanted("x", "input", values.shape[1:], "float64")], folder)
    if np.isfinite(values).all():
        assert found == ()
        np.testing.assert_array_equal(arrays.inputs["x"], values.astype("float64"))
    else:
        assert [item.code for item in found] == ["MS732"]


def test_compressed_files_and_texts_are_read(tmp_path):
    np.savez_compressed(tmp_path / "rows.npz", x=np.array(["a", "é"]), b=np.array([b"a", "é".encode()]))
    wanted = [Wanted("x", "input", (), "string"), Wanted("b", "input", (1,), "string")]
    arrays = accepted(Npz(path="rows.npz"), wanted, tmp_path)
    assert arrays.inputs["x"].tolist() == ["a", "é"]
    assert arrays.inputs["b"].tolist() == [["a"], ["é"]]


@pytest.mark.parametrize(
    ("found", "wanted"),
    [
        ((32, 4, 1), (4,)),
        ((32, 4), (4, 1)),
        ((32, 3), (4,)),
        ((32,), (4,)),
        ((32, 28, 28), (28, 28, 1)),
        ((32, 1, 1), (1,)),
        ((32, 1), (1, 1)),
        ((32, 2), ()),
        ((32, 4), (None, 4)),
        ((32, 0), (None,)),
    ],
)
def test_a_shape_that_keras_might_stretch_is_refused(found, wanted, tmp_path):
    refusal = refused(
        npz_file(tmp_path, x=np.zeros(found)), [Wanted("x", "input", wanted, path=("inputs", "x"))], tmp_path
    )
    assert refusal.code == "MS730"
    assert refusal.path == ("inputs", "x")
    assert "'rows.npz'" in refusal.message


@pytest.mark.parametrize(
    ("found", "wanted", "given_shape"),
    [((5,), (1,), (5, 1)), ((5, 1), (), (5,)), ((5, 7, 2), (None, 2), (5, 7, 2)), ((5,), (None,), (5, 1))],
)
def test_one_number_a_row_may_have_an_axis_of_its_own(found, wanted, given_shape, tmp_path):
    source = npz_file(tmp_path, x=np.zeros(found))
    assert accepted(source, [Wanted("x", "input", wanted)], tmp_path).inputs["x"].shape == given_shape


def test_a_missing_array_names_those_there_are(tmp_path):
    found = refused(npz_file(tmp_path, pixels=np.zeros(3), lable=np.zeros(3)), [Wanted("label", "target")], tmp_path)
    assert found.code == "MS720"
    assert "lable, pixels" in found.message
    assert found.help.startswith("did you mean 'lable'?")


def test_arrays_of_different_length_are_refused(tmp_path):
    found = refused(npz_file(tmp_path, x=np.zeros((5, 4)), y=np.zeros(4)), [BATCH, Y], tmp_path)
    assert found.code == "MS723"
    assert "'x' has 5, 'y' has 4" in found.message


def test_arrays_without_rows_are_refused(tmp_path):
    assert refused(npz_file(tmp_path, x=np.zeros((0, 4))), [BATCH], tmp_path).code == "MS707"
    assert refused(npz_file(tmp_path, x=np.float64(3)), [BATCH], tmp_path).code == "MS730"


def test_one_array_is_named_by_one_column(tmp_path):
    source = npz_file(tmp_path, a=np.zeros(3), b=np.zeros(3))
    assert refused(source, [Wanted("x", "input", (2,), columns=("a", "b"))], tmp_path).code == "MS730"


class Trap:
    """Unpickling one leaves a trace."""

    def __reduce__(self):
        return os.mkdir, ("trapped",)


def test_objects_are_never_unpickled(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    objects = np.empty(3, dtype=object)
    objects[:] = [Trap(), Trap(), Trap()]
    assert refused(npz_file(tmp_path, x=objects), [X], tmp_path).code == "MS722"
    (tmp_path / "plain.npz").write_bytes(pickle.dumps(Trap()))
    assert refused(Npz(path="plain.npz"), [X], tmp_path).code == "MS721"
    with zipfile.ZipFile(tmp_path / "member.npz", "w") as archive:
        archive.writestr("x.npy", pickle.dumps(Trap()))
    assert refused(Npz(path="member.npz"), [X], tmp_path).code == "MS721"
    assert not (tmp_path / "trapped").exists()


@pytest.mark.parametrize("dtype", ["complex64", "datetime64[s]", "timedelta64[s]", [("a", "f4"), ("b", "i4")], "V4"])
def test_arrays_of_other_things_are_refused(dtype, tmp_path):
    assert refused(npz_file(tmp_path, x=np.zeros(3, dtype=dtype)), [X], tmp_path).code == "MS722"


def test_texts_are_not_numbers_nor_numbers_texts(tmp_path):
    source = npz_file(tmp_path, x=np.array(["1", "2"]), y=np.zeros(2))
    assert refused(source, [X], tmp_path).code == "MS731"
    assert refused(source, [Wanted("y", "input", (), "string")], tmp_path).code == "MS731"


def test_a_single_npy_array_is_recognised(tmp_path):
    np.save(tmp_path / "x.npy", np.zeros(3))
    found = refused(Npz(path="x.npy"), [X], tmp_path)
    assert found.code == "MS721"
    assert "single npy array" in found.message


@pytest.mark.parametrize("content", [b"PK", b"hello", b"\0" * 100, b"\x89HDF\r\n\x1a\n" + b"\0" * 50])
def test_what_is_no_archive_is_refused(content, tmp_path):
    (tmp_path / "rows.npz").write_bytes(content)
    assert refused(Npz(path="rows.npz"), [X], tmp_path).code == "MS721"


def member(shape, dtype="<f8", data=b"", version=(1, 0)) -> bytes:
    """The bytes of an npy array whose header may lie."""
    file = io.BytesIO()
    header = {"descr": dtype, "fortran_order": False, "shape": shape}
    writer = npy.write_array_header_1_0 if version == (1, 0) else npy.write_array_header_2_0
    writer(file, header)
    return file.getvalue() + data


HEADERS_THAT_LIE = [
    member((10**9,)),
    member((10**18, 10**18)),
    member((3,), data=b"\0" * 23),
    member((3,), data=b"\0" * 25),
    member((3,), data=b"\0" * 24)[:40],
    member((True, 2), data=b"\0" * 16),
    member((0, 10**21)),
    member((10**21, 0)),
    member((0, 2**40, 2**40)),
    member((1,) * 80, data=b"\0" * 8),
    member((3.0,), data=b"\0" * 24),
    member((3,), "<f3", data=b"\0" * 24),
    member((3,), 5, data=b"\0" * 24),
    member((3,), (), data=b"\0" * 24),
    member((3,), [("a",)], data=b"\0" * 24),
    member((3,), "<U0"),
    member((10**12,), "<U0"),
    member((1,), "S4", data=b"\xff\xfe\xfd\xfc"),
    member((3,), data=b"\0" * 24).replace(b"False", b"'no' "),
    member((3,), data=b"\0" * 24).replace(b"'shape'", b"'shaqe'"),
    member((3,), data=b"\0" * 24).replace(b"{", b"["),
    member((3,), data=b"\0" * 24).replace(b"(3,)", b" 3  "),
    member((3,), data=b"\0" * 24).replace(b"(3,)", b"[3] "),
    member((3,), data=b"\0" * 24)[:8] + b"\x05\x00" + member((3,), data=b"\0" * 24)[10:],
    member((-3,), data=b"\0" * 24),
    b"",
    b"\x93NUMPY\x03\x00",
    b"\x93NUMPY\x09\x00" + b"\0" * 64,
    b"\x93NUMPY\x01\x00\x10\x00" + b"__import__('os')",
    b"\x93NUMPY\x01\x00\xff\xff" + b"[" * 65535,
]


@pytest.mark.parametrize("content", HEADERS_THAT_LIE)
def test_an_array_whose_header_lies_is_refused(content, tmp_path):
    with zipfile.ZipFile(tmp_path / "rows.npz", "w") as archive:
        archive.writestr("x.npy", content)
    assert refused(Npz(path="rows.npz"), [X], tmp_path).code == "MS721"


def test_any_number_of_rows_without_numbers_is_refused(tmp_path):
    with zipfile.ZipFile(tmp_path / "rows.npz", "w") as archive:
        archive.writestr("x.npy", member((10**12, 0)))
    assert refused(Npz(path="rows.npz"), [X], tmp_path).code == "MS730"


def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path, monkeypatch):
    monkeypatch.setattr(MAX_ARRAY_BYTES.path, 10_000)
    np.savez_compressed(tmp_path / "rows.npz", x=np.zeros((10_000, 4)))
    assert refused(Npz(path="rows.npz"), [BATCH], tmp_path).code == "MS708"


def test_an_array_given_twice_is_refused(tmp_path):
    with zipfile.ZipFile(tmp_path / "rows.npz", "w") as archive:
        archive.writestr("x.npy", member((1,), data=b"\0" * 8))
        with pytest.warns(UserWarning, match="Duplicate name"):
            archive.writestr("x.npy", member((2,), data=b"\0" * 16))
    assert refused(Npz(path="rows.npz"), [X], tmp_path).code == "MS721"


def test_damaged_files_are_refused_or_read_the_same(tmp_path):
    np.savez_compressed(tmp_path / "good.npz", x=np.arange(64.0)[:, None])
    good = (tmp_path / "good.npz").read_bytes()
    outcomes = set()
    for step in range(0, len(good), 7):
        for content in (good[:step], good[:step] + bytes([good[step] ^ 0x55]) + good[step + 1 :]):
            (tmp_path / "bad.npz").write_bytes(content)
            arrays, found = load(Npz(path="bad.npz"), [X], tmp_path)
            outcomes.add(found[0].code if found else "read")
            assert arrays is None or np.array_equal(arrays.inputs["x"][:, 0], np.arange(64.0))
            assert (arrays is None) == bool(found)
    assert outcomes <= {"read", "MS721", "MS720", "MS707"}
    assert "MS721" in outcomes


def test_values_are_placed_by_row_and_array(tmp_path):
    values = np.zeros((5, 4))
    values[3, 2] = np.nan
    found = refused(npz_file(tmp_path, x=values), [BATCH], tmp_path)
    assert found.code == "MS732"
    assert found.message == "input 'x', row 3 of array 'x' in 'rows.npz': expected a finite number, found nan"
