"""What is quadratic is found out, and what is linear is not taken for it."""

import pytest

from tests.doubling import RATIO, growth


def work(steps):
    return lambda: sum(number & 3 for number in range(int(steps)))


def test_what_is_linear_passes():
    assert growth(lambda n: work(1000 * n), 100) < RATIO


@pytest.mark.parametrize("share", [1.0, 0.5, 0.25])
def test_what_is_quadratic_in_a_part_is_found_out(share):
    """At the small size that part takes such a share of what the linear one does."""
    assert growth(lambda n: work(1000 * n * (1 + share * n / 100)), 100, tries=3) > RATIO
