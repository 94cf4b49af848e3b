"""Archives that no Keras wrote, or that did not arrive whole: one problem each, at once, and nothing is written."""

import os
import random
import socket
import struct
import zipfile

import pytest

from modelspec.saved import SavedLimits, read_saved
from modelspec.saved.archive import open_archive
from modelspec.saved.problem import SavedProblem
from tests.saved.files import PLACE, functional, problem, read, small, write


def test_a_whole_archive_is_read(tmp_path):
    assert read(write(tmp_path)).kind == "keras"


def test_an_archive_cut_off_anywhere_is_damaged(tmp_path):
    data = write(tmp_path).read_bytes()
    part = tmp_path / "part.keras"
    for end in range(0, len(data) - 1, max(1, len(data) // 200)):
        part.write_bytes(data[:end])
        assert problem(part)[0] == "MS622", end


def test_a_flipped_bit_is_told_or_changes_nothing(tmp_path):
    data = write(tmp_path).read_bytes()
    whole = read(write(tmp_path))
    flipped, chance = tmp_path / "flipped.keras", random.Random(1)
    codes = set()
    for _ in range(400):
        copy = bytearray(data)
        copy[chance.randrange(len(copy))] ^= 1 << chance.randrange(8)
        flipped.write_bytes(copy)
        saved, problems = read_saved(str(flipped), PLACE)
        assert (saved is None) == any(found.severity == "error" for found in problems)
        codes |= {found.code for found in problems}
        if saved is not None:
            assert saved.fingerprint == whole.fingerprint
    assert "MS622" in codes
    assert codes <= {"MS622", "MS623", "MS624"}


@pytest.mark.parametrize("content", [b"", b"PK", b"not a zip file at all", b"PK\x05\x06" + b"\0" * 18, b"\0" * 70_000])
def test_what_is_no_zip_file_is_told(tmp_path, content):
    path = tmp_path / "vision.keras"
    path.write_bytes(content)
    assert problem(path)[0] in ("MS622", "MS624")


@pytest.mark.parametrize("name", ["config.json", "metadata.json", "model.weights.h5"])
def test_a_missing_member_is_named(tmp_path, name):
    code, message = problem(write(tmp_path, members={name: None}))
    assert code == "MS624"
    assert f"it has no {name}" in message


@pytest.mark.parametrize(
    "name",
    [
        "assets/../../x", "../x", "/etc/passwd", "assets/../x", "assets/a/../../../x", "assets\\..\\x", "assets/C:/x", "x",
        "config.json/x", "assets", "model.weights.npz", "assets/a\nb", "assets/..",
    ],
)  # fmt: skip
def test_a_member_that_keras_does_not_write_is_refused(tmp_path, name):
    code, message = problem(write(tmp_path, members={name: b"x"}))
    assert code == "MS623"
    assert "has a member named" in message
    assert sorted(os.listdir(tmp_path)) == ["vision.keras"]


def test_a_member_that_is_there_twice_is_refused(tmp_path):
    path = write(tmp_path)
    with zipfile.ZipFile(path, "a") as archive, pytest.warns(UserWarning, match="Duplicate name"):
        archive.writestr("config.json", "{}")
    assert problem(path) == ("MS623", f"{path}: it has two members named 'config.json'")


def test_a_bomb_is_refused_unopened(tmp_path):
    path = tmp_path / "vision.keras"
    write(tmp_path, members={"model.weights.h5": None})
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("model.weights.h5", b"\0" * 50_000_000)
    assert path.stat().st_size < 100_000
    assert problem(path) == ("MS623", f"{path}: its model.weights.h5 is compressed")


def test_a_member_that_claims_more_than_the_file_holds_is_refused(tmp_path):
    data = bytearray(write(tmp_path, members={"assets/a": b"12345678"}).read_bytes())
    at = data.rindex(b"assets/a") - 46  # the entry in the list of members
    data[at + 20 : at + 28] = struct.pack("<II", 2_000_000_000, 2_000_000_000)
    path = tmp_path / "claims.keras"
    path.write_bytes(data)
    assert problem(path) == ("MS623", f"{path}: its members are larger than the file")


def test_an_encrypted_member_is_refused(tmp_path):
    data = bytearray(write(tmp_path).read_bytes())
    at = data.rindex(b"config.json") - 46
    data[at + 8] |= 1
    path = tmp_path / "secret.keras"
    path.write_bytes(data)
    assert problem(path) == ("MS623", f"{path}: its config.json is encrypted")


def test_a_long_list_of_members_is_refused_before_it_is_read(tmp_path):
    path = write(tmp_path)
    with zipfile.ZipFile(path, "a") as archive:
        for count in range(3000):
            archive.writestr(f"assets/{count}", b"")
    limits = SavedLimits(directory=100_000)
    assert problem(path, limits=limits)[0] == "MS623"
    assert read(path).kind == "keras"


def test_limits_are_named(tmp_path):
    path = write(tmp_path)
    size = path.stat().st_size
    code, message = problem(path, limits=SavedLimits(archive=size - 1))
    assert (code, message) == ("MS623", f"{path} has {size:,} bytes, more than {size - 1:,}")
    assert problem(path, limits=SavedLimits(description=10))[0] == "MS623"
    assert problem(path, limits=SavedLimits(layers=1))[0] == "MS624"


def test_an_h5_file_is_refused_with_the_reason(tmp_path):
    for name in ("vision.h5", "vision.hdf5", "vision.keras"):
        path = tmp_path / name
        path.write_bytes(b"\x89HDF\r\n\x1a\n" + b"\0" * 100)
        code, message = problem(path)
        assert code == "MS621"
        assert "can hold code that runs" in message


def test_what_is_no_file_is_told_without_waiting(tmp_path):
    missing = tmp_path / "missing.keras"
    assert problem(missing) == ("MS620", f"cannot read {str(missing)!r}: no such file or directory")
    assert problem("a\0b")[0] == "MS620"
    fifo = tmp_path / "fifo.keras"
    os.mkfifo(fifo)
    assert problem(fifo) == ("MS620", f"{fifo} is a named pipe, not a regular file")  # which nothing will ever write to
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(tmp_path / "s"))
        assert problem(tmp_path / "s")[0] == "MS620"
    assert problem("/dev/zero")[0] == "MS620"


def test_a_file_that_may_not_be_read_is_told(tmp_path, monkeypatch):
    def refuse(path, flags):
        raise PermissionError(13, "Permission denied")

    path = write(tmp_path)
    monkeypatch.setattr(os, "open", refuse)
    assert problem(path) == ("MS620", f"cannot read {str(path)!r}: permission denied")


def test_a_mistake_of_the_caller_is_not_taken_for_damage(tmp_path):
    with pytest.raises(KeyError), open_archive(str(write(tmp_path)), SavedLimits()):
        raise KeyError("mine")


def test_weights_are_whole_or_refused(tmp_path):
    path = write(tmp_path, members={"model.weights.h5": b"\x89HDF" + b"w" * 1000})
    data = path.read_bytes()
    path.write_bytes(data.replace(b"w" * 1000, b"w" * 999 + b"x"))
    with open_archive(str(path), SavedLimits()) as archive:
        archive.read("config.json", 10**6)
        with pytest.raises(SavedProblem) as refused:
            archive.read("model.weights.h5", 10**6)
    assert refused.value.code == "MS622"


def test_reading_leaves_the_file_as_it_was(tmp_path):
    path = write(tmp_path, functional(small()["config"]["layers"], [["x", 0, 0]], [["d", 0, 0]]))
    before = path.read_bytes()
    read(path)
    assert path.read_bytes() == before
    assert os.listdir(tmp_path) == ["vision.keras"]
