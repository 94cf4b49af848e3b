"""CSV files packed by gzip and Zstandard: the same rows, and one message for what is damaged or a bomb."""

import gzip
import sys

import pytest
import zstandard

from modelspec.data import unpacking
from tests.data.loading import X, Y, accepted, csv_file, place, refused
from tests.patience import Stopwatch

PACK = {"gz": gzip.compress, "zst": zstandard.compress}
TEXT = b"x,y\n" + b"".join(b"%d,%d\n" % (row, row * row) for row in range(5000))


@pytest.mark.parametrize("kind", PACK)
@pytest.mark.parametrize("parts", [1, 3])
def test_packed_rows_are_the_same(kind, parts, tmp_path):
    size = len(TEXT) // parts + 1
    packed = b"".join(PACK[kind](TEXT[start : start + size]) for start in range(0, len(TEXT), size))
    plain = accepted(csv_file(tmp_path, TEXT), [X, Y], tmp_path)
    found = accepted(csv_file(tmp_path, packed, f"rows.csv.{kind}"), [X, Y], tmp_path)
    assert found.inputs["x"].tolist() == plain.inputs["x"].tolist()
    assert found.fingerprint["size"] == len(packed)
    assert accepted(csv_file(tmp_path, packed, "named_otherwise.csv"), [X, Y], tmp_path).rows == 5000


@pytest.mark.parametrize("kind", PACK)
def test_a_wrong_value_is_told_with_its_line_in_the_unpacked_text(kind, tmp_path):
    source = csv_file(tmp_path, PACK[kind](TEXT.replace(b"4711,", b"nan,")), f"rows.csv.{kind}")
    assert place(refused(source, [X, Y], tmp_path)) == (4713, 1)
    source = csv_file(tmp_path, PACK[kind](TEXT.replace(b"4711,", b"oh,")), f"rows.csv.{kind}")
    assert place(refused(source, [X, Y], tmp_path)) == (4713, 1)


@pytest.mark.parametrize("kind", PACK)
def test_a_packed_file_that_is_cut_off_or_damaged_is_one_diagnostic(kind, tmp_path):
    packed = PACK[kind](TEXT)
    for length in (5, 12, len(packed) // 2, len(packed) - 1):
        found = refused(csv_file(tmp_path, packed[:length]), [X, Y], tmp_path)
        assert (found.code, found.message) == ("MS711", "'rows.csv' is cut off"), length
    damaged = bytearray(packed)
    damaged[len(packed) // 2 : len(packed) // 2 + 40] = bytes(40)
    assert refused(csv_file(tmp_path, bytes(damaged)), [X, Y], tmp_path).code in ("MS711", "MS710", "MS713", "MS715")
    assert "cannot be unpacked" in refused(csv_file(tmp_path, packed + b"more"), [X, Y], tmp_path).message


@pytest.mark.parametrize("kind", PACK)
@pytest.mark.parametrize("piece", [b"1,1\n", b"\n", b"0"], ids=["rows", "empty lines", "a line"])
def test_a_decompression_bomb_is_refused_soon(kind, piece, tmp_path, monkeypatch):
    monkeypatch.setattr(unpacking, "SURELY_NO_BOMB", 1 << 20)
    pack = zstandard.ZstdCompressor(level=1).compressobj() if kind == "zst" else gzip_stream()
    block = piece * ((1 << 20) // len(piece))
    packed = pack.compress(b"x,y\n") + b"".join(pack.compress(block) for _ in range(40)) + pack.flush()
    with Stopwatch() as watch:
        found = refused(csv_file(tmp_path, packed), [X, Y], tmp_path)
    assert found.code == "MS708"
    assert "unpack" in found.message or "this line is longer" in found.message
    assert watch.seconds < 20


def gzip_stream():
    import zlib

    return zlib.compressobj(6, wbits=31)


def test_without_zstandard_it_is_told_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "zstandard", None)
    found = refused(csv_file(tmp_path, zstandard.compress(TEXT), "rows.csv.zst"), [X, Y], tmp_path)
    assert (found.code, found.message) == ("MS601", "reading 'rows.csv.zst' needs zstandard, which is not installed")
    assert "[tables]" in found.help
