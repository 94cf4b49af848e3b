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


MODELS = """
models:
  table:
    inputs: {z: {shape: [4, 5], dtype: int32}}
    layers: [{Embedding: {input_dim: 10, output_dim: 2}}]
  dense:
    inputs: {z: {shape: [4, 5], dtype: int32}}
    layers: [{Dense: 2}]
  outer:
    inputs: {z: {shape: [4, 5], dtype: int32}}
    layers: [{call: dense}]
  step:
    inputs: {z: {shape: [5], dtype: int32}}
    layers: [{Dense: 2}]
"""
MULTIPLY_INSIDE = ["call: dense", "call: outer", "TimeDistributed: step", "TimeDistributed: {layer: step}"]


@pytest.mark.parametrize("looked", [LOOKED_UP, ["  - call: table", "    from: x", "    name: looked"]])
@pytest.mark.parametrize("step", MULTIPLY_INSIDE)
def test_indices_that_a_nested_model_multiplies_are_told_where_it_is_called(step, looked):
    text = spec([*looked, f"  - {step}", "    from: x", "    name: y"], BOTH, MODELS, inputs=INPUTS)
    (found,) = [item for item in problems(text) if item.code == "MS541"]
    assert (found.span.line, found.message.partition(" multiplies")[0]) in [
        (7, "Dense inside 'dense'"), (7, "Dense inside 'step'")
    ]  # fmt: skip
    assert [note.message for note in found.related] == ["looked up here", "multiplied here"]


MOVE = ["Reshape: [5, 4]", "Permute: [2, 1]", "Flatten: {}", "Identity: {}", "ops.transpose: [0, 2, 1]"]


@pytest.mark.parametrize("move", MOVE)
def test_indices_stay_indices_through_steps_that_hand_them_on(move):
    text = spec([*LOOKED_UP, f"  - {move}", "    from: x", "  - Dense: 2", "    name: y"], BOTH, inputs=INPUTS)
    assert [(code, line) for code, line, _ in told(text)] == [("MS541", 9)]
    looked = [f"  - {move}", "    from: x", "  - Embedding: {input_dim: 10, output_dim: 2}", "    name: looked"]
    text = spec([*looked, "  - Dense: 2", "    from: x", "    name: y"], BOTH, inputs=INPUTS)
    assert [(code, line) for code, line, _ in told(text)] == [("MS541", 8)]


@pytest.mark.parametrize(
    "part",
    [
        "ops.cast: float32",
        'ops.get_item: ":, :, 1:"',
        "Cropping1D: 1",
        "ops.equal: 0",
        "ops.one_hot: {num_classes: 10}",
    ],
)
def test_a_part_of_the_indices_and_what_is_computed_of_them_may_be_multiplied(part):
    text = spec([*LOOKED_UP, f"  - {part}", "    from: x", "  - Dense: 2", "    name: y"], BOTH, inputs=INPUTS)
    assert "MS541" not in [code for code, *_ in told(text)]


@pytest.mark.parametrize("step", ["call: dense", "TimeDistributed: step"])
def test_fractions_that_a_nested_model_cuts_off_are_told_in_a_wrapper_too(step):
    text = spec([f"  - {step}", "    name: y"], ONE, MODELS, inputs="inputs: {x: [4, 5]}")
    assert "MS542" in [code for code, *_ in told(text)]
