"""A package of a user's own, written into a folder, and a spec that uses it."""

from pathlib import Path

LAYERS = '''\
from typing import Literal

import keras
from keras import ops

register = keras.saving.register_keras_serializable(package="my_package")


@register
class Scale(keras.layers.Layer):
    """Multiplies by a number, and by one that it learns for each feature.

    More about it.
    """

    def __init__(self, factor: float = 1.0, kernel_initializer="ones", **kwargs):
        super().__init__(**kwargs)
        self.factor = factor
        self.kernel_initializer = keras.initializers.get(kernel_initializer)

    def build(self, input_shape):
        self.kernel = self.add_weight(shape=(input_shape[-1],), initializer=self.kernel_initializer, name="kernel")

    def call(self, inputs):
        return inputs * self.factor * self.kernel

    def compute_output_shape(self, input_shape):
        return input_shape

    def get_config(self):
        initializer = keras.initializers.serialize(self.kernel_initializer)
        return {**super().get_config(), "factor": self.factor, "kernel_initializer": initializer}


@register
class Pool(keras.layers.Layer):
    """The mean, or the largest, over time."""

    def __init__(self, units: int, mode: Literal["mean", "max"] = "mean", sizes: list[int] | None = None, **kwargs):
        super().__init__(**kwargs)
        self.units, self.mode, self.sizes = units, mode, sizes
        self.dense = keras.layers.Dense(units)

    def call(self, inputs, weights=None, flip: bool = False, training=None):
        if len(inputs.shape) != 3:
            raise ValueError(f"Pool wants three axes, and has {len(inputs.shape)}")
        values = self.dense(inputs if weights is None else inputs * weights)
        values = -values if flip else values
        return ops.mean(values, axis=1) if self.mode == "mean" else ops.max(values, axis=1)


@register
class Closed(keras.layers.Layer):
    def __init__(self, width):
        super().__init__()
        self.width = width

    def call(self, inputs):
        return inputs
'''
TRAINING = '''\
import keras
from keras import ops

register = keras.saving.register_keras_serializable(package="my_package")


@register
class PowerError(keras.losses.Loss):
    """The difference to some power."""

    def __init__(self, power: float = 2.0, name="power_error", **kwargs):
        super().__init__(name=name, **kwargs)
        self.power = power

    def call(self, y_true, y_pred):
        return ops.mean(ops.power(ops.abs(y_true - y_pred), self.power), axis=-1)

    def get_config(self):
        return {**super().get_config(), "power": self.power}


@register
class Near(keras.metrics.Mean):
    """The share of numbers that are near."""

    def __init__(self, distance=0.5, name="nearby", **kwargs):
        super().__init__(name=name, **kwargs)
        self.distance = distance

    def update_state(self, y_true, y_pred, sample_weight=None):
        super().update_state(ops.cast(ops.abs(y_true - y_pred) < self.distance, "float32"))

    def get_config(self):
        return {**super().get_config(), "distance": self.distance}


@register
def soft(x):
    return ops.log(1 + ops.exp(x))


@register
def squares(y_true, y_pred):
    return ops.mean(ops.square(y_true - y_pred), axis=-1)


@register
class Slow(keras.optimizers.SGD):
    """SGD with another default."""

    def __init__(self, learning_rate=0.001, **kwargs):
        super().__init__(learning_rate, **kwargs)
'''
SPEC = """\
modelspec: 1
name: own
inputs: {x: [6, 4]}
layers:
  - my_package>Scale: {factor: 2}
  - Pool: {units: 8, mode: max}
  - Dense: {units: 3, activation: my_package>soft}
  - Scale: {kernel_initializer: {RandomNormal: {mean: 1.0, stddev: 0.1}}}
    name: y
outputs:
  y: {loss: {PowerError: {power: 3.0}}, metrics: [Near, squares, mae]}
train: {optimizer: {Slow: 1e-2}, epochs: 2, batch_size: 8}
data:
  train: {synthetic: 32}
  test: {synthetic: {samples: 8, seed: 3}}
"""


def write_package(folder: Path, name: str = "my_package") -> None:
    """The package in the folder; another name registers the same under that name."""
    (folder / name).mkdir()
    for file, text in {
        "__init__": f"from {name} import layers, training\n",
        "layers": LAYERS,
        "training": TRAINING,
    }.items():
        (folder / name / f"{file}.py").write_text(text.replace("my_package", name))


def write_spec(folder: Path, text: str = SPEC) -> str:
    """The spec in the folder; its path."""
    (folder / "spec.yaml").write_text(text)
    return str(folder / "spec.yaml")
