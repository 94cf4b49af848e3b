"""Rows of several lengths in one tensor are told where something below cannot take them, as TensorFlow fails on them."""

import pytest

from modelspec.pipeline import check_text
from modelspec.runtime.train.smoke import smoke_all

HEAD = (
    "modelspec: 1\ninputs: {a: {shape: [], dtype: string}}\nlayers:\n"
    "  - TextVectorization: {vocabulary: [a, b], ragged: true}\n    name: v\n"
)
EMBEDDED = HEAD + "  - Embedding: {input_dim: 5, output_dim: 3}\n    name: e\n"
END = "  - Dense: 1\n    name: y\noutputs: {y: {loss: mse}}\n"
POOL = "  - GlobalMaxPooling1D\n"
REFUSED = [
    EMBEDDED + "  - LSTM: 4\n" + END,
    EMBEDDED + "  - Bidirectional: {layer: {GRU: 2}}\n" + END,
    EMBEDDED + "  - RNN: {cell: {GRUCell: 3}}\n" + END,
    EMBEDDED + "  - Conv1D: {filters: 2, kernel_size: 1}\n" + POOL + END,
    EMBEDDED + "  - Dense: 3\n" + POOL + END,
    EMBEDDED + "  - Dropout: 0.5\n" + POOL + END,
    EMBEDDED + "  - ReLU\n  - TimeDistributed: {layer: {Dense: 2}}\n" + POOL + END,
    HEAD + "  - Embedding: {input_dim: 5, output_dim: 3, mask_zero: true}\n  - GlobalAveragePooling1D\n" + END,
]
TAKEN = [
    EMBEDDED + "  - GlobalAveragePooling1D\n" + END,
    EMBEDDED + "  - LayerNormalization\n  - BatchNormalization\n  - ReLU\n" + POOL + END,
    EMBEDDED + "  - ops.mean: {axis: 1}\n" + END,
    EMBEDDED + "  - Add:\n    from: [e, e]\n" + POOL + END,
    HEAD + "  - CategoryEncoding: {num_tokens: 5, output_mode: count}\n" + END,
    EMBEDDED.replace(", ragged: true", "") + "  - LSTM: 4\n" + END,
]


def told(text):
    return [item for item in check_text(text).diagnostics if item.severity == "error"]


@pytest.mark.parametrize("text", REFUSED)
def test_what_cannot_take_ragged_rows_is_told_at_their_source(text):
    (problem,) = told(text)
    assert (problem.code, problem.span.line, problem.span.column) == ("MS408", 4, 53)
    assert problem.related
    assert "MS614" in [item.code for item in smoke_all(check_text(text).network)]
    assert told(text.replace(", ragged: true", "")) == []


@pytest.mark.parametrize("text", TAKEN)
def test_what_takes_ragged_rows_is_let_be(text):
    assert told(text) == []
    assert smoke_all(check_text(text).network) == ()


def test_no_output_of_a_model_is_ragged():
    text = HEAD.replace("inputs: {a", "inputs: {z: [3], a").replace("    name: v", "    name: v\n    from: a")
    text += "  - Dense: 1\n    name: y\n    from: z\noutputs: {v: {loss: null}, y: {loss: mse}}\n"
    assert ["the output 'v'" in item.message for item in told(text)] == [True]
