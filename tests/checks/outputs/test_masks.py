"""Losses and metrics on outputs with masks; Keras says which it refuses."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from modelspec.catalogue.kinds import find
from modelspec.catalogue.losses import LOSSES
from modelspec.catalogue.tensor import Refusal, Tensor
from modelspec.checks.outputs.masks import _weighs
from modelspec.manual.examples import made, sample_arguments
from modelspec.runtime.build.objects import to_keras
from tests.checks.told import spec, told

STEPS = "inputs: {x: {shape: [6, 5], dtype: int32}}"
EMBED = "  - Embedding: {input_dim: 9, output_dim: 4, mask_zero: true}"
POOL = "  - TimeDistributed: {layer: GlobalMaxPooling1D}"


@pytest.mark.filterwarnings("ignore:In loss")
@pytest.mark.parametrize("name", LOSSES)
def test_a_loss_takes_the_masks_that_keras_multiplies_it_by(name):
    found = find("loss", name)
    assert found is not None
    for arguments in ({}, *([{"axis": 1}] if "axis" in found.model_fields else [])):
        loss = made(found, {**sample_arguments(found), **arguments})
        for sizes in ((4,), (5, 4), (6, 5, 4), (5, 1)):
            output = Tensor((None, *sizes))
            try:
                target = loss.target_shape(output)
            except Refusal:
                continue
            for rank in range(1, len(sizes) + 2):
                mask = output.shape[:rank]
                takes = keras_takes(to_keras(loss), target, sizes, mask)
                assert _weighs(mask, loss.values_shape(output)) == takes, (loss, sizes, mask)


def keras_takes(loss, target, sizes, mask):
    random = np.random.default_rng(0)
    y = tf.constant(random.integers(0, 2, (7, *(size or 3 for size in target[1:]))), "float32")
    p = tf.constant(random.uniform(0.1, 0.9, (7, *sizes)), "float32")
    keras.src.backend.set_keras_mask(p, tf.ones((7, *mask[1:]), "bool"))
    try:
        loss(y, p)
    except tf.errors.InvalidArgumentError:
        return False
    return True


def test_a_mask_that_the_loss_cannot_take_is_told_at_the_loss():
    text = spec([EMBED, POOL, "    name: y"], "outputs: {y: {loss: mse}}", inputs=STEPS)
    assert told(text) == [("MS412", 7, 21)]


def test_a_mask_that_a_metric_cannot_take_is_told_at_the_metric():
    metrics = "outputs: {y: {loss: mse, metrics: [mae, {CosineSimilarity: {axis: 1}}]}}"
    text = spec([EMBED, "  - TimeDistributed: {layer: Flatten}", "    name: y"], metrics, inputs=STEPS)
    assert told(text) == [("MS412", 7, 21)]
    masked = spec(["  - Masking", "  - Dense: 3", "    name: y"], metrics, inputs="inputs: {x: [5, 4]}")
    assert told(masked) == [("MS412", 7, 42)]


def test_a_mask_of_the_right_shape_is_taken():
    text = spec(["  - Masking", "  - Dense: 3", "    name: y"], "outputs: {y: {loss: mse, metrics: [mae]}}")
    assert told(text) == []
