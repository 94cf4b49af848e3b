"""The core family against Keras."""

from hypothesis import given
from hypothesis import strategies as st

from modelspec.catalogue.layers.core import Dense
from modelspec.catalogue.tensor import Tensor
from tests.catalogue.oracle import assert_agrees
from tests.catalogue.strategies import dtypes, shapes


@given(shape=shapes(), dtype=dtypes(), units=st.integers(1, 5), use_bias=st.booleans(), trainable=st.booleans())
def test_dense_agrees_with_keras(shape, dtype, units, use_bias, trainable):
    assert_agrees(Dense(units=units, use_bias=use_bias, trainable=trainable), inputs=Tensor(shape, dtype))
