"""What Keras itself does with a spec that validates: two compiled steps of `fit` on random rows, or of a call alone."""

from __future__ import annotations

from typing import Any

import keras
import tensorflow as tf

from modelspec.data.load import Located
from modelspec.data.network_rows import load_split
from modelspec.data.rows import rows
from modelspec.graph import ShapedNetwork
from modelspec.graph.questions.outputs import losses
from modelspec.language.sections.sources import Synthetic
from modelspec.runtime.build.model import build_model

SAMPLES = 4


def fails(network: ShapedNetwork) -> str | None:
    """What Keras or TensorFlow raises while the model is built and trained; None where nothing is."""
    keras.backend.clear_session(free_memory=False)
    trained = bool(losses(network))
    try:
        model = build_model(network).model
        parts = rows(load_split(network, Located(Synthetic(samples=SAMPLES), "."), "train", targets=trained)).take(
            slice(None)
        )
        inputs = {name: tf.convert_to_tensor(values) for name, values in parts[0].items()}
        if trained:
            data = tf.data.Dataset.from_tensor_slices((inputs, parts[1])).batch(SAMPLES // 2)
            model.fit(data, epochs=1, verbose=0)
        else:
            _called(model, inputs)
        model.predict(tf.data.Dataset.from_tensor_slices(inputs).batch(SAMPLES // 2), verbose=0)
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    return None


def _called(model: Any, inputs: Any) -> None:
    """The model as a step of training calls it, and the gradients of what it gives."""

    @tf.function
    def step(given: Any) -> Any:
        with tf.GradientTape() as tape:
            outputs = keras.tree.flatten(model(given, training=True))
            parts = [tf.reduce_mean(tf.cast(item, "float32")) for item in outputs if item.dtype.is_floating]
            total = tf.add_n(parts) if parts else tf.zeros(())
        return outputs, tape.gradient(total, [weight.value for weight in model.trainable_weights])

    step(inputs)
