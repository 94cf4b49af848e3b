"""Each layer learns what Keras's `adapt` learns from the same values, whatever its arguments."""

import itertools

import keras
import numpy as np
import pytest

from tests.runtime.learning.learned import learned_alone

WORDS = ["sea", "sky", "sand", "", "[UNK]", "Über", "海", "zz", "a b"]


def words(shape, seed=0):
    """Words, some of them equally often."""
    random = np.random.default_rng(seed)
    return random.choice(WORDS, (90, *shape), p=[0.3, 0.2, 0.1, 0.1, 0.05, 0.05, 0.05, 0.1, 0.05])


def numbers(shape):
    return np.random.default_rng(1).choice(np.array([-5, -1, 0, 3, 7, 2**40]), (80, *shape))


def texts(shape):
    random = np.random.default_rng(2)
    parts = ["Good", "bad,", "good", "so-so", "don't", "x", "\N{GREEK SMALL LETTER MU}", "[UNK]"]
    made = [" ".join(random.choice(parts, random.integers(0, 7))) for _ in range(70 * int(np.prod(shape or (1,))))]
    return np.array(made).reshape(70, *shape)


def equal(layer, values):
    """The layer that was given what it learned, beside Keras's that adapted; returns what was learned."""
    learned, given, adapted = learned_alone(layer, values)
    if hasattr(adapted, "get_vocabulary"):
        assert given.get_vocabulary() == adapted.get_vocabulary()
        assert given.vocabulary_size() == adapted.vocabulary_size()
    asked = keras.ops.convert_to_tensor(values)
    ours, theirs = given(asked), adapted(asked)
    if hasattr(ours, "to_list"):
        assert ours.to_list() == theirs.to_list()
    else:
        np.testing.assert_allclose(np.asarray(ours), np.asarray(theirs), rtol=2e-7, atol=0)
    return learned


LOOKUPS = [
    "{}", "{max_tokens: 4}", "{num_oov_indices: 0, oov_token: null}", "{num_oov_indices: 3}", "{max_tokens: 6, num_oov_indices: 2}",
    "{output_mode: one_hot}", "{output_mode: multi_hot}", "{output_mode: count}", "{output_mode: tf_idf}",
    "{output_mode: one_hot, max_tokens: 4}", "{output_mode: count, max_tokens: 12, pad_to_max_tokens: true}",
    "{output_mode: tf_idf, max_tokens: 12, pad_to_max_tokens: true}", "{output_mode: tf_idf, max_tokens: 4}",
]  # fmt: skip
STRINGS = [*LOOKUPS, "{mask_token: ''}", "{mask_token: sky, oov_token: zz}", "{mask_token: sky, output_mode: count}"]
INTEGERS = [
    *LOOKUPS,
    "{mask_token: 0}",
    "{mask_token: 3, oov_token: 7}",
    "{oov_token: null}",
    "{oov_token: 7, output_mode: count}",
]
TEXTS = [
    *(item for item in LOOKUPS if "oov" not in item and "one_hot" not in item),
    "{standardize: lower}", "{standardize: strip_punctuation}", "{standardize: null}", "{split: character}",
    "{ngrams: 2}", "{ngrams: [1, 3]}", "{output_sequence_length: 3}", "{ragged: true}",
    "{ngrams: 2, output_mode: tf_idf, max_tokens: 9}", "{split: character, output_mode: count, standardize: lower}",
]  # fmt: skip
SAMPLE = [
    ("StringLookup", "{output_mode: tf_idf, max_tokens: 4}", words((3,))),
    ("IntegerLookup", "{mask_token: 3, oov_token: 7}", numbers((2,))),
    ("TextVectorization", "{ngrams: 2, output_mode: tf_idf, max_tokens: 9}", texts(())),
]
SHAPES = ((), (1,), (3,))
MATRIX = [
    *(("StringLookup", options, words(shape)) for options, shape in itertools.product(STRINGS, SHAPES)),
    *(("IntegerLookup", options, numbers(shape)) for options, shape in itertools.product(INTEGERS, SHAPES)),
    *(("TextVectorization", options, texts(shape)) for options, shape in itertools.product(TEXTS, SHAPES[:2])),
    *(
        ("TextVectorization", f"{{split: null, output_mode: {mode}}}", texts((2,)))
        for mode in ("int", "count", "tf_idf")
    ),
]


@pytest.mark.parametrize(("layer", "options", "values"), SAMPLE)
def test_a_vocabulary_is_that_of_keras(layer, options, values):
    equal(f"{layer}: {options}", values)


@pytest.mark.slow
@pytest.mark.parametrize(("layer", "options", "values"), MATRIX)
def test_every_vocabulary_is_that_of_keras(layer, options, values):
    equal(f"{layer}: {options}", values)


def floats(shape, seed=3):
    random = np.random.default_rng(seed)
    return (random.normal(size=(200, *shape)) * 3 + 7).astype("float32")


MOMENTS = [
    ("{}", (3,)), ("{axis: null}", (3,)), ("{axis: -1}", (4, 2)), ("{axis: 1}", (4, 2)), ("{axis: [1, 2]}", (4, 2)),
    ("{axis: [-1, 1]}", (2, 3, 4)), ("{axis: null}", ()), ("{axis: [1, 2, 3]}", (2, 3, 4)), ("{dtype: float64}", (3,)),
]  # fmt: skip


@pytest.mark.parametrize(("options", "shape"), MOMENTS)
def test_a_mean_and_variance_are_those_of_keras(options, shape):
    values = floats(shape)
    learned, given, adapted = learned_alone(f"Normalization: {options}", values)
    adapted_mean, adapted_variance = np.asarray(adapted.adapt_mean), np.asarray(adapted.adapt_variance)
    np.testing.assert_allclose(np.array(learned["mean"]).reshape(adapted_mean.shape), adapted_mean, rtol=3e-6)
    np.testing.assert_allclose(
        np.array(learned["variance"]).reshape(adapted_variance.shape), adapted_variance, rtol=3e-6
    )
    exactly = values.astype("float64")
    kept = [axis % values.ndim for axis in adapted.axis]
    others = tuple(axis for axis in range(values.ndim) if axis not in kept)
    np.testing.assert_allclose(learned["mean"], exactly.mean(others), rtol=5e-8)
    np.testing.assert_allclose(learned["variance"], exactly.var(others), rtol=5e-8)
    asked = keras.ops.convert_to_tensor(values)
    np.testing.assert_allclose(np.asarray(given(asked)), np.asarray(adapted(asked)), atol=2e-5)


@pytest.mark.parametrize("kind", ["int32", "int64", "float64", "uint8"])
def test_a_mean_of_other_numbers_is_that_of_what_the_layer_computes_with(kind):
    values = np.arange(200, dtype=kind).reshape(100, 2)
    learned, _, adapted = learned_alone("Normalization: {}", values)
    np.testing.assert_allclose(learned["mean"], np.asarray(adapted.adapt_mean), rtol=5e-8)
    np.testing.assert_allclose(learned["variance"], np.asarray(adapted.adapt_variance), rtol=5e-7)


@pytest.mark.parametrize("bins", [1, 2, 3, 4, 10])
def test_few_numbers_are_put_into_the_bins_of_keras(bins):
    values = floats((1,), seed=4)[:61]
    learned, given, adapted = learned_alone(f"Discretization: {{num_bins: {bins}}}", values)
    np.testing.assert_allclose(learned["bin_boundaries"], adapted.bin_boundaries[: bins - 1], rtol=3e-7)
    assert np.array_equal(np.asarray(given(values)), np.asarray(adapted(values)))


@pytest.mark.parametrize("mode", ["int", "one_hot", "multi_hot", "count"])
def test_many_numbers_are_put_into_bins_as_near_as_keras_comes(mode):
    """Keras says that a boundary is off by `epsilon` of the rows; ours are the exact quantiles."""
    values = np.random.default_rng(5).exponential(size=(5000, 1)).astype("float32")
    learned, given, adapted = learned_alone(f"Discretization: {{num_bins: 7, output_mode: {mode}}}", values)
    ranks = np.searchsorted(np.sort(values[:, 0]), learned["bin_boundaries"]) / 5000
    np.testing.assert_allclose(ranks, np.arange(1, 7) / 7, atol=2e-4)
    theirs = np.searchsorted(np.sort(values[:, 0]), adapted.bin_boundaries) / 5000
    np.testing.assert_allclose(ranks, theirs, atol=2 * adapted.epsilon)
    assert given(values).shape == adapted(values).shape
