"""Every function and every dtype: what comes out is what Keras says, or it would fail on data."""

from __future__ import annotations

import pytest

from modelspec.catalogue.backends.tensorflow.limits import FLOATS_ONLY, NO_BOOL, WHOLE_ONLY
from modelspec.catalogue.ops import OPS
from modelspec.catalogue.tensor import Tensor
from tests.catalogue.ops.oracle import assert_agrees, op
from tests.catalogue.ops.strategies import DTYPES
from tests.chosen import spread

NEEDED = {
    "cast": {"dtype": "float16"},
    "clip": {"x_min": 0, "x_max": 1},
    "full_like": {"fill_value": 1},
    "moments": {"axes": 0},
    "nanpercentile": {"q": 50},
    "nanquantile": {"q": 0.5},
    "percentile": {"q": 50},
    "quantile": {"q": [0.5]},
    "saturate_cast": {"dtype": "int8"},
    "threshold": {"threshold": 0, "default_value": 1},
}
FAMILIES = ("elementwise", "binary", "reductions")
NAMES = [name for name, (module, _) in OPS.items() if module.endswith(FAMILIES)]


@pytest.mark.parametrize("name", spread(NAMES, 2))
def test_every_dtype_gives_keras_own(name):
    function = op(name, **NEEDED.get(name, {}))
    for dtype in DTYPES:
        for other in DTYPES:
            given = [parameter for parameter in function.tensor_parameters if parameter not in NEEDED.get(name, {})]
            dtypes = dict(zip(given, (dtype, other, other), strict=False))
            assert_agrees(function, **{parameter: Tensor((2, 2), value) for parameter, value in dtypes.items()})
            if len(given) == 1:
                break


@pytest.mark.parametrize("name", [name for name, (module, _) in OPS.items() if module.endswith("binary")])
@pytest.mark.parametrize("number", [2, 2.5, True])
def test_a_number_gives_way_as_in_keras(name, number):
    kind = type(op(name))
    for constant in [parameter for parameter in kind.tensor_parameters if parameter in kind.model_fields]:
        for dtype in DTYPES:
            try:
                function = kind(**{constant: number})
            except ValueError:
                continue
            rest = [parameter for parameter in kind.tensor_parameters if parameter != constant]
            assert_agrees(function, **{parameter: Tensor((2, 3), dtype) for parameter in rest})


def test_the_functions_that_need_a_dtype_are_functions():
    assert set(OPS) >= FLOATS_ONLY | WHOLE_ONLY | NO_BOOL
