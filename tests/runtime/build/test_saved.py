"""Saved models taken in: the same layers, shapes, counts and predictions as Keras has, bit for bit."""

from pathlib import Path

import keras
import numpy as np
import pytest
from keras import layers, ops

import modelspec
from modelspec.graph.questions.ownership import Ownership
from modelspec.saved import read_saved
from tests.runtime.saved_oracle import assert_same, assert_same_predictions, rebuilt
from tests.saved.files import PLACE

SMALL = 20_000_000
SPECS = [
    path
    for path in sorted((Path(__file__).parents[3] / "specs").glob("*.yaml"))
    if Ownership(modelspec.load(path)).parameters() < SMALL
]


@pytest.fixture(autouse=True)
def _fresh():
    keras.backend.clear_session()


@pytest.mark.parametrize("path", SPECS, ids=lambda path: path.stem)
def test_every_shipped_spec_comes_back_from_its_saved_model(path, tmp_path):
    assert_same(modelspec.build(path, compile=False), tmp_path)


def x():
    """An input of four numbers."""
    return keras.Input((4,), name="x")


def test_a_layer_of_several_nested_models_gets_its_weights_once(tmp_path):
    shared = layers.Dense(4, name="shared")
    one = keras.Sequential([keras.Input((4,)), shared, layers.Dense(3)], name="one")
    two = keras.Sequential([keras.Input((4,)), layers.Dense(4), shared], name="two")
    given = x()
    model = keras.Model(given, [one(given), layers.Dense(3)(two(given))])
    assert_same(model, tmp_path, oracle=model)
    with pytest.raises(ValueError, match="Layer 'shared' expected 2 variables"):
        keras.models.load_model(tmp_path / "saved.keras")  # Keras makes two layers of it


def test_models_in_models_and_layers_of_all_of_them(tmp_path):
    shared, given, inner = layers.Dense(4, name="shared"), x(), keras.Input((4,))
    deep = keras.Model(inner, [shared(inner), layers.Dense(2)(shared(shared(inner)))], name="deep")
    middle_input = keras.Input((4,))
    middle = keras.Model(middle_input, deep(deep(middle_input)[0])[1], name="middle")
    model = keras.Model(given, [middle(given), deep(given)[0], shared(given)])
    assert_same(model, tmp_path, oracle=model)


def test_wrappers_of_shared_layers_and_nested_models(tmp_path):
    shared, given, clip = layers.Dense(4, name="shared"), x(), keras.Input((3, 4), name="clip")
    inner = keras.Sequential([keras.Input((4,)), layers.Dense(3), layers.BatchNormalization()], name="inner")
    outputs = [shared(given), layers.TimeDistributed(shared)(clip), layers.TimeDistributed(inner)(clip), inner(given)]
    model = keras.Model([given, clip], outputs)
    assert_same(model, tmp_path, oracle=model)


def test_a_sequential_model_that_was_built_later(tmp_path):
    model = keras.Sequential([layers.Dense(2)])
    model.build((None, 3))
    assert_same(model, tmp_path)


def test_frozen_models_and_layers_stay_frozen(tmp_path):
    inner = keras.Sequential([keras.Input((4,)), layers.Dense(4), layers.BatchNormalization(), layers.Dropout(0.5)])
    inner.trainable = False
    given = x()
    frozen = layers.BatchNormalization(trainable=False)(layers.Dense(3, trainable=False)(given))
    assert_same(keras.Model(given, [layers.Dense(2)(inner(given, training=False)), frozen]), tmp_path)


def test_a_whole_model_that_is_frozen_says_so(tmp_path):
    given = x()
    model = keras.Model(given, layers.Dense(2)(given))
    model.trainable = False
    assert not assert_same(model, tmp_path).trainable


@pytest.mark.filterwarnings("ignore:Layer 'nested'")
def test_masks_that_follow_their_tensors(tmp_path):
    words = keras.Input((5,), dtype="int32", name="words")
    embedded = layers.Embedding(10, 4, mask_zero=True)(words)
    sequence = layers.Dense(3)(layers.LSTM(3, return_sequences=True)(embedded))
    both = layers.Bidirectional(layers.GRU(2, return_sequences=True))(sequence)
    joined = layers.Concatenate()([both, layers.MultiHeadAttention(2, 3)(both, both)])
    pooled = layers.GlobalAveragePooling1D()(joined)
    timed = layers.TimeDistributed(layers.Dense(2))(joined)
    attended = layers.Attention()([both, embedded[..., :4]])
    inner = keras.Input((5, 4))
    nested = keras.Model(inner, layers.LSTM(3)(inner), name="nested")(embedded)
    assert_same(keras.Model(words, [pooled, timed, attended, nested]), tmp_path)


def test_masks_of_the_users_own(tmp_path):
    words, mask = keras.Input((5,), dtype="int32", name="words"), keras.Input((5,), dtype="bool", name="mask")
    embedded = layers.Embedding(10, 4)(words)
    assert_same(keras.Model([words, mask], layers.LSTM(3)(embedded, mask=mask)), tmp_path)


def test_states_and_other_outputs_of_one_call(tmp_path):
    clip = keras.Input((3, 4), name="clip")
    _, hidden, carry = layers.LSTM(4, return_state=True)(clip)
    scores = layers.MultiHeadAttention(2, 3)(clip, clip, return_attention_scores=True, use_causal_mask=True)
    outputs = [
        layers.LSTM(4)(clip, initial_state=[hidden, carry]),
        *layers.Bidirectional(layers.LSTM(2, return_state=True), merge_mode="sum")(clip),
        *layers.Bidirectional(layers.GRU(2), merge_mode=None)(clip),
        *scores,
        layers.RNN([layers.LSTMCell(3), layers.GRUCell(2)])(clip),
    ]
    assert_same(keras.Model(clip, outputs), tmp_path)


def test_picked_places(tmp_path):
    z, free = keras.Input((6, 5, 4), name="z"), keras.Input((None, 4), name="free")
    outputs = [
        z[:, 1], z[:, -1, :, 2], z[..., 1:3], z[:, ::2], z[:, ::-1], z[:, None, :, 0], z[:, 1:-1, ::-2], z[:, 2:100],
        z[:, -3:], z[..., None], free[:, 1:], free[:, -1], free[..., None], free[:, ::-1],
    ]  # fmt: skip
    assert_same(keras.Model([z, free], outputs), tmp_path)


def test_arithmetic_and_functions(tmp_path):
    given, z = x(), keras.Input((6, 5, 4), name="z")
    outputs = [
        2 - given, given / 3, -given, given**2, abs(given), given @ ops.transpose(given), given > 0.1, 1 / (given + 2),
        given // 2, given % 3, ops.where(given > 0, given, 0.0), ops.softmax(given), ops.concatenate([given, given], 1),
        ops.stack([given, given]), ops.mean(z, axis=[1, 2]), ops.reshape(z, (-1, 20)), ops.clip(given, -0.1, 0.1),
        ops.einsum("bijk,bk->bij", z, given), *ops.split(z, 2, axis=1), ops.cast(given, "float16"), ops.gelu(given),
        ops.top_k(given, 2)[1], ops.pad(given, [[0, 0], [1, 1]]), ops.max(given, axis=-1, keepdims=True),
        ops.take(given, [0, 1], axis=1), ops.image.resize(z, (3, 3)),
    ]  # fmt: skip
    assert_same(keras.Model([given, z], outputs), tmp_path)


def test_inputs_and_outputs_by_name(tmp_path):
    given = {"b": keras.Input((3,), name="b"), "a": keras.Input((4,), name="a")}
    inner = keras.Model(given, {"y": layers.Dense(2)(given["b"]), "x": layers.Dense(3)(given["a"])}, name="inner")
    assert_same(inner, tmp_path)
    p, q = keras.Input((3,), name="p"), keras.Input((4,), name="q")
    made = inner({"b": p, "a": q})
    assert_same(keras.Model([p, q], [made["x"], made["y"]]), tmp_path)


def test_names_that_a_spec_cannot_have(tmp_path):
    names = ["dense.1", "Dense_1", "2nd", "a b", "é", "l" * 140, "l" * 141]
    made = [layers.Dense(2, name=name) for name in names]
    saved = assert_same(keras.Sequential([keras.Input((4,), name="in put"), *made]), tmp_path)
    assert set(names) - {"Dense_1"} <= set(saved.names)


def test_one_name_in_several_models(tmp_path):
    def inner(name):
        return keras.Sequential([keras.Input((4,)), layers.Dense(2, name="same")], name=name)

    given = x()
    model = keras.Model(given, [inner("one")(given), inner("two")(given), layers.Dense(4, name="same")(given)])
    assert_same(model, tmp_path)


def test_what_preprocessing_layers_learned(tmp_path):
    given, text, number = (
        x(),
        keras.Input((1,), dtype="string", name="text"),
        keras.Input((2,), dtype="int64", name="n"),
    )
    normal, bins = layers.Normalization(), layers.Discretization(num_bins=3, epsilon=0.1)
    normal.adapt(np.random.default_rng(0).normal(size=(20, 4)))
    bins.adapt(np.random.default_rng(0).normal(size=(50, 1)))
    outputs = [normal(given), bins(given), layers.Rescaling(1 / 127.5, offset=-1)(given)]
    outputs.append(layers.Normalization(mean=[1.0, 2, 3, 4], variance=[1.0, 2, 3, 4])(given))
    for mode in ("int", "one_hot", "multi_hot", "count"):
        words = layers.StringLookup(output_mode=mode)
        words.adapt(np.array(["red", "green", "é x", "a b"]))
        outputs.append(words(text))
    numbers = layers.IntegerLookup(output_mode="multi_hot")
    numbers.adapt(np.array([3, 1, 1]))
    texts = layers.TextVectorization(output_sequence_length=4)
    texts.adapt(["red a b", "c d"])
    outputs += [numbers(number), texts(text), layers.StringLookup(vocabulary=["c"], num_oov_indices=2)(text)]
    assert_same(keras.Model([given, text, number], outputs), tmp_path, random=False)


def test_activations_regularizers_and_the_like(tmp_path):
    given = x()
    outputs = [
        layers.Dense(2, activation=keras.activations.gelu)(given),
        layers.Dense(2, activation=ops.relu)(given),
        layers.Activation("relu6")(given),
        layers.Dense(
            2,
            kernel_constraint="max_norm",
            bias_regularizer=keras.regularizers.L1L2(0.1, 0.2),
            kernel_initializer=keras.initializers.HeNormal(seed=3),
        )(given),
        layers.Dropout(0.5, seed=4)(given),
        layers.SpectralNormalization(layers.Dense(2))(given, training=False),
    ]
    assert_same(keras.Model(given, outputs), tmp_path)


@pytest.mark.parametrize("policy", ["mixed_float16", "float64", "bfloat16", "float16"])
def test_other_dtypes(policy, tmp_path):
    given = x()
    assert_same(
        keras.Model(given, layers.BatchNormalization(dtype=policy)(layers.Dense(2, dtype=policy)(given))), tmp_path
    )


def test_a_layer_with_an_adapter(tmp_path):
    given, dense = x(), layers.Dense(2)
    model = keras.Model(given, dense(given))
    dense.enable_lora(2)
    assert_same(model, tmp_path)


def test_a_fixed_batch_becomes_a_free_one(tmp_path):
    given = keras.Input(batch_shape=(2, 4), name="x")
    model = keras.Model(given, layers.Dense(2)(given))
    model.save(tmp_path / "saved.keras")
    saved, built = rebuilt(tmp_path / "saved.keras")
    assert_same_predictions(built.model, model, saved)


APPLICATIONS = {
    "MobileNetV2": 32, "ResNet50": 32, "DenseNet121": 32, "EfficientNetB0": 32, "InceptionV3": 75, "Xception": 71,
    "VGG16": 32, "NASNetMobile": 32, "MobileNetV3Small": 32, "EfficientNetV2B0": 32, "ResNet50V2": 32,
}  # fmt: skip


@pytest.mark.parametrize(
    "name", [name if name == "MobileNetV2" else pytest.param(name, marks=pytest.mark.slow) for name in APPLICATIONS]
)
def test_keras_applications(name, tmp_path):
    size = APPLICATIONS[name]
    top = {"include_top": False} if name == "NASNetMobile" else {"classes": 10}
    model = getattr(keras.applications, name)(weights=None, input_shape=(size, size, 3), **top)
    randomize_statistics(model)
    assert_same(model, tmp_path, random=False)


def randomize_statistics(model):
    """Other moving statistics than those of a new model."""
    random = np.random.default_rng(1)
    for weight in model.weights:
        if "moving" in weight.path:
            weight.assign(random.uniform(0.5, 1.5, weight.shape))


@pytest.mark.parametrize(
    ("name", "size", "own"),
    [
        ("ConvNeXtTiny", 32, "LayerScale"),
        pytest.param("InceptionResNetV2", 75, "CustomScaleLayer", marks=pytest.mark.slow),
    ],
)
def test_applications_with_layers_that_are_not_public_are_refused(name, size, own, tmp_path):
    model = getattr(keras.applications, name)(weights=None, input_shape=(size, size, 3), include_top=False)
    model.save(tmp_path / "saved.keras")
    saved, (problem,) = read_saved(str(tmp_path / "saved.keras"), PLACE)
    assert saved is None
    assert problem.code == "MS625"
    assert f"{own} is not a layer that a spec has" in problem.message
