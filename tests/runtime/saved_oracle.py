"""Keras as the oracle of saved models: what it loads of a `.keras` file, and what we make of the same file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from modelspec.graph import ShapedNetwork
from modelspec.graph.questions.ownership import Ownership, count_parameters
from modelspec.pipeline import run
from modelspec.runtime.build.built import BuiltModel
from modelspec.runtime.build.model import build_model
from modelspec.runtime.build.saved import load_saved
from modelspec.saved import SavedModel, read_saved
from modelspec.source import plain
from tests.saved.files import PLACE


def stages(saved: SavedModel) -> ShapedNetwork:
    """The saved model through the stages of the checker, which must find nothing wrong with it."""
    ran = run(saved.document, "spec", "infer")
    assert [f"{problem.code} {problem.message}" for problem in ran.problems] == []
    assert ran.network is not None and ran.network.known
    return ran.network


def rebuilt(path: Path | str) -> tuple[SavedModel, BuiltModel]:
    """The model of a file, built from its description, with its weights."""
    saved, problems = read_saved(str(path), PLACE)
    assert saved is not None, problems
    built = build_model(stages(saved), compile=False)
    load_saved(saved, built.layers)
    return saved, built


def randomize(model: Any) -> None:
    """Give every weight numbers that no initializer makes; they are positive, so that they may be variances."""
    random = np.random.default_rng(1)
    for weight in model.weights:
        if np.issubdtype(np.dtype(weight.dtype), np.floating):
            weight.assign(random.uniform(0.05, 0.6, weight.shape).astype(weight.dtype))


def assert_same(model: Any, folder: Path, oracle: Any = None, random: bool = True) -> SavedModel:
    """Save a model; what we make of the file has Keras's layers, shapes, counts and predictions, bit for bit.

    `oracle` is the model to compare with, where Keras's own loading makes another one of the file.
    """
    if random:
        randomize(model)
    path = folder / "saved.keras"
    model.save(path)
    saved, built = rebuilt(path)
    theirs = oracle or keras.models.load_model(path, compile=False)
    assert_same_counts(built, theirs, saved)
    assert_same_layers(built.network, theirs, saved)
    assert_same_predictions(built.model, theirs, saved)
    return saved


def assert_same_counts(built: BuiltModel, theirs: Any, saved: SavedModel) -> None:
    """Parameters, and those that are trained: of the network without Keras, and of the model that was built."""
    ownership = Ownership(built.network)
    total, trainable = count_parameters(ownership.weights(ownership.by_graph(built.network.network.main)))
    wanted = sum(int(np.prod(weight.shape)) for weight in theirs.trainable_weights)
    assert total == built.model.count_params() == theirs.count_params()
    if saved.trainable:
        assert trainable == wanted
        assert wanted == sum(int(np.prod(weight.shape)) for weight in built.model.trainable_weights)
    else:
        assert wanted == 0


def assert_same_layers(network: ShapedNetwork, theirs: Any, saved: SavedModel) -> None:
    """Each layer of the outermost model, by its name: its outputs at each call, and the parameters of a layer alone."""
    graph, tensors = network.main.graph, network.main.tensors
    for layer in theirs.layers:
        name = saved.names.get(layer.name, layer.name)
        calls = [
            [(output.shape, output.dtype) for output in tensors[index] or ()]
            for index, vertex in enumerate(graph.vertices)
            if name in (vertex.name, vertex.target)
        ]
        nodes = layer._inbound_nodes[-len(calls) :]
        wanted = [[(tuple(item.shape), _dtype(item)) for item in node.output_tensors] for node in nodes]
        assert calls, f"there is no call of '{name}'"
        assert calls == wanted, name
        if name in network.weights and not isinstance(layer, keras.layers.Wrapper):
            assert [weight.shape for weight in network.weights[name]] == [tuple(item.shape) for item in layer.weights]


def predictions(theirs: Any) -> tuple[list[Any], dict[str, Any]]:
    """What a model makes of random rows, in its own order, and the rows by Keras's names of the inputs."""
    random = np.random.default_rng(0)
    names = [item._keras_history[0].name for item in theirs.inputs]
    rows = {name: _rows(item, random) for name, item in zip(names, theirs.inputs, strict=True)}
    structure = getattr(theirs, "_inputs_struct", None)
    if isinstance(structure, dict):
        given: Any = {key: rows[item._keras_history[0].name] for key, item in structure.items()}
        rows |= given
    else:
        given = list(rows.values()) if len(rows) > 1 else rows[names[0]]
    return keras.tree.flatten(theirs(given, training=False)), rows


def assert_same_predictions(ours: Any, theirs: Any, saved: SavedModel) -> None:
    """The same numbers, bit for bit, for random rows."""
    document = plain(saved.document.root)
    wanted, rows = predictions(theirs)
    rows |= {saved.names[name]: value for name, value in rows.items() if name in saved.names}
    found = ours({name: rows[name] for name in document["inputs"]}, training=False)
    in_order = sorted(document["outputs"]) if isinstance(getattr(theirs, "_outputs_struct", None), dict) else None
    for name, want in zip(in_order or document["outputs"], wanted, strict=True):
        got, want = np.array(found[name]), np.array(want)
        assert got.dtype == want.dtype
        assert np.array_equal(got, want, equal_nan=got.dtype.kind in "fc"), name


def _rows(item: Any, random: Any) -> Any:
    shape = [2 if axis == 0 and size is None else 5 if size is None else size for axis, size in enumerate(item.shape)]
    dtype = _dtype(item)
    if dtype == "string":
        return tf.constant(np.array(["a b", "red", "c"])[random.integers(0, 3, shape)])
    if dtype.startswith(("float", "bfloat")):
        return tf.constant(random.uniform(-1, 1, shape), dtype)
    return tf.cast(tf.constant(random.integers(0, 4, shape)), dtype)


def _dtype(item: Any) -> str:
    return str(keras.backend.standardize_dtype(item.dtype))
