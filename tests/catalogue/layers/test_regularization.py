"""The regularization family against Keras."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from modelspec.catalogue.layers import regularization
from modelspec.catalogue.layers.regularization import (
    ActivityRegularization,
    AlphaDropout,
    Dropout,
    GaussianDropout,
    GaussianNoise,
    SpatialDropout1D,
    SpatialDropout2D,
    SpatialDropout3D,
)
from modelspec.catalogue.tensor import Tensor
from tests.catalogue.layers.families import assert_agrees_or_stricter, assert_same_arguments, configurations, tensors
from tests.catalogue.oracle import assert_agrees, keras_says, ours

RATE = st.sampled_from([0, 0.25, 0.5])
SEED = st.sampled_from([None, 1])
DATA_FORMAT = st.sampled_from(["channels_last", "channels_first", None])

CONFIGURATIONS = {
    ActivityRegularization: {"l1": RATE, "l2": RATE},
    AlphaDropout: {"rate": RATE, "seed": SEED},
    Dropout: {"rate": RATE, "seed": SEED},
    GaussianDropout: {"rate": RATE, "seed": SEED},
    GaussianNoise: {"stddev": RATE, "seed": SEED},
    SpatialDropout1D: {"rate": RATE, "seed": SEED},
    SpatialDropout2D: {"rate": RATE, "seed": SEED, "data_format": DATA_FORMAT},
    SpatialDropout3D: {"rate": RATE, "seed": SEED, "data_format": DATA_FORMAT},
}


@pytest.mark.parametrize("layer", CONFIGURATIONS)
def test_a_regularization_layer_has_kerass_arguments(layer):
    assert_same_arguments(layer, {})


@pytest.mark.parametrize("layer", CONFIGURATIONS)
@given(data=st.data())
def test_regularization_layers_agree_with_keras(layer, data):
    base = ("dtype",) if "Spatial" in layer.__name__ else ("dtype", "trainable")
    # Keras lets whole numbers pass until noise is drawn for the first batch.
    drawn = data.draw(configurations(layer, CONFIGURATIONS[layer], base))
    assert_agrees_or_stricter(drawn, ("MS405",), inputs=data.draw(tensors()))


@pytest.mark.parametrize("axes", [1, 2, 3])
def test_spatial_dropout_takes_one_number_of_axes_only(axes):
    layer = getattr(regularization, f"SpatialDropout{axes}D")(rate=0.5)
    shape = (None, *[4] * axes, 3)
    assert assert_agrees(layer, inputs=Tensor(shape))
    assert not assert_agrees(layer, inputs=Tensor((*shape, 3)))
    assert ours(layer, inputs=Tensor(shape[:-1])).code == "MS401"


def test_noise_of_a_shape_that_does_not_fit_is_refused_before_training():
    inputs = Tensor((None, 5, 8))
    assert assert_agrees(Dropout(rate=0.5, noise_shape=(None, 1, 8)), inputs=inputs)
    for noise in ((None, 1), (None, 2, 8), (1, 1, 1, 1)):
        layer = Dropout(rate=0.5, noise_shape=noise)
        assert ours(layer, inputs=inputs).code == "MS408"
        assert not isinstance(keras_says(layer, inputs=inputs), Exception)


@pytest.mark.parametrize(
    ("layer", "arguments"),
    [
        ("Dropout", {"rate": 1.5}),
        ("Dropout", {"rate": -0.1}),
        ("Dropout", {"rate": 0.5, "noise_shape": (0, 1)}),
        ("GaussianNoise", {"stddev": 2}),
        ("ActivityRegularization", {"l1": -1}),
        ("ActivityRegularization", {"activity_regularizer": "l2"}),
        ("SpatialDropout1D", {"rate": 0.5, "trainable": False}),
        # Keras divides by 1 - rate when training begins.
        ("AlphaDropout", {"rate": 1}),
        ("GaussianDropout", {"rate": 1}),
    ],
)
def test_arguments_that_no_input_fits_are_refused(layer, arguments):
    with pytest.raises(ValidationError):
        getattr(regularization, layer)(**arguments)
