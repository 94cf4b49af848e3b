"""What is quadratic is found out, and what is linear is not taken for it."""

import pytest

import tests.doubling
from tests.doubling import RATIO, growth


@pytest.fixture
def work(monkeypatch):
    """Calls that take as many seconds as they say, by a clock that no neighbour disturbs."""
    spent = [0.0]

    class Clock:
        def process_time(self):
            return spent[0]

    def lasting(seconds):
        def call():
            spent[0] += seconds

        return call

    monkeypatch.setattr(tests.doubling, "time", Clock())
    return lasting


def test_what_is_linear_passes(work):
    assert growth(lambda n: work(n), 100) == pytest.approx(tests.doubling.FACTOR)


@pytest.mark.parametrize("share", [1.0, 0.5, 0.25])
def test_what_is_quadratic_in_a_part_is_found_out(work, share):
    """At the small size that part takes such a share of what the linear one does."""
    assert growth(lambda n: work(n * (1 + share * n / 100)), 100) > RATIO


def test_what_a_neighbour_slows_once_is_tried_again(work):
    disturbed = iter([3.0])

    def prepare(size):
        call = work(size)
        return call if size == 100 else lambda: (call(), work(size * next(disturbed, 0.0))())

    assert growth(prepare, 100) == pytest.approx(tests.doubling.FACTOR)
