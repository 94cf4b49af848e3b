"""A run goes on exactly where its project was moved to, and where it was moved without its project."""

import json
import shutil
import signal

import pytest

from tests.runtime.killing import ARRAYS, COMMAND, RESUME, come_to, newest, prepare, write_rows

CHOICE = {"layers": "dropout", "rate": "plateau", "stop": "files", "every": "3 steps"}


@pytest.fixture(scope="module")
def kept(nursery, tmp_path_factory):
    """A copy of a project with a run that was stopped on the way, and the folder where it was, which is gone."""
    folder = prepare(tmp_path_factory.mktemp("stopped") / "project", **CHOICE)
    child = nursery.start(folder, *COMMAND)
    child.wait_until(lambda: newest(folder / "run") > 2)
    child.kill(signal.SIGTERM)
    assert child.wait() == 143, child.err
    return folder.rename(folder.with_name("kept")), folder


@pytest.fixture
def stopped(kept):
    """The folder of the project where it was."""
    copy, folder = kept
    shutil.copytree(copy, folder)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


def goes_on(nursery, folder, *command):
    child = nursery.run(folder, *command)
    assert child.code == 0, child.err
    assert "resuming from" in child.out, child.out
    return child


@pytest.mark.parametrize(
    "command",
    [pytest.param(RESUME, marks=pytest.mark.slow), (*COMMAND, "--resume")],
    ids=["the run", "the spec"],
)
def test_a_run_goes_on_where_its_project_was_moved_to(nursery, tmp_path, stopped, whole, command):
    moved = stopped.rename(tmp_path / "elsewhere")
    goes_on(nursery, moved, *command)
    assert come_to(moved / "run") == whole
    again = moved.rename(tmp_path / "and once more")
    for command in ("evaluate", "predict"):
        done = nursery.run(again, command, "run", "--split", "validation")
        assert done.code == 0, done.err


def test_a_run_that_was_moved_alone_goes_on_with_the_rows_of_its_project(nursery, tmp_path, stopped, whole):
    other = tmp_path / "deep" / "other place"
    other.mkdir(parents=True)
    (stopped / "run").rename(other / "moved")
    goes_on(nursery, other, "train", "--resume", "moved")
    assert come_to(other / "moved") == whole


def test_a_copy_of_a_project_has_its_own_rows(nursery, tmp_path, stopped, whole):
    copy = tmp_path / "copy"
    shutil.copytree(stopped, copy)
    write_rows(stopped, CHOICE["layers"], ARRAYS, seed=6)
    goes_on(nursery, copy, *RESUME)
    assert come_to(copy / "run") == whole
    refused = nursery.run(stopped, *RESUME)
    assert (refused.code, "rows.train" in refused.err) == (1, True), refused.err


def test_a_run_that_was_moved_away_and_whose_project_is_gone_says_which_rows_it_misses(nursery, tmp_path, stopped):
    (stopped / "run").rename(tmp_path / "moved")
    shutil.rmtree(stopped)
    refused = nursery.run(tmp_path, "train", "--resume", "moved")
    assert refused.code == 1
    assert "rows.npz" in refused.err, refused.err


def test_what_a_run_keeps_of_its_place_is_new_each_time_it_goes_on(nursery, tmp_path, stopped):
    moved = stopped.rename(tmp_path / "elsewhere")
    goes_on(nursery, moved, *RESUME)
    info = json.loads((moved / "run" / "run.json").read_text())
    assert (info["root"], info["path"], info["root_from_run"]) == (str(moved), str(moved / "run"), "..")
