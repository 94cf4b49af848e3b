"""The transposed convolutions against Keras."""

import keras
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from pydantic import ValidationError

from modelspec.catalogue.layers.convolution.transpose import Conv1DTranspose, Conv2DTranspose, Conv3DTranspose
from modelspec.catalogue.tensor import Tensor
from tests.catalogue.layers.families import BASE_ARGUMENTS, assert_same_arguments
from tests.catalogue.layers.windows import (
    DATA_FORMATS,
    PADDINGS,
    fails_on_data,
    inputs_for,
    layer_or_both_refuse,
    per_axis,
)
from tests.catalogue.oracle import assert_agrees, assert_same_signature, ours

TRANSPOSES = [Conv1DTranspose, Conv2DTranspose, Conv3DTranspose]


@pytest.mark.parametrize("layer", [Conv1DTranspose, Conv2DTranspose])
def test_arguments_and_defaults_are_those_of_keras(layer):
    assert_same_arguments(layer, {})


def test_arguments_and_defaults_in_three_dimensions_are_those_of_keras_in_the_order_of_the_others():
    assert_same_signature(Conv3DTranspose)


@pytest.mark.parametrize("layer", TRANSPOSES)
@given(data=st.data())
def test_transposed_convolutions_agree_with_keras(layer, data):
    rank = layer.spatial_rank
    drawn = data.draw(
        st.fixed_dictionaries(
            {"filters": st.integers(1, 4), "kernel_size": per_axis(rank)},
            optional={
                "strides": per_axis(rank),
                "padding": PADDINGS,
                "output_padding": st.one_of(st.none(), per_axis(rank, 0, 2)),
                "data_format": DATA_FORMATS,
                "dilation_rate": st.one_of(st.just(1), per_axis(rank)),
                "use_bias": st.booleans(),
                **BASE_ARGUMENTS,
            },
        )
    )
    assume(drawn.get("padding") != "same" or drawn.get("output_padding") is None or _odd(drawn["kernel_size"]))
    built = layer_or_both_refuse(layer, drawn)
    if built is not None:
        assert_agrees(built, inputs=data.draw(inputs_for(layer)))


def _odd(kernel_size):
    return all(size % 2 for size in (kernel_size if isinstance(kernel_size, tuple) else (kernel_size,)))


@pytest.mark.parametrize("kernel_size", [1, 2, 3, 4])
@pytest.mark.parametrize("strides", [1, 2, 3])
@pytest.mark.parametrize("dilation_rate", [1, 2])
@pytest.mark.parametrize("output_padding", [0, 1])
def test_output_padding_under_same_is_refused_exactly_where_the_first_batch_would_fail(
    kernel_size, strides, dilation_rate, output_padding
):
    arguments = {
        "filters": 2,
        "kernel_size": kernel_size,
        "strides": strides,
        "padding": "same",
        "output_padding": output_padding,
        "dilation_rate": dilation_rate,
    }
    try:
        layer = Conv1DTranspose(**arguments)
    except ValidationError:
        try:
            built = keras.layers.Conv1DTranspose(**arguments)
        except ValueError:
            return
        assert fails_on_data(built, (4, 3))
        return
    assert not fails_on_data(layer, (4, 3))
    assert assert_agrees(layer, inputs=Tensor((None, 4, 3)))


@pytest.mark.parametrize(
    ("shape", "code"), [((None, 5, 3), "MS401"), ((None, 5, 5, 5, 3), "MS401"), ((None, 5, 5, None), "MS403")]
)
def test_inputs_that_do_not_fit_a_transposed_convolution_are_refused_with_a_code(shape, code):
    layer = Conv2DTranspose(filters=4, kernel_size=3)
    assert not assert_agrees(layer, inputs=Tensor(shape))
    assert ours(layer, inputs=Tensor(shape)).code == code


def test_output_padding_has_to_be_below_the_strides():
    arguments = {"filters": 4, "kernel_size": 3, "strides": (2, 3), "output_padding": 2}
    assert layer_or_both_refuse(Conv2DTranspose, arguments) is None
    with pytest.raises(ValidationError) as caught:
        Conv2DTranspose(**arguments)
    assert caught.value.errors()[0]["ctx"]["argument"] == "output_padding"


def test_multiply_adds_count_the_kernel_at_every_place_of_the_input():
    layer = Conv2DTranspose(filters=8, kernel_size=3, strides=2)
    assert layer.multiply_adds(Tensor((None, 10, 12, 4))) == 10 * 12 * (3 * 3 * 4 * 8)
    assert layer.multiply_adds(Tensor((None, 10, None, 4))) == 10 * (3 * 3 * 4 * 8)
