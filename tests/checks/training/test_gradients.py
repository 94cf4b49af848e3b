"""Functions that TensorFlow has no gradient of are told where a loss would train weights through them, and nowhere else."""

import keras
import pytest
import tensorflow as tf

from modelspec.catalogue.backends.tensorflow.functions import refuse_without_kernel
from modelspec.catalogue.backends.tensorflow.gradients import WITHOUT_GRADIENT
from modelspec.catalogue.ops import OPS, find_op
from modelspec.catalogue.tensor import Refusal, Tensor
from modelspec.manual.examples import given_to, made, sample_arguments
from modelspec.pipeline import check_text
from modelspec.runtime.build.ops import call_op
from modelspec.runtime.train.smoke import smoke_all
from tests.catalogue.backends.tensorflow.test_functions import BY_VALUE, array

HEAD = "modelspec: 1\ninputs: {x: [3, 5], z: [3, 5]}\nlayers:\n"
FIRST = "  - Dense: 5\n    name: first\n    from: x\n"
END = "  - Flatten\n  - Dense: 1\n    name: y\noutputs: {y: {loss: mse}}\n"
MODEL = "models: {m: {inputs: {q: [3, 5]}, layers: [{ops.view: float32}]}}\n"
REFUSED = [
    HEAD + FIRST + "  - ops.view: {dtype: float32}\n" + END,
    HEAD + FIRST + "  - ops.slice_update: {start_indices: [0, 0, 0]}\n    from: [z, first]\n" + END,
    HEAD + FIRST + "  - ops.svd:\n    name: parts\n  - ops.sum: {axis: -1}\n    from: parts.0\n" + END,
    HEAD
    + FIRST
    + "  - ops.transpose: {axes: [0, 2, 1]}\n  - ops.qr: {mode: complete}\n    name: q\n  - ops.abs:\n    from: q.0\n"
    + END,
    HEAD.replace("layers", MODEL + "layers") + FIRST + "  - call: m\n" + END,
    HEAD + FIRST.replace("Dense: 5", "Dense: {units: 5, trainable: false}") + "  - ops.view: {dtype: float32}\n" + END,
]
TAKEN = [
    HEAD + "  - ops.view: {dtype: float32}\n    from: x\n" + END,
    HEAD + FIRST + "  - ops.stop_gradient\n  - ops.view: {dtype: float32}\n" + END,
    HEAD + FIRST + "  - ops.svd: {full_matrices: false}\n    name: parts\n  - ops.abs:\n    from: parts.1\n" + END,
    HEAD + FIRST + "  - ops.svd: {compute_uv: false}\n" + END,
    HEAD + FIRST + "  - ops.qr: {mode: complete}\n    name: q\n  - ops.abs:\n    from: q.0\n" + END,
    HEAD.replace("layers", MODEL + "layers") + "  - call: m\n    from: x\n" + END,
    HEAD + FIRST + "  - ops.view: {dtype: float32}\n    name: seen\n  - Flatten:\n    from: first\n" + END[12:].replace("mse}}", "mse}, seen: {loss: null}}"),
]  # fmt: skip


def errors(text):
    return [item.code for item in check_text(text).diagnostics if item.severity == "error"]


@pytest.mark.parametrize("text", REFUSED)
def test_what_cannot_be_trained_through_is_told(text):
    assert errors(text) == ["MS535"]
    (failed,) = smoke_all(check_text(text).network)
    assert failed.code == "MS614"


@pytest.mark.parametrize("text", TAKEN)
def test_what_is_not_trained_through_is_taken(text):
    assert errors(text) == []
    assert "MS614" not in [item.code for item in smoke_all(check_text(text).network)]


@pytest.mark.parametrize("text", REFUSED[:4])
def test_the_help_is_right(text):
    (problem,) = [item for item in check_text(text).diagnostics if item.severity == "error"]
    assert "ops.stop_gradient" in problem.help
    above = text.split("\n").index(next(line for line in text.split("\n") if line.startswith("    from: x"))) + 1
    lines = text.split("\n")
    stopped = "\n".join([*lines[:above], "  - ops.stop_gradient:", "    name: stopped", *lines[above:]])
    assert errors(stopped.replace("[z, first]", "[z, stopped]")) == []


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in OPS if name not in BY_VALUE])
def test_every_other_function_has_a_gradient(name):
    function = made(find_op(name), sample_arguments(find_op(name)))
    given = given_to(function)
    try:
        refuse_without_kernel(function, given)
    except Refusal:
        return
    arrays = {
        name: array(value) if isinstance(value, Tensor) else [array(item) for item in value]
        for name, value in given.items()
    }
    floats = [item for item in keras.tree.flatten(arrays) if item.dtype.is_floating]
    with tf.GradientTape() as tape:
        tape.watch(floats)
        results = [item for item in keras.tree.flatten(call_op(function, **arrays)) if item is not None]
        real = [tf.reduce_sum(tf.cast(item, "float32")) for item in results if item.dtype.is_floating]
        total = tf.add_n(real) if real else tf.zeros(())
    try:
        tape.gradient(total, floats)
    except (LookupError, NotImplementedError):
        assert f"ops.{name}" in WITHOUT_GRADIENT
