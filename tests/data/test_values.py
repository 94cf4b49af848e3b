"""Values that Keras would take without a word, and what they must be instead."""

import numpy as np
import pytest

from modelspec.data.load import load
from modelspec.language.sections.sources import Npz, Wanted
from tests.data.loading import LABEL, accepted, npz_file, refused

BINARY = Wanted("y", "target", (1,), kind="binary")
ONE_HOT = Wanted("y", "target", (3,), kind="one_hot")
INDEX = Wanted("y", "input", (2,), "int32", maximum=9)
INT8 = Wanted("y", "input", (), "int8")


@pytest.mark.parametrize(
    ("want", "values", "code"),
    [
        (LABEL, [0, 1, 3], "MS733"),
        (LABEL, [0, -1, 2], "MS733"),
        (LABEL, [1.0, 2.0, 3.0], "MS733"),
        (LABEL, [0, 0.5, 2], "MS734"),
        (LABEL, [0, np.nan, 2], "MS732"),
        (LABEL, [0, np.inf, 2], "MS732"),
        (BINARY, [0, 1, 2], "MS736"),
        (BINARY, [-1, 1, 1], "MS736"),
        (BINARY, [0, 0.5, 1.5], "MS736"),
        (ONE_HOT, [[1, 0, 0], [1, 1, 0]], "MS735"),
        (ONE_HOT, [[1, 0, 0], [0, 0, 0]], "MS735"),
        (ONE_HOT, [[1, 0, 0], [2, -1, 0]], "MS735"),
        (ONE_HOT, [[0.5, 0.2, 0.2], [1, 0, 0]], "MS735"),
        (ONE_HOT, [[1, 0], [0, 1]], "MS730"),
        (ONE_HOT, [0, 1], "MS730"),
        (INDEX, [[0, 9], [10, 0]], "MS737"),
        (INDEX, [[0, 9], [-1, 0]], "MS737"),
        (INDEX, [[0, 9], [0.5, 0]], "MS731"),
        (INT8, [0, 128], "MS731"),
        (INT8, [0, 0.5], "MS731"),
        (Wanted("y", "input", (), "int64"), [0, 2.0**60], "MS731"),
        (Wanted("y", "input", (), "float16"), [0, 1e5], "MS731"),
        (Wanted("y", "input", (), "bool"), [0, 2], "MS731"),
        (Wanted("y", "input", (), "uint8"), [0, -1], "MS731"),
    ],
)
def test_a_value_without_meaning_is_refused(want, values, code, tmp_path):
    found = refused(npz_file(tmp_path, y=np.array(values)), [want], tmp_path)
    assert found.code == code
    assert f"{want.role} 'y'" in found.message


@pytest.mark.parametrize(
    ("want", "values"),
    [
        (LABEL, [0.0, 1.0, 2.0]),
        (LABEL, [[0], [1], [2]]),
        (LABEL, np.array([0, 1, 2], dtype=np.uint8)),
        (Wanted("y", "target", (2,), "int32", "classes", 3), [[0, 1], [2, 2]]),
        (Wanted("y", "target", (), "int32", "classes"), [0, 70, 5]),
        (BINARY, [True, False]),
        (BINARY, [0.0, 1.0]),
        (ONE_HOT, np.eye(3)),
        (ONE_HOT, [[0.3333, 0.3333, 0.3333], [0.5, 0.25, 0.25]]),
        (Wanted("y", "target", (2, 3), kind="one_hot"), [[[1, 0, 0], [0, 1, 0]], [[0, 0, 1], [0, 0, 1]]]),
        (INDEX, [[0, 9], [3, 4]]),
        (Wanted("y", "input", (2,), "float32", maximum=9), [[0, 9], [3, 4]]),
        (Wanted("y", "input", (), "uint64"), np.array([2**63, 1], dtype=np.uint64)),
    ],
)
def test_a_value_with_its_meaning_is_accepted(want, values, tmp_path):
    array = accepted(npz_file(tmp_path, y=np.array(values)), [want], tmp_path).columns["y"]
    np.testing.assert_allclose(array.ravel().astype(float), np.array(values).ravel().astype(float), rtol=1e-6)


def test_labels_that_count_from_one_are_recognised(tmp_path):
    assert refused(npz_file(tmp_path, y=np.array([1, 2, 3])), [LABEL], tmp_path).help == "labels start at 0: subtract 1"


def test_the_needed_size_of_a_table_is_said(tmp_path):
    found = refused(npz_file(tmp_path, y=np.array([[0, 25], [26, 0]])), [INDEX], tmp_path)
    assert "at least 27" in found.help


def test_bad_values_are_counted(tmp_path):
    found = refused(npz_file(tmp_path, y=np.arange(1000)), [LABEL], tmp_path)
    assert found.message.startswith("target 'y', row 3 of array 'y'")
    assert found.message.endswith("found 3 (and 996 more like it)")


def test_every_bad_column_is_told(tmp_path):
    source = npz_file(tmp_path, x=np.array([np.nan, 0]), y=np.array([7, 0]))
    _, found = load(source, [Wanted("x", "input", ()), LABEL], tmp_path)
    assert {item.code for item in found} == {"MS732", "MS733"}


@pytest.mark.parametrize(
    ("want", "values", "words"),
    [
        (LABEL, [0, 1, 1], "1 of 3 classes have no rows: 2"),
        (LABEL, [1, 1, 1], "every row has class 1"),
        (BINARY, [0, 0, 0], "every row has class 0"),
        (ONE_HOT, [[1, 0, 0], [0, 0, 1]], "1 of 3 classes have no rows: 1"),
        (Wanted("y", "target", (), "int32", "classes", 100), [0, 1], "98 of 100 classes have no rows: 2, 3, 4"),
    ],
)
def test_a_class_without_training_rows_is_warned_of(want, values, words, tmp_path):
    source = npz_file(tmp_path, y=np.array(values))
    arrays, (warning,) = load(source, [want], tmp_path)
    assert arrays is not None
    assert (warning.code, warning.severity) == ("MS738", "warning")
    assert words in warning.message
    assert load(source, [want], tmp_path, "validation")[1] == ()


def test_probabilities_lack_no_class(tmp_path):
    want = Wanted("y", "target", (1,), "float32", "binary")
    np.savez(tmp_path / "rows.npz", y=np.random.default_rng(7).uniform(0, 1, (40, 1)).astype("float32"))
    _, found = load(Npz(path="rows.npz"), [want], tmp_path)
    assert found == ()
    np.savez(tmp_path / "rows.npz", y=np.ones((40, 1), dtype="float32"))
    _, found = load(Npz(path="rows.npz"), [want], tmp_path)
    assert [problem.code for problem in found] == ["MS738"]
