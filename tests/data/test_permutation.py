"""A computed shuffling is one, may be entered anywhere, and looks like any other."""

import hashlib
import time
import tracemalloc
from dataclasses import replace

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


@given(
    rows=st.integers(MANY, 2**40), seed=st.integers(0, 2**63), epoch=st.integers(0, 9), at=st.floats(0, 1),
    stretch=st.none() | st.integers(1, 2**41),
)  # fmt: skip
def test_steps_from_anywhere_are_together_what_stands_there(rows, seed, epoch, at, stretch):
    order = Order(rows, seed, stretch=stretch)
    begin, numbers = int(at * order.length), order.of(epoch)
    steps = [numbers.between(begin + 7 * step, begin + 7 * (step + 1)) for step in range(5)]
    assert np.concatenate(steps).tolist() == numbers.between(begin, begin + 35).tolist()
    assert sum(map(len, steps)) == min(35, order.length - begin)


def test_a_step_of_a_thousand_million_rows_takes_little_memory():
    tracemalloc.start()
    try:
        assert len(Order(10**9).of(1).between(777_000_000, 777_000_256)) == 256
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 6 << 20


ROWS = 120_000
"""Enough for statistics, in a hundred classes of equal size."""


def computed(rows, seed=1, number=0):
    return permutation(rows, (seed, number)).between(0, rows)


def numpys(rows, seed=1, number=0):
    return np.random.default_rng((seed, number)).permutation(rows)


def steps(rows, seed=1, number=0):
    """Every 7919th row: hardly shuffled."""
    return (np.arange(rows) * 7919 + seed + number) % rows


def two_rounds(rows, seed=1, number=0):
    """Each side of the rectangle moved once: not shuffled enough."""
    every = permutation(rows, (seed, number))
    return replace(every, tables=every.tables[:2]).between(0, rows)


def surprise(counts, expected):
    """By how many standard deviations chi-squared is off, where each count is expected to be so large."""
    free = counts.size - 1
    return (((counts - expected) ** 2 / expected).sum() - free) / np.sqrt(2 * free)


def places(shuffled):
    """How often each hundredth of the rows comes into each hundredth of the places."""
    classes = ROWS // 100
    return np.bincount(np.arange(ROWS) // classes * 100 + shuffled(ROWS) // classes, minlength=10_000), ROWS / 10_000


def neighbours(shuffled):
    """How often a row of each fiftieth comes before one of each."""
    classes = shuffled(ROWS) // (ROWS // 50)
    return np.bincount(classes[:-1:2] * 50 + classes[1::2], minlength=2500), ROWS / 5000


def distances(shuffled):
    """How often the next row is so far from one, around the end."""
    return np.bincount(np.diff(shuffled(ROWS)) % ROWS // (ROWS // 500), minlength=500), ROWS / 500


def epochs(shuffled):
    """How often the rows of a hundredth of one epoch's places stand in each hundredth of the next one's."""
    first, second = (np.argsort(shuffled(ROWS, 1, number)) // (ROWS // 100) for number in (0, 1))
    return np.bincount(first * 100 + second, minlength=10_000), ROWS / 10_000


def first_two(shuffled):
    """How often each pair of eleven rows comes first, in many epochs."""
    counts = np.zeros((11, 11))
    for number in range(4400):
        counts[tuple(shuffled(11, 2, number)[:2])] += 1
    return counts[~np.eye(11, dtype=bool)], 40


@pytest.mark.parametrize("counted", [places, neighbours, distances, epochs, first_two])
@pytest.mark.parametrize("shuffled", [computed, numpys])
def test_it_is_as_random_as_numpys(shuffled, counted):
    assert abs(surprise(*counted(shuffled))) < 4


@pytest.mark.parametrize(
    ("shuffled", "counted"),
    [(steps, neighbours), (steps, distances), (steps, epochs), (steps, first_two), (two_rounds, distances)],
)
def test_what_is_hardly_shuffled_is_found_to_be_so(shuffled, counted):
    assert abs(surprise(*counted(shuffled))) > 6


def test_rows_at_no_distance_go_together():
    numbers = computed(ROWS).astype(float)
    together = [np.corrcoef(numbers[:-lag], numbers[lag:])[0, 1] for lag in (1, 2, 3, 345, 346, 347, 692)]
    assert np.abs(together).max() < 4 / np.sqrt(ROWS)
