"""A run directory that cannot be made is told before anything long begins: which file is in the way, and what to do."""

import os
import re

import pytest

from modelspec.diagnostics import SpecError
from modelspec.runs.new_run import create
from tests.seams.names import START
from tests.tiny import write


@pytest.fixture(autouse=True)
def _here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write(tmp_path)
    (tmp_path / "file").write_text("mine")
    os.mkfifo("pipe")
    os.symlink("nowhere", "dead")
    os.symlink("itself", "itself")
    os.symlink("spec.yaml", "link")
    (tmp_path / "there").mkdir()


OBSTACLES = {
    "there": "the run directory there already exists",
    "file": "the run directory file already exists",
    "dead": "the run directory dead already exists",
    "file/run": "cannot make the run directory file/run: file is a file, not a folder",
    "file/a/b/run": "cannot make the run directory file/a/b/run: file is a file, not a folder",
    "there/../file/run": "cannot make the run directory there/../file/run: there/../file is a file, not a folder",
    "pipe/run": "cannot make the run directory pipe/run: pipe is a named pipe, not a folder",
    "link/run": "cannot make the run directory link/run: link is a file, not a folder",
    "dead/run": "cannot make the run directory dead/run: dead is a link that leads nowhere, not a folder",
    "itself/run": "cannot make the run directory itself/run: too many levels of symbolic links",
    "a" * 300: f"cannot make the run directory {'a' * 300}: file name too long",
}


@pytest.mark.parametrize("run_dir", OBSTACLES, ids=lambda path: path[:20])
def test_what_is_in_the_way_is_told_before_tensorflow_is_imported(cli, tmp_path, monkeypatch, run_dir):
    monkeypatch.setattr(START.path, lambda: pytest.fail("TensorFlow is imported"))
    before = sorted(os.listdir())
    done = cli("train", "spec.yaml", "--run-dir", run_dir)
    assert done.code == 1
    message, _, help = done.err.partition("\n")
    assert message == f"error[MS751] {OBSTACLES[run_dir]}"
    assert re.search("--run-dir|name a new directory", help), help
    assert sorted(os.listdir()) == before
    assert (tmp_path / "file").read_text() == "mine"


@pytest.mark.parametrize("place", ["runs", "runs/tiny"])
def test_a_file_in_the_place_of_the_folder_of_runs_is_told_too(cli, tmp_path, monkeypatch, place):
    monkeypatch.setattr(START.path, lambda: pytest.fail("TensorFlow is imported"))
    (tmp_path / place).parent.mkdir(exist_ok=True)
    (tmp_path / place).write_text("mine")
    done = cli("train", "spec.yaml")
    assert (done.code, done.err) == (
        1,
        f"error[MS751] cannot make the run directory runs/tiny: {place} is a file, not a folder\n"
        "  help: move it away, or choose another directory with --run-dir\n",
    )


@pytest.mark.parametrize("run_dir", OBSTACLES, ids=lambda path: path[:20])
def test_what_comes_into_the_way_later_is_told_in_the_same_words(run_dir):
    with pytest.raises(SpecError) as told:
        create("tiny", run_dir)
    assert told.value.diagnostics[0].message == OBSTACLES[run_dir]


def test_folders_on_the_way_are_made(tmp_path):
    assert create("tiny", "a/b/run").path.is_dir()
    assert create("tiny", None).path.parent.name == "tiny"
