"""Depthwise and separable convolutions against Keras."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modelspec.catalogue.layers.convolution.depthwise import (
    DepthwiseConv1D,
    DepthwiseConv2D,
    SeparableConv1D,
    SeparableConv2D,
)
from modelspec.catalogue.tensor import Tensor
from tests.catalogue.layers.families import BASE_ARGUMENTS, assert_same_arguments, configurations
from tests.catalogue.layers.windows import DATA_FORMATS, PADDINGS, fails_on_data, inputs_for, per_axis
from tests.catalogue.oracle import assert_agrees, ours

DEPTHWISE = [DepthwiseConv1D, DepthwiseConv2D]
SEPARABLE = [SeparableConv1D, SeparableConv2D]


@pytest.mark.parametrize("layer", [*DEPTHWISE, *SEPARABLE])
def test_arguments_and_defaults_are_those_of_keras(layer):
    assert_same_arguments(layer, {})


@pytest.mark.parametrize("layer", [*DEPTHWISE, *SEPARABLE])
@given(data=st.data())
def test_depthwise_and_separable_convolutions_agree_with_keras(layer, data):
    arguments = {
        "kernel_size": per_axis(layer.spatial_rank),
        "strides": per_axis(layer.spatial_rank),
        "padding": PADDINGS,
        "depth_multiplier": st.integers(1, 3),
        "data_format": DATA_FORMATS,
        "dilation_rate": per_axis(layer.spatial_rank),
        "use_bias": st.booleans(),
        **BASE_ARGUMENTS,
    }
    if layer in SEPARABLE:
        arguments["filters"] = st.integers(1, 4)
    built = data.draw(configurations(layer, arguments))
    assert_agrees(built, inputs=data.draw(inputs_for(layer)))


@pytest.mark.parametrize(
    "layer", [DepthwiseConv2D(kernel_size=3, dilation_rate=(1, 2)), SeparableConv2D(filters=2, kernel_size=(3, 5))]
)
@pytest.mark.parametrize(
    ("shape", "code"), [((None, 9, 4), "MS401"), ((None, 9, 9, None), "MS403"), ((None, None, 4, 3), "MS404")]
)
def test_inputs_that_do_not_fit_are_refused_with_a_code(layer, shape, code):
    assert not assert_agrees(layer, inputs=Tensor(shape))
    assert ours(layer, inputs=Tensor(shape)).code == code


@pytest.mark.parametrize("layer", [DepthwiseConv1D(kernel_size=2), SeparableConv1D(filters=2, kernel_size=2)])
def test_inputs_that_are_not_floats_are_refused_because_the_first_batch_would_fail(layer):
    assert ours(layer, inputs=Tensor((None, 4, 3), "int32")).code == "MS405"
    assert fails_on_data(layer, (4, 3), "int32")


@pytest.mark.parametrize("layer", [DepthwiseConv2D(kernel_size=2, strides=(1, 2), dilation_rate=(2, 1))])
def test_strides_and_dilation_may_stand_together_and_differ_by_axis(layer):
    assert assert_agrees(layer, inputs=Tensor((None, 6, 6, 3)))
    assert not fails_on_data(layer, (6, 6, 3))


def test_multiply_adds_count_each_kernel_at_every_place_of_the_output():
    assert DepthwiseConv2D(kernel_size=3, depth_multiplier=2).multiply_adds(Tensor((None, 10, 12, 4))) == 8 * 10 * 72
    separable = SeparableConv2D(filters=5, kernel_size=3, depth_multiplier=2)
    assert separable.multiply_adds(Tensor((None, None, 12, 4))) == 10 * (72 + 8 * 5)
