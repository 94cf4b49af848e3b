"""The merging family against Keras."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modelspec.catalogue.layers.merging import (
    Add,
    Average,
    Concatenate,
    Dot,
    Maximum,
    Minimum,
    Multiply,
    Subtract,
)
from modelspec.catalogue.tensor import Refusal, Tensor
from tests.catalogue.layers.families import assert_agrees_or_stricter, assert_same_arguments
from tests.catalogue.oracle import assert_agrees, keras_says, ours
from tests.catalogue.strategies import dtypes, shapes

ELEMENTWISE = (Add, Average, Maximum, Minimum, Multiply, Subtract)


@st.composite
def similar_tensors(draw, min_size=1, max_size=4, batches=(None, None, None, 4, 5)):
    """Tensors that mostly fit each other: one shape, with axes changed, unknown, of size 1 or missing in some."""
    shape = draw(shapes(1, 5, 1, 4))
    tensors = []
    for _ in range(draw(st.integers(min_size, max_size))):
        own = tuple(draw(st.sampled_from([dim] * 8 + [None, 1, 2])) for dim in shape[1:])
        own = own[draw(st.sampled_from([0] * 8 + [1])) :]
        tensors.append(Tensor((draw(st.sampled_from(batches)), *own), draw(dtypes())))
    return tuple(tensors)


@st.composite
def dots(draw):
    """A Dot along two axes that are there, mostly of one size."""
    first, second = draw(shapes(2, 5, 1, 4)), list(draw(shapes(2, 5, 1, 4)))
    one, other = draw(st.integers(1, len(first) - 1)), draw(st.integers(1, len(second) - 1))
    second[other] = draw(st.sampled_from([first[one]] * 5 + [2, None]))
    axes = (draw(st.sampled_from([one, one - len(first)])), draw(st.sampled_from([other, other - len(second)])))
    return Dot(axes=one if one == other else axes, normalize=draw(st.booleans())), (
        Tensor(first),
        Tensor(tuple(second)),
    )


@pytest.mark.parametrize("layer", [*ELEMENTWISE, Concatenate, Dot])
def test_a_merging_layer_has_kerass_arguments(layer):
    assert_same_arguments(layer, {})


@given(layer=st.sampled_from(ELEMENTWISE), inputs=similar_tensors())
def test_elementwise_layers_agree_with_keras(layer, inputs):
    # Keras lets booleans pass; TensorFlow cannot add them.
    assert_agrees_or_stricter(layer(), ("MS405",), inputs=inputs)


@given(axis=st.integers(-6, 6), inputs=similar_tensors())
def test_concatenate_agrees_with_keras(axis, inputs):
    # Keras lets one input pass whatever the axis, and reads the other inputs only until an unknown size.
    assert_agrees_or_stricter(Concatenate(axis=axis), ("MS408", "MS402"), inputs=inputs)


@given(axis=st.integers(-4, 4), inputs=similar_tensors(min_size=2))
def test_concatenate_agrees_with_keras_on_inputs_of_one_rank(axis, inputs):
    rank = min(tensor.rank for tensor in inputs)
    same = tuple(Tensor(tensor.shape[:rank], tensor.dtype) for tensor in inputs)
    if -rank <= axis < rank:
        assert_agrees(Concatenate(axis=axis), inputs=same)


@given(data=st.data(), normalize=st.booleans(), inputs=similar_tensors(1, 3))
def test_dot_agrees_with_keras(data, normalize, inputs):
    axes = data.draw(st.one_of(st.integers(-4, 4), st.tuples(st.integers(-4, 4), st.integers(-4, 4))))
    # Keras lets the batch axis pass, and whole numbers to be normalized; it fails when the first batch comes.
    assert_agrees_or_stricter(Dot(axes=axes, normalize=normalize), ("MS408", "MS401", "MS402", "MS405"), inputs=inputs)


@given(layer_and_inputs=dots())
def test_dot_agrees_with_keras_where_the_axes_are_there(layer_and_inputs):
    layer, inputs = layer_and_inputs
    assert_agrees(layer, inputs=inputs)


@pytest.mark.parametrize("layer", [Add(), Average(), Maximum(), Minimum(), Multiply(), Concatenate()])
def test_a_list_of_one_tensor_is_accepted_and_a_tensor_is_not(layer):
    one = Tensor((None, 3, 4))
    assert assert_agrees(layer, inputs=(one,))
    assert not assert_agrees(layer, inputs=one)
    assert ours(layer, inputs=one).code == "MS406"


@pytest.mark.parametrize("layer", [Subtract(), Dot(axes=-1)])
def test_subtract_and_dot_take_exactly_two(layer):
    one = Tensor((None, 4))
    assert assert_agrees(layer, inputs=(one, one))
    for inputs in (one, (one,), (one, one, one)):
        assert not assert_agrees(layer, inputs=inputs)
        assert ours(layer, inputs=inputs).code == "MS406"


def test_add_keeps_an_axis_unknown_that_is_known_in_one_input_only():
    inputs = (Tensor((None, None, 8)), Tensor((None, 5, 8)))
    assert assert_agrees(Add(), inputs=inputs)
    assert Add().infer(inputs).shape == (None, None, 8)


def test_add_lines_axes_up_from_the_last():
    assert Add().infer((Tensor((None, 5, 8)), Tensor((None, 8)))).shape == (None, 5, 8)
    assert not assert_agrees(Add(), inputs=(Tensor((None, 5, 8)), Tensor((None, 5))))


def test_a_merge_of_different_batch_sizes_is_refused():
    inputs = (Tensor((4, 8)), Tensor((5, 8)))
    assert not assert_agrees(Add(), inputs=inputs)
    assert ours(Add(), inputs=inputs).message == "Add: inputs differ in batch size: (4, 8) and (5, 8)"


@pytest.mark.parametrize(
    ("layer", "first", "second", "message"),
    [
        (
            Concatenate(axis=-1),
            (None, 280, 64),
            (None, 140, 64),
            "Concatenate: inputs differ outside axis -1: (None, 280, 64) and (None, 140, 64)",
        ),
        (Add(), (None, 3, 8), (None, 3, 7), "Add: inputs differ on axis -1: (None, 3, 8) and (None, 3, 7)"),
        (
            Concatenate(),
            (None, 8),
            (None, 3, 8),
            "Concatenate: inputs differ in their number of axes: (None, 8) and (None, 3, 8)",
        ),
    ],
)
def test_inputs_that_differ_are_named_with_their_shapes(layer, first, second, message):
    inputs = (Tensor(first), Tensor(second))
    assert not assert_agrees(layer, inputs=inputs)
    refusal = ours(layer, inputs=inputs)
    assert (refusal.code, refusal.message) == ("MS402", message)


def test_what_keras_would_only_notice_on_the_first_batch_is_refused():
    pair = (Tensor((None, 3)), Tensor((None, 3)))
    for layer, inputs in (
        (Dot(axes=0), pair),
        (Concatenate(axis=5), pair[:1]),
        (Concatenate(axis=2), (Tensor((None, 4, None)), Tensor((None, 4)))),
        (Add(), (Tensor((None, 3), "string"),) * 2),
    ):
        assert isinstance(ours(layer, inputs=inputs), Refusal)
        assert not isinstance(keras_says(layer, inputs=inputs), Exception)
