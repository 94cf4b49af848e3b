"""The reshaping family against Keras."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from modelspec.catalogue.kinds import find
from modelspec.catalogue.layers.reshaping.cropping import Cropping1D, Cropping2D, Cropping3D
from modelspec.catalogue.layers.reshaping.padding import ZeroPadding1D, ZeroPadding2D, ZeroPadding3D
from modelspec.catalogue.layers.reshaping.reshaping import Flatten, Permute, RepeatVector, Reshape
from modelspec.catalogue.layers.reshaping.upsampling import UpSampling1D, UpSampling2D, UpSampling3D
from modelspec.catalogue.tensor import Refusal, Tensor
from tests.catalogue.layers.families import (
    assert_agrees_or_stricter,
    assert_same_arguments,
    configurations,
    tensors,
)
from tests.catalogue.oracle import assert_agrees, keras_says, ours

SIZE = st.integers(1, 3)
DATA_FORMAT = st.sampled_from(["channels_last", "channels_first", None])
SIDE = st.one_of(st.integers(0, 4), st.tuples(st.integers(0, 4), st.integers(0, 4)))


def each(one, axes):
    """One value for all axes, or one for each."""
    return st.one_of(st.integers(0, 4), st.tuples(*[one] * axes))


CONFIGURATIONS = {
    Cropping1D: {"cropping": SIDE},
    Cropping2D: {"cropping": each(SIDE, 2), "data_format": DATA_FORMAT},
    Cropping3D: {"cropping": each(SIDE, 3), "data_format": DATA_FORMAT},
    Flatten: {"data_format": DATA_FORMAT, "autocast": st.booleans()},
    Permute: {"dims": st.integers(1, 4).flatmap(lambda n: st.permutations(range(1, n + 1)))},
    RepeatVector: {"n": SIZE},
    UpSampling1D: {"size": SIZE},
    UpSampling2D: {
        "size": st.one_of(SIZE, st.tuples(SIZE, SIZE)),
        "data_format": DATA_FORMAT,
        "interpolation": st.sampled_from(["nearest", "bilinear"]),
    },
    UpSampling3D: {"size": st.one_of(SIZE, st.tuples(SIZE, SIZE, SIZE)), "data_format": DATA_FORMAT},
    ZeroPadding1D: {"padding": SIDE, "data_format": DATA_FORMAT},
    ZeroPadding2D: {"padding": each(SIDE, 2), "data_format": DATA_FORMAT},
    ZeroPadding3D: {"padding": each(SIDE, 3), "data_format": DATA_FORMAT},
}


@pytest.mark.parametrize("layer", [*CONFIGURATIONS, Reshape])
def test_a_reshaping_layer_has_kerass_arguments(layer):
    assert_same_arguments(layer, {})


@pytest.mark.parametrize("layer", CONFIGURATIONS)
@given(data=st.data())
def test_reshaping_layers_agree_with_keras(layer, data):
    rank = {"1D": 3, "2D": 4, "3D": 5}.get(layer.__name__[-2:], 2)
    inputs = data.draw(st.one_of(tensors(rank, rank), tensors(rank, rank), tensors()))
    assert_agrees(data.draw(configurations(layer, CONFIGURATIONS[layer])), inputs=inputs)


@given(
    inputs=tensors(low=1, high=6),
    target=st.lists(st.sampled_from([-1, 1, 2, 3, 4, 6, 12]), max_size=4).filter(lambda dims: dims.count(-1) < 2),
)
def test_reshape_agrees_with_keras(inputs, target):
    assert_agrees(Reshape(target_shape=target), inputs=inputs)


@pytest.mark.parametrize(
    ("layer", "accepted", "refused", "code"),
    [
        (Cropping1D(cropping=2), (None, 5, 3), (None, 4, 3), "MS404"),
        (Cropping2D(cropping=(1, (0, 2))), (None, 3, 3, 1), (None, 3, 2, 1), "MS404"),
        (Cropping3D(data_format="channels_first"), (None, 1, 3, 3, 3), (None, 3, 3, 3, 1), "MS404"),
        (Permute(dims=(2, 1)), (None, 10, 64), (None, 10), "MS401"),
        (RepeatVector(n=3), (None, None), (None, 3, 4), "MS401"),
        (Reshape(target_shape=(7, 7, 64)), (None, 3136), (None, 3137), "MS407"),
        (Reshape(target_shape=(-1, 2, 2)), (None, 12), (None, 13), "MS407"),
        (UpSampling1D(), (None, None, 3), (None, 3), "MS401"),
        (UpSampling2D(), (None, 8, 8, 3), (None, 8, 8), "MS401"),
        (UpSampling3D(), (None, 2, None, 2, 3), (None, 8, 8), "MS401"),
        (ZeroPadding1D(), (None, 8, 3), (None, 8), "MS401"),
        (ZeroPadding2D(), (None, 8, 8, 3), (None, 8, 8), "MS401"),
        (ZeroPadding3D(), (None, 8, 8, 8, 3), (None, 8, 8), "MS401"),
    ],
    ids=repr,
)
def test_a_reshaping_layer_accepts_one_input_and_refuses_another(layer, accepted, refused, code):
    assert assert_agrees(layer, inputs=Tensor(accepted))
    assert not assert_agrees(layer, inputs=Tensor(refused))
    assert ours(layer, inputs=Tensor(refused)).code == code


def test_a_reshape_that_does_not_fit_says_by_how_much():
    refusal = ours(Reshape(target_shape=(7, 7, 64)), inputs=Tensor((None, 3137)))
    assert refusal.message == "Reshape: the 3137 numbers of (None, 3137) do not fit (None, 7, 7, 64), which takes 3136"
    assert refusal.argument == "target_shape"


@pytest.mark.parametrize(
    ("layer", "arguments"),
    [
        ("Reshape", {"target_shape": (-1, -1)}),
        ("Reshape", {"target_shape": (-2,)}),
        ("Reshape", {"target_shape": 5}),
        ("Permute", {"dims": (1, 3)}),
        ("Permute", {"dims": (0, 1)}),
        ("RepeatVector", {"n": 0}),
        ("UpSampling1D", {"size": True}),
        ("UpSampling2D", {"size": (1, 2, 3)}),
        ("UpSampling2D", {"interpolation": "cubic"}),
        ("ZeroPadding2D", {"padding": -1}),
        ("ZeroPadding3D", {"padding": (1, 2)}),
        ("Cropping2D", {"cropping": ((1, 2), (3, -4))}),
    ],
)
def test_arguments_that_no_input_fits_are_refused(layer, arguments):
    with pytest.raises(ValidationError):
        find("layer", layer)(**arguments)


@pytest.mark.parametrize(
    ("target", "shape"),
    [((0,), (None, None)), ((None, 5), (None, 12))],
    ids=["an empty axis", "a null that cannot fit"],
)
def test_a_reshape_that_keras_would_only_notice_on_the_first_batch_is_refused(target, shape):
    layer = Reshape(target_shape=target)
    assert isinstance(ours(layer, inputs=Tensor(shape)), Refusal)
    assert not isinstance(keras_says(layer, inputs=Tensor(shape)), Exception)


@given(
    inputs=tensors(),
    target=st.lists(st.sampled_from([None, 0, 1, 2, 3]), max_size=3).filter(lambda dims: dims.count(None) < 2),
)
def test_reshape_agrees_with_keras_on_null_and_zero_or_is_stricter(inputs, target):
    assert_agrees_or_stricter(Reshape(target_shape=target), ("MS404", "MS407"), inputs=inputs)
