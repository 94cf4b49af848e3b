"""`from`: its three forms, its default, and the references in it."""

import pytest

from tests.graph.telling import HEAD, notes, only, place, shapes, told, vertices

TWO = "inputs: {a: [4], b: [4]}\nlayers:\n"
SHARED = "inputs: {a: [4], b: [4]}\nshared: {enc: {Dense: 8}}\nlayers:\n"
STATES = "inputs: {x: [5, 4]}\nlayers:\n  - LSTM: {units: 3, return_state: true}\n    name: lstm\n"


def test_from_is_a_reference_a_list_or_a_mapping_of_call_arguments():
    text = (
        "inputs: {q: [5, 4], v: [7, 4]}\nlayers:\n"
        "  - Dense: 4\n    from: q\n    name: one\n"
        "  - Concatenate: {axis: 1}\n    from: [one, v]\n    name: several\n"
        "  - MultiHeadAttention: {num_heads: 2, key_dim: 3}\n"
        "    from: {value: v, query: one, use_causal_mask: false}\n    name: named\n"
        "outputs: {several: , named: }\n"
    )
    assert vertices(text) == {"one": "q", "several": "one v", "named": "v one"}
    assert shapes(text) == {"several": (None, 12, 4), "named": (None, 5, 4)}


def test_a_step_without_from_takes_the_step_above_even_if_another_input_stands_there():
    text = TWO + "  - Dense: 2\n    from: b\n  - Dense: 3\n  - Dense: 4\n"
    assert vertices(text) == {"dense": "b", "dense_1": "dense", "dense_2": "dense_1"}


def test_the_first_step_takes_the_only_input():
    assert vertices("inputs: {a: [4]}\nlayers:\n  - Dense: 2\n") == {"dense": "a"}


def test_the_first_step_of_several_inputs_needs_from():
    error = only(TWO + "  - Dense: 2\n  - Dense: 3\n")
    assert place(error) == ("MS306", 4, 5)
    assert error.help == "add `from:` with one of a, b"


def test_an_output_of_several_is_chosen_by_its_number():
    text = STATES + "  - Add:\n    from: [lstm.0, lstm.1, lstm.2]\n"
    assert vertices(text)["add"] == "lstm.0 lstm.1 lstm.2"
    assert shapes(text) == {"add": (None, 3)}


def test_a_bare_name_of_several_outputs_is_told_with_the_choices():
    error = only(STATES + "  - Dense: 2\n    from: lstm\n")
    assert place(error) == ("MS304", 7, 11)
    assert error.help == "write one of lstm.0, lstm.1, lstm.2"


def test_the_step_above_with_several_outputs_is_told_at_the_step_that_takes_it():
    error = only(STATES + "  - Dense: 2\n")
    assert place(error) == ("MS304", 6, 5)
    assert error.help == "write one of lstm.0, lstm.1, lstm.2"


@pytest.mark.parametrize("reference", ["lstm.3", "lstm.state", "x.1"])
def test_an_output_that_is_not_there_is_told(reference):
    assert told(STATES + f"  - Dense: 2\n    from: {reference}\n") == [("MS304", 7, 11)]


def test_the_only_output_may_be_chosen_by_its_number():
    assert vertices(TWO + "  - Dense: 2\n    from: a.0\n") == {"dense": "a.0"}


def test_a_call_of_a_shared_layer_is_chosen_by_its_node():
    text = SHARED + "  - {call: enc, from: a}\n  - {call: enc, from: b}\n  - Add:\n    from: [enc@1, enc@0]\n"
    assert vertices(text)["add"] == "enc enc"
    assert shapes(text) == {"add": (None, 8)}


def test_a_node_and_an_output_can_stand_together():
    text = (
        "inputs: {x: [5, 4]}\nshared: {enc: {LSTM: {units: 3, return_state: true}}}\nlayers:\n"
        "  - {call: enc, from: x}\n  - {call: enc, from: x}\n  - Add:\n    from: [enc@0.1, enc@1.2]\n"
    )
    assert vertices(text)["add"] == "enc.1 enc.2"


STACK = (
    "inputs: {x: [5, 4], h: [3], c: [3], g: [6]}\nlayers:\n"
    "  - RNN: {cell: {StackedRNNCells: [{LSTMCell: 3}, {GRUCell: 6}]}}\n"
)


def test_the_states_of_a_stack_of_cells_are_a_list_of_lists():
    text = STACK + "    from: {sequences: x, initial_state: [[h, c], g]}\n"
    assert vertices(text) == {"rnn": "x h c g"}
    assert shapes(text) == {"rnn": (None, 6)}


@pytest.mark.parametrize(
    ("taken", "expected"),
    [
        ("{sequences: x, initial_state: [h, c, g]}", ("MS406", 5, 41)),
        ("{sequences: x, initial_state: [[h, c], [g, g]]}", ("MS406", 5, 41)),
        ("{sequences: x, initial_state: [[h, g], g]}", ("MS407", 5, 41)),
        ("{sequences: x, initial_state: [[h, y], g]}", ("MS301", 5, 46)),
        ("{sequences: x, initial_state: [[h, []], g]}", ("MS203", 5, 46)),
        ("{sequences: [[x]]}", ("MS406", 5, 23)),
        ("[x, [[h, c], g]]", ("MS203", 5, 15)),
    ],
)
def test_states_that_are_nested_otherwise_are_told(taken, expected):
    assert told(STACK + f"    from: {taken}\n") == [expected]


def test_lists_of_lists_are_told_where_the_call_takes_a_list_of_tensors():
    for step, name in (("Concatenate:", "inputs"), ("ops.concatenate:", "xs")):
        error = only(TWO + f"  - {step}\n    from: {{{name}: [[a, b], a]}}\n")
        assert place(error) == ("MS406", 5, 14 + len(name))
        assert error.message.endswith("takes a list of tensors; received a list of lists")


def test_the_bare_name_of_a_layer_called_once_is_that_call():
    assert vertices(SHARED + "  - {call: enc, from: a}\n  - Dense: 2\n    from: enc\n")["dense"] == "enc"


def test_the_bare_name_of_a_layer_called_twice_is_ambiguous_and_lists_the_calls():
    text = SHARED + "  - {call: enc, from: a}\n  - {call: enc, from: b}\n  - Dense: 2\n    from: enc\n"
    error = only(text)
    assert place(error) == ("MS303", 8, 11)
    assert "enc@0, enc@1" in error.help


def test_the_name_of_a_call_s_step_is_not_ambiguous():
    text = (
        SHARED
        + "  - {call: enc, from: a, name: one}\n  - {call: enc, from: b, name: two}\n  - Dense: 2\n    from: one\n"
    )
    assert vertices(text)["dense"] == "one"


@pytest.mark.parametrize("reference", ["enc@2", "a@0"])
def test_a_node_that_is_not_there_is_told(reference):
    text = SHARED + f"  - {{call: enc, from: a}}\n  - {{call: enc, from: b}}\n  - Dense: 2\n    from: {reference}\n"
    assert told(text) == [("MS304", 8, 11)]


def test_an_automatic_name_is_told_to_be_given():
    error = only(TWO + "  - Dense: 2\n    from: a\n  - Dense: 3\n  - Add:\n    from: [a, dense_1]\n")
    assert place(error) == ("MS301", 8, 15)
    assert error.help == "add `name: dense_1` to the step that makes it"


def test_a_name_further_down_is_told_with_its_place():
    error = only(TWO + "  - Dense: 2\n    from: late\n  - Dense: 3\n    from: a\n    name: late\n")
    assert place(error) == ("MS302", 5, 11)
    assert notes(error) == [(6, 5, "'late' is made here")]


def test_a_step_cannot_take_itself():
    assert told(TWO + "  - Dense: 2\n    from: me\n    name: me\n") == [("MS302", 5, 11)]


def test_an_unknown_name_gets_the_closest_one():
    error = only(TWO + "  - Dense: 2\n    from: a\n    name: hidden\n  - Dense: 3\n    from: [hiden, a]\n")
    assert place(error) == ("MS301", 8, 12)
    assert error.help == "did you mean 'hidden'?"


def test_automatic_names_cannot_be_referred_to():
    error = only(TWO + "  - Dense: 2\n    from: a\n  - Dense: 3\n    from: dense\n")
    assert place(error) == ("MS301", 7, 11)


def test_a_shared_layer_that_was_not_called_above_is_told_so():
    error = only(SHARED + "  - Dense: 2\n    from: enc\n")
    assert place(error) == ("MS301", 6, 11)
    assert error.message == "'enc' has not been called above"


def test_each_unknown_name_of_a_list_and_of_a_mapping_is_told():
    assert told(TWO + "  - Add:\n    from: [foo, a, bar]\n") == [("MS301", 5, 12), ("MS301", 5, 20)]
    attention = "  - MultiHeadAttention: {num_heads: 1, key_dim: 2}\n    from: {query: foo, value: bar}\n"
    assert told(TWO + attention) == [("MS301", 5, 19), ("MS301", 5, 31)]


@pytest.mark.parametrize("written", ["[]", "{}", "5", "null", "true", "[[a]]", "[5]", "{query: {a: b}}"])
def test_what_is_no_reference_is_told(written):
    ((code, line, _),) = told(TWO + f"  - Dense: 2\n    from: {written}\n")
    assert (code, line) == ("MS203", 5)


@pytest.mark.parametrize("written", ["'a b'", "a.b.c", "a@b", "'1a'", "a@", "a.", "''", "a@0@1", "a.0@1"])
def test_a_text_that_is_no_reference_is_told(written):
    assert told(TWO + f"  - Dense: 2\n    from: {written}\n") == [("MS301", 5, 11)]


def test_a_refused_from_is_not_replaced_by_the_step_above():
    assert told(
        "inputs: {a: [4]}\nlayers:\n  - Flatten\n  - Dense: 2\n    from: []\n  - Conv2D: {filters: 1, kernel_size: 3}\n"
    ) == [("MS203", 6, 11)]


def test_line_one_is_the_version():
    assert HEAD.count("\n") == 1


@pytest.mark.parametrize(
    ("step", "name"),
    [
        ("LSTM: 3\n    from: {sequences: null, initial_state: [x, x]}", "sequences"),
        ("MultiHeadAttention: {num_heads: 1, key_dim: 2}\n    from: {query: x, value: null}", "value"),
        ("ops.where:\n    from: {condition: null, x1: x, x2: x}", "condition"),
        ("Dense: 3\n    from: {inputs: null}", "inputs"),
    ],
)
def test_null_is_no_tensor_for_an_argument_that_a_call_needs(step, name):
    problem = only("inputs: {x: [5, 4]}\nlayers:\n  - " + step + "\n")
    assert problem.code == "MS406"
    assert f"'{name}' is missing" in problem.message


def test_null_leaves_out_an_argument_that_a_call_does_not_need():
    assert (
        told("inputs: {x: [5, 4]}\nlayers:\n  - LSTM: 3\n    from: {sequences: x, initial_state: null, mask: null}\n")
        == []
    )
