"""Conv1D, Conv2D and Conv3D against Keras."""

import keras
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from modelspec.catalogue.constraints import UnitNorm
from modelspec.catalogue.layers.convolution.convolution import Conv1D, Conv2D, Conv3D
from modelspec.catalogue.tensor import Refusal, Tensor
from tests.catalogue.layers.families import BASE_ARGUMENTS, assert_same_arguments
from tests.catalogue.layers.windows import (
    DATA_FORMATS,
    PADDINGS,
    fails_on_data,
    inputs_for,
    layer_or_both_refuse,
    per_axis,
)
from tests.catalogue.oracle import assert_agrees, ours

CONVOLUTIONS = [Conv1D, Conv2D, Conv3D]


@pytest.mark.parametrize("layer", CONVOLUTIONS)
def test_arguments_and_defaults_are_those_of_keras(layer):
    assert_same_arguments(layer, {})


@pytest.mark.parametrize("layer", CONVOLUTIONS)
@given(data=st.data())
def test_convolutions_agree_with_keras(layer, data):
    paddings = st.sampled_from(["valid", "same", "causal"]) if layer is Conv1D else PADDINGS
    drawn = data.draw(
        st.fixed_dictionaries(
            {"filters": st.sampled_from([1, 3, 4, 6]), "kernel_size": per_axis(layer.spatial_rank)},
            optional={
                "strides": per_axis(layer.spatial_rank),
                "padding": paddings,
                "data_format": DATA_FORMATS,
                "dilation_rate": st.one_of(st.just(1), per_axis(layer.spatial_rank)),
                "groups": st.integers(1, 3),
                "use_bias": st.booleans(),
                "lora_rank": st.sampled_from([None, 1, 2]),
                "lora_alpha": st.sampled_from([None, 0.5]),
                **BASE_ARGUMENTS,
            },
        )
    )
    built = layer_or_both_refuse(layer, drawn)
    if built is not None:
        assert_agrees(built, inputs=data.draw(inputs_for(layer)))


@pytest.mark.parametrize("layer", CONVOLUTIONS)
def test_a_constrained_kernel_cannot_be_adapted(layer):
    with pytest.raises(ValidationError, match="lora_rank cannot be used together with kernel_constraint"):
        layer(filters=3, kernel_size=2, lora_rank=2, kernel_constraint=UnitNorm())
    theirs = getattr(keras.layers, layer.__name__)(3, 2, lora_rank=2, kernel_constraint="unit_norm")
    with pytest.raises(ValueError, match="incompatible with kernel constraints"):
        theirs.build((None, *[6] * layer.spatial_rank, 3))


@pytest.mark.parametrize(
    ("shape", "code"),
    [
        ((None, 28, 28), "MS401"),
        ((None, 28, 28, None), "MS403"),
        ((None, 2, None, 4), "MS404"),
        ((None, 28, 28, 3), "MS408"),
    ],
)
def test_inputs_that_do_not_fit_a_convolution_are_refused_with_a_code(shape, code):
    layer = Conv2D(filters=4, kernel_size=3, groups=2)
    assert not assert_agrees(layer, inputs=Tensor(shape))
    refusal = ours(layer, inputs=Tensor(shape))
    assert isinstance(refusal, Refusal)
    assert refusal.code == code


@pytest.mark.parametrize("shape", [(None, 28, 28, 4), (None, None, None, 2), (7, 3, None, 2)])
def test_inputs_that_fit_a_convolution_are_accepted(shape):
    assert assert_agrees(Conv2D(filters=4, kernel_size=3, groups=2), inputs=Tensor(shape))


def test_an_empty_output_names_the_window_and_what_it_needs():
    refusal = ours(Conv2D(filters=4, kernel_size=3, dilation_rate=2), inputs=Tensor((None, 4, 28, 1)))
    assert refusal.message == (
        "Conv2D: the output would be empty, because a window with kernel_size=(3, 3) and dilation_rate=(2, 2) "
        "needs at least (5, 5) on the spatial axes; received (4, 28)"
    )
    assert refusal.argument == "kernel_size"


@pytest.mark.parametrize(
    ("arguments", "argument"),
    [({"strides": 2, "dilation_rate": 2}, "dilation_rate"), ({"groups": 3}, "groups")],
)
def test_arguments_that_exclude_each_other_are_refused(arguments, argument):
    assert layer_or_both_refuse(Conv2D, {"filters": 4, "kernel_size": 3, **arguments}) is None
    with pytest.raises(ValidationError) as caught:
        Conv2D(filters=4, kernel_size=3, **arguments)
    assert caught.value.errors()[0]["ctx"]["argument"] == argument


def test_one_number_stands_for_all_axes_and_causal_padding_is_for_sequences_only():
    assert Conv3D(filters=1, kernel_size=3).kernel_size == (3, 3, 3)
    assert Conv1D(filters=1, kernel_size=3).strides == (1,)
    assert layer_or_both_refuse(Conv2D, {"filters": 4, "kernel_size": 3, "padding": "causal"}) is None
    assert layer_or_both_refuse(Conv2D, {"filters": 4, "kernel_size": (3, 3, 3)}) is None
    assert layer_or_both_refuse(Conv2D, {"filters": 0, "kernel_size": 3}) is None


@pytest.mark.parametrize(("dtype", "arguments"), [("int32", {}), ("bool", {}), ("float64", {"autocast": False})])
def test_inputs_of_another_dtype_than_the_kernel_are_refused_because_the_first_batch_would_fail(dtype, arguments):
    layer = Conv1D(filters=2, kernel_size=2, **arguments)
    assert ours(layer, inputs=Tensor((None, 4, 3), dtype)).code == "MS405"
    assert fails_on_data(layer, (4, 3), dtype)


def test_inputs_of_the_dtype_of_the_kernel_are_accepted_without_a_cast():
    layer = Conv1D(filters=2, kernel_size=2, dtype="mixed_float16", autocast=False)
    assert assert_agrees(layer, inputs=Tensor((None, 4, 3), "float16"))
    assert not fails_on_data(layer, (4, 3), "float16")


def test_multiply_adds_count_the_kernel_at_every_place_of_the_output():
    layer = Conv2D(filters=8, kernel_size=3, groups=2)
    assert layer.multiply_adds(Tensor((None, 10, 12, 4))) == 8 * 10 * (3 * 3 * 2 * 8)
    assert layer.multiply_adds(Tensor((None, None, 12, 4))) == 10 * (3 * 3 * 2 * 8)
