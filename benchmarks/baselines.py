"""The plain Keras scripts that a user would write for the benchmarked models: train, and save the model.

    python -m benchmarks.baselines mlp data.npz EPOCHS

They make their layers in the order in which the specs list them and seed Keras alike, so with rows in one order they
reach the same losses as `modelspec train`, bit for bit.
"""

import json
import sys

import keras
import numpy as np
from keras import layers


def mlp():
    inputs = keras.Input((784,), name="image")
    x = layers.Dense(64, activation="relu")(inputs)
    x = layers.Dense(64, activation="relu")(x)
    outputs = layers.Dense(10, activation="softmax", name="digit")(x)
    model = keras.Model(inputs, outputs)
    model.compile(optimizer="rmsprop", loss="categorical_crossentropy", metrics=["accuracy"])
    return model


def headline():
    words = keras.Input((100,), dtype="int32", name="headline")
    extra = keras.Input((5,), name="extra")
    x = layers.Embedding(10000, 512)(words)
    encoded = layers.LSTM(32)(x)
    aux = layers.Dense(1, activation="sigmoid", name="aux_output")(encoded)
    x = layers.Concatenate()([encoded, extra])
    x = layers.Dense(64, activation="relu")(x)
    x = layers.Dense(64, activation="relu")(x)
    x = layers.Dense(64, activation="relu")(x)
    main = layers.Dense(1, activation="sigmoid", name="main_output")(x)
    model = keras.Model({"headline": words, "extra": extra}, {"main_output": main, "aux_output": aux})
    model.compile(
        optimizer="rmsprop",
        loss={"main_output": "binary_crossentropy", "aux_output": "binary_crossentropy"},
        loss_weights={"main_output": 1.0, "aux_output": 0.2},
        metrics={"main_output": ["accuracy"]},
    )
    return model


def tweets():
    tweet_a = keras.Input((280, 256), name="tweet_a")
    tweet_b = keras.Input((280, 256), name="tweet_b")
    encoder = layers.LSTM(64)
    x = layers.Concatenate(axis=-1)([encoder(tweet_a), encoder(tweet_b)])
    outputs = layers.Dense(1, activation="sigmoid", name="same_author")(x)
    model = keras.Model({"tweet_a": tweet_a, "tweet_b": tweet_b}, outputs)
    model.compile(optimizer="rmsprop", loss="binary_crossentropy", metrics=["accuracy"])
    return model


def mnist_cnn():
    inputs = keras.Input((28, 28, 1), name="image")
    x = layers.Conv2D(32, 3, activation="relu")(inputs)
    x = layers.Conv2D(64, 3, activation="relu")(x)
    x = layers.MaxPooling2D(2)(x)
    x = layers.Dropout(0.25)(x)
    x = layers.Flatten()(x)
    x = layers.Dense(128, activation="relu")(x)
    x = layers.Dropout(0.5)(x)
    model = keras.Model(inputs, layers.Dense(10, activation="softmax", name="digit")(x))
    model.compile(
        optimizer=keras.optimizers.Adadelta(learning_rate=1.0), loss="categorical_crossentropy", metrics=["accuracy"]
    )
    return model


def resnet50():
    model = keras.applications.ResNet50(weights=None, input_shape=(64, 64, 3), classes=10)
    model.compile(optimizer="rmsprop", loss="categorical_crossentropy", metrics=["accuracy"])
    return model


MODELS = {"mlp": mlp, "headline": headline, "tweets": tweets, "mnist_cnn": mnist_cnn, "resnet50": resnet50}
INPUTS = {
    "mlp": ("image",),
    "headline": ("headline", "extra"),
    "tweets": ("tweet_a", "tweet_b"),
    "mnist_cnn": ("image",),
    "resnet50": ("image",),
}
TARGETS = {
    "mlp": ("digit",),
    "headline": ("main_output", "aux_output"),
    "tweets": ("same_author",),
    "mnist_cnn": ("digit",),
    "resnet50": ("digit",),
}
BATCH = {"mnist_cnn": 128}
"""Rows of a batch, where they are not 32."""


def load(name, path):
    """(inputs, targets) of an .npz file; single ones without a dict around them."""
    with np.load(path) as arrays:
        x = {key: arrays[key] for key in INPUTS[name]}
        y = {key: arrays[key] for key in TARGETS[name]}
    x = next(iter(x.values())) if len(x) == 1 else x
    y = next(iter(y.values())) if len(y) == 1 else y
    return x, y


def run(name, path, epochs, seed=0, shuffle=False, save=None, callbacks=()):
    """Train on the arrays of an .npz file, save the model if told to; returns Keras's history."""
    keras.utils.set_random_seed(seed)
    model = MODELS[name]()
    x, y = load(name, path)
    history = model.fit(
        x, y, batch_size=BATCH.get(name, 32), epochs=epochs, shuffle=shuffle, verbose=0, callbacks=list(callbacks)
    ).history
    if save is not None:
        model.save(save)
    return history


if __name__ == "__main__":
    print(json.dumps(run(sys.argv[1], sys.argv[2], int(sys.argv[3]), shuffle=True, save="model.keras")))
