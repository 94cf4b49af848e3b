"""Calls: arguments by name, several tensors, and ops with constants."""

import pytest

from tests.graph.telling import good, only, place, shapes, told, vertices

TWO = "inputs: {x: [5, 4], z: [7, 4]}\nlayers:\n"


def test_a_mapping_gives_the_call_s_arguments_by_name():
    text = TWO + "  - MultiHeadAttention: {num_heads: 2, key_dim: 3}\n    from: {query: x, value: z, key: z}\n"
    assert shapes(text) == {"multi_head_attention": (None, 5, 4)}


def test_a_switch_of_a_call_is_true_or_false():
    attention = TWO + (
        "  - MultiHeadAttention: {num_heads: 2, key_dim: 3}\n    from: {query: x, value: z, use_causal_mask: SWITCH}\n"
    )
    assert shapes(attention.replace("SWITCH", "true")) == {"multi_head_attention": (None, 5, 4)}
    assert told(attention.replace("SWITCH", "x")) == [("MS406", 5, 49)]


def test_an_argument_that_the_call_does_not_have_gets_the_closest_one():
    error = only(TWO + "  - MultiHeadAttention: {num_heads: 2, key_dim: 3}\n    from: {querry: x, value: z}\n")
    assert place(error) == ("MS406", 5, 12)
    assert error.help == "did you mean 'query'?"


def test_a_missing_argument_is_told_by_name():
    error = only(TWO + "  - MultiHeadAttention: {num_heads: 2, key_dim: 3}\n    from: x\n")
    assert place(error) == ("MS406", 4, 5)
    assert "'value' is missing" in error.message


def test_a_recurrent_layer_begins_in_the_states_of_another():
    text = TWO + (
        "  - LSTM: {units: 3, return_state: true}\n    from: x\n    name: encoder\n"
        "  - LSTM: {units: 3, return_sequences: true}\n"
        "    from: {sequences: z, initial_state: [encoder.1, encoder.2]}\n    name: decoder\n"
    )
    assert vertices(text)["decoder"] == "z encoder.1 encoder.2"
    assert shapes(text) == {"decoder": (None, 7, 3)}


def test_states_of_another_size_are_refused():
    text = TWO + (
        "  - LSTM: {units: 2, return_state: true}\n    from: x\n    name: encoder\n"
        "  - LSTM: 3\n    from: {sequences: z, initial_state: [encoder.1, encoder.2]}\n"
    )
    ((code, line, column),) = told(text)
    assert code.startswith("MS4")
    assert (line, column) == (8, 41)


def test_one_tensor_is_not_a_list_for_a_layer_of_one():
    assert told(TWO + "  - Flatten:\n    from: [x]\n") == [("MS406", 4, 5)]
    assert told(TWO + "  - Flatten:\n    from: [x, z]\n") == [("MS406", 4, 5)]


def test_a_merge_needs_several_tensors():
    assert [code for code, _, _ in told("inputs: {x: [4]}\nlayers:\n  - Add\n")] == ["MS406"]


@pytest.mark.parametrize(
    ("step", "shape"),
    [
        ("ops.abs:\n    from: x", (None, 5, 4)),
        ("ops.add: {x2: 1.5}\n    from: x", (None, 5, 4)),
        ("ops.add: 1.5\n    from: x", (None, 5, 4)),
        ("ops.subtract: {x1: 1}\n    from: x", (None, 5, 4)),
        ("ops.add:\n    from: [x, x]", (None, 5, 4)),
        ("ops.add:\n    from: {x2: x, x1: x}", (None, 5, 4)),
        ("ops.concatenate: {axis: 1}\n    from: [x, z]", (None, 12, 4)),
        ("ops.concatenate: {axis: 1}\n    from: {xs: [x, z]}", (None, 12, 4)),
        ("ops.mean: {axis: 1}\n    from: x", (None, 4)),
        ("ops.mean: 1\n    from: x", (None, 4)),
        ("ops.matmul:\n    from: [x, x]", None),
        ("ops.transpose: [0, 2, 1]\n    from: x", (None, 4, 5)),
        ("ops.expand_dims: -1\n    from: x", (None, 5, 4, 1)),
    ],
)
def test_ops_take_tensors_from_from_and_constants_as_arguments(step, shape):
    text = TWO + f"  - {step}\n    name: op\n"
    if shape is None:
        assert [code[:3] for code, _, _ in told(text)] == ["MS4"]
    else:
        assert shapes(text) == {"op": shape}


def test_an_op_of_several_outputs_is_referred_to_by_number():
    text = TWO + (
        "  - ops.split: {indices_or_sections: 2, axis: 2}\n    from: x\n    name: parts\n"
        "  - Concatenate: {axis: 1}\n    from: [parts.1, parts.0]\n"
    )
    assert shapes(text) == {"concatenate": (None, 10, 2)}


def test_an_op_that_is_not_there_gets_the_closest_one():
    error = only(TWO + "  - ops.absolut:\n    from: x\n")
    assert place(error) == ("MS207", 4, 5)
    assert "did you mean 'ops.absolute'" in error.help


def test_an_op_with_too_many_tensors_is_refused():
    assert told(TWO + "  - ops.abs:\n    from: [x, z]\n") == [("MS406", 4, 5)]


def test_what_was_refused_causes_no_further_errors():
    text = TWO + (
        "  - Conv2D: {filters: 1, kernel_size: 3}\n    from: x\n    name: wrong\n"
        "  - Concatenate:\n    from: [wrong, z]\n    name: joined\n  - LSTM: 3\n"
        "  - Conv2D: {filters: 1, kernel_size: 3}\n"
        "outputs: {joined: {loss: mse}}\n"
    )
    assert told(text) == [("MS401", 4, 5)]


def test_a_step_that_could_not_be_read_causes_no_further_errors():
    text = TWO + (
        "  - Dens: 3\n    from: x\n    name: wrong\n  - Conv2D: {filters: 1, kernel_size: 3}\n"
        "  - Add:\n    from: [wrong, z]\n"
    )
    assert told(text) == [("MS206", 4, 5)]


def test_each_call_that_is_wrong_by_itself_is_told_in_the_order_of_the_file():
    text = TWO + (
        "  - Conv2D: {filters: 1, kernel_size: 3}\n    from: x\n  - Dense: {unit: 3}\n    from: x\n"
        "  - Dense: 3\n    from: nothing\n  - Conv3D: {filters: 1, kernel_size: 3}\n    from: z\n"
    )
    found = told(text)
    assert [(code, line) for code, line, _ in found if code != "MS202"] == [
        ("MS401", 4), ("MS201", 6), ("MS301", 9), ("MS401", 10),
    ]  # fmt: skip
    assert found == sorted(found, key=lambda item: item[1:])


def test_dtypes_follow_the_calls():
    network = good(
        "inputs: {x: {shape: [5], dtype: int32}}\nlayers:\n"
        "  - Embedding: {input_dim: 9, output_dim: 2}\n  - ops.cast: float16\n"
    )
    assert [tensors[0].dtype for tensors in network.main.tensors] == ["int32", "float32", "float16"]
