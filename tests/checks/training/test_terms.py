"""Regularizers, constraints and losses that do not go together, told by `validate` as TensorFlow fails on them in training."""

import pytest

from modelspec.pipeline import check_text
from modelspec.runtime.train.smoke import smoke_all
from tests.chosen import spread
from tests.seams.names import CHECKS

SPEC = (
    "modelspec: 1\ninputs: {{x: {inputs}}}\nlayers:\n  - {layer}\n    name: y\noutputs: {{y: {{loss: {loss}}}}}\n{more}"
)


def spec(layer, inputs="[4]", loss="mse", more=""):
    """A spec of one layer."""
    return SPEC.format(layer=layer, inputs=inputs, loss=loss, more=more)


REFUSED = [
    ("MS408", spec("Dense: {units: 3, bias_regularizer: orthogonal_regularizer}"), (4, 41)),
    ("MS408", spec("Dense: {units: 3, activity_regularizer: OrthogonalRegularizer}", "[4, 4]"), (4, 45)),
    ("MS408", spec("ReLU: {activity_regularizer: orthogonal_regularizer}", "[4, 4]", loss="null"), (4, 34)),
    ("MS408", spec("BatchNormalization: {gamma_constraint: {MaxNorm: {axis: 5}}}"), (4, 44)),
    ("MS408", spec("Dense: {units: 3, kernel_constraint: {UnitNorm: [0, -2]}}"), (4, 42)),
    ("MS549", spec("Dense: {units: 3, kernel_regularizer: l2, dtype: bfloat16}"), (4, 43)),
    ("MS549", spec("Dense: {units: 3, activity_regularizer: l2}", more="train: {precision: mixed_float16}\n"), (4, 45)),
    ("MS549", spec("Dense: {units: 3, kernel_regularizer: l2}", loss="{mse: {reduction: none}}"), (6, 22)),
    ("MS405", spec("ops.flip: {axis: 1}", "{shape: [4], dtype: string}"), (6, 21)),
]
AT_THE_LAYER = [
    ("MS408", spec("LSTM: {units: 3, bias_initializer: null}", "[4, 4]"), (4, 40)),
    ("MS405", spec("ops.cast: {dtype: string}"), (4, 5)),
    ("MS405", spec("RandomZoom: {height_factor: 0.1, dtype: bfloat16}", "[8, 8, 3]"), (4, 45)),
    ("MS405", spec("MaxPooling3D: {pool_size: 2, dtype: float64}", "[4, 4, 4, 2]"), (4, 41)),
    ("MS405", spec("TimeDistributed: {layer: {MaxPooling3D: {dtype: float64}}}", "[3, 4, 4, 4, 2]"), (4, 5)),
    ("MS408", spec("Softmax: {axis: [1, 3, 5]}", "[2, 2, 2, 2, 2]"), (4, 21)),
    (
        "MS401",
        spec("MultiHeadAttention: {num_heads: 2, key_dim: 2}\n    from: {query: x, value: x}", "[2, 2, 2, 2, 2]"),
        (4, 5),
    ),
]
TAKEN = [
    spec("Dense: {units: 3, kernel_regularizer: orthogonal_regularizer, bias_regularizer: l2}"),
    spec("Dense: {units: 3, kernel_regularizer: l2, dtype: mixed_bfloat16}"),
    spec("Dense: {units: 3, kernel_constraint: {UnitNorm: [0, 1]}}"),
    spec("Dense: {units: 3, kernel_regularizer: l2, dtype: bfloat16, trainable: false}", "[4]"),
    spec("Dense: {units: 3}", loss="{mse: {reduction: none}}"),
    spec("LSTM: {units: 3, bias_initializer: null, unit_forget_bias: false}", "[4, 4]"),
]


@pytest.mark.parametrize(("code", "text", "at"), [*REFUSED, *AT_THE_LAYER])
def test_what_cannot_be_trained_is_told_where_it_stands(code, text, at):
    told = [item for item in check_text(text).diagnostics if item.severity == "error"]
    assert [(item.code, (item.span.line, item.span.column)) for item in told] == [(code, at)]


def test_a_layer_that_needs_a_gpu_is_a_warning():
    told = check_text(spec("MaxPooling3D: {pool_size: 2}", "[4, 4, 4, 2]", more="train: {precision: mixed_float16}\n"))
    assert [(item.code, item.severity) for item in told.diagnostics if item.code == "MS423"] == [("MS423", "warning")]


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(("code", "text", "at"), REFUSED)
def test_what_is_refused_fails_in_training(code, text, at, monkeypatch):
    monkeypatch.setattr(CHECKS.path, ())
    network = check_text(text).network
    assert any(problem.code not in ("MS610", "MS611") for problem in smoke_all(network))


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("text", TAKEN)
def test_what_is_taken_trains(text):
    checked = check_text(text)
    assert checked.ok, checked.diagnostics
    assert not [problem for problem in smoke_all(checked.network) if problem.code not in ("MS610", "MS611")]


@pytest.mark.parametrize("dtype", spread(["bool", "int8", "uint8", "uint16", "int32", "uint32", "int64"], 4))
def test_a_penalty_on_numbers_that_are_no_floats_is_refused_where_it_fails(dtype):
    for term in ("l1", "L2", "{l1l2: {l1: 0.5}}", "{L1L2: {l2: 0.5}}", "l1l2"):
        text = (
            f"modelspec: 1\ninputs: {{x: {{shape: [4], dtype: {dtype}}}, z: [4]}}\nlayers:\n"
            f"  - Reshape: {{target_shape: [2, 2], activity_regularizer: {term}}}\n    from: x\n    name: two\n"
            "  - Dense: 1\n    from: z\n    name: y\noutputs: {two: {loss: null}, y: {loss: mse}}\n"
        )
        checked = check_text(text)
        assert [item.code for item in checked.diagnostics if item.severity == "error"] == (
            [] if smoke_all(checked.network) == () else ["MS405"]
        ), term
