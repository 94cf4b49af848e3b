"""Max, average and global pooling against Keras."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modelspec.catalogue.layers.pooling import global_pooling, pooling
from modelspec.catalogue.tensor import Tensor
from tests.catalogue.layers.families import assert_same_arguments, configurations
from tests.catalogue.layers.windows import DATA_FORMATS, FLOATS, PADDINGS, fails_on_data, inputs_for, per_axis
from tests.catalogue.oracle import assert_agrees, ours
from tests.catalogue.strategies import dtypes

MAX = [pooling.MaxPooling1D, pooling.MaxPooling2D, pooling.MaxPooling3D]
AVERAGE = [pooling.AveragePooling1D, pooling.AveragePooling2D, pooling.AveragePooling3D]
GLOBAL = [
    global_pooling.GlobalAveragePooling1D,
    global_pooling.GlobalAveragePooling2D,
    global_pooling.GlobalAveragePooling3D,
    global_pooling.GlobalMaxPooling1D,
    global_pooling.GlobalMaxPooling2D,
    global_pooling.GlobalMaxPooling3D,
]


@pytest.mark.parametrize("layer", [*MAX, *AVERAGE, *GLOBAL])
def test_arguments_and_defaults_are_those_of_keras(layer):
    assert_same_arguments(layer, {})


@pytest.mark.parametrize("layer", [*MAX, *AVERAGE])
@given(data=st.data())
def test_pooling_agrees_with_keras(layer, data):
    arguments = {
        "pool_size": per_axis(layer.spatial_rank),
        "strides": st.none() | per_axis(layer.spatial_rank),
        "padding": PADDINGS,
        "data_format": DATA_FORMATS,
    }
    numbers = FLOATS if layer in (*AVERAGE, pooling.MaxPooling3D) else dtypes().filter(lambda dtype: dtype != "bool")
    assert_agrees(data.draw(configurations(layer, arguments)), inputs=data.draw(inputs_for(layer, numbers)))


@pytest.mark.parametrize("layer", GLOBAL)
@given(data=st.data())
def test_global_pooling_agrees_with_keras(layer, data):
    built = data.draw(configurations(layer, {"data_format": DATA_FORMATS, "keepdims": st.booleans()}))
    assert_agrees(built, inputs=data.draw(inputs_for(layer, dtypes())))


@pytest.mark.parametrize("layer", [pooling.MaxPooling2D, pooling.AveragePooling2D])
def test_a_window_larger_than_the_input_is_refused(layer):
    assert not assert_agrees(layer(pool_size=3), inputs=Tensor((None, 2, 5, 1)))
    refusal = ours(layer(pool_size=3), inputs=Tensor((None, 2, 5, 1)))
    assert (refusal.code, refusal.argument) == ("MS404", "pool_size")
    assert refusal.message == (
        f"{layer.__name__}: the output would be empty, because a window with pool_size=(3, 3) "
        "needs at least (3, 3) on the spatial axes; received (2, 5)"
    )


@pytest.mark.parametrize("shape", [(None, 2, 5, 1), (None, None, 5, 1), (None, 7, 5, None)])
def test_a_window_larger_than_the_input_is_padded_under_same(shape):
    assert assert_agrees(pooling.MaxPooling2D(pool_size=3, padding="same"), inputs=Tensor(shape))


def test_strides_default_to_the_pool_size():
    assert pooling.MaxPooling1D().infer(Tensor((None, 9, 4))).shape == (None, 4, 4)


@pytest.mark.parametrize(
    ("layer", "dtype"),
    [
        (pooling.AveragePooling1D(pool_size=2), "int32"),
        (pooling.MaxPooling1D(), "bool"),
        (pooling.MaxPooling3D(), "int32"),
    ],
)
def test_dtypes_without_a_kernel_are_refused_because_the_first_batch_would_fail(layer, dtype):
    shape = (4, 4, 4, 3)[-layer.spatial_rank - 1 :]
    assert ours(layer, inputs=Tensor((None, *shape), dtype)).code == "MS405"
    assert fails_on_data(layer, shape, dtype)


@pytest.mark.parametrize("layer", [pooling.MaxPooling1D(), global_pooling.GlobalMaxPooling1D()])
def test_text_is_refused(layer):
    assert ours(layer, inputs=Tensor((None, 4, 3), "string")).code == "MS405"
