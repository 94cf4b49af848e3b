"""Rows that are read in another thread are those that would be read here, and what is wrong is raised where they are asked for."""

from threading import Event

import pytest

import modelspec
from modelspec.data.ahead import Ahead, gathering
from modelspec.data.splits import gathered
from tests.tiny import COLUMNS, write


@pytest.fixture
def spec(tmp_path):
    write(tmp_path, COLUMNS)
    (tmp_path / "rows.csv").write_text("a,b,c,d,kind\n" + "".join(f"{n},1,2,3,{'xyz'[n % 3]}\n" for n in range(30)))
    return tmp_path / "spec.yaml"


def test_work_goes_on_beside_what_is_done_here():
    told = Event()
    ahead = Ahead(lambda: told.wait(10))
    told.set()
    assert ahead() is True


def test_what_it_raises_is_raised_where_it_is_asked_for():
    ahead = Ahead(lambda: 1 // 0)
    with pytest.raises(ZeroDivisionError):
        ahead()


def test_rows_read_ahead_are_the_rows(spec):
    network = modelspec.load(spec)
    here, ahead = gathered(network), gathering(network)()
    assert here.learned == ahead.learned
    assert here.chosen == ahead.chosen
    for name, arrays in here.arrays.items():
        assert arrays.fingerprint == ahead.arrays[name].fingerprint
        assert {key: values.tobytes() for key, values in arrays.columns.items()} == {
            key: values.tobytes() for key, values in ahead.arrays[name].columns.items()
        }


def test_what_is_wrong_with_rows_read_ahead_is_told_as_ever(spec):
    network = modelspec.load(spec)
    (spec.parent / "rows.csv").write_text("a,b,c,d,kind\n1,2,oh,4,x\n")
    assert gathering(network)().problems == gathered(network).problems != ()


def test_a_spec_without_training_rows_has_none_to_read_ahead(tmp_path):
    path = tmp_path / "spec.yaml"
    path.write_text("modelspec: 1\ninputs: {x: [4]}\nlayers: [{Dense: 1}]\n")
    assert gathering(modelspec.load(path)) is None
