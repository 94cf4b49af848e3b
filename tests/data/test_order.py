"""The order of rows depends on the seed and the epoch alone."""

import hashlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from modelspec.data.order import Order, split_rows

rows = st.integers(1, 200)
seeds = st.integers(0, 2**63)
epochs = st.integers(0, 1000)


@given(rows=rows, seed=seeds, epoch=epochs, shuffle=st.booleans())
def test_an_order_has_every_row_once(rows, seed, epoch, shuffle):
    order = Order(rows, seed, shuffle).epoch(epoch)
    assert sorted(order.tolist()) == list(range(rows))
    assert shuffle or order.tolist() == list(range(rows))
    np.testing.assert_array_equal(order, Order(rows, seed, shuffle).epoch(epoch))


def test_every_epoch_and_every_seed_has_an_order_of_its_own():
    orders = {Order(100, seed).epoch(epoch).tobytes() for seed in range(5) for epoch in range(20)}
    assert len(orders) == 100


def test_the_order_stays_what_it_was_when_runs_were_saved():
    digest = hashlib.sha256(Order(1000, 7).epoch(3).astype("<i8").tobytes()).hexdigest()
    assert digest == "158cd891ddfebf4b372b0a0323c7ef6592c85f3ba587fd5e92de7f612ce61cd1"


def test_every_row_is_about_as_likely_at_every_place():
    counts = np.zeros((8, 8))
    for epoch in range(2000):
        counts[np.arange(8), Order(8, 1).epoch(epoch)] += 1
    assert abs(counts - 250).max() < 80


@given(rows=rows, stretch=st.integers(1, 250), seed=seeds, shuffle=st.booleans(), epoch=st.integers(0, 20))
def test_a_stretch_goes_on_where_the_one_before_it_ended(rows, stretch, seed, shuffle, epoch):
    whole = Order(rows, seed, shuffle)
    passes = np.concatenate([whole.epoch(number) for number in range((epoch + 1) * stretch // rows + 1)])
    found = Order(rows, seed, shuffle, stretch)
    assert found.epoch(epoch).tolist() == passes[epoch * stretch : (epoch + 1) * stretch].tolist()
    assert (whole.length, found.length) == (rows, stretch)


@given(rows=st.integers(0, 500), fraction=st.floats(0, 1, exclude_min=True, exclude_max=True))
def test_a_split_is_kerass(rows, fraction):
    from keras.src.trainers.data_adapters.array_slicing import train_validation_split

    found, diagnostics = split_rows(rows, fraction)
    try:
        (train,), (validation,) = train_validation_split((np.arange(rows),), fraction)
    except ValueError:
        assert found is None
        assert [item.code for item in diagnostics] == ["MS741"]
    else:
        assert diagnostics == ()
        assert list(found[0]) == train.tolist()
        assert list(found[1]) == validation.tolist()


@pytest.mark.parametrize(
    ("rows", "fraction", "part"),
    [(0, 0.5, "validation"), (3, 0.9, "training"), (1, 0.5, "training"), (5, 0.99, "training")],
)
def test_an_empty_side_of_a_split_is_named(rows, fraction, part):
    _, (found,) = split_rows(rows, fraction)
    assert f"leaves no {part} rows" in found.message
    assert found.path == ("data", "validation", "split")
