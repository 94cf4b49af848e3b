"""Means and variances are the floats nearest to the exact ones, whatever the batches and their order."""

from fractions import Fraction

import numpy as np
import pytest

from modelspec.data.lessons.lesson import NotLearned
from modelspec.data.lessons.moments import RunningMoments, nested

RANDOM = np.random.default_rng(0)
COLUMNS = {
    "of all sizes": (RANDOM.normal(size=(300, 2)) * 10.0 ** RANDOM.integers(-30, 30, (300, 2))),
    "far from zero": (RANDOM.normal(size=(300, 2)) + 1e7).astype("float32"),
    "the largest and smallest": np.array([[1e-45, 3e38], [1e38, -3e38], [-1e38, 1e-45], [3, 0]], "float32"),
    "whole": RANDOM.integers(-(2**40), 2**40, (300, 2)),
    "one": np.array([[3.0, 0.0]]),
}


def exact(values):
    """The mean and variance of each column, by fractions."""
    for column in values.astype("float64").T:
        numbers = [Fraction(float(value)) for value in column]
        mean = sum(numbers) / len(numbers)
        yield float(mean), float(sum(number * number for number in numbers) / len(numbers) - mean * mean)


def learned(values, batch, axes=(-1,)):
    lesson = RunningMoments(axes)
    for start in range(0, len(values), batch):
        lesson.see(values[start : start + batch])
    return lesson.finish()


@pytest.mark.parametrize("batch", [1, 7, 1000])
@pytest.mark.parametrize("name", [name for name in COLUMNS if name not in ("of all sizes", "the largest and smallest")])
def test_they_are_exact(name, batch):
    values = COLUMNS[name]
    found = learned(RANDOM.permutation(values), batch)
    assert list(zip(found["mean"], found["variance"], strict=True)) == list(exact(values))


@pytest.mark.parametrize("name", ["of all sizes", "the largest and smallest"])
def test_what_float32_cannot_hold_is_told(name):
    with pytest.raises(NotLearned, match="the variance of the numbers is beyond float32") as told:
        learned(COLUMNS[name], 7)
    assert "Rescaling" in told.value.help


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_what_is_no_number_is_told(value):
    with pytest.raises(NotLearned, match="NaN or infinite"):
        learned(np.array([[1.0], [value]]), 2)


def test_numbers_whose_squares_are_no_floats_are_told():
    with pytest.raises(NotLearned, match="beyond float64"):
        learned(np.array([[1e200]]), 2)


def test_without_rows_there_is_nothing_to_learn():
    with pytest.raises(NotLearned, match="there is no row"):
        RunningMoments((-1,)).finish()


def test_positions_along_the_kept_axes_are_apart():
    values = RANDOM.normal(size=(50, 4, 3, 2)).astype("float32")
    found = learned(values, 8, (-1, 1))
    np.testing.assert_allclose(found["mean"], values.astype("float64").mean((0, 2)), rtol=1e-12)
    np.testing.assert_allclose(found["variance"], values.astype("float64").var((0, 2)), rtol=1e-12)
    assert isinstance(learned(values, 8, ())["mean"], float)
    lesson = RunningMoments((1,))
    lesson.see(values)
    with pytest.raises(NotLearned, match="sizes along its `axis` differ"):
        lesson.see(values[:, :2])


def test_nested_numbers_have_the_sizes():
    assert nested([1.0, 2.0, 3.0, 4.0, 5.0, 6.0], (3, 2)) == ((1.0, 2.0), (3.0, 4.0), (5.0, 6.0))
