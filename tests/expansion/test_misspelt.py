"""Keys and references of blocks and loops that are nearly right: told where they stand."""

import pytest

from modelspec.pipeline import check_text

HEAD = "modelspec: 1\ninputs: {x: [4]}\n"
SUM = HEAD + (
    "blocks:\n  sum:\n    inputs: [a, b]\n    layers:\n      - Add:\n        from: [a, b]\nlayers:\n  - Dense: 4\n    name: d\n"
    "  - block: sum\n    from: "
)


@pytest.mark.parametrize(
    ("given", "column", "received"),
    [("[null, d]", 12, "null"), ("{a: 3, b: d}", 15, "3"), ("[d, [d]]", 15, "a list of 1")],
)
def test_what_a_block_takes_and_is_no_reference_is_told_there(given, column, received):
    (problem,) = check_text(SUM + given, "s.yaml").diagnostics
    assert (problem.code, problem.span.line, problem.span.column) == ("MS203", 13, column)
    assert problem.message == f"expected a reference; received {received}"


@pytest.mark.parametrize(
    "param", ["{typ: integer}", "{type: integer, defualt: 3}", "{type: integer, descripton: wide}"]
)
def test_a_misspelt_key_of_a_parameter_is_told(param):
    text = (
        HEAD
        + f"blocks:\n  wide:\n    params: {{n: {param}}}\n    layers: [Dense: $n]\nlayers:\n  - block: wide\n    with: {{n: 4}}\n"
    )
    (problem,) = check_text(text, "s.yaml").diagnostics
    assert (problem.code, problem.span.line) == ("MS201", 5)
    assert "did you mean" in problem.help


def test_a_mapping_that_is_the_default_of_a_parameter_stays_one():
    text = (
        HEAD
        + "blocks:\n  wide:\n    params: {r: {L2: 0.1}}\n    layers: [Dense: {units: 2, kernel_regularizer: $r}]\nlayers:\n  - block: wide\n"
    )
    assert check_text(text, "s.yaml").diagnostics == ()


@pytest.mark.parametrize(
    ("step", "key"),
    [
        ("Dense: 4\n    fro: {k: [1, 2]}\n    name: c_$(k)", "fro"),
        ("Dense: 4\n    repeta: 2\n    name: c_$(i)", "repeta"),
    ],
)
def test_a_misspelt_loop_is_told_beside_the_name_that_needs_it(step, key):
    problems = check_text(HEAD + f"layers:\n  - {step}\n", "s.yaml").diagnostics
    assert [(problem.code, problem.span.line) for problem in problems] == [("MS201", 5), ("MS142", 6)]
    assert f"'{key}'" in problems[0].message


def test_an_output_of_a_block_that_is_no_reference_is_told_at_the_block():
    text = (
        HEAD
        + "blocks:\n  w:\n    layers:\n      - Dense: 3\n        name: d\n    output: d.1zq\nlayers:\n  - block: w\n  - Dense: 3\n"
    )
    (problem,) = check_text(text, "s.yaml").diagnostics
    assert (problem.code, problem.span.line) == ("MS301", 8)


def test_an_empty_mapping_of_outputs_is_told_beside_variables_too():
    text = "modelspec: 1\nvars: {n: 2}\ninputs: {x: [4]}\nlayers: [Dense: $n]\noutputs: {}\n"
    (problem,) = check_text(text, "s.yaml").diagnostics
    assert (problem.code, problem.span.line) == ("MS202", 5)
