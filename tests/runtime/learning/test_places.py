"""Layers learn wherever they stand, from all that they are given there, and from nothing but the rows."""

import keras
import numpy as np
import pytest

from modelspec.runs.taught import with_learned
from modelspec.runtime.build.model import build_model
from modelspec.runtime.learning.learn import learn_layers
from tests.runtime.learning.learned import in_rows, network_of
from tests.seams.names import COMPUTED_AT_ONCE, ROWS_AT_ONCE

ROWS = 700


def drawn(*shape, seed=0):
    return (np.random.default_rng(seed).normal(size=(ROWS, *shape)) * [1.0, 5.0, 0.1] + [3, -20, 8]).astype("float32")


def by_keras(values, **arguments):
    """What Keras's layer makes of all values at once, in float64."""
    layer = keras.layers.Normalization(**arguments)
    layer.adapt(np.asarray(values, dtype="float64"))
    return np.asarray(layer.adapt_mean), np.asarray(layer.adapt_variance)


def assert_learned(found, values, atol=0, **arguments):
    mean, variance = by_keras(values, **arguments)
    np.testing.assert_allclose(found["mean"], mean, rtol=3e-7, atol=atol)
    np.testing.assert_allclose(found["variance"], variance, rtol=3e-7, atol=atol)


X = "{x: {shape: [3]}}"
NESTED = (
    "models:\n  part:\n    inputs: {a: {shape: [3]}}\n    layers:\n      - Normalization:\n        name: norm\n"
    "      - Dense: 2\n"
)


def test_a_shared_layer_learns_from_all_its_calls():
    body = "shared: {norm: Normalization}\nlayers:\n  - {call: norm, from: x}\n  - {call: norm, from: z}\n  - Add:\n    from: [norm@0, norm@1]\n"
    network = network_of(body, "{x: {shape: [3]}, z: {shape: [3]}}")
    x, z = drawn(3), drawn(3, seed=1) * 4
    assert_learned(learn_layers(network, in_rows(x=x, z=z))["norm"], np.concatenate([x, z]))


def test_a_nested_model_that_is_called_twice_learns_from_both_calls():
    body = f"{NESTED}layers:\n  - {{call: part, from: x}}\n  - {{call: part, from: z}}\n  - Add:\n    from: [part@0, part@1]\n"
    network = network_of(body, "{x: {shape: [3]}, z: {shape: [3]}}")
    x, z = drawn(3), drawn(3, seed=1) * 4
    assert_learned(learn_layers(network, in_rows(x=x, z=z))["part/norm"], np.concatenate([x, z]))


@pytest.mark.parametrize(
    ("step", "path"),
    [
        ("  - TimeDistributed: {layer: Normalization}\n    name: each\n", "each.layer"),
        ("  - TimeDistributed: part\n    name: each\n", "part/norm"),
        (
            "  - TimeDistributed: {layer: {TimeDistributed: {layer: Normalization}}}\n    name: each\n",
            "each.layer.layer",
        ),
    ],
)
def test_inside_time_distributed_a_layer_learns_from_every_step(step, path):
    shape = [4, 5, 3] if step.count("TimeDistributed") == 2 else [4, 3]
    network = network_of(f"{NESTED}layers:\n{step}", f"{{x: {{shape: {shape}}}}}")
    x = drawn(*shape)
    assert_learned(learn_layers(network, in_rows(x=x))[path], x)


def test_the_layers_of_a_pipeline_learn_from_what_those_before_them_make():
    body = "layers:\n  - Pipeline: {layers: [{Rescaling: 0.5}, {Discretization: {num_bins: 4}}]}\n    name: line\n"
    network = network_of(body, X)
    x = drawn(3)
    learned = learn_layers(network, in_rows(x=x))
    found = learned["line.layers.1"]["bin_boundaries"]
    ranks = np.searchsorted(np.sort((x * np.float32(0.5)).reshape(-1)), found, side="right")
    assert ranks.tolist() == [525, 1050, 1575]


def test_a_layer_after_others_learns_from_what_they_make_with_their_first_weights():
    body = "layers:\n  - Dense: 5\n    name: first\n  - Normalization:\n    name: norm\n  - Dense: 2\n"
    network = network_of(body, X)
    x = drawn(3)
    learned = learn_layers(network, in_rows(x=x))
    taught, _ = with_learned(network, learned)
    built = build_model(taught)
    assert_learned(learned["norm"], built.layers["first"](x), atol=1e-6)


def test_layers_that_need_what_others_learn_come_after_them():
    body = (
        "layers:\n  - StringLookup: {output_mode: one_hot}\n    from: w\n    name: look\n  - Dense: 4\n    name: wide\n"
        "  - Normalization:\n    name: norm\n  - ops.multiply:\n    from: [norm, norm]\n"
        "  - Discretization: {num_bins: 3}\n    name: bins\n"
    )
    network = network_of(body, "{w: {shape: [1], dtype: string}}")
    w = np.random.default_rng(0).choice(["a", "b", "c", "d"], (ROWS, 1))
    learned = learn_layers(network, in_rows(w=w))
    assert list(learned) == ["look", "norm", "bins"]
    assert sorted(learned["look"]["vocabulary"]) == ["a", "b", "c", "d"]
    taught, _ = with_learned(network, learned)
    layers = build_model(taught).layers
    wide = layers["wide"](layers["look"](keras.ops.convert_to_tensor(w)))
    assert_learned(learned["norm"], wide, atol=1e-6)
    squares = np.asarray(layers["norm"](wide)) ** 2
    ranks = [(squares <= boundary).mean() for boundary in learned["bins"]["bin_boundaries"]]
    np.testing.assert_allclose(ranks, [1 / 3, 2 / 3], atol=0.17)  # four words make few different numbers


def test_a_step_that_no_output_needs_learns_nothing():
    body = "layers:\n  - Normalization:\n    name: norm\n  - Normalization:\n    from: x\n    name: used\noutputs: {used: {}}\n"
    learned = learn_layers(network_of(body, X), in_rows(x=drawn(3)))
    assert list(learned) == ["used"]


def test_what_is_known_is_not_learned_again():
    body = "layers:\n  - Normalization:\n    name: first\n  - Normalization:\n    from: x\n    name: second\n  - Add:\n    from: [first, second]\n"
    known = {"first": {"mean": (1.0, 2.0, 3.0), "variance": (1.0, 1.0, 1.0)}}
    learned = learn_layers(network_of(body, X), in_rows(x=drawn(3)), known)
    assert learned["first"] == known["first"]
    assert learned["second"] != known["first"]


class Shuffled:
    """Rows in another order."""

    def __init__(self, rows):
        self.rows = rows
        self.count = rows.count
        self.order = np.random.default_rng(9).permutation(rows.count)

    def take(self, which):
        return self.rows.take(self.order[which])


EVERYTHING = (
    "layers:\n  - StringLookup: {output_mode: tf_idf}\n    from: w\n    name: look\n"
    "  - TextVectorization: {output_mode: count, ngrams: 2}\n    from: t\n    name: text\n"
    "  - Discretization: {num_bins: 5}\n    from: x\n    name: bins\n  - Normalization:\n    from: x\n    name: norm\n"
    "  - IntegerLookup: {output_mode: count}\n    from: bins\n    name: code\n"
    "  - Concatenate:\n    from: [look, text, norm, code]\n"
)


@pytest.mark.parametrize("batch", [1, 7, 256, 4096])
def test_neither_batches_nor_order_matter(batch, monkeypatch):
    random = np.random.default_rng(0)
    w = random.choice(["sea", "sky", "sand"], (ROWS, 1))
    t = np.array([" ".join(random.choice(["one", "two", "three"], 3)) for _ in range(ROWS)])
    network = network_of(EVERYTHING, "{w: {shape: [1], dtype: string}, t: {shape: [], dtype: string}, x: {shape: [3]}}")
    rows = in_rows(w=w, t=t, x=drawn(3))
    learned = learn_layers(network, rows)
    assert list(learned) == ["look", "text", "bins", "norm", "code"]
    monkeypatch.setattr(ROWS_AT_ONCE.path, batch)
    monkeypatch.setattr(COMPUTED_AT_ONCE.path, batch)
    assert learn_layers(network, Shuffled(rows)) == learned


def test_neither_does_the_order_after_layers_that_compute():
    network = network_of("layers:\n  - Dense: 5\n  - Normalization:\n    name: norm\n", X)
    rows = in_rows(x=drawn(3))
    assert learn_layers(network, Shuffled(rows)) == learn_layers(network, rows)
