"""Nested models: their outputs, models that call models, cycles, and how deep."""

import pytest

from tests.graph.telling import errors, good, notes, only, place, shapes, told, vertices

MODEL = (
    "inputs: {x: [4], z: [4]}\nmodels:\n  m:\n    inputs: {a: [4]}\n    layers:\n"
    "      - Dense: 2\n        name: small\n      - Dense: 3\n        name: large\n"
)


def test_without_outputs_a_model_gives_its_last_step():
    assert shapes(MODEL + "layers:\n  - {call: m, from: x}\n", "m") == {"large": (None, 3)}


@pytest.mark.parametrize(
    ("outputs", "expected"),
    [
        ("small", {"small": (None, 2)}),
        ("[small]", {"small": (None, 2)}),
        ("[large, small]", {"large": (None, 3), "small": (None, 2)}),
        ("{little: small, much: large}", {"little": (None, 2), "much": (None, 3)}),
        ("a", {"a": (None, 4)}),
    ],
)
def test_outputs_are_a_name_a_list_or_a_mapping(outputs, expected):
    text = MODEL + (
        f"    outputs: {outputs}\nlayers:\n  - {{call: m, from: x, name: c}}\n  - Dense: 1\n    from: c.0\n"
    )
    assert shapes(text, "m") == expected


def test_outputs_of_a_call_go_by_number_or_by_the_model_s_names():
    text = MODEL + (
        "    outputs: {little: small, much: large}\nlayers:\n  - {call: m, from: x, name: c}\n"
        "  - Concatenate:\n    from: [c.much, c.0]\n"
    )
    assert vertices(text)["concatenate"] == "c.much c.0"
    assert shapes(text) == {"concatenate": (None, 5)}


def test_an_output_that_the_model_does_not_have_gets_the_closest_one():
    text = MODEL + (
        "    outputs: {little: small, much: large}\nlayers:\n  - {call: m, from: x, name: c}\n"
        "  - Dense: 1\n    from: c.litle\n"
    )
    error = only(text)
    assert place(error) == ("MS304", 15, 11)
    assert error.help == "did you mean 'c.little'?"
    assert only(text.replace("c.litle", "c.LITTLE")).help == error.help
    assert not errors(text.replace("c.litle", "c.little"))


def test_a_bare_call_with_several_outputs_lists_their_names():
    text = MODEL + (
        "    outputs: [small, large]\nlayers:\n  - {call: m, from: x, name: c}\n  - Dense: 1\n    from: c\n"
    )
    assert only(text).help == "write one of c.small, c.large"


def test_an_output_that_no_step_makes_is_told_inside_the_model():
    text = MODEL + "    outputs: [smal]\nlayers:\n  - {call: m, from: x}\n  - Dense: 1\n"
    error = only(text)
    assert place(error) == ("MS301", 11, 15)
    assert error.help == "did you mean 'small'?"


def test_inputs_go_by_order_or_by_name():
    model = (
        "inputs: {x: [4], z: [6]}\n"
        "models: {m: {inputs: {a: [4], b: [6]}, layers: [{Concatenate: , from: [a, b]}]}}\n"
        "layers:\n"
    )
    assert shapes(model + "  - {call: m, from: [x, z]}\n") == {"m": (None, 10)}
    assert shapes(model + "  - {call: m, from: {b: z, a: x}}\n") == {"m": (None, 10)}
    assert place(only(model + "  - {call: m, from: [z, x]}\n")) == ("MS407", 5, 12)
    assert place(only(model + "  - {call: m, from: x}\n")) == ("MS406", 5, 12)
    assert place(only(model + "  - {call: m, from: {a: x}}\n")) == ("MS406", 5, 21)
    error = only(model + "  - {call: m, from: {aa: x, b: z}}\n")
    assert place(error) == ("MS406", 5, 22)
    assert error.help == "did you mean 'a'?"


def test_a_model_takes_other_sizes_only_where_its_axes_are_free():
    text = (
        "inputs: {x: [5, 4], z: [7, 4]}\n"
        "models: {m: {inputs: {a: [SIZE, 4]}, layers: [{Dense: 2}]}}\nlayers:\n"
        "  - {call: m, from: x, name: p}\n  - {call: m, from: z, name: q}\n"
        "outputs: {p: , q: }\n"
    )
    assert shapes(text.replace("SIZE", "null")) == {"p": (None, 5, 2), "q": (None, 7, 2)}
    assert told(text.replace("SIZE", "5")) == [("MS407", 6, 12)]


def test_a_model_casts_its_input_to_the_declared_dtype():
    text = (
        "inputs: {x: {shape: [4], dtype: int32}}\n"
        "models: {m: {inputs: {a: [4]}, layers: [{Dropout: 0.5}]}}\nlayers:\n  - call: m\n"
    )
    network = good(text)
    assert network.main.tensors[1][0].dtype == "float32"


def test_models_call_models_in_any_order_of_the_file():
    text = (
        "inputs: {x: [4]}\nmodels:\n"
        "  outer: {inputs: {a: [4]}, layers: [{call: inner}, {Dense: 3}]}\n"
        "  inner: {inputs: {a: [4]}, layers: [{Dense: 2}]}\nlayers:\n  - call: outer\n"
    )
    network = good(text)
    assert list(network.network.models) == ["inner", "outer"]
    assert shapes(text) == {"outer": (None, 3)}


def test_a_model_that_calls_itself_is_told_at_the_call():
    error = only(
        "inputs: {x: [4]}\nmodels:\n  m: {inputs: {a: [4]}, layers: [{Dense: 2}, {call: m}]}\nlayers:\n  - call: m\n"
    )
    assert place(error) == ("MS308", 4, 53)
    assert "m -> m" in error.message


def test_a_cycle_of_models_is_told_once_with_its_way():
    text = (
        "inputs: {x: [4]}\nmodels:\n  p: {inputs: {a: [4]}, layers: [{call: q}]}\n"
        "  q: {inputs: {a: [4]}, layers: [{call: r}]}\n"
        "  r: {inputs: {a: [4]}, layers: [{call: p}]}\nlayers:\n  - call: q\n  - Dense: 2\n"
    )
    error = only(text)
    assert error.code == "MS308"
    assert "p -> q -> r -> p" in error.message


def test_a_cycle_through_a_wrapper_is_told_too():
    text = (
        "inputs: {x: [4, 4]}\nmodels:\n"
        "  m: {inputs: {a: [4, 4]}, layers: [{TimeDistributed: m}]}\nlayers:\n  - call: m\n"
    )
    assert place(only(text)) == ("MS308", 4, 55)


def _chain(count, reverse):
    models = [
        f"  m{n}: {{inputs: {{a: [4]}}, layers: [{f'{{call: m{n - 1}}}' if n else '{Dense: 4}'}]}}\n"
        for n in range(count)
    ]
    return (
        "inputs: {x: [4]}\nmodels:\n"
        + "".join(reversed(models) if reverse else models)
        + f"layers:\n  - call: m{count - 1}\n"
    )


@pytest.mark.parametrize("reverse", [False, True])
def test_models_may_be_nested_deep_and_no_deeper_in_any_order(reverse):
    assert told(_chain(60, reverse)) == []
    assert [code for code, _, _ in told(_chain(100, reverse))] == ["MS308"]


@pytest.mark.parametrize("reverse", [False, True])
def test_very_deep_models_are_told_and_crash_nothing(reverse):
    assert "MS308" in {item.code for item in errors(_chain(1500, reverse))}


def test_a_called_name_that_is_nothing_gets_the_closest_one():
    error = only(MODEL + "layers:\n  - {call: n, from: x}\n")
    assert place(error) == ("MS307", 12, 12)
    assert told("inputs: {x: [4]}\nshared: {encoder: {Dense: 4}}\nlayers:\n  - call: encodr\n") == [("MS307", 5, 11)]


def test_a_shape_conflict_inside_a_model_tells_its_line_and_that_of_the_call():
    text = (
        "inputs: {x: [5, 4], z: [3, 4]}\nmodels:\n  pair:\n    inputs: {a: [null, 4], b: [null, 4]}\n    layers:\n"
        "      - Concatenate: {axis: -1}\n        from: [a, b]\nlayers:\n  - {call: pair, from: [x, z]}\n"
    )
    error = only(text)
    assert place(error) == ("MS402", 7, 9)
    assert notes(error) == [
        (5, 17, "'a' has shape (None, 5, 4)"),
        (5, 31, "'b' has shape (None, 3, 4)"),
        (10, 5, "in this call of 'pair'"),
    ]


def test_a_conflict_two_models_deep_tells_both_calls():
    text = (
        "inputs: {x: [5, 4], z: [3, 4]}\nmodels:\n"
        "  pair: {inputs: {a: [null, 4], b: [null, 4]}, layers: [{Add: , from: [a, b]}]}\n"
        "  outer: {inputs: {a: [null, 4], b: [null, 4]}, layers: [{call: pair, from: [a, b]}]}\n"
        "layers:\n  - {call: outer, from: [x, z]}\n"
    )
    error = only(text)
    assert error.code == "MS402" or error.code == "MS401"
    assert [note[2] for note in notes(error)][-2:] == ["in this call of 'pair'", "in this call of 'outer'"]
    assert [note[0] for note in notes(error)][-2:] == [5, 7]


def test_a_wrong_model_is_told_once_however_often_it_is_called():
    text = (
        "inputs: {x: [4]}\nmodels: {m: {inputs: {a: [4]}, layers: [{LSTM: 3}]}}\nlayers:\n"
        "  - {call: m, from: x, name: p}\n  - {call: m, from: x, name: q}\n  - Add:\n"
        "    from: [p, q]\n"
    )
    assert told(text) == [("MS401", 3, 42)]


def test_a_frozen_model_has_no_trainable_weights():
    from modelspec.graph.questions.ownership import Ownership, count_parameters

    text = (
        "inputs: {x: [4]}\n"
        "models: {m: {inputs: {a: [4]}, layers: [{Dense: 2}], trainable: false}}\nlayers:\n"
        "  - call: m\n  - Dense: 3\n"
    )
    network = good(text)
    owned = Ownership(network)
    assert count_parameters(owned.weights(owned.by_graph(network.main.graph))) == (19, 9)
