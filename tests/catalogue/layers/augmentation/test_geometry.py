"""The layers that crop, flip, turn and bend images against Keras."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from modelspec.catalogue.layers.augmentation.geometry import (
    RandomCrop,
    RandomElasticTransform,
    RandomErasing,
    RandomFlip,
    RandomPerspective,
    RandomRotation,
    RandomShear,
    RandomTranslation,
    RandomZoom,
)
from modelspec.catalogue.tensor import Tensor
from tests.catalogue.layers.images import (
    BOTH,
    FACTOR,
    FEW,
    FILL,
    FORMAT,
    FRACTION,
    INTERPOLATION,
    RANGE,
    SEED,
    SIGNED_FACTOR,
    SIZE,
    agrees,
    draw_layer,
    images,
)
from tests.catalogue.oracle import assert_same_signature, ours
from tests.catalogue.trial import run

COMMON = {"seed": SEED, "data_format": FORMAT}
FILLED = {**COMMON, "interpolation": INTERPOLATION, "fill_value": st.sampled_from([0, 0.5])}
ZOOM = st.sampled_from([-0.5, 0, 0.3, (-0.5, 1), (0.1, 0.2)])
ARGUMENTS = {
    RandomCrop: {**COMMON, "height": SIZE, "width": SIZE},
    RandomElasticTransform: {
        **FILLED,
        # Not 0 alone, with which Keras leaves even images alone that it could not bend.
        "factor": st.sampled_from([0.25, 1, (0, 0.5)]),
        "scale": st.sampled_from([0.25, 1, (0, 0.5)]),
        "fill_mode": FILL,
        "value_range": RANGE,
    },
    RandomErasing: {
        **COMMON,
        "factor": FACTOR,
        "scale": FACTOR,
        "fill_value": st.sampled_from([None, 0, 0.5, (1, 2, 3)]),
        "value_range": RANGE,
    },
    RandomFlip: {**COMMON, "mode": st.sampled_from(["horizontal", "vertical", "horizontal_and_vertical"])},
    RandomPerspective: {**FILLED, "factor": FACTOR, "scale": FRACTION},
    RandomRotation: {**FILLED, "factor": SIGNED_FACTOR, "fill_mode": FILL},
    RandomShear: {**FILLED, "x_factor": FACTOR, "y_factor": FACTOR, "fill_mode": FILL},
    RandomTranslation: {**FILLED, "height_factor": SIGNED_FACTOR, "width_factor": SIGNED_FACTOR, "fill_mode": FILL},
    RandomZoom: {**FILLED, "height_factor": ZOOM, "width_factor": ZOOM, "fill_mode": FILL},
}
NEEDED = {
    RandomCrop: {"height": 4, "width": 3},
    RandomRotation: {"factor": 0.2},
    RandomTranslation: {"height_factor": 0.2, "width_factor": 0.2},
    RandomZoom: {"height_factor": 0.2},
}


@pytest.mark.parametrize("layer", ARGUMENTS)
def test_a_geometry_layer_has_kerass_arguments(layer):
    assert_same_signature(layer)


@pytest.mark.parametrize("layer", ARGUMENTS)
@FEW
@given(data=st.data())
def test_a_geometry_layer_agrees_with_keras_and_runs_on_what_it_accepts(layer, data):
    drawn = draw_layer(data, layer, ARGUMENTS[layer])
    agrees(drawn, data.draw(images(drawn)))


@pytest.mark.parametrize("layer", ARGUMENTS)
def test_a_geometry_layer_takes_images_but_no_text_and_no_tables(layer):
    made = layer(**NEEDED.get(layer, {}))
    assert agrees(made, Tensor((None, 16, 16, 3), "uint8"), (True,) if layer is RandomCrop else BOTH)
    assert ours(made, inputs=Tensor((None, 16, 16, 3), "string")).code == "MS405"
    assert ours(made, inputs=Tensor((None, 16))).code == "MS401"


def test_random_crop_promises_its_size_though_it_only_crops_in_training():
    layer, shape = RandomCrop(height=4, width=3), Tensor((None, 8, 8, 3))
    assert ours(layer, inputs=shape)[0] == (Tensor((None, 4, 3, 3)),)
    assert run(layer, {}, (True,), inputs=shape) is None
    assert "computed (2, 8, 8, 3)" in (run(layer, {}, (False,), inputs=shape) or "")


@pytest.mark.parametrize("layer", [RandomCrop, RandomElasticTransform, RandomErasing, RandomPerspective])
def test_a_single_image_may_not_have_the_batch_as_its_height_where_keras_needs_it(layer):
    made = layer(**NEEDED.get(layer, {}))
    assert not agrees(made, Tensor((None, 8, 3)))
    assert ours(made, inputs=Tensor((None, 8, 3))).code == "MS401"
    assert agrees(made, Tensor((8, 8, 3)))


def test_random_perspective_refuses_images_of_one_pixel_height():
    assert not agrees(RandomPerspective(), Tensor((None, 1, 8, 3)))
    assert ours(RandomPerspective(), inputs=Tensor((None, 1, 8, 3))).code == "MS404"


def test_three_fill_values_need_a_last_axis_of_three():
    layer = RandomErasing(fill_value=(1, 2, 3))
    assert agrees(layer, Tensor((None, 8, 8, 3)))
    assert not agrees(layer, Tensor((None, 8, 8, 1)))
    first = RandomErasing(fill_value=(1, 2, 3), data_format="channels_first")
    assert agrees(first, Tensor((None, 3, None, None)))
    assert not agrees(first, Tensor((None, 3, None, 8)))


@pytest.mark.parametrize("dtype", ["float16", "mixed_float16"])
def test_a_layer_without_a_half_precision_kernel_refuses_it(dtype):
    assert ours(RandomErasing(dtype=dtype), inputs=Tensor((None, 8, 8, 3))).argument == "dtype"


@pytest.mark.parametrize(
    ("layer", "arguments"),
    [
        (RandomCrop, {"height": 0, "width": 3}),
        (RandomElasticTransform, {"fill_mode": "mirror"}),
        (RandomFlip, {"mode": "sideways"}),
        (RandomPerspective, {"scale": 1.5}),
        (RandomRotation, {"factor": 2}),
        (RandomRotation, {"factor": 0.1, "fill_mode": "mirror"}),
        (RandomShear, {"x_factor": (-0.5, 0.5)}),
        (RandomTranslation, {"height_factor": 1.5, "width_factor": 0}),
        (RandomZoom, {"height_factor": -1}),
    ],
)
def test_a_geometry_layer_refuses_arguments_out_of_range(layer, arguments):
    with pytest.raises(ValidationError):
        layer(**arguments)
