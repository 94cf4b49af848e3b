"""Runs that several tests of a file begin with."""

import shutil

import pytest

from tests.tiny import write


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    """Where the runs of the file's tests are kept, and which there are."""
    return tmp_path_factory.mktemp("kept"), {}


@pytest.fixture
def trained(cli, tmp_path, kept):
    """Train a spec, which reads no file, in the current folder; where a test before has done so, its run is copied."""

    def train(text, name="run", *settings):
        folder, known = kept
        spec = write(tmp_path, text)
        found = known.get((text, settings))
        if found is not None:
            shutil.copytree(found, tmp_path / name)
            return name
        done = cli("train", spec, "--run-dir", name, *settings)
        assert done.code == 0, done.err
        known[text, settings] = shutil.copytree(tmp_path / name, folder / str(len(known)))
        return name

    return train
