"""The pooling family against Keras."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modelspec.catalogue.layers import pooling
from modelspec.catalogue.tensor import Refusal, Tensor
from tests.catalogue.layers.windows import data_formats, per_axis
from tests.catalogue.oracle import assert_agrees, assert_same_signature, ours
from tests.catalogue.strategies import shapes

MAX = [pooling.MaxPooling1D, pooling.MaxPooling2D, pooling.MaxPooling3D]
AVERAGE = [pooling.AveragePooling1D, pooling.AveragePooling2D, pooling.AveragePooling3D]
GLOBAL = [
    pooling.GlobalAveragePooling1D,
    pooling.GlobalAveragePooling2D,
    pooling.GlobalAveragePooling3D,
    pooling.GlobalMaxPooling1D,
    pooling.GlobalMaxPooling2D,
    pooling.GlobalMaxPooling3D,
]
FLOATS = st.sampled_from(["float32", "float32", "float16", "float64"])


@pytest.mark.parametrize("layer", [*MAX, *AVERAGE, *GLOBAL])
def test_arguments_and_defaults_are_those_of_keras(layer):
    assert_same_signature(layer)


@pytest.mark.parametrize("layer", [*MAX, *AVERAGE])
@given(data=st.data())
def test_pooling_agrees_with_keras(layer, data):
    arguments = {
        "pool_size": data.draw(per_axis(layer.spatial_rank)),
        "strides": data.draw(st.none() | per_axis(layer.spatial_rank)),
        "padding": data.draw(st.sampled_from(["valid", "same"])),
        "data_format": data.draw(data_formats()),
    }
    shape = data.draw(st.one_of(shapes(layer.spatial_rank + 2, layer.spatial_rank + 2), shapes()))
    assert_agrees(layer(**arguments), inputs=Tensor(shape, data.draw(FLOATS)))


@pytest.mark.parametrize("layer", GLOBAL)
@given(data=st.data())
def test_global_pooling_agrees_with_keras(layer, data):
    built = layer(data_format=data.draw(data_formats()), keepdims=data.draw(st.booleans()))
    shape = data.draw(st.one_of(shapes(layer.spatial_rank + 2, layer.spatial_rank + 2), shapes()))
    assert_agrees(built, inputs=Tensor(shape, data.draw(st.one_of(FLOATS, st.sampled_from(["int32", "bool"])))))


@pytest.mark.parametrize("layer", [pooling.MaxPooling2D, pooling.AveragePooling2D])
def test_a_window_larger_than_the_input_is_refused(layer):
    assert not assert_agrees(layer(pool_size=3), inputs=Tensor((None, 2, 5, 1)))
    refusal = ours(layer(pool_size=3), inputs=Tensor((None, 2, 5, 1)))
    assert isinstance(refusal, Refusal)
    assert (refusal.code, refusal.argument) == ("MS404", "pool_size")
    assert "pool_size=(3, 3)" in refusal.message


def test_a_window_larger_than_the_input_is_padded_under_same():
    assert assert_agrees(pooling.MaxPooling2D(pool_size=3, padding="same"), inputs=Tensor((None, 2, 5, 1)))


def test_strides_default_to_the_pool_size():
    assert pooling.MaxPooling1D().infer(Tensor((None, 9, 4))).shape == (None, 4, 4)
