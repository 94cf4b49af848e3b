"""Layers that are given numbers of the wrong kind: by themselves, shared, and inside wrappers."""

import pytest

from tests.checks.told import problems, spec, told

BOTH, ONE = "outputs: {looked: {from: looked}, y: {from: y}}", "outputs: {y: {from: y}}"
INPUTS = "inputs: {x: {shape: [4, 5], dtype: int32}}"
LOOKED_UP = ["  - Embedding: {input_dim: 10, output_dim: 2}", "    from: x", "    name: looked"]
MULTIPLY = [
    "Dense: 3",
    "EinsumDense: {equation: 'abc,cd->abd', output_shape: [4, 3]}",
    "LSTM: 3",
    "GRU: 3",
    "SimpleRNN: 3",
    "RNN: {cell: {GRUCell: 3}}",
    "RNN: {cell: {StackedRNNCells: {cells: [{LSTMCell: 3}, {LSTMCell: 3}]}}}",
    "Bidirectional: {layer: {LSTM: 3}}",
    "Bidirectional: {layer: {RNN: {cell: {GRUCell: 3}}}}",
    "TimeDistributed: {layer: {Dense: 3}}",
    "TimeDistributed: shared",
    "SpectralNormalization: {layer: {Dense: 3}}",
]
LOOK_UP = [
    "Embedding: {input_dim: 10, output_dim: 2}",
    "ReversibleEmbedding: {input_dim: 10, output_dim: 2}",
    "TimeDistributed: {layer: {Embedding: {input_dim: 10, output_dim: 2}}}",
    "TimeDistributed: table",
]
SHARED = "shared: {shared: {Dense: 3}, table: {Embedding: {input_dim: 10, output_dim: 2}}, unused: {Dense: 2}}"


@pytest.mark.parametrize("layer", MULTIPLY)
def test_indices_that_a_layer_inside_multiplies_are_told_at_the_wrapper(layer):
    text = spec([*LOOKED_UP, f"  - {layer}", "    from: x", "    name: y"], BOTH, SHARED, inputs=INPUTS)
    assert ("MS541", 7, 5) in told(text)


@pytest.mark.parametrize("layer", MULTIPLY)
def test_quantities_may_be_multiplied(layer):
    inputs = "inputs: {x: [4, 5]}"
    text = spec([f"  - {layer}", "    name: y"], ONE, SHARED, inputs=inputs)
    assert not [code for code, *_ in told(text) if code in ("MS540", "MS541")]


@pytest.mark.parametrize("layer", LOOK_UP)
def test_fractions_that_a_layer_inside_looks_up_are_told(layer):
    text = spec([f"  - {layer}", "    name: y"], ONE, SHARED, inputs="inputs: {x: [4, 5]}")
    assert ("MS540", 4, 5) in told(text)


@pytest.mark.parametrize("layer", LOOK_UP)
def test_indices_multiplied_elsewhere_name_what_looks_them_up(layer):
    layers = [f"  - {layer}", "    name: looked", "  - Dense: 3", "    from: x", "    name: y"]
    found = [item for item in problems(spec(layers, BOTH, SHARED, inputs=INPUTS)) if item.code == "MS541"]
    assert [(item.span.line, item.related[0].message) for item in found] == [(6, "looked up here")]
    assert "Embedding" in found[0].message


def test_a_table_called_backwards_looks_nothing_up():
    layers = ["  - {call: table, from: {inputs: x, reverse: true}, name: y}"]
    shared = "shared: {table: {ReversibleEmbedding: {input_dim: 10, output_dim: 5}}}"
    assert "MS540" not in [code for code, *_ in told(spec(layers, ONE, shared, inputs="inputs: {x: [4, 5]}"))]


def test_a_call_of_a_name_that_is_not_there_is_told_as_that_alone():
    assert [code for code, *_ in told(spec(["  - {call: encc, from: x}"], "", "shared: {enc: {Dense: 4}}"))] == [
        "MS307"
    ]
