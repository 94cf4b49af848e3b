"""Slices and steps of numbers alone, saved by Keras and taken in with `{saved: …}`: the same shapes and numbers, bit for bit."""

import keras
import numpy as np
import pytest

from modelspec.expansion.makers import MAKERS
from modelspec.pipeline import check_text
from modelspec.runtime.build.model import build_model
from modelspec.saved import read_saved
from tests.runtime.saved_oracle import assert_same, randomize
from tests.saved.files import PLACE

KEYS = (
    ":, -1", ":, 1:4", "..., ::-2", ":, None, 0", "..., None", ":, ::-1, 2:", "..., 0, :", ":, 4:1:-1", ":, 5:100", ":, :-1",
    ":, -3:-1:2", ":, 0, 1", ":, 1, None, ::2", ":, -1:, -1:", ":, None, ..., None", ":, 3::-1", "...", ":", ":, -100:2",
    ":, :, 0", "::1, 1", ":, 0:6:4, ::3", ":, -1::-1, 0", ":, 5:0:-2", ":, :, -2:-100:-1",
)  # fmt: skip
ADDED = (
    "ops.arange: 4", "ops.arange: {start: 4, stop: 0, step: -1}", "ops.arange: {start: 0.0, stop: 1.0, step: 0.25}",
    "ops.bartlett: 4", "ops.blackman: 4", "ops.empty: [4]", "ops.eye: {N: 6, M: 4, k: -2}", "ops.full: {shape: [6, 4], fill_value: 7.5}",
    "ops.full: {shape: [6, 4], fill_value: [1, 2, 3, 4], dtype: int32}", "ops.hamming: 4", "ops.hanning: 4",
    "ops.kaiser: {x: 4, beta: 2.0}", "ops.ones: [6, 4]", "ops.tri: {N: 6, M: 4, k: 1}", "ops.zeros: [4]",
    "ops.ones: {shape: [6, 4], dtype: int32}", "ops.linspace: {start: 0, stop: 1, num: 4}",
)  # fmt: skip
OF_ROWS = "  - ops.get_item: {}\n    name: one\n  - ops.add:\n    from: [x, one]\n    name: y\n"
OTHERS = {
    "first row": OF_ROWS.format(0),
    "last row": OF_ROWS.format(-1),
    "product": "  - ops.identity: 4\n    name: c\n  - ops.matmul:\n    from: [x, c]\n    name: y\n",
    "embedded positions": "  - ops.arange: 6\n  - Embedding: {input_dim: 6, output_dim: 4}\n    name: places\n"
    "  - ops.add:\n    from: [x, places]\n    name: y\n",
    "chain": "  - ops.arange: {start: 0, stop: 24, dtype: float32}\n  - ops.reshape: [6, 4]\n  - ops.sin\n"
    '  - ops.get_item: "::-1, 1:3"\n    name: c\n  - ops.get_item: "..., 1:3"\n    from: x\n    name: part\n'
    "  - ops.multiply:\n    from: [part, c]\n    name: y\n",
    "mask": "  - ops.tri: {N: 6}\n  - ops.expand_dims: 0\n    name: c\n  - MultiHeadAttention: {num_heads: 2, key_dim: 3}\n"
    "    from: {query: x, value: x, attention_mask: c}\n    name: y\n",
    "layer of numbers": "  - ops.ones: [1, 3]\n  - Dense: 4\n    name: c\n  - ops.add:\n    from: [x, c]\n    name: y\n",
    "nested": "  - {call: inner, from: x, name: y}\nmodels:\n  inner:\n    inputs: {a: [6, 4]}\n    layers:\n"
    "      - ops.arange: 4\n        name: c\n      - ops.add:\n        from: [a, c]\n",
    "stacked": "  - ops.arange: {start: 0, stop: 4, dtype: float32}\n    name: a\n  - ops.ones: [4]\n    name: b\n"
    "  - ops.stack:\n    from: [a, b]\n    name: s\n  - ops.get_item: 0\n    from: s\n    name: t\n"
    "  - ops.add:\n    from: [x, t]\n    name: y\n",
    "twice": "  - ops.arange: 4\n    name: a\n  - ops.add:\n    from: [x, a]\n    name: z\n  - ops.multiply:\n    from: [z, a]\n    name: y\n",
    "places": "  - ops.arange: {start: 0, stop: 6, step: 2}\n    name: a\n  - ops.take: {axis: 1}\n    from: {x: x, indices: a}\n    name: y\n",
    "condition": "  - ops.eye: {N: 6, M: 4, dtype: bool}\n    name: a\n  - ops.zeros: [6, 4]\n    name: z\n"
    "  - ops.where:\n    from: [a, x, z]\n    name: y\n",
}
LAYERS = {
    **{key: f'  - ops.get_item: "{key}"\n    name: y\n' for key in KEYS},
    **{made: f"  - {made}\n    name: c\n  - ops.add:\n    from: [x, c]\n    name: y\n" for made in ADDED},
    **OTHERS,
}
HEAD = "modelspec: 1\ninputs: {x: [6, 4]}\nlayers:\n"


def test_every_function_of_numbers_alone_is_here():
    assert {made.split(":")[0] for made in ADDED} | {"ops.identity"} >= MAKERS


@pytest.mark.parametrize("layers", LAYERS.values(), ids=LAYERS)
def test_a_saved_model_comes_back(layers, tmp_path):
    checked = check_text(HEAD + layers)
    assert checked.ok, checked.diagnostics
    model = build_model(checked.network, compile=False).model
    randomize(model)
    model.save(tmp_path / "model.keras")
    text = "modelspec: 1\ninputs: {x: [6, 4]}\nmodels: {back: {saved: model.keras}}\nlayers: [{call: back, from: x, name: y}]\n"
    again = check_text(text, folder=str(tmp_path))
    assert again.diagnostics == ()
    back = build_model(again.network, compile=False).model
    assert again.network.main.tensors[1][0].shape == tuple(back.outputs[0].shape)
    rows = np.random.default_rng(0).normal(size=(3, 6, 4)).astype("float32")
    results = [
        np.array(next(iter(found.values())))
        for found in (item({"x": rows}) for item in (model, keras.models.load_model(tmp_path / "model.keras"), back))
    ]
    assert len({(result.dtype, result.shape) for result in results}) == 1
    assert np.array_equal(results[0], results[2])
    assert np.array_equal(results[1], results[2])


def given():
    """An input for models of Keras's own."""
    return keras.Input((6, 4), name="x")


def test_arrays_that_keras_was_given_come_back(tmp_path):
    x, mask = given(), np.tril(np.ones((1, 6, 6), "bool"))
    added = keras.ops.add(x, np.arange(24, dtype="float32").reshape(6, 4))
    attended = keras.layers.MultiHeadAttention(2, 3)(added, added, attention_mask=keras.ops.convert_to_tensor(mask))
    joined = keras.ops.concatenate([attended, keras.ops.multiply(x, np.float16([1, 2, 3, 4]))], axis=-1)
    assert_same(keras.Model(x, joined), tmp_path)


def test_an_array_keeps_its_dtype(tmp_path):
    x = given()
    assert_same(keras.Model(x, keras.ops.add(keras.ops.cast(x, "int8"), np.int32([[1, 2, 3, 4]]))), tmp_path)


def test_an_array_with_infinities_is_told(tmp_path):
    x = given()
    keras.Model(x, keras.ops.add(x, np.float32([0, 1, 2, -np.inf]))).save(tmp_path / "saved.keras")
    _, problems = read_saved(str(tmp_path / "saved.keras"), PLACE)
    assert [problem.code for problem in problems] == ["MS625"]
    assert "not a finite number" in problems[0].message
