"""Adaptive pooling against Keras."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modelspec.catalogue.layers.pooling import adaptive
from modelspec.catalogue.tensor import Tensor
from tests.catalogue.layers.families import assert_agrees_or_stricter, assert_same_arguments, configurations
from tests.catalogue.layers.windows import DATA_FORMATS, fails_on_data, inputs_for, per_axis
from tests.catalogue.oracle import assert_agrees, ours

ADAPTIVE = [
    adaptive.AdaptiveAveragePooling1D,
    adaptive.AdaptiveAveragePooling2D,
    adaptive.AdaptiveAveragePooling3D,
    adaptive.AdaptiveMaxPooling1D,
    adaptive.AdaptiveMaxPooling2D,
    adaptive.AdaptiveMaxPooling3D,
]


@pytest.mark.parametrize("layer", ADAPTIVE)
def test_arguments_and_defaults_are_those_of_keras(layer):
    assert_same_arguments(layer, {})


@pytest.mark.parametrize("layer", ADAPTIVE)
@given(data=st.data())
def test_adaptive_pooling_agrees_with_keras(layer, data):
    arguments = {"output_size": per_axis(layer.spatial_rank, 1, 6), "data_format": DATA_FORMATS}
    built = data.draw(configurations(layer, arguments))
    assert_agrees_or_stricter(built, ("MS401", "MS404"), inputs=data.draw(inputs_for(layer)))


@pytest.mark.parametrize("layer", [ADAPTIVE[1], ADAPTIVE[4]])
@pytest.mark.parametrize("shape", [(None, 4, 9, 3), (None, None, 2, 3), (None, 2, 2, None)])
def test_sizes_above_one_are_accepted_whether_the_input_is_larger_smaller_or_unknown(layer, shape):
    assert assert_agrees(layer(output_size=(3, 2)), inputs=Tensor(shape))


@pytest.mark.parametrize("layer", [ADAPTIVE[0], ADAPTIVE[3]])
@pytest.mark.parametrize("size", [1, 2, 3, 4, 7])
@pytest.mark.parametrize("output_size", [1, 2, 3, 6])
def test_a_size_of_one_is_refused_exactly_where_the_first_batch_would_fail(layer, size, output_size):
    built = layer(output_size=output_size)
    refused = not isinstance(ours(built, inputs=Tensor((None, size, 3))), tuple)
    assert refused == (1 in (size, output_size))
    assert refused == fails_on_data(built, (size, 3))


def test_an_input_of_another_rank_is_refused_because_the_first_batch_would_fail():
    layer = adaptive.AdaptiveMaxPooling1D(output_size=2)
    assert ours(layer, inputs=Tensor((None, 4, 4, 3))).code == "MS401"
    assert fails_on_data(layer, (4, 4, 3))


@pytest.mark.parametrize(("layer", "dtype"), [(ADAPTIVE[0], "int32"), (ADAPTIVE[3], "bool")])
def test_dtypes_without_a_kernel_are_refused_because_the_first_batch_would_fail(layer, dtype):
    assert ours(layer(output_size=2), inputs=Tensor((None, 4, 3), dtype)).code == "MS405"
    assert fails_on_data(layer(output_size=2), (4, 3), dtype)
