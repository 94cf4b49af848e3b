"""The summary: what it counts, and how it counts it."""

import pytest

from modelspec.draw.summary import summarize
from modelspec.draw.table import table_text
from modelspec.pipeline import check_text


def summary(text):
    checked = check_text("modelspec: 1\n" + text)
    assert checked.ok, checked.diagnostics
    return summarize(checked.network)


ONE = "inputs: {x: [%s]}\nlayers:\n  - %s\n"


@pytest.mark.parametrize(
    ("shape", "layer", "multiply_adds"),
    [
        ("10", "Dense: 4", 10 * 4),
        ("7, 10", "Dense: 4", 7 * 10 * 4),
        ("28, 28, 3", "Conv2D: {filters: 8, kernel_size: 3}", 26 * 26 * 8 * 3 * 3 * 3),
        ("28, 28, 4", "Conv2D: {filters: 8, kernel_size: 3, groups: 2}", 26 * 26 * 8 * 3 * 3 * 2),
        ("28, 28, 3", "DepthwiseConv2D: 3", 26 * 26 * 3 * 3 * 3),
        ("5, 8", "LSTM: 4", 5 * 4 * (8 * 4 + 4 * 4)),
        ("5, 8", "TimeDistributed: {layer: {Dense: 3}}", 5 * 8 * 3),
        ("5, 8", "Bidirectional: {layer: {LSTM: 4}}", 2 * 5 * 4 * (8 * 4 + 4 * 4)),
        ("null, 8", "Dense: 3", 8 * 3),
        ("10", "Activation: relu", 0),
    ],
)
def test_flops_are_twice_the_multiply_adds_of_one_sample(shape, layer, multiply_adds):
    assert summary(ONE % (shape, layer)).flops == 2 * multiply_adds


NESTED = """
shared: {scale: {Dense: 8}}
models:
  inner:
    inputs: {v: [4]}
    layers:
      - {call: scale}
      - Dense: 2
inputs: {a: [4], b: [4], c: [3, 4]}
layers:
  - {call: inner, from: a, name: x}
  - {call: inner, from: b, name: y}
  - TimeDistributed: inner
    from: c
  - Flatten:
    name: z
  - Dense: 5
    from: b
  - Concatenate:
    from: [x, y, z]
    name: out
outputs: {out: {}}
"""


def test_a_nested_model_counts_once_in_weights_and_at_each_call_in_work():
    told = summary(NESTED)
    inner = 4 * 8 + 8 * 2
    assert told.total_params == 4 * 8 + 8 + 8 * 2 + 2
    assert told.flops == 2 * (inner + inner + 3 * inner)
    assert told.models["inner"].flops == 2 * inner
    layers = {layer.name: layer for layer in told.layers}
    assert len(layers["inner"].nodes) == 2
    assert layers["inner"].flops == 2 * 2 * inner


def test_a_step_that_no_output_needs_is_no_part_of_the_model():
    assert "dense" not in {layer.name for layer in summary(NESTED).layers}


def test_activations_are_the_outputs_of_every_call():
    told = summary("inputs: {x: [10]}\nlayers:\n  - Dense: 4\n  - Dense: {units: 2, dtype: float16}\n")
    assert told.activations_bytes == 10 * 4 + 4 * 4 + 2 * 2
    assert told.weights_bytes == 44 * 4 + 10 * 2


def test_a_frozen_model_freezes_what_it_shares():
    text = NESTED.replace("  inner:\n", "  inner:\n    trainable: false\n")
    told = summary(text)
    assert (told.trainable_params, told.non_trainable_params) == (0, told.total_params)


def test_the_nodes_are_told_with_what_goes_in_and_what_comes_out():
    text = table_text(summary(NESTED), 100, nodes=True)
    assert " ".join(text.split()).count("inner@1 (None, 2)") == 1
    assert "b (None, 4)" in text


@pytest.mark.parametrize("width", [40, 60, 80, 200])
def test_no_line_is_wider_than_the_terminal(width):
    for line in table_text(summary(NESTED), width, nested=True, nodes=True).splitlines():
        assert len(line) <= max(width, 62)
