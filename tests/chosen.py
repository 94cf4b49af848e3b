"""Which cases of a long matrix `make test` runs; `make test-slow` runs all of them."""

from collections.abc import Iterable
from typing import Any

import pytest


def chosen(cases: Iterable[Any], quick: Iterable[Any]) -> list[Any]:
    """All cases as parameters; those that are not among the quick ones are slow. A tuple is one case of several values."""
    quick = list(quick)
    cases = list(cases)
    assert all(case in cases for case in quick), "a quick case is none of the cases"
    return [_param(case, slow=case not in quick) for case in cases]


def spread(cases: Iterable[Any], every: int, first: int = 0) -> list[Any]:
    """All cases as parameters; every so manieth is quick, from the first on, and the others are slow."""
    return [_param(case, slow=(number - first) % every != 0) for number, case in enumerate(cases)]


def _param(case: Any, *, slow: bool) -> Any:
    marks = [pytest.mark.slow] if slow else []
    return pytest.param(*(case if isinstance(case, tuple) else (case,)), marks=marks)
