"""A run remembers where its spec was allowed to read: it is evaluated, goes on and is repeated without saying it again."""

import json
import shutil

import numpy as np
import pytest

import modelspec
from tests.chosen import chosen
from tests.tiny import COLUMNS, write, write_rows

SPEC = COLUMNS.replace("rows.csv", "ROWS").replace("epochs: 2", "epochs: 1")


@pytest.fixture
def folders(tmp_path, monkeypatch):
    for name in ("project/specs", "elsewhere", "third"):
        (tmp_path / name).mkdir(parents=True)
    write_rows(tmp_path / "elsewhere")
    monkeypatch.chdir(tmp_path / "project")
    return tmp_path


def works(cli, run, *more):
    for command in ("evaluate", "predict"):
        done = cli(command, run, "--split", "train", *more)
        assert done.code == 0, done.err


ROWS = [
    ("../../elsewhere/rows.csv", ["--data-root", "../elsewhere"]),
    ("none.csv", ["--set", "data.train.csv=../elsewhere/rows.csv"]),
    ("none.csv", ["--set", "data.train.csv={0}/elsewhere/rows.csv"]),
]


@pytest.mark.parametrize(("written", "options"), chosen(ROWS, ROWS[:1]))
def test_a_run_remembers_what_its_spec_was_allowed(cli, folders, monkeypatch, written, options):
    write(folders / "project" / "specs", SPEC.replace("ROWS", written))
    options = [option.format(folders) for option in options]
    assert cli("train", "specs/spec.yaml", "--run-dir", "run").code == 1
    done = cli("train", "specs/spec.yaml", "--run-dir", "run", *options)
    assert done.code == 0, done.err
    works(cli, "run")
    monkeypatch.chdir(folders / "third")
    works(cli, "../project/run")
    done = cli("reproduce", "../project/run", "--run-dir", "again")
    assert done.code == 0, done.err
    done = cli("train", "--resume", "../project/run", "--set", "train.epochs=2")
    assert done.code == 0, done.err
    works(cli, "../project/run")


def test_rows_of_the_working_folder_are_found_from_anywhere(cli, folders, monkeypatch):
    (folders / "project" / "data").mkdir()
    write_rows(folders / "project" / "data")
    write(folders / "project" / "specs", SPEC.replace("ROWS", "../data/rows.csv"))
    assert cli("train", "specs/spec.yaml", "--run-dir", "run").code == 0
    monkeypatch.chdir(folders / "third")
    works(cli, "../project/run")
    (folders / "project").rename(folders / "moved")
    works(cli, "../moved/run")


def test_a_run_is_not_allowed_more_than_its_spec_was(cli, folders):
    (folders / "elsewhere" / "deep").mkdir()
    write_rows(folders / "elsewhere" / "deep")
    write(folders / "project" / "specs", SPEC.replace("ROWS", "../../elsewhere/deep/rows.csv"))
    assert cli("train", "specs/spec.yaml", "--run-dir", "run", "--data-root", "../elsewhere/deep").code == 0
    resolved = folders / "project" / "run" / "resolved.yaml"
    resolved.write_text(resolved.read_text().replace("elsewhere/deep/rows.csv", "elsewhere/rows.csv"))
    done = cli("evaluate", "run", "--split", "train")
    assert (done.code, "MS701" in done.err) == (1, True)
    assert cli("evaluate", "run", "--split", "train", "--data-root", "../elsewhere").code == 0


def test_the_library_trains_with_folders(folders):
    path = write(folders / "project" / "specs", SPEC.replace("ROWS", "../../elsewhere/rows.csv"))
    with pytest.raises(modelspec.SpecError, match="MS701"):
        modelspec.train(path, run_dir="run")
    modelspec.train(path, run_dir="run", data_roots=["../elsewhere"])
    assert str(folders / "elsewhere") in json.loads((folders / "project" / "run" / "run.json").read_text())["allowed"]


ARRAY = (
    COLUMNS.partition("\ndata:")[0].replace("activation: relu", "activation: relu, kernel_initializer: {npz: ROWS}")
    + "\ndata: {train: {synthetic: 32}}\n"
)


ARRAYS = [
    ("../../elsewhere/a.npz", ["--data-root", "../elsewhere"]),
    ("{0}/elsewhere/a.npz", ["--data-root", "../elsewhere"]),
    ("none.npz", ["--set", "layers.0.Dense.kernel_initializer.npz=../elsewhere/a.npz"]),
    ("none.npz", ["--set", "layers.0.Dense.kernel_initializer={{npz: {{path: '{0}/elsewhere/a.npz'}}}}"]),
]


@pytest.mark.parametrize(("written", "options"), chosen(ARRAYS, ARRAYS[3:4]))
def test_a_run_remembers_where_the_arrays_of_its_weights_may_lie(cli, folders, monkeypatch, written, options):
    np.savez(folders / "elsewhere" / "a.npz", numbers=np.ones((4, 8), "float32"))
    write(
        folders / "project" / "specs", ARRAY.replace("ROWS", written.format(folders)).replace("epochs: 2", "epochs: 1")
    )
    assert cli("train", "specs/spec.yaml", "--run-dir", "run").code == 1
    done = cli("train", "specs/spec.yaml", "--run-dir", "run", *[option.format(folders) for option in options])
    assert (done.code, done.err) == (0, ""), done.err
    monkeypatch.chdir(folders / "third")
    done = cli("reproduce", "../project/run", "--run-dir", "again")
    assert (done.code, "equal, bit for bit" in done.out) == (0, True), done.err + done.out
    done = cli("train", "--resume", "../project/run", "--set", "train.epochs=2")
    assert done.code == 0, done.err
    shutil.move(folders / "elsewhere" / "a.npz", folders / "third" / "a.npz")
    assert cli("evaluate", "../project/run", "--split", "train").code == 0
    done = cli("reproduce", "../project/run", "--run-dir", "once-more")
    assert (done.code, "a.npz" in done.err) == (1, True), done.err
