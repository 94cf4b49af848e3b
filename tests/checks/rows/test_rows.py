"""What of the rows depends on the spec alone is told when it is checked, in the words that a training would refuse it with."""

import numpy as np
import pytest

from modelspec.data.learned import NOTHING
from modelspec.data.load import Located
from modelspec.data.network_rows import fit_split, open_split, parts_of
from modelspec.diagnostics import SpecError
from modelspec.pipeline import check_text
from tests.checks.told import problems, spec, told

DENSE = ["  - Dense: 1", "    name: y"]
OUT = "outputs: {y: {loss: mse}}"
COLUMNS = "inputs: {x: {shape: [4], columns: [a, b, c]}}"
TARGET = "outputs: {y: {loss: mse, columns: [a, b]}}"
FREE = ["  - Dense: 1", "  - GlobalAveragePooling2D: {}", "    name: y"]
OF_FILES = [
    (spec(DENSE, OUT, "data: {train: {csv: rows.csv}}", inputs=COLUMNS), "MS730", 2),
    (spec(DENSE, TARGET, "data: {train: {csv: rows.csv}}"), "MS730", 6),
    (spec(FREE, OUT, "data: {train: {csv: rows.csv}}", inputs="inputs: {x: [null, null, 2]}"), "MS730", 2),
    (spec(DENSE, OUT, "data: {train: {npz: rows.npz}}", inputs=COLUMNS), "MS730", 2),
    (
        spec(DENSE, "outputs: {y: {loss: mse, column: label}}", "data: {train: {dataset: digits}}", inputs=COLUMNS),
        "MS730",
        2,
    ),
]
MADE_UP = [
    (spec(DENSE, OUT, "data: {train: {synthetic: 1000000000}}"), "MS708", 7),
    (spec(DENSE, OUT, "data: {train: {synthetic: 10}, test: {synthetic: 1000000000}}"), "MS708", 7),
]
SPLITS = [
    spec(DENSE, OUT, "data: {train: {synthetic: 1}, validation: {split: 0.1}}"),
    spec(DENSE, OUT, "data: {train: {synthetic: {samples: 3}}, validation: {split: 0.9}}"),
]


def refused(text, tmp_path):
    """What loading the rows of a spec with these problems tells: code, message and help."""
    network = check_text(text, "spec.yaml", folder=str(tmp_path)).network
    data, found = network.spec.data, []
    for name, source in data.sources.items():
        try:
            located = Located(source.entry, str(tmp_path))
            raw = open_split(network, located, name)
            fit_split(network, located, raw, NOTHING)
            if name == "train":
                parts_of(network, raw)
        except SpecError as error:
            found += [(item.code, item.message, item.help) for item in error.diagnostics]
    return found


@pytest.mark.parametrize(("text", "code", "line"), [*OF_FILES, *MADE_UP])
def test_it_is_told_with_the_code_and_the_words_of_the_source(text, code, line, tmp_path):
    (tmp_path / "rows.csv").write_text("a,b,c,x_0,x_1,x_2,x_3,y\n1,2,3,4,5,6,7,8\n")
    np.savez(tmp_path / "rows.npz", x=np.zeros((2, 4)), y=np.zeros((2, 1)))
    (problem,) = [item for item in problems(text) if item.severity == "error"]
    assert (problem.code, problem.span.line) == (code, line)
    assert (problem.code, problem.message, problem.help) in refused(text, tmp_path)


@pytest.mark.parametrize("text", SPLITS)
def test_a_split_of_known_rows_that_leaves_none_is_told(text, tmp_path):
    (problem,) = problems(text)
    assert (problem.code, problem.span.line) == ("MS741", 7)
    assert refused(text, tmp_path) == [(problem.code, problem.message, problem.help)]


@pytest.mark.parametrize(
    "data",
    [
        "data: {train: {synthetic: 2}, validation: {split: 0.1}}",
        "data: {train: {csv: rows.csv}, validation: {split: 0.9}}",
        "data: {train: {synthetic: 100000}}",
        "data: {train: {csv: rows.csv}}",
        "data: {train: {npz: rows.npz}}",
    ],
)
def test_what_only_the_rows_can_tell_is_left_to_them(data):
    assert "error" not in [item.severity for item in problems(spec(DENSE, OUT, data))]


def test_losses_that_are_all_switched_off_leave_nothing_to_train():
    off = "outputs: {y: {loss: null}}"
    data = "data: {train: {synthetic: 8}}"
    assert ("MS501", 6, 1) in told(spec(DENSE, off, "train: {loss: mse}", data))
    assert told(spec(DENSE, "outputs: {y: }", "train: {loss: mse}", data)) == []
