"""The layers that turn numbers or text into categories against Keras."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from modelspec.catalogue.layers.preprocessing.categories import (
    CategoryEncoding,
    Discretization,
    HashedCrossing,
    Hashing,
)
from modelspec.catalogue.tensor import Tensor
from tests.catalogue.oracle import assert_same_signature, ours
from tests.catalogue.strategies import shapes
from tests.catalogue.trial import assert_agrees_on_data

FEW = settings(max_examples=max(10, settings().max_examples // 3))
DTYPES = st.sampled_from(["int32", "int32", "int64", "uint8", "float32", "bool", "string"])
MODES = st.sampled_from(["int", "one_hot", "multi_hot", "count"])
POLICIES = st.sampled_from([None, None, "float32", "float16", "float64", "mixed_float16"])
SHAPES = st.one_of(shapes(max_rank=4, high=4), st.just((None, 1)), st.just((None, 3, 1)))


@pytest.mark.parametrize("layer", [CategoryEncoding, Discretization, HashedCrossing, Hashing])
def test_a_category_layer_has_kerass_arguments(layer):
    assert_same_signature(layer)


@FEW
@given(
    shape=SHAPES,
    dtype=DTYPES,
    mode=st.sampled_from(["one_hot", "multi_hot", "count", "binary"]),
    policy=POLICIES,
    sparse=st.sampled_from([False, False, False, True]),
)
def test_category_encoding_agrees_with_keras_and_runs_on_what_it_accepts(shape, dtype, mode, policy, sparse):
    layer = CategoryEncoding(num_tokens=3, output_mode=mode, dtype=policy, sparse=sparse)
    assert_agrees_on_data(layer, training=(True,), inputs=Tensor(shape, dtype))


def test_category_encoding_counts_with_weights():
    inputs, weights = Tensor((None, 4), "int32"), Tensor((None, 4))
    counting = CategoryEncoding(num_tokens=3, output_mode="count")
    assert assert_agrees_on_data(counting, inputs=inputs, count_weights=weights)
    assert not assert_agrees_on_data(CategoryEncoding(num_tokens=3), inputs=inputs, count_weights=weights)
    assert not assert_agrees_on_data(counting, inputs=inputs, count_weights=Tensor((None, 3)))


def test_category_encoding_needs_its_number_of_tokens():
    with pytest.raises(ValidationError, match="num_tokens must be set"):
        CategoryEncoding()


@FEW
@given(
    shape=SHAPES,
    dtype=DTYPES,
    mode=MODES,
    policy=POLICIES,
    boundaries=st.lists(st.floats(-2, 2), max_size=3).map(sorted),
    sparse=st.sampled_from([False, False, False, True]),
)
def test_discretization_agrees_with_keras_and_runs_on_what_it_accepts(shape, dtype, mode, policy, boundaries, sparse):
    layer = Discretization(
        bin_boundaries=boundaries, output_mode=mode, dtype=policy, sparse=sparse if mode != "int" else False
    )
    assert_agrees_on_data(layer, training=(True,), inputs=Tensor(shape, dtype))


def test_discretization_without_boundaries_follows_the_symbolic_call():
    made = Discretization(num_bins=4, output_mode="one_hot")
    assert ours(made, inputs=Tensor((None, 3)))[0] == (Tensor((None, 3, 4)),)


@pytest.mark.parametrize(
    "arguments",
    [
        {},
        {"num_bins": 3, "bin_boundaries": (0.0, 1.0)},
        {"bin_boundaries": (1.0, 0.0)},
        {"num_bins": -1},
        {"num_bins": 3, "sparse": True},
        {"num_bins": 3, "trainable": False},
    ],
)
def test_discretization_refuses_arguments_that_keras_refuses(arguments):
    with pytest.raises(ValidationError):
        Discretization(**arguments)


@FEW
@given(
    first=SHAPES,
    second=st.one_of(st.none(), SHAPES),
    dtypes=st.tuples(DTYPES, DTYPES),
    mode=st.sampled_from(["int", "one_hot"]),
    policy=st.sampled_from([None, None, "float16", "int32"]),
    sparse=st.sampled_from([False, False, False, True]),
)
def test_hashed_crossing_agrees_with_keras_and_runs_on_what_it_accepts(first, second, dtypes, mode, policy, sparse):
    layer = HashedCrossing(num_bins=4, output_mode=mode, dtype=policy, sparse=sparse)
    inputs = (Tensor(first, dtypes[0]), Tensor(first if second is None else second, dtypes[1]))
    assert_agrees_on_data(layer, {1: 1}, training=(True,), inputs=inputs)


@pytest.mark.parametrize("shape", [(None,), (None, 1)])
@pytest.mark.parametrize("mode", ["int", "one_hot"])
def test_hashed_crossing_takes_two_columns(shape, mode):
    layer, column = HashedCrossing(num_bins=4, output_mode=mode), Tensor(shape, "string")
    assert assert_agrees_on_data(layer, inputs=(column, column))
    assert not assert_agrees_on_data(layer, inputs=(column, column, column))
    assert ours(layer, inputs=(column,)).code == "MS406"


@FEW
@given(
    shape=SHAPES,
    dtype=DTYPES,
    mode=MODES,
    policy=st.sampled_from([None, None, "int32", "float16", "mixed_float16", "uint8"]),
    mask=st.sampled_from([None, None, 0, 1.5, ""]),
    salt=st.sampled_from([None, 3, (1, 2)]),
    bins=st.sampled_from([1, 4]),
    sparse=st.sampled_from([False, False, False, True]),
)
def test_hashing_agrees_with_keras_and_runs_on_what_it_accepts(shape, dtype, mode, policy, mask, salt, bins, sparse):
    if mode == "int":
        sparse, policy = False, policy if policy == "int32" else None
    layer = Hashing(num_bins=bins, output_mode=mode, dtype=policy, mask_value=mask, salt=salt, sparse=sparse)
    sizes = {len(shape) - 1: 1} if mode == "one_hot" else {}
    assert_agrees_on_data(layer, sizes, training=(True,), inputs=Tensor(shape, dtype))


@pytest.mark.parametrize("mode", ["int", "one_hot", "multi_hot", "count"])
def test_hashing_takes_one_text_per_sample(mode):
    assert assert_agrees_on_data(Hashing(num_bins=4, output_mode=mode), inputs=Tensor((None, 1), "string"))


def test_hashing_refuses_one_hot_where_keras_promises_a_wrong_shape():
    refusal = ours(Hashing(num_bins=4, output_mode="one_hot"), inputs=Tensor((None, 3), "string"))
    assert refusal.code == "MS407"
    assert "CategoryEncoding" in refusal.help


@pytest.mark.parametrize(
    "arguments",
    [
        {"num_bins": 0},
        {"num_bins": 3, "dtype": "float32"},
        {"num_bins": 3, "sparse": True},
        {"num_bins": 3, "salt": (1,)},
    ],
)
def test_hashing_refuses_arguments_that_keras_refuses(arguments):
    with pytest.raises(ValidationError):
        Hashing(**arguments)
