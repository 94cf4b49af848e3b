"""The models of `specs/architectures/`, written by hand with Keras: what each spec must come to, at any size.

A function has the spec's name and takes the spec's `vars`; `SMALL` has sizes that train in seconds.
"""

import keras
from keras import layers, ops

SMALL = {
    "autoencoder": {"size": 8, "widths": [6, 4], "code": 5},
    "seq2seq": {"source_words": 30, "target_words": 20, "embedding": 8, "units": 12, "depth": 3, "rows": 128},
    "siamese": {"size": 8, "widths": [6], "code": 16, "pairs": 400},
    "tagger": {"vocabulary": 40, "embedding": 8, "units": 6, "depth": 2, "tags": 4, "rows": 128},
    "transformer": {"vocabulary": 50, "length": 12, "width": 8, "feed_forward": 10, "depth": 2, "rows": 256},
    "two_tower": {"users": 30, "items": 20, "genres": 5, "embedding": 6, "widths": [10, 8], "vector": 4, "rows": 256},
    "unet": {"size": 16, "filters": 4, "depth": 2, "rows": 32},
    "wavenet": {"levels": 16, "length": 24, "filters": 6, "skip": 7, "depth": 3, "stacks": 2, "rows": 64},
    "wide_and_deep": {"embedding": 3, "widths": [12, 6], "rows": 256},
}


def unet(size=128, channels=3, classes=3, filters=32, depth=4):
    def convolutions(x, filters):
        for _ in range(2):
            x = layers.Conv2D(filters, 3, padding="same", use_bias=False)(x)
            x = layers.BatchNormalization()(x)
            x = layers.Activation("relu")(x)
        return x

    image = x = keras.Input((size, size, channels), name="image")
    seen = []
    for level in range(depth):
        x = convolutions(layers.MaxPooling2D(2)(x) if level else x, filters * 2**level)
        seen.append(x)
    x = convolutions(layers.MaxPooling2D(2)(x), filters * 2**depth)
    for level in reversed(range(depth)):
        x = layers.Conv2DTranspose(filters * 2**level, 2, strides=2)(x)
        x = convolutions(layers.Concatenate()([x, seen[level]]), filters * 2**level)
    return keras.Model({"image": image}, {"pixel": layers.Conv2D(classes, 1, activation="softmax")(x)})


def transformer(
    vocabulary=20000, length=200, width=32, heads=2, feed_forward=32, depth=2, dropout=0.1, classes=2
):  # fmt: skip
    words = keras.Input((length,), dtype="int32", name="words")
    positions = ops.cumsum(ops.ones_like(words), axis=1) - 1
    x = layers.Embedding(vocabulary, width)(words) + layers.Embedding(length, width)(positions)
    for _ in range(depth):
        attended = layers.Dropout(dropout)(layers.MultiHeadAttention(heads, width)(x, x))
        middle = layers.LayerNormalization(epsilon=1e-6)(x + attended)
        fed = layers.Dense(width)(layers.Dense(feed_forward, activation="relu")(middle))
        x = layers.LayerNormalization(epsilon=1e-6)(middle + layers.Dropout(dropout)(fed))
    x = layers.Dropout(dropout)(layers.GlobalAveragePooling1D()(x))
    x = layers.Dropout(dropout)(layers.Dense(20, activation="relu")(x))
    return keras.Model({"words": words}, {"topic": layers.Dense(classes, activation="softmax")(x)})


def seq2seq(source_words=8000, target_words=6000, embedding=128, units=256, depth=2):
    sentence = keras.Input((None,), dtype="int32", name="sentence")
    written = keras.Input((None,), dtype="int32", name="written")
    x = layers.Embedding(source_words, embedding, mask_zero=True)(sentence)
    for _ in range(depth - 1):
        x = layers.LSTM(units, return_sequences=True)(x)
    read, *state = layers.LSTM(units, return_sequences=True, return_state=True)(x)
    x = layers.Embedding(target_words, embedding, mask_zero=True)(written)
    x = layers.LSTM(units, return_sequences=True)(x, initial_state=state)
    x = layers.Concatenate()([layers.Attention()([x, read]), x])
    x = layers.Dense(units, activation="tanh", use_bias=False)(x)
    translation = layers.Dense(target_words, activation="softmax")(x)
    return keras.Model({"sentence": sentence, "written": written}, {"translation": translation})


def wavenet(levels=256, length=1024, filters=32, skip=64, depth=8, stacks=2):
    sound = keras.Input((length,), dtype="int32", name="sound")
    x = layers.Conv1D(filters, 2, padding="causal")(layers.Embedding(levels, filters)(sound))
    skips = []
    for unit in range(stacks * depth):
        back = {"kernel_size": 2, "dilation_rate": 2 ** (unit % depth), "padding": "causal"}
        gated = layers.Multiply()(
            [layers.Conv1D(filters, activation=activation, **back)(x) for activation in ("tanh", "sigmoid")]
        )
        skips.append(layers.Conv1D(skip, 1)(gated))
        if unit < stacks * depth - 1:
            x = layers.Add()([x, layers.Conv1D(filters, 1)(gated)])
    x = layers.Activation("relu")(sum(skips[1:], start=skips[0]))
    x = layers.Conv1D(skip, 1, activation="relu")(x)
    return keras.Model({"sound": sound}, {"next": layers.Conv1D(levels, 1, activation="softmax")(x)})


def tagger(cell="LSTM", vocabulary=10000, embedding=100, units=128, depth=2, tags=17, dropout=0.5):
    words = keras.Input((None,), dtype="int32", name="words")
    x = layers.Dropout(dropout)(layers.Embedding(vocabulary, embedding, mask_zero=True)(words))
    for _ in range(depth):
        x = layers.Bidirectional({"LSTM": layers.LSTM, "GRU": layers.GRU}[cell](units, return_sequences=True))(x)
    tag = layers.Dense(tags, activation="softmax")(layers.Dropout(dropout)(x))
    return keras.Model({"words": words}, {"tag": tag})


def wide_and_deep(embedding=8, widths=(128, 64, 32), dropout=0.2):
    sizes = {"work": 9, "education": 16, "marriage": 7, "occupation": 15}
    inputs = {name: keras.Input((), dtype="int32", name=name) for name in sizes}
    inputs["numbers"] = keras.Input((5,), name="numbers")
    one_hot = [layers.CategoryEncoding(size, output_mode="one_hot")(inputs[name]) for name, size in sizes.items()]
    wide = layers.Dense(1, use_bias=False)(layers.Concatenate()(one_hot))
    embedded = [layers.Embedding(size, embedding)(inputs[name]) for name, size in sizes.items()]
    x = layers.Concatenate()([*embedded, layers.BatchNormalization()(inputs["numbers"])])
    for units in widths:
        x = layers.Dropout(dropout)(layers.Dense(units, activation="relu")(x))
    earns_much = layers.Activation("sigmoid")(layers.Add()([wide, layers.Dense(1)(x)]))
    return keras.Model(inputs, {"earns_much": earns_much})


def siamese(size=28, widths=(32, 64), code=64):
    x = digit = keras.Input((size, size, 1))
    for filters in widths:
        x = layers.MaxPooling2D(2)(layers.Conv2D(filters, 3, padding="same", activation="relu")(x))
    tower = keras.Model(digit, layers.Dense(code, activation="sigmoid")(layers.Flatten()(x)))
    digit_a, digit_b = (keras.Input((size, size, 1), name=name) for name in ("digit_a", "digit_b"))
    same = layers.Dense(1, activation="sigmoid")(ops.abs(tower(digit_a) - tower(digit_b)))
    return keras.Model({"digit_a": digit_a, "digit_b": digit_b}, {"same": same})


def autoencoder(size=16, widths=(32, 64), code=32, noise=0.2):
    image = x = keras.Input((size, size, 1), name="image")
    x = layers.GaussianNoise(noise)(x)
    for filters in widths:
        x = layers.Conv2D(filters, 3, strides=2, padding="same", activation="relu")(x)
    x = layers.Dense(code)(layers.Flatten()(x))
    small = size // 2 ** len(widths)
    x = layers.Dense(small * small * widths[-1], activation="relu")(x)
    x = layers.Reshape((small, small, widths[-1]))(x)
    for filters in reversed(widths):
        x = layers.Conv2DTranspose(filters, 3, strides=2, padding="same", activation="relu")(x)
    return keras.Model({"image": image}, {"restored": layers.Conv2D(1, 3, padding="same", activation="sigmoid")(x)})


def two_tower(users=6000, items=4000, genres=20, embedding=32, widths=(64,), vector=32, sharpness=5.0):
    def tower(*features):
        x = layers.Concatenate()(features)
        for units in widths:
            x = layers.Dense(units, activation="relu")(x)
        return layers.UnitNormalization()(layers.Dense(vector)(x))

    inputs = {name: keras.Input((), dtype="int32", name=name) for name in ("user", "item", "genre")}
    inputs["history"] = keras.Input((10,), dtype="int32", name="history")
    item_embedding = layers.Embedding(items, embedding)
    taste = layers.GlobalAveragePooling1D()(item_embedding(inputs["history"]))
    user_vector = tower(layers.Embedding(users, embedding)(inputs["user"]), taste)
    known_genre = layers.Embedding(genres, embedding)(inputs["genre"])
    item_vector = tower(item_embedding(inputs["item"]), known_genre)
    taken = ops.sigmoid(layers.Dot(axes=1)([user_vector, item_vector]) * sharpness)
    return keras.Model(inputs, {"taken": taken, "user_vector": user_vector, "item_vector": item_vector})


HAND_WRITTEN = (autoencoder, seq2seq, siamese, tagger, transformer, two_tower, unet, wavenet, wide_and_deep)
