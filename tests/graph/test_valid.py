"""Random specs over the whole catalogue are drawn so that they validate, the same for the same number."""

import pytest

from modelspec.pipeline import check_text
from tests.graph.valid import valid_spec


@pytest.mark.parametrize("seed", range(0, 450, 90))
def test_a_drawn_spec_validates_and_is_the_same_each_time(seed):
    text = valid_spec(seed)
    assert check_text(text).ok
    assert valid_spec(seed) == text
