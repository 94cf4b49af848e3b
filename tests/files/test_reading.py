"""A file is opened as one: regular, bounded, unchanged, and in a run without a link on the way."""

import os
import socket

import pytest

from modelspec.files.reading import (
    Changed,
    NotAFile,
    TooLarge,
    is_file,
    kind,
    open_file,
    opened,
    read_bytes,
    read_start,
)


@pytest.fixture
def strange(tmp_path):
    """Things that are no files, by the words for them."""
    (tmp_path / "mine").write_text("mine")
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "loop").symlink_to("loop")
    with socket.socket(socket.AF_UNIX) as made:
        made.bind(os.path.relpath(tmp_path / "socket"))
    return {"a folder": "folder", "a named pipe": "pipe", "a socket": "socket", "a link to itself": "loop"}


def test_what_is_no_file_is_told_by_its_kind(strange, tmp_path):
    for words, name in {**strange, "a device": "/dev/zero"}.items():
        with pytest.raises(NotAFile, match=f"it is {words}, not a regular file") as refused:
            open_file(tmp_path / name)
        assert refused.value.what == kind(tmp_path / name) == words
        assert not is_file(tmp_path / name)


def test_a_link_is_followed_outside_of_a_run_only(tmp_path):
    (tmp_path / "run" / "sub").mkdir(parents=True)
    (tmp_path / "mine").write_text("mine")
    (tmp_path / "run" / "file").symlink_to("../mine")
    (tmp_path / "run" / "out").symlink_to("..")
    (tmp_path / "run" / "sub" / "own").write_text("own")
    (tmp_path / "latest").symlink_to("run")
    assert read_bytes(tmp_path / "run" / "file", 9) == b"mine"
    for place, words in (("file", "a link"), ("out/mine", "behind a link, .*out"), ("out", "a link")):
        with pytest.raises(NotAFile, match=f"it is {words}, not a regular file"):
            read_bytes(tmp_path / "run" / place, 9, tmp_path / "run")
        assert not is_file(tmp_path / "run" / place, tmp_path / "run")
    run = tmp_path / "latest"
    assert read_bytes(run / "sub" / "own", 9, run) == b"own", "the run itself may be found by a link"
    assert is_file(run / "sub" / "own", run)


def test_no_more_is_read_than_asked_for(tmp_path):
    path = tmp_path / "file"
    path.write_bytes(b"12345")
    assert read_bytes(path, 5) == b"12345"
    assert read_start(path, 2) == b"12"
    with pytest.raises(TooLarge, match="larger than 4 bytes"):
        read_bytes(path, 4)
    os.truncate(path, 1 << 40)
    with pytest.raises(TooLarge):
        read_bytes(path, 1 << 20)


def test_a_file_that_changes_while_it_is_read_is_refused(tmp_path):
    path = tmp_path / "file"
    path.write_text("12")

    def change():
        with opened(path) as stream:
            stream.read(1)
            with open(path, "a") as writer:
                writer.write("3")

    with pytest.raises(Changed, match="changed while it was read"):
        change()
    with opened(path) as stream:
        assert stream.read() == b"123"


def test_what_is_not_there_is_not_there(tmp_path):
    for within in (None, tmp_path):
        with pytest.raises(FileNotFoundError) as missing:
            open_file(tmp_path / "none", within)
        assert missing.value.filename == str(tmp_path / "none")
        assert kind(tmp_path / "none", within) is None
