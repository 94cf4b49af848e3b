"""`*` stands for any letters, as Python's own matching of names says, in linear time."""

import re
from fnmatch import fnmatchcase
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modelspec.source.wildcards import Names, fitting
from tests.patience import Stopwatch

LETTERS = "ab/.*"


def below(path, pattern):
    parts = path.split("/")
    return any(fnmatchcase("/".join(parts[:end]), pattern) for end in range(1, len(parts) + 1))


def test_names_fit_as_python_matches_them():
    random = Random(7)
    names = sorted({"".join(random.choices("ab/.", k=random.randrange(7))) for _ in range(400)})
    together = Names(names)
    for _ in range(400):
        pattern = "".join(random.choices(LETTERS, k=random.randrange(6)))
        assert together.fitting(pattern) == [name for name in names if fnmatchcase(name, pattern)], pattern
        assert together.fitting(pattern, part=True) == [name for name in names if below(name, pattern)], pattern


@pytest.mark.parametrize("pattern", ["a?", "[ab]", "a.c", "(a)", "a|b", "a$", "^a", "\\", "a\n"])
def test_no_other_letter_than_the_star_means_more_than_itself(pattern):
    assert fitting(pattern, ["ab", "a", "b", "abc", "axc"]) == []
    if "\n" not in pattern:
        assert fitting(pattern, ["a", pattern, "b"]) == [pattern]


@given(
    st.tuples(st.text("ab_", max_size=3), st.text("ab_*", max_size=6)).map("*".join),
    st.lists(st.text("ab_", min_size=1, max_size=6), max_size=6),
)
def test_a_star_is_any_letters(pattern, names):
    expected = [
        name for name in names if re.fullmatch(".*".join(re.escape(piece) for piece in pattern.split("*")), name)
    ]
    assert fitting(pattern, names) == expected


def test_many_stars_take_no_time():
    with Stopwatch() as watch:
        assert fitting("*a" * 400 + "*", ["a" * 4000 + "b"] * 50) == ["a" * 4000 + "b"] * 50
        assert fitting("*a" * 400 + "*c", ["a" * 4000] * 50) == []
    assert watch.seconds < 5  # a matcher that goes back takes for ever


def test_many_patterns_of_many_stars_take_linear_time():
    names = Names(f"{'a' * 30}_layer_{number}" for number in range(3_000))
    with Stopwatch() as watch:
        for number in range(500):
            assert names.fitting(f"{'*a' * 20}*b{number}") == []
    assert watch.seconds < 3
    with Stopwatch() as watch:
        assert names.fitting("*a" * 200_000) == []
    assert watch.seconds < 1


def test_an_expression_is_made_for_no_pattern_that_is_longer_than_every_name(monkeypatch):
    monkeypatch.setattr(re, "finditer", None)
    assert Names(["abc"]).fitting("a*b*c*d") == []
