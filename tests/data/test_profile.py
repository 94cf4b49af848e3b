"""What columns hold, in numbers."""

import numpy as np
import pytest

from modelspec.data.load import Located, opened
from modelspec.data.profile import BINS, profiled
from modelspec.language.sections.sources import Npz, Wanted


@pytest.fixture
def column(tmp_path):
    """The profile of an array's rows."""

    def made(values):
        want = Wanted("x", "input", values.shape[1:], str(values.dtype))
        np.savez(tmp_path / "rows.npz", x=values)
        return profiled("train", opened(Located(Npz(path="rows.npz"), str(tmp_path)), [want], "train")).columns[0]

    return made


@pytest.mark.parametrize("dtype", ["uint8", "int16", "float32"])
def test_numbers_are_those_of_all_values_together(column, dtype):
    values = np.random.default_rng(1).integers(3, 250, (60, 5, 7)).astype(dtype)
    found, numbers = column(values), values.astype("float64").reshape(-1)
    assert (found.minimum, found.maximum, found.distinct) == (numbers.min(), numbers.max(), len(np.unique(numbers)))
    assert found.mean == pytest.approx(numbers.mean(), rel=1e-12)
    assert found.deviation == pytest.approx(numbers.std(), rel=1e-12)
    assert list(found.histogram) == np.histogram(numbers, bins=BINS)[0].tolist()
