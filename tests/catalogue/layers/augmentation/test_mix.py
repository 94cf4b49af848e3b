"""The layers that mix images or chain augmentations against Keras."""

import keras
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from modelspec.catalogue.layers import LAYERS, LAYERS_LEFT_OUT
from modelspec.catalogue.layers.augmentation.mix import AugMix, CutMix, MaxNumBoundingBoxes, MixUp, RandAugment
from modelspec.catalogue.tensor import Tensor
from tests.catalogue.layers.images import (
    BOTH,
    FACTOR,
    FEW,
    FORMAT,
    INTERPOLATION,
    RANGE,
    SEED,
    agrees,
    draw_layer,
    images,
)
from tests.catalogue.oracle import assert_same_signature, ours
from tests.chosen import spread

COMMON = {"seed": SEED, "data_format": FORMAT}
ALPHA = st.sampled_from([0.2, 1, 3])
ARGUMENTS = {
    AugMix: {
        **COMMON,
        "value_range": RANGE,
        "num_chains": st.integers(1, 2),
        "chain_depth": st.integers(0, 2),
        "factor": FACTOR,
        "alpha": ALPHA,
        "all_ops": st.booleans(),
        "interpolation": INTERPOLATION,
    },
    CutMix: {**COMMON, "factor": FACTOR},
    MaxNumBoundingBoxes: {"max_number": st.integers(1, 5), "fill_value": st.integers(-1, 3), "data_format": FORMAT},
    MixUp: {**COMMON, "alpha": ALPHA},
    RandAugment: {
        **COMMON,
        "value_range": RANGE,
        "num_ops": st.integers(0, 2),
        "factor": FACTOR,
        "interpolation": INTERPOLATION,
    },
}
DETERMINED = [layer for layer in ARGUMENTS if layer is not AugMix]
"""AugMix chooses its augmentations when it is traced, so whether it breaks is chance."""


@pytest.mark.parametrize("layer", ARGUMENTS)
def test_a_mixing_layer_has_kerass_arguments(layer):
    assert_same_signature(layer)


@pytest.mark.parametrize("layer", DETERMINED)
@FEW
@given(data=st.data())
def test_a_mixing_layer_agrees_with_keras_and_runs_on_what_it_accepts(layer, data):
    drawn = draw_layer(data, layer, ARGUMENTS[layer])
    agrees(drawn, data.draw(images(drawn)))


@FEW
@given(data=st.data())
def test_aug_mix_runs_on_what_it_accepts(data):
    drawn = draw_layer(data, AugMix, ARGUMENTS[AugMix])
    tensor = data.draw(images(drawn))
    if not isinstance(ours(drawn, inputs=tensor), Exception):
        assert agrees(drawn, tensor)


def test_aug_mix_with_all_augmentations_needs_gray_or_rgb_images():
    assert ours(AugMix(), inputs=Tensor((None, 8, 8, 4))).code == "MS407"
    assert agrees(AugMix(all_ops=False), Tensor((None, 8, 8, 4)))


@pytest.mark.parametrize("layer", spread(ARGUMENTS, 2))
def test_a_mixing_layer_takes_images_but_no_text_and_no_tables(layer):
    made = layer(**({"max_number": 3} if layer is MaxNumBoundingBoxes else {}))
    assert agrees(made, Tensor((None, 16, 16, 3), "uint8"), BOTH)
    assert ours(made, inputs=Tensor((None, 16, 16, 3), "string")).code == "MS405"
    assert ours(made, inputs=Tensor((None, 16))).code == "MS401"


@pytest.mark.parametrize(
    ("layer", "arguments"), [(MixUp, {"alpha": 0}), (CutMix, {"factor": 2}), (RandAugment, {"factor": (0.5, 2)})]
)
def test_a_mixing_layer_refuses_arguments_out_of_range(layer, arguments):
    with pytest.raises(ValidationError):
        layer(**arguments)


def test_equalization_is_left_out_because_keras_cannot_build_a_model_with_it():
    assert "Equalization" in LAYERS_LEFT_OUT
    assert "Equalization" not in LAYERS
    inputs = keras.Input((8, 8, 3))
    with pytest.raises(ValueError, match="cycle"):
        keras.Model(inputs, keras.layers.Equalization()(inputs))
