"""MultiHeadAttention and GroupQueryAttention against Keras."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from modelspec.catalogue.layers.attention.multi_head import GroupQueryAttention, MultiHeadAttention
from modelspec.catalogue.tensor import Refusal, Tensor
from tests.catalogue.layers.attention.test_attention import common, switches
from tests.catalogue.oracle import assert_agrees, assert_same_signature, keras_says
from tests.catalogue.strategies import dims, dtypes

QUERY, VALUE = Tensor((None, 5, 8)), Tensor((None, 6, 8))


@pytest.mark.parametrize("entry", [MultiHeadAttention, GroupQueryAttention])
def test_signatures_are_those_of_keras(entry):
    assert_same_signature(entry)


@given(
    heads=st.integers(1, 3),
    key_dim=st.integers(1, 4),
    value_dim=st.none() | st.integers(1, 4),
    output_shape=st.none() | st.integers(1, 4) | st.just((2, 3)),
    use_bias=st.booleans(),
    use_gate=st.booleans(),
    sizes=st.tuples(dims(), dims(), dims(), dims(), dims(), dims()),
    with_key=st.booleans(),
    dtype=dtypes(),
    more=common(),
    call=switches(),
)
def test_multi_head_attention_agrees_with_keras(
    heads, key_dim, value_dim, output_shape, use_bias, use_gate, sizes, with_key, dtype, more, call
):
    layer = MultiHeadAttention(
        num_heads=heads, key_dim=key_dim, value_dim=value_dim, output_shape=output_shape, use_bias=use_bias,
        use_gate=use_gate, **more,
    )  # fmt: skip
    steps, others, third, width, value_width, key_width = sizes
    inputs = {"query": Tensor((None, steps, width), dtype), "value": Tensor((None, others, value_width))}
    if with_key:
        inputs["key"] = Tensor((None, third if third == 1 else others, key_width))
    assert_agrees(layer, **inputs, **call)


@given(
    axes=st.none() | st.integers(-2, 3) | st.sampled_from([(1, 2), (2, 1), (1, 1)]),
    sizes=st.tuples(dims(1, 3), dims(1, 3), dims(1, 3), dims(1, 3)),
)
def test_multi_head_attention_over_some_axes_accepts_no_more_than_keras(axes, sizes):
    layer = MultiHeadAttention(num_heads=2, key_dim=3, attention_axes=axes)
    inputs = {"query": Tensor((None, *sizes[:2], 8)), "value": Tensor((None, *sizes[2:], 8))}
    try:
        layer.infer(**inputs)
    except Refusal:
        return
    assert assert_agrees(layer, **inputs)


@given(
    head_dim=st.integers(1, 4),
    heads=st.sampled_from([(4, 2), (3, 1), (2, 2)]),
    use_bias=st.booleans(),
    use_gate=st.booleans(),
    sizes=st.tuples(dims(), dims(), dims(6, 7), dims(6, 7), dims()),
    with_key=st.booleans(),
    more=common(),
    call=switches(),
)
def test_group_query_attention_agrees_with_keras(head_dim, heads, use_bias, use_gate, sizes, with_key, more, call):
    layer = GroupQueryAttention(
        head_dim=head_dim, num_query_heads=heads[0], num_key_value_heads=heads[1], use_bias=use_bias, use_gate=use_gate,
        **more,
    )  # fmt: skip
    steps, others, width, value_width, key_width = sizes
    inputs = {"query": Tensor((None, steps, width)), "value": Tensor((None, others, value_width))}
    if with_key:
        inputs["key"] = Tensor((None, others, key_width))
    assert_agrees(layer, **inputs, **call)


def test_several_heads_accept_sequences_and_refuse_unknown_features():
    for layer in (
        MultiHeadAttention(num_heads=2, key_dim=3),
        GroupQueryAttention(head_dim=3, num_query_heads=4, num_key_value_heads=2),
    ):
        assert assert_agrees(layer, query=QUERY, value=VALUE)
        assert assert_agrees(layer, query=QUERY, value=VALUE, key=Tensor((None, 6, 3)), return_attention_scores=True)
        assert assert_agrees(layer, query=QUERY, value=VALUE, attention_mask=Tensor((None, 5, 6), "bool"))
        assert not assert_agrees(layer, query=Tensor((None, 5, None)), value=VALUE)
        assert not assert_agrees(layer, query=QUERY, value=VALUE, key=Tensor((None, 7, 8)))
        with pytest.raises(Refusal) as refused:
            layer.infer(QUERY, VALUE, attention_mask=Tensor((None, 4, 6), "bool"))
        assert refused.value.code == "MS407"


@pytest.mark.parametrize(
    ("query", "value", "call"),
    [
        ((None, 8), (None, 8), {}),
        ((None, 5, 8), (None, 4, 3, 8), {}),
        ((None, 4, 5, 8), (None, 4, 5, 8), {"use_causal_mask": True}),
    ],
)
def test_multi_head_attention_refuses_ranks_that_fail_on_data_although_keras_builds_the_model(query, value, call):
    layer = MultiHeadAttention(num_heads=2, key_dim=3)
    inputs = {"query": Tensor(query), "value": Tensor(value)}
    assert not isinstance(keras_says(layer, **inputs, **call), Exception)
    with pytest.raises(Refusal) as refused:
        layer.infer(**inputs, **call)
    assert refused.value.code == "MS401"


def test_flash_attention_refuses_dropout_and_scores():
    with pytest.raises(ValidationError, match="flash attention"):
        MultiHeadAttention(num_heads=2, key_dim=3, flash_attention=True, dropout=0.1)
    with pytest.raises(Refusal, match="flash attention"):
        MultiHeadAttention(num_heads=2, key_dim=3, flash_attention=True).infer(
            QUERY, VALUE, return_attention_scores=True
        )


def test_group_query_attention_needs_whole_groups():
    with pytest.raises(ValidationError, match="divisible"):
        GroupQueryAttention(head_dim=3, num_query_heads=4, num_key_value_heads=3)


def test_multiply_adds_count_projections_and_scores():
    layer = MultiHeadAttention(num_heads=2, key_dim=3)
    projections = 5 * 8 * 6 + 2 * (6 * 8 * 6) + 5 * 6 * 8
    assert layer.multiply_adds(QUERY, VALUE) == projections + 5 * 6 * 2 * (3 + 3)
    grouped = GroupQueryAttention(head_dim=3, num_query_heads=2, num_key_value_heads=1)
    assert grouped.multiply_adds(QUERY, VALUE) == 5 * 8 * 6 + 2 * (6 * 8 * 3) + 5 * 6 * 8 + 5 * 6 * 2 * (3 + 3)
