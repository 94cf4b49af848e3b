"""The activation family against Keras."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from modelspec.catalogue.layers import activation
from modelspec.catalogue.layers.activation import ELU, Activation, LeakyReLU, PReLU, ReLU, Softmax
from modelspec.catalogue.tensor import Refusal, Tensor
from tests.catalogue.layers.families import (
    assert_agrees_or_stricter,
    assert_same_arguments,
    configurations,
    tensors,
)
from tests.catalogue.oracle import assert_agrees, keras_says, ours

SLOPE = st.sampled_from([0, 0.25, 3])

CONFIGURATIONS = {
    Activation: {"activation": st.sampled_from(["relu", "tanh", "softmax"])},
    ELU: {"alpha": SLOPE},
    LeakyReLU: {"negative_slope": SLOPE},
    PReLU: {"shared_axes": st.one_of(st.none(), st.integers(-4, 4), st.lists(st.integers(-2, 4), max_size=3))},
    ReLU: {"max_value": SLOPE, "negative_slope": SLOPE, "threshold": SLOPE},
    Softmax: {"axis": st.one_of(st.integers(-4, 4), st.lists(st.integers(-3, 3), min_size=1, max_size=2, unique=True))},
}


@pytest.mark.parametrize("layer", CONFIGURATIONS)
def test_an_activation_layer_has_kerass_arguments(layer):
    assert_same_arguments(layer, {})


@pytest.mark.parametrize("layer", CONFIGURATIONS)
@given(data=st.data())
def test_activation_layers_agree_with_keras(layer, data):
    # Keras looks at the dtype, and at the axis of a Softmax, when the first batch comes.
    stricter = ("MS405", "MS408") if layer is Softmax else ("MS405",)
    drawn = data.draw(configurations(layer, CONFIGURATIONS[layer]))
    assert_agrees_or_stricter(drawn, stricter, inputs=data.draw(tensors()))


def test_prelu_needs_known_sizes_or_shared_axes():
    inputs = Tensor((None, None, 8))
    assert not assert_agrees(PReLU(), inputs=inputs)
    assert ours(PReLU(), inputs=inputs).code == "MS403"
    assert assert_agrees(PReLU(shared_axes=1), inputs=inputs)
    assert PReLU(shared_axes=[1]).new_weights(inputs)[0].shape == (1, 8)
    assert ours(PReLU(shared_axes=3), inputs=inputs).code == "MS408"


def test_softmax_refuses_an_axis_that_is_not_there():
    assert Softmax(axis=1).infer(Tensor((None, 4))).shape == (None, 4)
    refusal = ours(Softmax(axis=2), inputs=Tensor((None, 4)))
    assert (refusal.code, refusal.argument) == ("MS408", "axis")


def test_a_softmax_mask_must_fit_its_inputs():
    inputs = Tensor((None, 6, 4))
    assert assert_agrees(Softmax(), inputs=inputs, mask=Tensor((None, 1, 4), "bool"))
    misfit = Tensor((None, 6), "bool")
    assert isinstance(ours(Softmax(), inputs=inputs, mask=misfit), Refusal)
    assert not isinstance(keras_says(Softmax(), inputs=inputs, mask=misfit), Exception)


@pytest.mark.parametrize(
    ("layer", "dtype"),
    [
        (Activation(activation="sigmoid"), "int32"),
        (Activation(activation="relu"), "bool"),
        (ELU(), "int32"),
        (PReLU(), "int32"),
        (ReLU(), "bool"),
        (Softmax(), "uint8"),
    ],
    ids=repr,
)
def test_numbers_that_tensorflow_cannot_work_on_are_refused(layer, dtype):
    inputs = Tensor((None, 4), dtype)
    assert ours(layer, inputs=inputs).code == "MS405"
    assert not isinstance(keras_says(layer, inputs=inputs), Exception)
    assert assert_agrees(layer, inputs=Tensor((None, 4), "float16"))


def test_activation_refuses_glu_which_changes_the_shape():
    assert ours(Activation(activation="glu"), inputs=Tensor((None, 4))).code == "MS408"


@pytest.mark.parametrize(
    ("layer", "arguments"),
    [
        ("Activation", {}),
        ("LeakyReLU", {"negative_slope": -1}),
        ("LeakyReLU", {"negative_slope": None}),
        ("LeakyReLU", {"alpha": 0.1}),
        ("ReLU", {"max_value": -1}),
        ("ReLU", {"threshold": -1}),
    ],
)
def test_arguments_that_no_input_fits_are_refused(layer, arguments):
    with pytest.raises(ValidationError):
        getattr(activation, layer)(**arguments)
