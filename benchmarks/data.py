"""Rows for the benchmarks and for the tests that compare with plain Keras: random, with a rule that can be learnt."""

import numpy as np


def make(name, path, rows):
    """Write the .npz file of arrays that the model `name` trains on."""
    random = np.random.default_rng(7)
    label = random.integers(0, 2, rows)
    if name == "mlp":
        digit = random.integers(0, 10, rows)
        centres = random.normal(size=(10, 784)).astype("float32")
        image = (centres[digit] * 0.5 + random.normal(size=(rows, 784))).astype("float32")
        arrays = {"image": image, "digit": np.eye(10, dtype="float32")[digit]}
    elif name in ("mnist_cnn", "resnet50"):
        digit = random.integers(0, 10, rows)
        shape = (28, 28, 1) if name == "mnist_cnn" else (64, 64, 3)
        image = (0.1 * digit[:, None, None, None] + random.normal(size=(rows, *shape))).astype("float32")
        arrays = {"image": image, "digit": np.eye(10, dtype="float32")[digit]}
    elif name == "headline":
        words = random.integers(0, 5000, (rows, 100)) + 5000 * label[:, None]
        extra = (random.normal(size=(rows, 5)) + label[:, None]).astype("float32")
        target = label.astype("float32")[:, None]
        arrays = {"headline": words.astype("int32"), "extra": extra, "main_output": target, "aux_output": target}
    else:
        characters = random.integers(0, 128, (2, rows, 280)) + 128 * label[None, :, None]
        one_hot = np.eye(256, dtype="float32")
        arrays = {
            "tweet_a": one_hot[characters[0]],
            "tweet_b": one_hot[characters[1]],
            "same_author": label.astype("float32")[:, None],
        }
    np.savez(path, **arrays)
