"""Keras code beside specs in the documents: run the code, build the spec, and hold that both are one model."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers, ops

import modelspec

LENGTH = 7
"""How long an axis is that is free."""
ROWS = 3


def written(code, page):
    """What the Keras code of a page calls `model`."""
    names = {"keras": keras, "layers": layers, "ops": ops}
    exec(compile(code, page, "exec"), names)
    return names["model"]


def built(path):
    """The model of a spec, which must have no problems."""
    assert modelspec.check(path) == ()
    return modelspec.build(path)


def assert_same_model(ours, theirs):
    """The same parameters, shapes of weights and, with the same weights, predictions; and losses, if it is compiled."""
    assert ours.count_params() == theirs.count_params()
    assert [weight.shape for weight in ours.weights] == [weight.shape for weight in theirs.weights]
    assert len(ours.trainable_weights) == len(theirs.trainable_weights)
    give_same_weights(ours, theirs)
    given = rows(theirs)
    assert given.keys() == ours.input.keys()
    expected, got = said(theirs, _packed(theirs, given)), said(ours, given)
    if not isinstance(expected, dict):
        assert len(got) == 1
        expected = {next(iter(got)): expected}
    assert got.keys() == expected.keys()
    for name, values in expected.items():
        values = np.asarray(values)
        assert values.std() > 1e-4
        np.testing.assert_allclose(np.asarray(got[name]), values, rtol=2e-5, atol=2e-6, err_msg=name)
    if theirs.compiled:
        assert_same_training(ours, theirs, given, expected)


def said(model, given):
    """What a model says of rows; where it is recurrent by a graph, in which its steps take a tenth of the time."""
    recurrent = any(isinstance(layer, layers.RNN) for layer in model._flatten_layers())
    return (tf.function(model) if recurrent else model)(given)


def give_same_weights(ours, theirs):
    """Random weights that no initializer makes; what may be a variance is positive."""
    draw = np.random.default_rng(3)
    for weight, other in zip(ours.weights, theirs.weights, strict=True):
        value = draw.normal(0, 0.3, weight.shape)
        value = np.abs(value) + 0.5 if "variance" in weight.name else value
        weight.assign(value)
        other.assign(value)


def rows(model):
    """Rows for every input, by its name."""
    draw = np.random.default_rng(1)
    made = {
        tensor.name: draw.choice(["red", "good film", "?"], shape)
        if tensor.dtype == "string"
        else draw.integers(0, 5, shape).astype(tensor.dtype)
        if "int" in tensor.dtype
        else draw.random(shape).astype("float32")
        for tensor in model.inputs
        for shape in [(tensor.shape[0] or ROWS, *(LENGTH if size is None else size for size in tensor.shape[1:]))]
    }
    texts = any(tensor.dtype == "string" for tensor in model.inputs)  # Keras takes texts as tensors only
    return {name: keras.ops.convert_to_tensor(value) for name, value in made.items()} if texts else made


def assert_same_training(ours, theirs, given, said):
    """The same optimizer; and every loss and metric that Keras tells, by the same name. `said`: of each output."""
    assert type(ours.optimizer) is type(theirs.optimizer)
    settings = [{**model.optimizer.get_config(), "name": ""} for model in (ours, theirs)]
    assert settings[0] == settings[1]
    draw = np.random.default_rng(2)
    targets = {
        name: _target(theirs.loss.get(name) if isinstance(theirs.loss, dict) else theirs.loss, np.asarray(values), draw)
        for name, values in said.items()
    }
    expected = theirs.evaluate(_packed(theirs, given), targets, return_dict=True, verbose=0)
    told = ours.evaluate(given, targets, return_dict=True, verbose=0)
    assert "loss" in expected
    for name, value in expected.items():
        assert told[name] == pytest.approx(value, rel=1e-5, abs=1e-6), name


def _packed(model, given):
    """The rows as a model takes them: in a list, a mapping or alone."""
    return keras.tree.pack_sequence_as(model.input, [given[tensor.name] for tensor in model.inputs])


def _target(loss, values, draw):
    if "sparse" in str(loss):
        return draw.integers(0, values.shape[-1], values.shape[:-1])
    made = draw.random(values.shape).astype("float32")
    return made / made.sum(-1, keepdims=True) if "categorical" in str(loss).lower() else made
