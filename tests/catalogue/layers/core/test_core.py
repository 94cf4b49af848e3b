"""The core family against Keras."""

import keras
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from modelspec.catalogue.kinds import find
from modelspec.catalogue.layers.core.core import Dense, Identity, Masking
from modelspec.catalogue.layers.core.embedding import Embedding, ReversibleEmbedding
from modelspec.catalogue.tensor import Tensor
from tests.catalogue.layers.families import (
    assert_agrees_or_stricter,
    assert_same_arguments,
    configurations,
    tensors,
)
from tests.catalogue.oracle import assert_agrees, ours

SIZE = st.integers(1, 5)
RANK = st.sampled_from([None, 2])
QUANTIZATION = {"quantization_config": "a Python object that describes a layer which is quantized after training"}
LEFT_OUT = {
    Dense: QUANTIZATION,
    Embedding: {**QUANTIZATION, "weights": "an array, which a spec cannot contain"},
}

CONFIGURATIONS = {
    Dense: {"units": SIZE, "use_bias": st.booleans(), "lora_rank": RANK, "activation": st.sampled_from([None, "relu"])},
    Embedding: {"input_dim": SIZE, "output_dim": SIZE, "mask_zero": st.booleans(), "lora_rank": RANK},
    Identity: {"autocast": st.booleans()},
    Masking: {"mask_value": st.sampled_from([0, -1.5])},
    ReversibleEmbedding: {
        "input_dim": SIZE,
        "output_dim": SIZE,
        "tie_weights": st.booleans(),
        "mask_zero": st.booleans(),
        "reverse_dtype": st.sampled_from([None, "float32"]),
        "logit_soft_cap": st.sampled_from([None, 30]),
    },
}


@pytest.mark.parametrize("layer", CONFIGURATIONS)
def test_a_core_layer_has_kerass_arguments(layer):
    assert_same_arguments(layer, LEFT_OUT.get(layer, {}))


@pytest.mark.parametrize("layer", CONFIGURATIONS)
@given(data=st.data())
def test_core_layers_agree_with_keras(layer, data):
    assert_agrees(data.draw(configurations(layer, CONFIGURATIONS[layer])), inputs=data.draw(tensors()))


@pytest.mark.parametrize("reverse", [False, True])
def test_a_reversible_embedding_can_be_adapted_where_its_weights_are_tied(reverse):
    layer = ReversibleEmbedding(input_dim=5, output_dim=3, lora_rank=2, lora_alpha=0.5)
    assert assert_agrees(layer, inputs=Tensor((None, 3)), reverse=reverse)
    with pytest.raises(ValidationError, match="not tied"):
        ReversibleEmbedding(input_dim=5, output_dim=3, lora_rank=2, tie_weights=False)
    with pytest.raises(ValueError):  # noqa: PT011  (Keras's has no message)
        keras.layers.ReversibleEmbedding(5, 3, lora_rank=2, tie_weights=False).build((None, 3))


@given(layer=configurations(ReversibleEmbedding, CONFIGURATIONS[ReversibleEmbedding]), inputs=tensors(high=5))
def test_a_reversed_embedding_agrees_with_keras(layer, inputs):
    # Keras compares the last axis with output_dim when the first batch comes.
    assert_agrees_or_stricter(layer, ("MS407",), inputs=inputs, reverse=True)


@given(inputs=st.lists(tensors(), min_size=1, max_size=3))
def test_identity_hands_a_list_through(inputs):
    assert assert_agrees(Identity(), inputs=tuple(inputs))


def test_a_dense_layer_refuses_an_unknown_last_axis():
    assert not assert_agrees(Dense(units=3), inputs=Tensor((None, None)))
    assert ours(Dense(units=3), inputs=Tensor((None, None))).code == "MS403"


def test_a_dense_layer_refuses_a_lone_batch_axis():
    assert not assert_agrees(Dense(units=3), inputs=Tensor((None,)))
    assert ours(Dense(units=3), inputs=Tensor((None,))).code == "MS401"


def test_a_dense_layer_refuses_text():
    assert ours(Dense(units=3), inputs=Tensor((None, 3), "string")).code == "MS405"


def test_dense_counts_one_multiply_add_per_weight_and_position():
    assert Dense(units=3).multiply_adds(Tensor((None, 4))) == 12
    assert Dense(units=3).multiply_adds(Tensor((None, None, 5, 4))) == 60


def test_a_reversed_embedding_gives_a_score_for_each_word():
    layer = ReversibleEmbedding(input_dim=100, output_dim=8)
    assert assert_agrees(layer, inputs=Tensor((None, 6, 8)), reverse=True)
    assert layer.infer(Tensor((None, 6, 8)), reverse=True).shape == (None, 6, 100)
    assert layer.multiply_adds(Tensor((None, 6, 8)), reverse=True) == 4800
    assert ours(layer, inputs=Tensor((None, 6, 7)), reverse=True).code == "MS407"


@pytest.mark.parametrize(
    ("layer", "arguments"),
    [
        ("Dense", {"units": 0}),
        ("Dense", {"units": True}),
        ("Dense", {"units": 3, "lora_rank": 2, "kernel_constraint": "non_neg"}),
        ("Embedding", {"input_dim": 3}),
        ("Embedding", {"input_dim": 3, "output_dim": 4, "input_length": 5}),
        ("Embedding", {"input_dim": 3, "output_dim": 4, "lora_rank": 2, "embeddings_constraint": "non_neg"}),
        ("Masking", {"mask_value": "nothing"}),
    ],
)
def test_arguments_that_no_input_fits_are_refused(layer, arguments):
    with pytest.raises(ValidationError):
        find("layer", layer)(**arguments)
