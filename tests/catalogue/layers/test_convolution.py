"""The convolution family against Keras."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from modelspec.catalogue.layers.convolution import Conv1D, Conv2D, Conv3D
from modelspec.catalogue.tensor import Refusal, Tensor
from tests.catalogue.layers.windows import data_formats, per_axis
from tests.catalogue.oracle import assert_agrees, assert_same_signature, ours
from tests.catalogue.strategies import shapes

CONVOLUTIONS = [Conv1D, Conv2D, Conv3D]
FLOATS = st.sampled_from(["float32", "float32", "float16", "float64"])


@pytest.mark.parametrize("layer", CONVOLUTIONS)
def test_arguments_and_defaults_are_those_of_keras(layer):
    assert_same_signature(layer)


@pytest.mark.parametrize("layer", CONVOLUTIONS)
@given(data=st.data())
def test_convolutions_agree_with_keras(layer, data):
    groups = data.draw(st.integers(1, 3))
    dilated = data.draw(st.booleans())
    arguments = {
        "filters": groups * data.draw(st.integers(1, 3)),
        "groups": groups,
        "kernel_size": data.draw(per_axis(layer.spatial_rank)),
        "dilation_rate" if dilated else "strides": data.draw(per_axis(layer.spatial_rank)),
        "padding": data.draw(st.sampled_from(["valid", "same", "causal"] if layer is Conv1D else ["valid", "same"])),
        "data_format": data.draw(data_formats()),
        "use_bias": data.draw(st.booleans()),
        "trainable": data.draw(st.booleans()),
        "dtype": data.draw(st.sampled_from([None, "float16", "mixed_float16"])),
    }
    shape = data.draw(st.one_of(shapes(layer.spatial_rank + 2, layer.spatial_rank + 2), shapes()))
    assert_agrees(layer(**arguments), inputs=Tensor(shape, data.draw(FLOATS)))


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


@pytest.mark.parametrize(
    ("arguments", "argument"),
    [({"strides": 2, "dilation_rate": 2}, "dilation_rate"), ({"groups": 3}, "groups")],
)
def test_arguments_that_exclude_each_other_are_refused(arguments, argument):
    with pytest.raises(ValidationError) as caught:
        Conv2D(filters=4, kernel_size=3, **arguments)
    assert caught.value.errors()[0]["ctx"]["argument"] == argument


def test_multiply_adds_count_one_kernel_at_every_place_of_the_output():
    layer = Conv2D(filters=8, kernel_size=3, groups=2)
    assert layer.multiply_adds(Tensor((None, 10, 12, 4))) == 8 * 10 * (3 * 3 * 2 * 8)
    assert layer.multiply_adds(Tensor((None, None, 12, 4))) == 10 * (3 * 3 * 2 * 8)
