"""Attention and AdditiveAttention against Keras."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modelspec.catalogue.layers.attention.attention import AdditiveAttention, Attention
from modelspec.catalogue.tensor import Refusal, Tensor
from tests.catalogue.oracle import assert_agrees, assert_same_signature
from tests.catalogue.strategies import dims

QUERY, VALUE = Tensor((None, 5, 8)), Tensor((None, 6, 8))


def switches():
    """What a spec may set of the call."""
    return st.fixed_dictionaries(
        {}, optional={"return_attention_scores": st.booleans(), "use_causal_mask": st.booleans()}
    )


def common():
    """Settings of any layer."""
    policies = st.sampled_from([None, "float16", "mixed_float16"])
    return st.fixed_dictionaries({}, optional={"trainable": st.booleans(), "dtype": policies})


@pytest.mark.parametrize("entry", [Attention, AdditiveAttention])
def test_signatures_are_those_of_keras(entry):
    assert_same_signature(entry)


@given(
    sizes=st.tuples(dims(), dims(), dims(), dims()),
    with_key=st.booleans(),
    dtype=st.sampled_from(["float32", "float16"]),
    use_scale=st.booleans(),
    score_mode=st.sampled_from(["dot", "concat", None]),
    more=common(),
    call=switches(),
)
def test_attention_agrees_with_keras(sizes, with_key, dtype, use_scale, score_mode, more, call):
    layer = (
        AdditiveAttention(use_scale=use_scale, **more)
        if score_mode is None
        else Attention(use_scale=use_scale, score_mode=score_mode, **more)
    )
    steps, others, width, value_width = sizes
    key = Tensor((None, others, width), dtype)
    value = Tensor((None, others, value_width), dtype) if with_key else key
    query = Tensor((None, steps, width), dtype)
    assert_agrees(layer, inputs=(query, value, key) if with_key else (query, value), **call)


@pytest.mark.parametrize("layer", [Attention(), AdditiveAttention()])
def test_attention_accepts_two_or_three_tensors(layer):
    mask = Tensor((None, 5), "bool")
    assert assert_agrees(layer, inputs=(QUERY, VALUE))
    assert assert_agrees(layer, inputs=(QUERY, QUERY), mask=(mask, mask))
    assert not assert_agrees(layer, inputs=(QUERY,))
    assert not assert_agrees(layer, inputs=(QUERY,) * 4)
    assert not assert_agrees(layer, inputs=QUERY)


@pytest.mark.parametrize("layer", [Attention(), Attention(score_mode="concat"), AdditiveAttention()])
def test_attention_refuses_sizes_that_fail_on_data(layer):
    for inputs in (
        (QUERY, Tensor((None, 6, 7))),
        (QUERY, Tensor((None, 6, 7)), Tensor((None, 5, 8))),
        (Tensor((None, 2, 5, 8)), Tensor((None, 3, 6, 8))),
        (Tensor((None, 2, 5, 8)), VALUE),
        (Tensor((None, 8)), VALUE),
        (Tensor((None, 5, 8), "bool"), Tensor((None, 6, 8), "bool")),
        (Tensor((None, 5, 8), "int32"), VALUE),
    ):
        with pytest.raises(Refusal):
            layer.infer(inputs)


def test_an_unknown_last_axis_stops_a_scale_per_feature():
    assert not assert_agrees(AdditiveAttention(), inputs=(Tensor((None, 5, None)), VALUE))
    assert assert_agrees(AdditiveAttention(use_scale=False), inputs=(Tensor((None, 5, None)), VALUE))


def test_multiply_adds_count_scores_and_their_use():
    assert Attention().multiply_adds((QUERY, VALUE)) == 5 * 6 * (8 + 8)
