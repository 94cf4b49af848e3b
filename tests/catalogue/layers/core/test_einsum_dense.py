"""EinsumDense against Keras."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from modelspec.catalogue.layers.core.einsum_dense import EinsumDense
from modelspec.catalogue.tensor import Refusal, Tensor
from tests.catalogue.layers.families import (
    assert_agrees_or_stricter,
    assert_same_arguments,
    configurations,
    tensors,
)
from tests.catalogue.oracle import assert_agrees, keras_says, ours
from tests.catalogue.strategies import dtypes

EQUATIONS = (
    "ab,bc->ac", "abc,cd->abd", "abc,cde->abde", "abcd,cde->abe", "abc,bd->adc", "...x,xy->...y", "...bx,xy->...by",
    "ab...,bc->ac...", "abc...,bd->adc...", "ab,b->ab", "abc,c->ab", "ab,ab->ab",
)  # fmt: skip
LEFT_OUT = {
    "quantization_config": "a Python object that describes a layer which is quantized after training",
    "gptq_unpacked_column_size": "belongs to a layer which is quantized after training",
}


@st.composite
def sound_calls(draw):
    """A layer and an input that fit: sizes where weights need them, null or the input's size elsewhere."""
    equation = draw(st.sampled_from(EQUATIONS))
    inputs, outputs = (part.replace(".", "") for part in (equation.split(",")[0], equation.split("->")[1]))
    kernel = equation.split(",")[1].split("->")[0]
    sizes = {letter: draw(st.integers(1, 4)) for letter in inputs + outputs}
    free = [letter for letter in inputs if letter not in kernel]
    unknown = set(draw(st.lists(st.sampled_from(free), max_size=2))) if free else set()
    shape = tuple(None if letter in unknown else sizes[letter] for letter in inputs)
    given = [None if letter in unknown else sizes[letter] for letter in outputs]
    elided = tuple(draw(st.lists(st.sampled_from([1, 2, None]), min_size=1, max_size=3))) if "..." in equation else ()
    if equation.startswith("..."):
        shape = (None, *elided[1:], *shape)
    else:
        shape, given = (None, *shape[1:], *elided), given[1:]
    bias = draw(st.sampled_from([None, outputs[-1], outputs[1:] or None]))
    return EinsumDense(equation=equation, output_shape=given, bias_axes=bias), Tensor(shape, draw(dtypes()))


@st.composite
def layers(draw):
    """Mostly sound layers: an output size for each letter, some of them null, and biases on some of them."""
    equation = draw(st.sampled_from(EQUATIONS))
    outputs = equation.split("->")[1].replace(".", "")
    length = len(outputs) - draw(st.sampled_from([0, 1, 1, 1, 2]))
    arguments = {
        "equation": st.just(equation),
        "output_shape": st.lists(st.sampled_from([1, 2, 3, None]), min_size=max(length, 0), max_size=max(length, 0)),
        "bias_axes": st.sampled_from([None, outputs[-1], outputs[-2:], outputs]),
        "lora_rank": st.sampled_from([None, 2]),
    }
    return draw(configurations(EinsumDense, arguments))


def test_einsum_dense_has_kerass_arguments():
    assert_same_arguments(EinsumDense, LEFT_OUT)


@given(layer=layers(), inputs=tensors(1, 5, 1, 3))
def test_einsum_dense_agrees_with_keras(layer, inputs):
    # Keras reads axes that the equation does not name as an ellipsis, until the first batch comes.
    assert_agrees_or_stricter(layer, ("MS401", "MS407"), inputs=inputs)


@given(call=sound_calls())
def test_einsum_dense_agrees_with_keras_where_sizes_fit(call):
    layer, inputs = call
    assert_agrees(layer, inputs=inputs)


@pytest.mark.parametrize(
    ("layer", "accepted", "refused", "code"),
    [
        (EinsumDense(equation="ab,bc->ac", output_shape=64, bias_axes="c"), (None, 32), (None, None), "MS403"),
        (EinsumDense(equation="abc,cd->abd", output_shape=(None, 64)), (None, 32, 128), (None, 32), "MS401"),
        (EinsumDense(equation="...x,xy->...y", output_shape=64), (None, None, 7, 128), (None,), "MS407"),
        (EinsumDense(equation="abc,cd->abd", output_shape=(5, 64)), (None, 5, 3), (None, 6, 3), "MS407"),
    ],
    ids=lambda value: value.equation if isinstance(value, EinsumDense) else None,
)
def test_einsum_dense_accepts_one_input_and_refuses_another(layer, accepted, refused, code):
    assert assert_agrees(layer, inputs=Tensor(accepted))
    assert not assert_agrees(layer, inputs=Tensor(refused))
    assert ours(layer, inputs=Tensor(refused)).code == code


@pytest.mark.parametrize(
    ("equation", "output_shape", "shape"),
    [("ab,bc->ac", 5, (None, 3, 4)), ("ab,bc->ac", (3, 5), (None, 3))],
    ids=["an axis without a letter", "a size without a letter"],
)
def test_what_keras_would_only_notice_on_the_first_batch_is_refused(equation, output_shape, shape):
    layer = EinsumDense(equation=equation, output_shape=output_shape)
    assert isinstance(ours(layer, inputs=Tensor(shape)), Refusal)
    assert not isinstance(keras_says(layer, inputs=Tensor(shape)), Exception)


@pytest.mark.parametrize(
    "arguments",
    [
        {"equation": "ab->ac"},
        {"equation": "ab, bc -> ac"},
        {"equation": "ab,bc->ad"},
        {"equation": "ab,bcd->ac"},
        {"equation": "ab,bc->ac", "bias_axes": "b"},
        {"equation": "ab,bc->ac", "bias_axes": ""},
        {"equation": "ab,bc->ac", "lora_rank": 2, "kernel_constraint": "non_neg"},
    ],
    ids=str,
)
def test_equations_that_no_input_fits_are_refused(arguments):
    with pytest.raises(ValidationError):
        EinsumDense(output_shape=5, **arguments)


def test_einsum_dense_counts_a_multiply_add_for_each_combination_of_axes():
    layer = EinsumDense(equation="abc,cde->abde", output_shape=(None, 2, 3))
    assert layer.multiply_adds(Tensor((None, 5, 4))) == 5 * 4 * 2 * 3
