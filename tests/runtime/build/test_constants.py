"""Steps of numbers alone: positions and tables, as parts of a functional model."""

from __future__ import annotations

import keras
import numpy as np
import pytest
from keras import ops

from modelspec.catalogue.ops import _RULES, find_op
from modelspec.catalogue.tensor import Refusal
from modelspec.expansion.makers import MAKERS
from modelspec.pipeline import check_text
from modelspec.runtime.build.model import build_model
from modelspec.runtime.build.ops import call_op
from tests.graph.telling import HEAD, good, only, place, shapes, told

LEARNED = """\
inputs: {tokens: {shape: [6], dtype: int32}}
layers:
  - Embedding: {input_dim: 10, output_dim: 4}
    from: tokens
    name: words
  - ops.arange: 6
  - Embedding: {input_dim: 6, output_dim: 4}
    name: positions
  - ops.add:
    from: [words, positions]
    name: y
outputs: {y: {loss: mse}}
train: {optimizer: {SGD: 0.5}}
"""
ROWS = np.arange(18).reshape(3, 6) % 10


def built(text):
    network = check_text(HEAD + text).network
    assert told(text) == []
    return build_model(network).model


def test_the_makers_are_the_functions_without_tensors():
    assert {f"ops.{name}" for names in _RULES["creating"].values() for name in names} == MAKERS


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        *(("arange", {"start": a, "stop": b, "step": c}) for a, b, c in ((0, 5, 2), (5, 0, -2), (0, 1, 0.1), (1.0, 3, 1))),
        ("arange", {"start": 4}), ("arange", {"start": 4.0}), ("arange", {"start": 3, "dtype": "float16"}),
        ("eye", {"N": 3}), ("eye", {"N": 3, "M": 4, "k": -1}), ("tri", {"N": 3, "M": 4, "k": 1}), ("identity", {"n": 2}),
        ("ones", {"shape": (2, 3)}), ("zeros", {"shape": (2,), "dtype": "int8"}), ("full", {"shape": (2, 2), "fill_value": 7}),
        ("hamming", {"x": 5}), ("hanning", {"x": 5}), ("bartlett", {"x": 5}), ("blackman", {"x": 5}), ("kaiser", {"x": 5, "beta": 2.0}),
        ("linspace", {"start": 0, "stop": 1, "num": 5}), ("logspace", {"start": 0, "stop": 1, "num": 5}),
    ],
)  # fmt: skip
def test_shape_and_dtype_are_keras_own(name, arguments):
    op = find_op(name)(**arguments)
    assert op.takes_nothing()
    made, real = op.infer(), call_op(op)
    assert (made.shape, made.dtype) == (tuple(real.shape), keras.backend.standardize_dtype(real.dtype))


def test_learned_positions_are_weights_of_the_model_and_learn():
    model = built(LEARNED)
    words, positions = model.get_layer("words").get_weights()[0], model.get_layer("positions").get_weights()[0]
    assert np.allclose(model.predict({"tokens": ROWS}, verbose=0)["y"], words[ROWS] + positions, atol=1e-6)
    assert len(model.trainable_weights) == 2
    model.fit({"tokens": ROWS}, {"y": np.ones((3, 6, 4))}, epochs=1, verbose=0)
    assert not np.array_equal(model.get_layer("positions").get_weights()[0], positions)


def test_they_are_saved_and_loaded(tmp_path):
    model = built(LEARNED)
    model.save(tmp_path / "m.keras")
    again = keras.models.load_model(tmp_path / "m.keras")
    assert np.array_equal(
        again.predict({"tokens": ROWS}, verbose=0)["y"], model.predict({"tokens": ROWS}, verbose=0)["y"]
    )


SINUSOIDS = """\
vars: {length: 6, width: 4}
inputs: {x: [6, 4]}
layers:
  - ops.arange: {start: $length, dtype: float32}
  - ops.expand_dims: -1
    name: place
  - ops.arange: {start: 0, stop: $width, step: 2, dtype: float32}
  - ops.multiply: $(-2 / width * 4.605170186)
  - ops.exp
    name: rate
  - ops.multiply:
    from: [place, rate]
    name: angle
  - ops.sin:
    from: angle
    name: sines
  - ops.cos:
    from: angle
    name: cosines
  - ops.concatenate: {axis: -1}
    from: [sines, cosines]
    name: table
  - ops.add:
    from: [x, table]
    name: y
outputs: {y: }
""".replace("  - ops.exp\n", "  - ops.exp:\n")


def test_sinusoids_are_those_of_keras():
    x = keras.Input((6, 4))
    place_ = ops.expand_dims(ops.arange(6, dtype="float32"), -1)
    rate = ops.exp(ops.multiply(ops.arange(0, 4, 2, dtype="float32"), -2 / 4 * 4.605170186))
    angle = ops.multiply(place_, rate)
    table = ops.concatenate([ops.sin(angle), ops.cos(angle)], axis=-1)
    direct = keras.Model(x, ops.add(x, table))
    rows = np.ones((2, 6, 4), "float32")
    assert np.array_equal(built(SINUSOIDS).predict({"x": rows}, verbose=0)["y"], direct.predict(rows, verbose=0))


def test_shapes_have_no_batch_axis():
    text = SINUSOIDS.replace("outputs: {y: }", "outputs: {y: }")
    network = good(text)
    tensors = {
        vertex.name: tensor for vertex, tensor in zip(network.main.graph.vertices, network.main.tensors, strict=True)
    }
    assert tensors["table"][0].shape == (6, 4)
    assert shapes(text) == {"y": (None, 6, 4)}


def test_a_causal_mask_is_a_constant():
    text = (
        "inputs: {x: [6, 4]}\nlayers:\n  - ops.tri: {N: 6, dtype: bool}\n    name: below\n"
        "  - MultiHeadAttention: {num_heads: 2, key_dim: 2}\n    from: {query: x, value: x, attention_mask: below}\n    name: a\n"
        "outputs: {a: }\n"
    )
    model, rows = built(text), np.random.default_rng(0).normal(size=(2, 6, 4)).astype("float32")
    layer = model.get_layer("a")
    expected = layer(rows, rows, use_causal_mask=True)
    assert np.allclose(model.predict({"x": rows}, verbose=0)["a"], expected, atol=1e-6)


def test_a_step_of_numbers_alone_takes_nothing_wherever_it_stands():
    block = (
        "blocks:\n  placed:\n    inputs: [a, b]\n    layers:\n      - ops.arange: 4\n        name: p\n      - ops.add:\n        from: [a, p]\n"
        "inputs: {x: [4], z: [4]}\nlayers:\n  - Dense: 4\n    from: x\n    when: false\n  - ops.ones: [4]\n    repeat: 2\n    name: o\n"
        "  - block: placed\n    from: [x, z]\n  - ops.add:\n    from: [z, o_2]\n"
    )
    assert [code for code, _, _ in told(block)] == []


def test_a_from_of_what_takes_nothing_is_told():
    wrong = only("inputs: {x: [4]}\nlayers:\n  - ops.arange: 4\n    from: x\n")
    assert wrong.code == "MS406"
    assert "remove `from`" in wrong.help


def test_a_first_step_that_forgot_from_is_still_told():
    text = "inputs: {x: [4], z: [4]}\nlayers:\n  - ops.abs\n  - ops.arange: 4\n"
    assert told(text)[0][:2] == ("MS306", 4)


def test_a_layer_that_merges_rows_with_what_has_none_is_told_and_the_function_is_right():
    text = "inputs: {x: [6, 4]}\nlayers:\n  - ops.ones: [6, 4]\n    name: p\n  - Add:\n    from: [x, p]\n"
    wrong = only(text)
    assert place(wrong) == ("MS402", 6, 5)
    assert "`ops.add`" in wrong.help
    assert told(text.replace("- Add:", "- ops.add:")) == []


def test_a_table_that_fits_only_one_number_of_rows_is_told():
    assert told("inputs: {x: [4]}\nlayers:\n  - ops.ones: [6, 4]\n    name: p\n  - ops.add:\n    from: [x, p]\n") != []


def test_an_output_without_rows_is_told():
    assert told("inputs: {x: [4]}\nlayers:\n  - Dense: 2\n  - ops.arange: 6\n    name: p\noutputs: {p: }\n") != []


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("arange", {"start": 0}),
        ("arange", {"start": 3, "stop": 5, "step": 0}),
        ("ones", {"shape": (10**5, 10**5)}),
        ("zeros", {"shape": (0,)}),
    ],
)
def test_what_makes_nothing_or_too_much_is_refused(name, arguments):
    with pytest.raises(Refusal):
        find_op(name)(**arguments).infer()
