"""Files of very many columns: four times the columns take four times the time, whatever is in them."""

import numpy as np
import pytest

from modelspec.data import splits
from modelspec.diagnostics import SpecError
from modelspec.diagnostics.render.text import render_text
from modelspec.pipeline import check_text
from modelspec.source import Limits
from tests.doubling import RATIO, growth

ROWS = 12
LIMITS = Limits(file_bytes=2**26, nodes=10**7, expanded_nodes=10**7, layers=10**6)
REST = "outputs: {y: {loss: mse}}\ntrain: {epochs: 1}\ndata: {train: {KIND: FILE}}\n"


def of_one_input(columns):
    """A spec whose only input has all columns."""
    listed = ", ".join(columns)
    return f"modelspec: 1\ninputs: {{x: {{shape: [{len(columns)}], columns: [{listed}]}}}}\nlayers: [{{Dense: 1, name: y}}]\n{REST}"


def of_many_inputs(columns):
    """A spec with an input for each column."""
    inputs = "".join(f"  {name}: [1]\n" for name in columns)
    return (
        f"modelspec: 1\ninputs:\n{inputs}layers:\n  - Concatenate:\n    from: [{', '.join(columns)}]\n"
        f"  - Dense: 1\n    name: y\n{REST}"
    )


def of_few(columns):
    """A spec that takes two of the columns."""
    return of_one_input([columns[0], columns[-1]])


def table(header, cell):
    """The text of a CSV file with a last column `y`."""
    rows = "".join(",".join(cell(number, row) for number in range(len(header))) + ",1\n" for row in range(ROWS))
    return ",".join(header) + ",y\n" + rows


FILES = {
    "numbers": lambda names: table(names, lambda number, row: f"{number / 7 + row:.3f}"),
    "quoted": lambda names: table([f'"{name}"' for name in names], lambda number, row: f'"{number}"'),
    "texts": lambda names: table(names, lambda number, row: "ab"),
    "empty cells": lambda names: table(names, lambda number, row: ""),
    "not numbers": lambda names: table(names, lambda number, row: "nan"),
    "one name": lambda names: table(["c0"] * len(names), lambda number, row: "1"),
    "other names": lambda names: table([f"d{name}" for name in names], lambda number, row: "1"),
    "too short": lambda names: table(names, lambda number, row: "1").replace(",1\n", "\n"),
}
_QUICK = {("numbers", of_one_input), ("numbers", of_few), ("one name", of_one_input), ("too short", of_one_input)}
CASES = [
    pytest.param(what, make, marks=() if (what, make) in _QUICK else pytest.mark.slow, id=f"{what} {make.__name__}")
    for what in FILES
    for make in (of_one_input, of_many_inputs, of_few)
]


def loading(text, folder):
    """A call that checks a spec, loads its rows, and prints what is wrong with them."""

    def call():
        network = check_text(text, folder=str(folder), limits=LIMITS).network
        try:
            splits.load_splits(network, lambda note: None, lambda problems: None)
        except SpecError as error:
            render_text(error.diagnostics)

    return call


@pytest.mark.parametrize(("what", "make"), CASES)
def test_four_times_the_columns_of_a_csv_file_take_four_times_the_time(what, make, tmp_path):
    def prepare(count):
        names = [f"c{number}" for number in range(count)]
        (tmp_path / f"{count}.csv").write_text(FILES[what](names))
        return loading(make(names).replace("KIND: FILE", f"csv: {count}.csv"), tmp_path)

    assert growth(prepare, 4000 if make is of_one_input else 2000) < RATIO


@pytest.mark.slow
def test_four_times_the_arrays_of_an_npz_file_take_four_times_the_time(tmp_path):
    def prepare(count):
        names = [f"c{number}" for number in range(count)]
        np.savez(tmp_path / f"{count}.npz", y=np.ones(ROWS), **{name: np.arange(ROWS) for name in names})
        return loading(of_many_inputs(names).replace("KIND: FILE", f"npz: {count}.npz"), tmp_path)

    assert growth(prepare, 2000) < RATIO


def test_a_reader_that_looks_at_every_pair_of_columns_is_found_out(tmp_path, monkeypatch):
    real = splits.open_split

    def slow(network, *more, **options):
        names = [name for item in network.spec.model.inputs for name in item.columns or ()]
        assert sum(one == other for one in names for other in names) == len(names) > 0
        return real(network, *more, **options)

    monkeypatch.setattr(splits, "open_split", slow)

    def prepare(count):
        names = [f"c{number}" for number in range(count)]
        (tmp_path / f"{count}.csv").write_text(FILES["numbers"](names))
        return loading(of_one_input(names).replace("KIND: FILE", f"csv: {count}.csv"), tmp_path)

    assert growth(prepare, 2000, tries=1) > RATIO
