"""Folders are searched for specs once, and no further than to what makes the search useless."""

import os

import pytest

from tests.seams.names import ANSWERED

GOOD = "modelspec: 1\ninputs: {x: [4]}\nlayers: [{Dense: 1}]\n"


@pytest.fixture
def entered(monkeypatch):
    """The folders that are entered, one entry each time."""
    found, walk = [], os.walk

    def counted(top, **options):
        for below, folders, files in walk(top, **options):
            found.append(os.path.basename(below))
            yield below, folders, files

    monkeypatch.setattr(os, "walk", counted)
    return found


@pytest.fixture
def tree(tmp_path, monkeypatch):
    """A folder with folders, without a spec."""
    for name in ("a/b", "c"):
        (tmp_path / "tree" / name).mkdir(parents=True)
    monkeypatch.chdir(tmp_path)
    return tmp_path / "tree"


def test_a_folder_without_specs_is_searched_once_and_told_as_wrong_usage(tree, cli, entered):
    done = cli("validate", "tree")
    assert done.code == 2
    assert "Usage: modelspec validate" in done.err
    assert "there is no .yaml file in the folder 'tree'" in done.err
    assert sorted(entered) == ["a", "b", "c", "tree"]


def test_a_wrong_use_is_told_the_same_by_typer_alone(tree, cli, monkeypatch):
    told = cli("validate", "tree")
    monkeypatch.setattr(ANSWERED.path, lambda words: None)
    assert cli("validate", "tree") == told


def test_a_folder_with_specs_is_searched_once(tree, cli, entered):
    (tree / "c" / "spec.yaml").write_text(GOOD)
    assert cli("validate", "tree").code == 0
    assert sorted(entered) == ["a", "b", "c", "tree"]


def test_a_folder_that_cannot_be_read_ends_the_search(tree, cli, monkeypatch):
    entered, walk = [], os.walk

    def closed(top, onerror):
        for below, folders, files in walk(top):
            entered.append(os.path.basename(below))
            if entered[-1] == "a":
                onerror(PermissionError(13, "Permission denied", below))
            yield below, folders, files

    monkeypatch.setattr(os, "walk", closed)
    done = cli("validate", "tree")
    assert done.code == 2
    assert "cannot be read" in done.err
    assert entered == ["tree", "a"]


def test_what_is_wrong_beside_the_paths_is_told_without_a_search(tree, cli, entered):
    assert cli("validate", "tree", "--max-depth", "0").code == 2
    assert cli("validate", "tree", "--formt", "json").code == 2
    assert entered == []
