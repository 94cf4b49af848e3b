"""Outputs of every dtype under every loss: `validate` tells what fails in Keras at the first step, and passes what trains."""

import keras
import numpy as np
import pytest

from modelspec.catalogue.losses import LOSSES
from modelspec.pipeline import check_text

WHOLE = ("bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64")
FLOATS = ("float16", "bfloat16", "float32", "float64")
CASES = [
    (loss, dtype, beside)
    for loss in LOSSES
    for dtype in (*WHOLE, *FLOATS)
    for beside in (False, True)
    if not (beside and dtype in FLOATS)
]
_QUICK = {
    ("MeanSquaredError", "int32", False), ("MeanSquaredError", "int32", True), ("BinaryCrossentropy", "bool", True),
    ("SparseCategoricalCrossentropy", "uint8", True), ("Circle", "float16", False), ("Dice", "float64", False),
}  # fmt: skip
_TARGETS = {
    "classes": np.array([0, 1, 2, 0]),
    "several": np.eye(3, dtype="float32")[[0, 1, 2, 0]],
    "labels": np.ones((4, 2), "int32"),
}
_OF = {
    **dict.fromkeys(("SparseCategoricalCrossentropy", "CategoricalGeneralizedCrossEntropy", "Circle"), "classes"),
    "CTC": "labels",
}


def trains(loss, dtype, beside):
    """Whether Keras takes a step of a model that ends in a cast; `beside` is a second output, which learns."""
    keras.backend.clear_session()
    x = keras.Input((4,), name="x")
    made = keras.layers.Dense(24 if loss == "CTC" else 3)(x)
    made = keras.layers.Reshape((6, 4))(made) if loss == "CTC" else made
    outputs = {"y": keras.ops.greater(made, 0.0) if dtype == "bool" else keras.ops.cast(made, dtype)}
    losses, targets = {"y": getattr(keras.losses, loss)()}, {"y": _TARGETS[_OF.get(loss, "several")]}
    if beside:
        outputs["z"], losses["z"], targets["z"] = keras.layers.Dense(1)(x), "mse", np.ones((4, 1), "float32")
    model = keras.Model(x, outputs)
    model.compile("sgd", loss=losses)
    try:
        model.train_on_batch(np.random.default_rng(0).normal(size=(4, 4)).astype("float32"), targets)
    except Exception:
        return False
    return True


def passes(loss, dtype, beside):
    """Whether the same spec has no error, and the codes of those it has."""
    steps = ["{Dense: 24}", "{Reshape: [6, 4]}"] if loss == "CTC" else ["{Dense: 3}"]
    last = "ops.greater: {x2: 0.0}" if dtype == "bool" else f"ops.cast: {dtype}"
    steps += [f"{{{last}, name: y}}", *(["{Dense: 1, from: x, name: z}"] if beside else [])]
    text = f"modelspec: 1\ninputs: {{x: [4]}}\nlayers: [{', '.join(steps)}]\noutputs:\n  y: {{loss: {loss}}}\n"
    checked = check_text(text + ("  z: {loss: mse}\n" if beside else ""))
    return checked.ok, [problem.code for problem in checked.diagnostics if problem.severity == "error"]


@pytest.mark.filterwarnings("ignore:Gradients do not exist")
@pytest.mark.parametrize(
    ("loss", "dtype", "beside"),
    [case if case in _QUICK else pytest.param(*case, marks=pytest.mark.slow) for case in CASES],
)
def test_what_trains_passes_and_what_fails_is_told(loss, dtype, beside):
    ok, codes = passes(loss, dtype, beside)
    assert ok == trains(loss, dtype, beside), codes
    assert ok or codes == ["MS535"]


def test_numbers_without_a_gradient_fail_and_floats_pass_under_every_loss():
    """What the matrix holds, said shortly: nothing learns through whole numbers, unless another output does."""
    for loss, dtype, beside in CASES:
        if dtype in ("bool", "int32", "float16"):
            assert passes(loss, dtype, beside)[0] == (dtype in FLOATS or beside), (loss, dtype, beside)


def test_complex_numbers_are_no_dtype_of_an_output():
    text = "modelspec: 1\ninputs: {x: [3, 2]}\nlayers: [{%s, name: y}]\noutputs: {y: {loss: mse}}\n"
    assert [problem.code for problem in check_text(text % "ops.cast: complex64").diagnostics] == ["MS205"]
    assert [problem.code for problem in check_text(text % "ops.view_as_complex: ").diagnostics] == ["MS211"]


def test_text_is_refused_under_a_loss():
    text = "modelspec: 1\ninputs: {x: {shape: [3], dtype: string}}\nlayers: [{Identity: , name: y}]\noutputs: {y: {loss: mse}}\n"
    assert any(problem.severity == "error" for problem in check_text(text).diagnostics)
