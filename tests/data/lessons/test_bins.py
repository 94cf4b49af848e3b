"""Boundaries of bins are exact quantiles, whatever the batches and their order."""

import numpy as np
import pytest

from modelspec.data.lessons.bins import Bins
from modelspec.data.lessons.lesson import NotLearned
from tests.seams.names import BINS_WAITING


def learned(values, bins, batch=5):
    lesson = Bins(bins)
    for start in range(0, len(values), batch):
        lesson.see(values[start : start + batch])
    return lesson.finish()["bin_boundaries"]


@pytest.mark.parametrize("batch", [1, 7, 1000])
@pytest.mark.parametrize("bins", [1, 2, 3, 10, 97])
def test_they_are_the_quantiles_that_numpy_interpolates(bins, batch, monkeypatch):
    monkeypatch.setattr(BINS_WAITING.path, 16)
    values = np.random.default_rng(bins).choice(np.linspace(-3, 9, 70), (211, 1)).astype("float32")
    shares = np.arange(1, bins) / bins
    expected = np.quantile(values.astype("float64"), shares, method="interpolated_inverted_cdf")
    np.testing.assert_allclose(learned(np.random.default_rng(1).permutation(values), bins, batch), expected, rtol=3e-7)
    assert learned(values, bins, batch) == learned(values[::-1], bins, 3)


def test_fewer_numbers_than_bins_make_as_many_boundaries():
    assert learned(np.array([1.0, 2.0]), 5) == pytest.approx((1.0, 1.0, 1.2, 1.6))


def test_zero_has_no_sign():
    assert str(learned(np.array([-0.0, 0.0]), 2)) == "(0.0,)"


@pytest.mark.parametrize("values", [[np.nan], [np.inf], [1e39]])
def test_what_is_no_float32_is_told(values):
    with pytest.raises(NotLearned, match="NaN, infinite or beyond float32"):
        learned(np.array(values), 2)


def test_without_numbers_there_is_nothing_to_learn():
    with pytest.raises(NotLearned, match="no number"):
        Bins(3).finish()
