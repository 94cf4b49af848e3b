"""The layers that bring images to a given size against Keras."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from modelspec.catalogue.layers.preprocessing.resizing import CenterCrop, Resizing
from modelspec.catalogue.tensor import Tensor
from tests.catalogue.layers.images import FEW, FORMAT, SIZE, agrees, draw_layer, images
from tests.catalogue.oracle import assert_same_signature, ours

ARGUMENTS = {
    CenterCrop: {"height": st.integers(3, 9), "width": SIZE, "data_format": FORMAT},
    Resizing: {
        "height": SIZE,
        "width": SIZE,
        "interpolation": st.sampled_from(["bilinear", "nearest", "lanczos3", "lanczos5", "bicubic", "area"]),
        "pad_to_aspect_ratio": st.booleans(),
        "fill_value": st.sampled_from([0, 0.5]),
        "antialias": st.booleans(),
        "data_format": FORMAT,
    },
}


@pytest.mark.parametrize("layer", ARGUMENTS)
def test_a_resizing_layer_has_kerass_arguments(layer):
    assert_same_signature(layer)


@pytest.mark.parametrize("layer", ARGUMENTS)
@FEW
@given(data=st.data())
def test_a_resizing_layer_agrees_with_keras_and_runs_on_what_it_accepts(layer, data):
    drawn = draw_layer(data, layer, ARGUMENTS[layer])
    agrees(drawn, data.draw(images(drawn)))


@pytest.mark.parametrize("layer", ARGUMENTS)
@pytest.mark.parametrize("shape", [(None, 8, 9, 3), (None, None, None, 3), (None, 2, 2, 1), (None, 8, 9, None)])
def test_a_resizing_layer_gives_the_size_that_was_asked_for(layer, shape):
    assert agrees(layer(height=4, width=3), Tensor(shape))
    assert ours(layer(height=4, width=3), inputs=Tensor(shape))[0][0].shape == (None, 4, 3, shape[-1])


@pytest.mark.parametrize("layer", ARGUMENTS)
def test_a_resizing_layer_refuses_text_and_tables(layer):
    assert ours(layer(height=4, width=3), inputs=Tensor((None, 8, 9, 3), "string")).code == "MS405"
    assert ours(layer(height=4, width=3), inputs=Tensor((None, 8))).code == "MS401"


def test_resizing_crops_or_pads_but_not_both():
    assert agrees(Resizing(height=4, width=3, crop_to_aspect_ratio=True), Tensor((None, 8, 9, 3)))
    with pytest.raises(ValidationError, match="only one of"):
        Resizing(height=4, width=3, crop_to_aspect_ratio=True, pad_to_aspect_ratio=True)
