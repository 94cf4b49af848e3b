"""The normalization family against Keras."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from modelspec.catalogue.kinds import find
from modelspec.catalogue.layers.attention.multi_head import GroupQueryAttention
from modelspec.catalogue.layers.core.core import Dense
from modelspec.catalogue.layers.core.einsum_dense import EinsumDense
from modelspec.catalogue.layers.core.embedding import Embedding
from modelspec.catalogue.layers.normalization.batch import BatchNormalization
from modelspec.catalogue.layers.normalization.normalization import (
    GroupNormalization,
    LayerNormalization,
    RMSNormalization,
    UnitNormalization,
)
from modelspec.catalogue.layers.normalization.spectral import SpectralNormalization
from modelspec.catalogue.layers.recurrent.cells import GRUCell, LSTMCell
from modelspec.catalogue.layers.regularization import Dropout
from modelspec.catalogue.tensor import Refusal, Tensor
from tests.catalogue.layers.families import (
    assert_agrees_or_stricter,
    assert_same_arguments,
    configurations,
    tensors,
)
from tests.catalogue.oracle import assert_agrees, keras_says, ours

AXIS = st.integers(-4, 4)
AXES = st.one_of(AXIS, st.lists(AXIS, min_size=1, max_size=3))
FLAG = st.booleans()

CONFIGURATIONS = {
    BatchNormalization: {"axis": AXIS, "center": FLAG, "scale": FLAG, "renorm": FLAG},
    GroupNormalization: {"axis": AXIS, "center": FLAG, "scale": FLAG, "groups": st.sampled_from([-1, 1, 2, 3, 32])},
    LayerNormalization: {"axis": AXES, "center": FLAG, "scale": FLAG, "rms_scaling": FLAG},
    RMSNormalization: {"axis": AXES},
    UnitNormalization: {"axis": AXES},
}
STRICTER = {
    # Keras notices an axis named twice, and a scale that does not broadcast, when the first batch comes.
    LayerNormalization: ("MS408",),
    RMSNormalization: ("MS408",),
    # ... and whole numbers.
    UnitNormalization: ("MS405", "MS408"),
}


@pytest.mark.parametrize("layer", [*CONFIGURATIONS, SpectralNormalization])
def test_a_normalization_layer_has_kerass_arguments(layer):
    assert_same_arguments(layer, {})


@pytest.mark.filterwarnings("ignore:You passed `rms_scaling=True`:UserWarning")
@pytest.mark.parametrize("layer", CONFIGURATIONS)
@given(data=st.data())
def test_normalization_layers_agree_with_keras(layer, data):
    drawn = data.draw(configurations(layer, CONFIGURATIONS[layer]))
    name = "x" if layer is RMSNormalization else "inputs"
    assert_agrees_or_stricter(drawn, STRICTER.get(layer, ()), **{name: data.draw(tensors())})


@given(
    inner=st.one_of(
        configurations(Dense, {"units": st.integers(1, 4), "use_bias": FLAG}),
        configurations(Embedding, {"input_dim": st.just(9), "output_dim": st.integers(1, 4)}),
        configurations(
            EinsumDense,
            {"equation": st.just("...b,bcd->...cd"), "output_shape": st.just((2, 3)), "bias_axes": st.just("d")},
        ),
    ),
    data=st.data(),
)
def test_spectral_normalization_agrees_with_keras(inner, data):
    layer = data.draw(configurations(SpectralNormalization, {"layer": st.just(inner)}))
    assert_agrees_or_stricter(layer, ("MS401",), inputs=data.draw(tensors(2)))


@pytest.mark.parametrize(
    ("layer", "accepted", "refused", "code"),
    [
        (BatchNormalization(axis=1), (None, 4, None), (None, None, 4), "MS403"),
        (BatchNormalization(axis=3), (None, 2, 2, 3), (None, 2, 3), "MS408"),
        (GroupNormalization(groups=4), (None, None, 8), (None, None, 6), "MS408"),
        (GroupNormalization(groups=-1), (None, None, 6), (None, 6, None), "MS403"),
        (LayerNormalization(axis=(1, 2)), (None, 3, 4), (None, 3, None), "MS403"),
        (LayerNormalization(center=False, scale=False, axis=2), (None, 3, None), (None, 3), "MS408"),
        (UnitNormalization(axis=(1, 2)), (None, None, 4), (None, 4), "MS408"),
        (SpectralNormalization(layer=Dense(units=3)), (None, 4), (None, None), "MS403"),
    ],
    ids=repr,
)
def test_a_normalization_layer_accepts_one_input_and_refuses_another(layer, accepted, refused, code):
    assert assert_agrees(layer, inputs=Tensor(accepted))
    assert not assert_agrees(layer, inputs=Tensor(refused))
    assert ours(layer, inputs=Tensor(refused)).code == code


def test_batch_normalization_takes_a_mask_with_one_axis_less():
    inputs = Tensor((None, 6, 4))
    assert assert_agrees(BatchNormalization(), inputs=inputs, mask=Tensor((None, 6), "bool"))
    assert ours(BatchNormalization(), inputs=inputs, mask=Tensor((None, 6, 4), "bool")).code == "MS401"


def test_spectral_normalization_refuses_a_layer_without_a_kernel():
    layer = SpectralNormalization(layer=Dropout(rate=0.5))
    assert not assert_agrees(layer, inputs=Tensor((None, 4)))
    assert ours(layer, inputs=Tensor((None, 4))).code == "MS408"


@pytest.mark.parametrize(
    "inner",
    [GRUCell(units=3), LSTMCell(units=3), GroupQueryAttention(head_dim=8, num_query_heads=2, num_key_value_heads=2)],
)
def test_spectral_normalization_refuses_a_layer_that_needs_several_tensors(inner):
    with pytest.raises(ValidationError, match="passes one tensor to the layer it wraps"):
        SpectralNormalization(layer=inner)


def test_spectral_normalization_refuses_a_layer_that_is_adapted():
    assert ours(SpectralNormalization(layer=Dense(units=3, lora_rank=1)), inputs=Tensor((None, 4))).code == "MS408"


def test_spectral_normalization_does_the_work_of_the_layer_inside():
    assert SpectralNormalization(layer=Dense(units=3)).multiply_adds(Tensor((None, 4))) == 12


@pytest.mark.parametrize(
    ("layer", "shape"),
    [
        (RMSNormalization(axis=1), (None, 5, 8)),
        (RMSNormalization(axis=1), (None, 5, 1)),
        (LayerNormalization(axis=(1, 1)), (None, 5, 8)),
        (LayerNormalization(axis=(1, -2)), (None, 5, 8)),
    ],
    ids=repr,
)
def test_what_keras_would_only_notice_on_the_first_batch_is_refused(layer, shape):
    name = "x" if isinstance(layer, RMSNormalization) else "inputs"
    assert isinstance(ours(layer, **{name: Tensor(shape)}), Refusal)
    assert not isinstance(keras_says(layer, **{name: Tensor(shape)}), Exception)


@pytest.mark.parametrize(
    ("layer", "arguments"),
    [
        ("GroupNormalization", {"groups": 0}),
        ("GroupNormalization", {"groups": -2}),
        ("BatchNormalization", {"renorm": True, "renorm_clipping": {"rmax": 1, "rmin": 2}}),
        ("BatchNormalization", {"renorm": True, "renorm_clipping": {"dmax": -1}}),
        ("BatchNormalization", {"renorm": True, "renorm_clipping": {"max": 1}}),
        ("BatchNormalization", {"axis": [1, 2]}),
        ("SpectralNormalization", {"layer": Dense(units=1), "power_iterations": 0}),
    ],
)
def test_arguments_that_no_input_fits_are_refused(layer, arguments):
    with pytest.raises(ValidationError):
        find("layer", layer)(**arguments)
