"""Layers that hand whole numbers on as they are: refused for the dtypes that TensorFlow has no kernel for, and no others."""

import keras
import pytest
import tensorflow as tf

from modelspec.pipeline import check_text
from modelspec.runtime.build.model import build_model

DTYPES = ("int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "bool")
LAYERS = {
    "MaxPooling1D: 2": "[8, 3]", "MaxPooling2D: 2": "[8, 8, 3]", "AdaptiveMaxPooling1D: 2": "[8, 3]",
    "AdaptiveMaxPooling2D: 2": "[8, 8, 3]", "ActivityRegularization: {l2: 0.1}": "[4]", "ActivityRegularization: {}": "[4]",
    "Flatten": "[2, 3]", "Cropping1D: 1": "[4, 3]", "Discretization: {bin_boundaries: [0.0, 1.0]}": "[4]",
}  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("layer", LAYERS)
@pytest.mark.parametrize("dtype", DTYPES)
def test_a_layer_runs_on_the_whole_numbers_that_validate_lets_it_have(layer, dtype):
    checked = check_text(
        f"modelspec: 1\ninputs: {{x: {{shape: {LAYERS[layer]}, dtype: {dtype}}}}}\nlayers:\n  - {layer}\n"
    )
    if not checked.ok:
        (problem,) = checked.diagnostics
        assert problem.code == "MS405"
        return
    model = build_model(checked.network, compile=False).model
    (tensor,) = checked.network.main.tensors[1]
    for training in (False, True):
        run = tf.function(lambda x, training=training: model({"x": x}, training=training))
        (output,) = run(tf.cast(tf.ones((2, *model.inputs[0].shape[1:])), dtype)).values()
        assert keras.backend.standardize_dtype(output.dtype) == (tensor.computed or tensor.dtype)


@pytest.mark.parametrize("layer", list(LAYERS)[:4])
@pytest.mark.parametrize("dtype", ["uint32", "uint64"])
def test_what_has_no_kernel_is_told_with_what_to_write(layer, dtype):
    text = "modelspec: 1\ninputs: {x: {shape: %s, dtype: %s}}\nlayers:\n%s  - %s\n"
    (problem,) = check_text(text % (LAYERS[layer], dtype, "", layer)).diagnostics
    assert (problem.code, problem.span.line, dtype in problem.message) == ("MS405", 4, True)
    assert check_text(text % (LAYERS[layer], dtype, "  - ops.cast: float32\n", layer)).ok
