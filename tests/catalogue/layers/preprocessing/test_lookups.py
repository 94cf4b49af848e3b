"""The layers that look up words and integers in a vocabulary against Keras."""

import keras
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from modelspec.catalogue.layers.preprocessing.lookups import IntegerLookup, StringLookup, TextVectorization
from modelspec.catalogue.tensor import Tensor
from tests.catalogue.oracle import assert_agrees, assert_same_signature, keras_says, ours
from tests.catalogue.strategies import shapes
from tests.catalogue.trial import assert_agrees_on_data
from tests.chosen import chosen

FEW = settings(max_examples=max(10, settings().max_examples // 3))
MODES = st.sampled_from(["int", "one_hot", "multi_hot", "count", "tf_idf", "binary", "tf-idf"])
SHAPES = st.one_of(shapes(max_rank=4, high=4), st.just((None, 1)), st.just((None, 3, 1)))
NUMBERS = st.sampled_from(["int64", "int64", "int32", "uint8", "float32", "bool", "string"])


def keras_accepts(layer, arguments):
    """Whether Keras makes the layer."""
    try:
        getattr(keras.layers, layer.__name__)(**arguments)
    except Exception:
        return False
    return True


def we_accept(layer, arguments):
    """Whether we do."""
    try:
        layer(**arguments)
    except ValidationError:
        return False
    return True


@pytest.mark.parametrize("layer", [IntegerLookup, StringLookup, TextVectorization])
def test_a_lookup_layer_has_kerass_arguments(layer):
    assert_same_signature(layer)


@given(data=st.data())
def test_string_lookup_refuses_the_arguments_that_keras_refuses(data):
    arguments = data.draw(lookup_arguments(["a", "b", "", "[UNK]", "c"], st.sampled_from(["", "a", "z"]), "[UNK]"))
    assert we_accept(StringLookup, arguments) == keras_accepts(StringLookup, arguments), arguments


@given(data=st.data())
def test_integer_lookup_refuses_the_arguments_that_keras_refuses(data):
    arguments = data.draw(lookup_arguments([3, 5, 0, -1, 7], st.sampled_from([0, 3]), -1))
    for name, values in (("oov_method", ["floormod", "farmhash"]), ("salt", [None, 3, [1, 2]])):
        if data.draw(st.booleans()):
            arguments[name] = data.draw(st.sampled_from(values))
    assert we_accept(IntegerLookup, arguments) == keras_accepts(IntegerLookup, arguments), arguments


@st.composite
def lookup_arguments(draw, words, masks, oov):
    optional = {
        "max_tokens": st.integers(0, 8),
        "num_oov_indices": st.integers(0, 2),
        "mask_token": masks,
        "oov_token": st.sampled_from([oov, words[0], None]),
        "vocabulary": st.one_of(
            st.lists(st.sampled_from(words), max_size=4),
            st.lists(st.sampled_from(words), min_size=1, max_size=4, unique=True),
            st.just([oov, words[0]]),
            st.just([words[2], oov, words[0]]),
        ),
        "idf_weights": st.lists(st.just(0.5), min_size=1, max_size=3),
        "invert": st.booleans(),
        "output_mode": MODES,
        "pad_to_max_tokens": st.booleans(),
        "sparse": st.booleans(),
    }
    return {name: draw(values) for name, values in optional.items() if draw(st.booleans())}


@st.composite
def makeable(draw, layer, vocabulary):
    """Arguments that both accept, and a vocabulary more often than not."""
    mode = draw(MODES)
    arguments = {
        "output_mode": mode,
        "num_oov_indices": draw(st.integers(1, 2)),
        "sparse": mode != "int" and draw(st.sampled_from([False, False, False, True])),
    }
    if draw(st.booleans()):
        arguments |= {"max_tokens": 9, "pad_to_max_tokens": draw(st.booleans())}
    arguments["vocabulary"] = vocabulary
    if mode in ("tf_idf", "tf-idf"):
        arguments["idf_weights"] = [0.5] * len(vocabulary)
    return layer(**arguments)


@FEW
@given(data=st.data(), shape=SHAPES, dtype=NUMBERS)
def test_integer_lookup_agrees_with_keras_and_runs_on_what_it_accepts(data, shape, dtype):
    layer = data.draw(makeable(IntegerLookup, [3, 5, 7]))
    assert_agrees_on_data(layer, training=(True,), inputs=Tensor(shape, dtype))


@FEW
@given(data=st.data(), shape=SHAPES, dtype=st.sampled_from(["string", "string", "string", "int32"]))
def test_string_lookup_agrees_with_keras_and_runs_on_what_it_accepts(data, shape, dtype):
    layer = data.draw(makeable(StringLookup, ["a", "b", "c"]))
    assert_agrees_on_data(layer, training=(True,), inputs=Tensor(shape, dtype))


@pytest.mark.parametrize("mode", ["int", "one_hot", "multi_hot", "count", "tf_idf"])
@pytest.mark.parametrize("pad", [False, True])
def test_a_lookup_without_a_vocabulary_follows_the_symbolic_call(mode, pad):
    layer = StringLookup(output_mode=mode, **({"max_tokens": 9, "pad_to_max_tokens": True} if pad else {}))
    assert assert_agrees(layer, inputs=Tensor((None, 4), "string"))


def test_an_inverted_lookup_takes_numbers():
    layer = StringLookup(vocabulary=["a", "b"], invert=True)
    assert assert_agrees_on_data(layer, inputs=Tensor((None, 4), "int64"))
    assert not assert_agrees_on_data(layer, inputs=Tensor((None, 4), "string"))


@pytest.mark.parametrize("argument", ["activity_regularizer", "autocast"])
def test_a_lookup_refuses_arguments_that_keras_does_not_know_here(argument):
    with pytest.raises(ValidationError, match=argument):
        StringLookup(**{argument: False})


@given(
    shape=SHAPES,
    mode=MODES,
    split=st.sampled_from(["whitespace", "character", None]),
    vocabulary=st.sampled_from([None, ["a", "b"], ["", "[UNK]", "a"]]),
    length=st.sampled_from([None, 5]),
    ngrams=st.sampled_from([None, 2, (2, 3)]),
    pad=st.booleans(),
)
def test_text_vectorization_agrees_with_keras_on_what_it_accepts(shape, mode, split, vocabulary, length, ngrams, pad):
    arguments = {"output_mode": mode, "split": split, "vocabulary": vocabulary, "ngrams": ngrams}
    if pad:
        arguments |= {"max_tokens": 9, "pad_to_max_tokens": True}
    if mode == "int":
        arguments["output_sequence_length"] = length
    if vocabulary and mode in ("tf_idf", "tf-idf"):
        arguments["idf_weights"] = [0.5] * len(vocabulary)
    assert we_accept(TextVectorization, arguments) == keras_accepts(TextVectorization, arguments)
    if we_accept(TextVectorization, arguments):
        layer, tensor = TextVectorization(**arguments), Tensor(shape, "string")
        mine = ours(layer, inputs=tensor)
        assert isinstance(mine, Exception) or mine == keras_says(layer, inputs=tensor)


SHAPES_OF_TEXTS = [((None,),), ((None, 1),), ((None, 3),), ((None, None),), ((None, 3, 1),)]


@pytest.mark.parametrize("mode", ["int", "one_hot", "multi_hot", "count"])
@pytest.mark.parametrize("split", ["whitespace", "character", None])
@pytest.mark.parametrize("shape", chosen(SHAPES_OF_TEXTS, SHAPES_OF_TEXTS[1::2]))
def test_text_vectorization_runs_on_what_it_accepts(shape, split, mode):
    layer, tensor = TextVectorization(vocabulary=["a", "b"], split=split, output_mode=mode), Tensor(shape, "string")
    if shape in ((None, 1), (None, None)) and split is not None and mode != "int":
        # Keras promises an axis of size 1 that it does not compute: all else is right, and this is its common use.
        assert assert_agrees(layer, inputs=tensor)
    else:
        assert_agrees_on_data(layer, {} if split is None else {1: 1}, training=(True,), inputs=tensor)


def test_text_vectorization_takes_one_text_per_sample():
    layer = TextVectorization(vocabulary=["a", "b"], output_sequence_length=7)
    assert ours(layer, inputs=Tensor((None, 1), "string"))[0] == (Tensor((None, 7), "int64"),)
    assert ours(layer, inputs=Tensor((None, 3), "string")).code == "MS401"
    assert ours(layer, inputs=Tensor((None, 1), "int32")).code == "MS405"


@pytest.mark.parametrize(
    "arguments",
    [
        {"output_mode": "count", "output_sequence_length": 3},
        {"output_mode": "count", "ragged": True},
        {"sparse": True},
        {"max_tokens": 1},
        {"pad_to_max_tokens": True},
        {"standardize": "upper"},
        {"ngrams": 0},
    ],
)
def test_text_vectorization_refuses_arguments_that_keras_refuses(arguments):
    with pytest.raises(ValidationError):
        TextVectorization(**arguments)
