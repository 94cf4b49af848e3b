"""The batch size that is told where one does not fit: a power of two, smaller, and within the memory."""

import pytest

from modelspec.runtime.train.memory import fitting_batch


@pytest.mark.parametrize(
    ("batch", "row", "fixed", "memory", "fitting"),
    [
        (4096, 1000, 0, 1_000_000, 512),
        (4096, 1000, 700_000, 1_000_000, 64),
        (4096, 1000, 900_000, 1_000_000, None),
        (64, 1, 0, 10**12, 32),
        (65, 1, 0, 10**12, 64),
        (100, 1, 0, None, 64),
        (1, 1, 0, None, None),
    ],
)
def test_the_largest_power_of_two_that_fits(batch, row, fixed, memory, fitting):
    assert fitting_batch(batch, row, fixed, memory) == fitting
