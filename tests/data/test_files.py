"""Data paths: what they may name, and that nothing else is opened."""

import contextlib
import os
import socket

import numpy as np
import pytest

from modelspec.data.sources import npz_file as reading_npz
from modelspec.data.sources.csv import read as reading_csv
from modelspec.language.sections.sources import Csv, Npz
from tests.data.loading import X, accepted, csv_file, refused


@pytest.fixture
def spec_folder(tmp_path):
    folder = tmp_path / "spec"
    folder.mkdir()
    (tmp_path / "outside.csv").write_text("x\n1\n")
    return folder


@pytest.mark.parametrize(
    "path",
    [
        "http://example.org/a.csv",
        "https://169.254.169.254/latest",
        "gs://bucket/a.csv",
        "s3://bucket/a.csv",
        "file:///etc/passwd",
        "hf://user/data",
        "ram://x",
        "HTTP://EXAMPLE.ORG/a.csv",
        "//host/share/a.csv",
        "\\\\host\\share\\a.csv",
    ],
)
@pytest.mark.parametrize("kind", [Csv, Npz])
def test_remote_paths_are_refused_without_a_look_at_the_network(path, kind, spec_folder, monkeypatch):
    monkeypatch.setattr(socket, "socket", None)
    found = refused(kind(path=path), [X], spec_folder)
    assert found.code == "MS702"
    assert path in found.message
    assert found.path == ("data", "train")


@pytest.mark.parametrize(
    "path", ["../outside.csv", "/etc/passwd", "a/../../outside.csv", "a\\..\\..\\x", "C:\\data.csv", ".."]
)
def test_paths_out_of_the_specs_folder_are_refused(path, spec_folder):
    found = refused(Csv(path=path), [X], spec_folder)
    assert found.code == "MS701"
    assert path in found.message


def test_a_symbolic_link_out_of_the_specs_folder_is_refused_by_the_file_it_leads_to(spec_folder):
    (spec_folder / "rows.csv").symlink_to(spec_folder.parent / "outside.csv")
    found = refused(Csv(path="rows.csv"), [X], spec_folder)
    assert found.code == "MS701"
    assert str(spec_folder.parent / "outside.csv") in found.message


def test_a_linked_folder_out_of_the_specs_folder_is_refused(spec_folder):
    (spec_folder / "data").symlink_to(spec_folder.parent, target_is_directory=True)
    assert refused(Csv(path="data/outside.csv"), [X], spec_folder).code == "MS701"


def test_a_folder_whose_name_only_begins_like_the_specs_is_outside(spec_folder):
    other = spec_folder.parent / "spec-private"
    other.mkdir()
    csv_file(other, "x\n1\n")
    assert refused(Csv(path="../spec-private/rows.csv"), [X], spec_folder).code == "MS701"


def test_outside_paths_work_when_the_caller_allows_them(spec_folder):
    assert accepted(Csv(path="../outside.csv"), [X], spec_folder, allowed=None).rows == 1
    absolute = str(spec_folder.parent / "outside.csv")
    assert accepted(Csv(path=absolute), [X], spec_folder, allowed=None).rows == 1


def test_remote_paths_stay_refused_when_outside_paths_are_allowed(spec_folder):
    assert refused(Csv(path="http://x/y"), [X], spec_folder, allowed=None).code == "MS702"


def test_links_and_dots_within_the_specs_folder_are_fine(spec_folder):
    (spec_folder / "data").mkdir()
    csv_file(spec_folder / "data", "x\n1\n")
    (spec_folder / "link.csv").symlink_to("data/rows.csv")
    for path in ("data/rows.csv", "./data/rows.csv", "data/../data/rows.csv", "link.csv"):
        assert accepted(Csv(path=path), [X], spec_folder).rows == 1


def test_the_specs_folder_may_itself_be_reached_through_a_link(spec_folder):
    csv_file(spec_folder, "x\n1\n")
    alias = spec_folder.parent / "alias"
    alias.symlink_to(spec_folder, target_is_directory=True)
    assert accepted(Csv(path="rows.csv"), [X], alias).rows == 1


@pytest.mark.parametrize(
    "path",
    [
        "~/a.csv",
        "~",
        "$HOME/a.csv",
        "a\0b.csv",
        "a\nb.csv",
        " ",
        "a/" * 3000,
        "n" * 300,
        "a\x1b[2J.csv",
        "a.csv ",
        "data./a.csv",
    ],
)
def test_unusable_paths_are_refused(path, spec_folder):
    found = refused(Csv(path=path), [X], spec_folder)
    assert found.code == "MS703"
    assert len(found.message) < 400
    assert found.message.isprintable()


def test_a_loop_of_links_is_refused(spec_folder):
    (spec_folder / "a").symlink_to("b")
    (spec_folder / "b").symlink_to("a")
    assert refused(Csv(path="a"), [X], spec_folder).code == "MS703"


def test_a_missing_file_names_the_one_that_was_meant(spec_folder):
    csv_file(spec_folder, "x\n1\n", "train.csv")
    found = refused(Csv(path="tarin.csv"), [X], spec_folder, split="test")
    assert found.code == "MS704"
    assert found.help == "did you mean 'train.csv'?"
    assert found.path == ("data", "test")


def test_a_missing_folder_is_said_to_be_missing(spec_folder):
    found = refused(Csv(path="data/train.csv"), [X], spec_folder)
    assert found.code == "MS704"
    assert "does not exist" in found.help


def test_a_file_used_as_a_folder_is_missing(spec_folder):
    csv_file(spec_folder, "x\n1\n")
    assert refused(Csv(path="rows.csv/x.csv"), [X], spec_folder).code == "MS704"


@pytest.mark.parametrize("kind", [Csv, Npz])
def test_folders_pipes_sockets_and_devices_are_refused_at_once(kind, spec_folder, monkeypatch):
    (spec_folder / "folder").mkdir()
    os.mkfifo(spec_folder / "pipe")
    for path, what in (("folder", "a folder"), (".", "a folder"), ("pipe", "a named pipe")):
        found = refused(kind(path=path), [X], spec_folder)
        assert found.code == "MS705"
        assert what in found.message
    assert refused(kind(path="/dev/zero"), [X], spec_folder, allowed=None).code == "MS705"
    with socket.socket(socket.AF_UNIX) as server:
        monkeypatch.chdir(spec_folder)
        server.bind("s")
        assert refused(kind(path="s"), [X], spec_folder).code == "MS705"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every file")
def test_an_unreadable_file_is_refused(spec_folder):
    csv_file(spec_folder, "x\n1\n")
    (spec_folder / "rows.csv").chmod(0)
    assert refused(Csv(path="rows.csv"), [X], spec_folder).code == "MS706"


@pytest.mark.parametrize("kind", [Csv, Npz])
def test_an_empty_file_is_refused(kind, spec_folder):
    (spec_folder / "empty").touch()
    assert refused(kind(path="empty"), [X], spec_folder).code == "MS707"


@pytest.mark.parametrize(("kind", "module"), [(Csv, reading_csv), (Npz, reading_npz)])
def test_a_file_that_is_written_while_it_is_read_is_refused(kind, module, spec_folder, monkeypatch):
    np.savez(spec_folder / "rows", x=np.zeros(3))
    csv_file(spec_folder, "x\n1\n")
    source = kind(path=f"rows.{kind.__name__.lower()}")
    reader = module.open_data_file

    @contextlib.contextmanager
    def open_and_append(*arguments):
        with reader(*arguments) as file:
            yield file
            with open(spec_folder / source.path, "ab") as other:
                other.write(b"2\n")

    monkeypatch.setattr(module, "open_data_file", open_and_append)
    assert refused(source, [X], spec_folder).code == "MS706"


def test_a_sparse_file_of_many_gigabytes_is_refused_quickly(spec_folder):
    with open(spec_folder / "huge.csv", "wb") as file:
        file.truncate(100 * 1024**3)
    assert refused(Csv(path="huge.csv"), [X], spec_folder).code == "MS708"
