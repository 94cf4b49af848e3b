"""Normalization, Rescaling and Pipeline against Keras."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from modelspec.catalogue.layers.augmentation.color import RandomGrayscale
from modelspec.catalogue.layers.augmentation.geometry import RandomCrop, RandomFlip
from modelspec.catalogue.layers.core.core import Dense
from modelspec.catalogue.layers.core.embedding import Embedding
from modelspec.catalogue.layers.normalization.batch import BatchNormalization
from modelspec.catalogue.layers.preprocessing.categories import CategoryEncoding, Discretization, Hashing
from modelspec.catalogue.layers.preprocessing.lookups import StringLookup, TextVectorization
from modelspec.catalogue.layers.preprocessing.numbers import Normalization, Pipeline, Rescaling
from modelspec.catalogue.layers.preprocessing.resizing import CenterCrop, Resizing
from modelspec.catalogue.layers.preprocessing.spectrograms import MelSpectrogram
from modelspec.catalogue.layers.regularization import Dropout
from modelspec.catalogue.tensor import Tensor
from tests.catalogue.oracle import assert_agrees, assert_same_signature, ours
from tests.catalogue.strategies import dtypes, shapes
from tests.catalogue.trial import assert_agrees_on_data

FEW = settings(max_examples=max(10, settings().max_examples // 3))
AXIS = st.integers(-4, 3)
POLICIES = st.sampled_from([None, None, "float16", "float64", "mixed_float16"])


@pytest.mark.parametrize("layer", [Normalization, Pipeline, Rescaling])
def test_a_preprocessing_layer_has_kerass_arguments(layer):
    assert_same_signature(layer)


@given(
    shape=shapes(max_rank=4, high=4),
    dtype=dtypes(),
    axis=st.one_of(st.none(), AXIS, st.lists(AXIS, max_size=3)),
    policy=POLICIES,
    trainable=st.booleans(),
    invert=st.booleans(),
)
def test_normalization_agrees_with_keras(shape, dtype, axis, policy, trainable, invert):
    layer = Normalization(axis=axis, dtype=policy, trainable=trainable, invert=invert)
    assert_agrees(layer, inputs=Tensor(shape, dtype))


@given(
    shape=shapes(min_rank=2, max_rank=4, high=3),
    axis=st.one_of(st.none(), AXIS, st.lists(AXIS, max_size=2)),
    given_shape=st.sampled_from([(), (1,), (2,), (3,), (1, 3), (2, 2), (3, 2)]),
)
def test_normalization_with_a_given_mean_agrees_with_keras(shape, axis, given_shape):
    numbers = 1.0
    for size in reversed(given_shape):
        numbers = [numbers] * size
    try:
        layer = Normalization(axis=axis, mean=numbers, variance=numbers)
    except ValidationError:
        assert len(given_shape) > (0 if axis is None else 1 if isinstance(axis, int) else len(axis))
        return
    assert_agrees(layer, inputs=Tensor(shape))


def test_normalization_keeps_a_mean_for_each_place_of_the_last_axis():
    weights = Normalization().new_weights(Tensor((None, 3, 4)))
    assert [(weight.name, weight.shape, weight.trainable) for weight in weights] == [
        ("mean", (4,), False),
        ("variance", (4,), False),
        ("count", (), False),
    ]
    assert ours(Normalization(), inputs=Tensor((None, None))).code == "MS403"
    assert assert_agrees_on_data(Normalization(), inputs=Tensor((None, 4), "int32"))


@pytest.mark.parametrize(
    "arguments",
    [
        {"mean": 1.0},
        {"variance": 1.0},
        {"mean": [1.0, 2.0], "variance": [1.0]},
        {"mean": [[1.0, 2.0], [1.0]], "variance": [[1.0, 2.0], [1.0]], "axis": [1, 2]},
        {"mean": [1.0], "variance": [1.0], "axis": None},
    ],
)
def test_normalization_refuses_a_mean_and_variance_that_do_not_match(arguments):
    with pytest.raises(ValidationError):
        Normalization(**arguments)


NUMBERS = st.one_of(st.sampled_from([2, 0.5]), st.lists(st.just(1.5), min_size=1, max_size=4))


@FEW
@given(
    shape=st.one_of(shapes(max_rank=4, high=4), st.just((None, 3))),
    dtype=st.sampled_from(["float32", "uint8", "bool", "string"]),
    scale=NUMBERS,
    offset=NUMBERS,
    policy=POLICIES,
)
def test_rescaling_agrees_with_keras_and_runs_on_what_it_accepts(shape, dtype, scale, offset, policy):
    layer = Rescaling(scale=scale, offset=offset, dtype=policy)
    lengths = {len(numbers) for numbers in (scale, offset) if isinstance(numbers, list)} - {1}
    if shape == (None,) or (shape[-1] is None and len(lengths) > 1):
        # Whether these run depends on the batch, or on a size that is not known.
        return
    assert_agrees_on_data(
        layer, {len(shape) - 1: max(lengths, default=5)}, training=(True,), inputs=Tensor(shape, dtype)
    )


def test_rescaling_takes_a_number_for_each_channel():
    layer = Rescaling(scale=(1.0, 2.0, 3.0))
    assert assert_agrees_on_data(layer, inputs=Tensor((None, 8, 8, 3)))
    assert ours(layer, inputs=Tensor((None, 8, 8, 1))).argument == "scale"


PIPELINES = {
    "images": ((Rescaling(scale=2), RandomFlip(), Resizing(height=4, width=3)), Tensor((None, 8, 7, 3), "uint8")),
    "weights": ((Dense(units=3), Dropout(rate=0.5), Dense(units=2)), Tensor((None, 4))),
    "state": ((BatchNormalization(), Dense(units=2)), Tensor((None, 4))),
    "embedding": ((Embedding(input_dim=5, output_dim=4), Dense(units=2)), Tensor((None, 3), "int32")),
    "known crop": ((RandomCrop(height=4, width=3),), Tensor((None, 8, 8, 3))),
    "unknown crop": ((CenterCrop(height=4, width=3),), Tensor((None, None, 8, 3))),
    "gray": ((RandomGrayscale(),), Tensor((None, 8, 8, 3), "uint8")),
    "words": ((StringLookup(vocabulary=["a"], output_mode="one_hot"),), Tensor((None, 3), "string")),
    "words into layers": ((StringLookup(vocabulary=["a"], output_mode="one_hot"), Dense(units=3)),
                          Tensor((None, 3), "string")),
    "word numbers": ((StringLookup(vocabulary=["a"], invert=True),), Tensor((None, 3), "int64")),
    "texts": ((TextVectorization(vocabulary=["a"]),), Tensor((None, 1), "string")),
    "short texts": ((TextVectorization(vocabulary=["a"], output_sequence_length=4),), Tensor((None, 1), "string")),
    "text bags": ((TextVectorization(vocabulary=["a"], output_mode="multi_hot"),), Tensor((None, 1), "string")),
    "whole texts": ((TextVectorization(vocabulary=["a"], split=None),), Tensor((None, 3), "string")),
    "codes": ((Hashing(num_bins=4), CategoryEncoding(num_tokens=4)), Tensor((None, 3), "string")),
    "bins": ((Discretization(bin_boundaries=(0.0, 1.0), output_mode="count"),), Tensor((None, 3))),
    "sound": ((MelSpectrogram(fft_length=16, sequence_stride=8, num_mel_bins=4),), Tensor((None, 39))),
}  # fmt: skip


@pytest.mark.parametrize("name", PIPELINES)
def test_a_pipeline_gives_what_its_layers_compute(name):
    layers, tensor = PIPELINES[name]
    assert assert_agrees(Pipeline(layers=layers), inputs=tensor)


REFUSED = {
    "unknown crop": (RandomCrop(height=4, width=3), Tensor((None, None, 8, 3))),
    "wrong rank": (RandomFlip(), Tensor((None, 8))),
    "unknown words": (StringLookup(output_mode="one_hot"), Tensor((None, 3), "string")),
    "no weights": (Dense(units=3), Tensor((None, None))),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_pipeline_refuses_what_its_layers_refuse(name):
    layer, tensor = REFUSED[name]
    assert not assert_agrees(Pipeline(layers=(layer,)), inputs=tensor)


def test_normalization_in_a_pipeline_would_break_on_data():
    assert not assert_agrees_on_data(Pipeline(layers=(Normalization(),)), inputs=Tensor((None, 4)))


def test_a_pipeline_adds_up_the_work_of_its_layers():
    assert Pipeline(layers=(Dense(units=3), Dense(units=2))).multiply_adds(Tensor((None, 4))) == 4 * 3 + 3 * 2


@pytest.mark.parametrize("arguments", [{}, {"layers": ()}, {"layers": (Dense(units=1),), "trainable": False}])
def test_a_pipeline_refuses_arguments_that_keras_refuses(arguments):
    with pytest.raises(ValidationError):
        Pipeline(**arguments)
