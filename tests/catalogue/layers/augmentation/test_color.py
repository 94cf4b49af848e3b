"""The layers that change an image's colours against Keras."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from modelspec.catalogue.layers.augmentation.color import (
    AutoContrast,
    ContrastLimitedAdaptiveHistogramEqualization,
    RandomBrightness,
    RandomColorDegeneration,
    RandomColorJitter,
    RandomContrast,
    RandomGaussianBlur,
    RandomGrayscale,
    RandomHue,
    RandomInvert,
    RandomPosterization,
    RandomSaturation,
    RandomSharpness,
    Solarization,
)
from modelspec.catalogue.tensor import Tensor
from tests.catalogue.layers.images import (
    BOTH,
    FACTOR,
    FEW,
    FORMAT,
    FRACTION,
    RANGE,
    SEED,
    SIGNED_FACTOR,
    agrees,
    draw_layer,
    images,
)
from tests.catalogue.oracle import assert_same_signature, ours

ODD = st.sampled_from([1, 3, 5])
BITS = st.integers(1, 8)
COMMON = {"value_range": RANGE, "data_format": FORMAT}
ARGUMENTS = {
    AutoContrast: COMMON,
    ContrastLimitedAdaptiveHistogramEqualization: {
        **COMMON,
        "clip_limit": st.sampled_from([0.0, 4.0]),
        "tile_grid_size": st.tuples(st.integers(1, 9), st.integers(1, 9)),
    },
    RandomBrightness: {**COMMON, "factor": SIGNED_FACTOR, "seed": SEED},
    RandomColorDegeneration: {**COMMON, "factor": SIGNED_FACTOR, "seed": SEED},
    RandomColorJitter: {
        **COMMON,
        "brightness_factor": SIGNED_FACTOR,
        "contrast_factor": FACTOR,
        "saturation_factor": SIGNED_FACTOR,
        "hue_factor": FACTOR,
        "seed": SEED,
    },
    RandomContrast: {**COMMON, "factor": FACTOR, "seed": SEED},
    RandomGaussianBlur: {
        **COMMON,
        "factor": FACTOR,
        "kernel_size": st.one_of(ODD, st.tuples(ODD, ODD)),
        "sigma": FACTOR,
        "seed": SEED,
    },
    RandomGrayscale: {"factor": FRACTION, "data_format": FORMAT, "seed": SEED},
    RandomHue: {**COMMON, "factor": FACTOR, "seed": SEED},
    RandomInvert: {**COMMON, "factor": FACTOR, "seed": SEED},
    RandomPosterization: {**COMMON, "factor": st.one_of(BITS, st.tuples(BITS, BITS).map(sorted)), "seed": SEED},
    RandomSaturation: {**COMMON, "factor": SIGNED_FACTOR, "seed": SEED},
    RandomSharpness: {**COMMON, "factor": FACTOR, "seed": SEED},
    Solarization: {**COMMON, "addition_factor": FACTOR, "threshold_factor": FACTOR, "seed": SEED},
}
NEEDED = {
    RandomBrightness: {"factor": 0.2},
    RandomColorDegeneration: {"factor": 0.2},
    RandomContrast: {"factor": 0.2},
    RandomHue: {"factor": 0.2},
    RandomPosterization: {"factor": 4},
    RandomSaturation: {"factor": 0.2},
    RandomSharpness: {"factor": 0.2},
}


@pytest.mark.parametrize("layer", ARGUMENTS)
def test_a_colour_layer_has_kerass_arguments(layer):
    assert_same_signature(layer)


@pytest.mark.parametrize("layer", ARGUMENTS)
@FEW
@given(data=st.data())
def test_a_colour_layer_agrees_with_keras_and_runs_on_what_it_accepts(layer, data):
    drawn = draw_layer(data, layer, ARGUMENTS[layer])
    agrees(drawn, data.draw(images(drawn)))


@pytest.mark.parametrize("layer", ARGUMENTS)
def test_a_colour_layer_takes_images_but_no_text_and_no_tables(layer):
    made = layer(**NEEDED.get(layer, {}))
    assert agrees(made, Tensor((None, 16, 16, 3), "uint8"), BOTH)
    assert ours(made, inputs=Tensor((None, 16, 16, 3), "string")).code == "MS405"
    assert ours(made, inputs=Tensor((None, 16))).code == "MS401"


@pytest.mark.parametrize("layer", [RandomColorDegeneration, RandomGrayscale, RandomHue, RandomSaturation])
def test_a_layer_for_rgb_refuses_four_channels(layer):
    refusal = ours(layer(factor=0.2), inputs=Tensor((None, 8, 8, 4)))
    assert refusal.code == "MS407"
    assert "(None, 8, 8, 4)" in refusal.message
    assert not agrees(layer(factor=0.2), Tensor((None, 8, 8, 4)))


def test_random_color_jitter_reads_the_last_axis_whatever_the_data_format():
    layer = RandomColorJitter(hue_factor=0.5, data_format="channels_first")
    assert not agrees(layer, Tensor((None, 3, 8, 8)))
    assert ours(layer, inputs=Tensor((None, 3, 8, 8))).argument == "hue_factor"
    assert agrees(RandomColorJitter(contrast_factor=0.5, data_format="channels_first"), Tensor((None, 3, 8, 8)))


def test_clahe_refuses_images_that_are_too_small_for_its_tiles():
    refusal = ours(ContrastLimitedAdaptiveHistogramEqualization(), inputs=Tensor((None, 2, 16, 3)))
    assert refusal.code == "MS404"
    assert refusal.argument == "tile_grid_size"


@pytest.mark.parametrize(
    ("layer", "arguments"),
    [
        (RandomBrightness, {"factor": 1.5}),
        (RandomBrightness, {"factor": (2.0, 3.0)}),
        (RandomBrightness, {"factor": True}),
        (RandomContrast, {"factor": -0.1}),
        (RandomContrast, {"factor": (0.1, 0.2, 0.3)}),
        (RandomGaussianBlur, {"kernel_size": 4}),
        (RandomGrayscale, {"factor": 1.1}),
        (RandomPosterization, {"factor": 9}),
        (Solarization, {"addition_factor": (0.5, 2.0)}),
        (AutoContrast, {"value_range": (0, 1, 2)}),
    ],
)
def test_a_colour_layer_refuses_arguments_out_of_range(layer, arguments):
    with pytest.raises(ValidationError):
        layer(**arguments)


def test_a_factor_range_only_has_to_touch_the_allowed_range():
    assert RandomContrast(factor=(-5, 0.5)).factor == (-5.0, 0.5)
