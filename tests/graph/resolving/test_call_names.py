"""Arguments of a call by names that it has not: pointed at in `from`, and what the help says validates."""

import re

import pytest

from tests.checks.told import problems

HEAD = "modelspec: 1\ninputs: {q: [5, 8], v: [6, 8], u: [5, 8], h: [4], c: [4]}\nlayers:\n"
MHA = "MultiHeadAttention: {num_heads: 2, key_dim: 4}"


def spec(layer, given):
    return (
        HEAD
        + f"  - {layer if ':' in layer else layer + ':'}\n    from: {given}\n    name: y\noutputs: {{y: y, q: q, v: v, u: u, h: h, c: c}}\n"
    )


def errors(text):
    return [problem for problem in problems(text) if problem.severity == "error"]


def at(text, problem):
    span = problem.span
    return text.split("\n")[span.line - 1][span.column - 1 : span.end_column - 1]


@pytest.mark.parametrize(
    ("layer", "given", "where", "right"),
    [
        (MHA, "{q: q, v: v}", "q", "from: {query: q, value: v}"),
        (MHA, "{q: q, k: v, v: v, causal: true}", "q", "from: {query: q, key: v, value: v, use_causal_mask: true}"),
        (MHA, "{query: q, value: v, causal: true}", "causal", "use_causal_mask"),
        (MHA, "{query: q, value: v, return_attention: false}", "return_attention", "return_attention_scores"),
        (MHA, "[q, v]", MHA.split(":")[0], "from: {query: q, value: v}"),
        ("Attention", "{query: q, value: v}", "query", "from: [q, v]"),
        ("AdditiveAttention", "{value: v, query: q}", "value", "from: [q, v]"),
        ("Attention", "{q: q, v: v, use_causal_mask: true}", "q", "from: {inputs: [q, v], use_causal_mask: true}"),
        ("Add", "{a: q, b: u}", "a", "from: [q, u]"),
        ("ops.concatenate: {axis: 1}", "{a: q, b: v}", "a", "from: [q, v]"),
        ("ops.add", "{x: q, y: u}", "x", "from: {x1: q, x2: u}"),
        ("Dense: 4", "{x: q}", "x", "inputs"),
        ("GRU: 4", "{inputs: q}", "inputs", "sequences"),
        ("LSTM: 4", "{sequences: q, hidden: [h, c]}", "hidden", "initial_state"),
        ("LSTM: 4", "{inputs: q, hidden: [h, c]}", "inputs", "from: {sequences: q, initial_state: [h, c]}"),
        ("LSTM: 4", "[q, h, c]", "LSTM", "from: {sequences: q, initial_state: [h, c]}"),
        ("Bidirectional: {layer: {GRU: 4}}", "{sequence: q, initial_states: [h, c]}", "sequence", "from: {sequences: q, initial_state: [h, c]}"),
    ],
)  # fmt: skip
def test_an_argument_by_another_name_is_marked_and_what_is_said_of_it_validates(layer, given, where, right):
    text = spec(layer, given)
    [problem] = errors(text)
    assert (problem.code, at(text, problem)) == ("MS406", where)
    assert f"write `{right}`" in problem.help
    renamed = given.replace(f"{where}:", f"{right}:")
    fixed = text.replace(f"from: {given}", right if "from" in right else f"from: {renamed}")
    assert errors(fixed) == []


@pytest.mark.parametrize(
    ("layer", "given", "where"),
    [
        (MHA, "{query_1: q, value: v}", "query_1"),
        (MHA, "{query: q}", "{query: q}"),
        ("LSTM: 4", "{sequences: q, inital_state: [h, c]}", "inital_state"),
        ("LSTM: 8", "{sequences: q, initial_state: [h, c]}", "[h, c]"),
        ("LSTM: 4", "{sequences: q, initial_state: [h]}", "[h]"),
        ("Bidirectional: {layer: {GRU: 4}}", "{sequences: q, initial_state: [h]}", "[h]"),
        ("Bidirectional: {layer: {GRU: 8}}", "{sequences: q, initial_state: [h, c]}", "[h, c]"),
        (MHA, "{query: [q, q], value: v}", "[q, q]"),
        (MHA, "{query: q, value: v, use_causal_mask: q}", "q"),
        (MHA, "{query: q, value: v, key_mask: true}", "true"),
        ("Dropout: 0.5", "{inputs: q, training: true}", "training"),
        ("ops.where", "{condition: q, x1: q, x3: u}", "x3"),
    ],
)
def test_what_else_is_wrong_with_an_argument_of_the_call_is_marked_there(layer, given, where):
    text = spec(layer, given)
    assert [at(text, problem) for problem in errors(text)] == [where]


@pytest.mark.parametrize(("given", "where"), [("{b: q}", "b"), ("{a: q, c: v}", "c"), ("{a: q}", "{a: q}")])
def test_an_input_of_a_model_is_marked_too(given, where):
    model = "models: {m: {inputs: {a: [5, 8], d: [6, 8]}, layers: [{Dense: 3, from: a}, {Dense: 3, from: d}]}}\n"
    text = HEAD.replace("layers:", model + "layers:") + f"  - {{call: m, from: {given}}}\n"
    told = [problem for problem in errors(text) if problem.code == "MS406"]
    assert [at(text, problem) for problem in told] == [where]


def test_no_other_name_of_an_argument_is_the_name_of_another_argument_of_that_call():
    from modelspec.catalogue.call import parameters
    from modelspec.catalogue.kinds import find, names
    from modelspec.graph.resolving.call_names import _OTHERS

    every = {item.name for name in names("layer") for item in parameters(find("layer", name))}
    assert {new for meant in _OTHERS.values() for new in meant} - {"x1", "x2", "x"} <= every
    assert re.fullmatch(r"[a-z_0-9]+", "".join(_OTHERS))


@pytest.mark.parametrize("given", ["q", "[q]", "[q, v]", "{x: q}"])
def test_a_function_that_takes_no_tensors_is_not_asked_for_their_names(given):
    (problem,) = errors(spec("ops.ones: {shape: [2, 3]}", given))
    assert problem.code == "MS406"
    assert "remove" in problem.help
