"""A computed shuffling is one, may be entered anywhere, and looks like any other."""

import hashlib
import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from modelspec.data.order import STORED, Order
from modelspec.data.permutation import permutation

MANY = STORED + 3


@given(count=st.integers(1, 3000), seed=st.integers(0, 2**63), epoch=st.integers(0, 1000))
def test_it_has_every_number_once(count, seed, epoch):
    numbers = permutation(count, (seed, epoch)).between(0, count)
    assert sorted(numbers.tolist()) == list(range(count))


@given(count=st.integers(1, 3000), data=st.data())
def test_any_part_of_it_is_that_part_of_the_whole(count, data):
    first = data.draw(st.integers(0, count))
    end = data.draw(st.integers(first, count))
    made = permutation(count, (1, 2))
    assert made.between(first, end).tolist() == made.between(0, count).tolist()[first:end]


def test_it_stays_what_it_was_when_runs_were_saved():
    digest = hashlib.sha256(permutation(100_003, (7, 3)).between(0, 100_003).astype("<i8").tobytes()).hexdigest()
    assert digest == "85bb6fe083560b00bea8ba6d28093735fdc9074c62b662c32c747075851345ed"


@pytest.mark.parametrize("count", [2, 5, 8])
def test_every_number_is_about_as_likely_at_every_place(count):
    rounds = 3000
    counts = np.zeros((count, count))
    for key in range(rounds):
        counts[np.arange(count), permutation(count, (1, key)).between(0, count)] += 1
    expected = rounds / count
    assert abs(counts - expected).max() < 5 * np.sqrt(expected)


@pytest.mark.parametrize("count", [3_000, 100_003])
def test_places_and_numbers_tell_nothing_of_each_other(count):
    """Chi-squared over a grid of places and numbers, of neighbours, and of numbers in the epochs before and after."""
    edge = 20
    before = permutation(count, (5, 0)).between(0, count)
    after = permutation(count, (5, 1)).between(0, count)
    places = np.arange(count)
    for one, other in ((places, before), (before[:-1], before[1:]), (before, after), (before[:-256], before[256:])):
        cells = np.histogram2d(one, other, bins=edge, range=[[0, count], [0, count]])[0]
        expected = len(one) / edge**2
        chi = ((cells - expected) ** 2 / expected).sum()
        free = (edge - 1) ** 2
        assert abs(chi - free) < 5 * np.sqrt(2 * free)


def test_neighbours_hardly_ever_stay_neighbours():
    numbers = permutation(100_003, (5, 0)).between(0, 100_003)
    kept = int((np.abs(np.diff(numbers)) == 1).sum())
    assert kept < 12  # two are expected
    longest = np.diff(np.flatnonzero(np.diff(np.sign(np.diff(numbers))))).max()
    assert longest < 12  # a run upwards of twelve is one in 500 million


def test_the_order_of_many_rows_is_computed_and_that_of_few_is_as_it_was():
    order = Order(MANY, seed=4)
    assert order.between(2, 500, 600).tolist() == permutation(MANY, (4, 2)).between(500, 600).tolist()
    few = Order(STORED, seed=4)
    keys = np.random.Philox(np.random.SeedSequence((4, 2))).random_raw(STORED)
    assert few.between(2, 500, 600).tolist() == np.argsort(keys, kind="stable")[500:600].tolist()


def test_every_epoch_of_many_rows_has_an_order_of_its_own_with_each_row_once():
    order = Order(MANY, seed=4)
    first, second = order.epoch(0), order.epoch(1)
    assert (np.bincount(first, minlength=MANY) == 1).all()
    assert (first != second).mean() > 0.999


def test_a_stretch_of_many_rows_goes_on_where_the_one_before_it_ended():
    whole, found = Order(MANY, 9), Order(MANY, 9, stretch=1000)
    epoch = MANY // 1000
    ends = np.concatenate([whole.epoch(0)[epoch * 1000 :], whole.between(1, 0, 1000 - MANY % 1000)])
    assert found.of(epoch).between(0, 5000).tolist() == ends.tolist()


def test_any_step_of_ten_million_rows_is_there_at_once():
    order = Order(10_000_000, seed=1)
    taken = []
    for step in (0, 12_345, 39_000):
        began = time.perf_counter()
        assert len(order.of(7).between(step * 256, (step + 1) * 256)) == 256
        taken.append(time.perf_counter() - began)
    assert min(taken) < 0.02
