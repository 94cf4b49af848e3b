"""Numbers without rows beside tensors of rows, and products of all rows at once: what is to be written instead validates."""

import re

import pytest

from tests.checks.told import problems, told

HEAD = "modelspec: 1\ninputs: {x: [8, 16], z: [8, 16]}\nlayers:\n"
OUT = "outputs: {y: {from: y}, z: z}\n"


def help_of(text, codes):
    return next(problem.help for problem in problems(text) if problem.code in codes)


@pytest.mark.parametrize("axis", [1, -1, 2, -2])
@pytest.mark.parametrize("join", ["Concatenate", "ops.concatenate"])
def test_numbers_alone_get_their_rows_by_three_steps_before_they_are_joined(axis, join):
    shape = [1, 1, 16] if axis in (1, -2) else [8, 4]
    numbers = f"  - ops.zeros: {{shape: {shape}}}\n    name: token\n"
    joined = f"  - {join}: {{axis: {axis}}}\n    from: [%s, x]\n    name: y\n"
    wrong = HEAD + numbers + joined % "token" + OUT
    help = help_of(wrong, ("MS402", "MS408", "MS413"))
    steps = re.findall(r"`([^`]*)`", help)
    assert [step.strip("{").split(":")[0] for step in steps] == ["ops.get_item", "ops.zeros_like", "ops.add"]
    written = (
        f"  - {steps[0]}\n  - {steps[1]}:\n    name: none\n  - {steps[2]}:\n    from: [none, token]\n    name: spread\n"
    )
    assert not [
        item for item in problems(HEAD + numbers + written + joined % "spread" + OUT) if item.severity == "error"
    ]


@pytest.mark.parametrize("layer", ["Add", "Subtract", "Multiply", "Maximum", "Minimum"])
def test_a_layer_that_merges_leads_to_the_function_that_does_the_same(layer):
    wrong = HEAD + f"  - ops.ones: {{shape: [16]}}\n    name: n\n  - {layer}:\n    from: [x, n]\n    name: y\n" + OUT
    right = re.search(r"`([^`]*)`", help_of(wrong, ("MS402",))).group(1)
    assert not [item for item in problems(wrong.replace(layer, right)) if item.severity == "error"]


PRODUCTS = {
    ("ops.dot", "[5]", "[5]"), ("ops.dot", "[4, 5]", "[5, 6]"), ("ops.dot", "[5]", "[5, 6]"), ("ops.matmul", "[5]", "[5]"),
    ("ops.inner", "[5]", "[5]"), ("ops.inner", "[4, 5]", "[6, 5]"), ("ops.vdot", "[5]", "[5]"), ("ops.outer", "[5]", "[6]"),
    ("ops.tensordot: {axes: 1}", "[5]", "[5]"), ("ops.tensordot: {axes: 1}", "[4, 5]", "[5, 6]"),
    ("ops.matmul", "[4, 5]", "[6, 5]"),
}  # fmt: skip


@pytest.mark.parametrize(("op", "one", "other"), sorted(PRODUCTS))
def test_a_product_of_all_rows_at_once_leads_to_those_of_each_row(op, one, other):
    head = f"modelspec: 1\ninputs: {{a: {one}, b: {other}}}\nlayers:\n"
    step = op if ":" in op else f"{op}:"
    text = head + f"  - {step}\n    from: [a, b]\n    name: y\n"
    found = [problem for problem in problems(text) if problem.code in ("MS413", "MS414", "MS407")]
    ways = re.findall(r"`([^`]*)`", found[0].help)
    assert ways and "ops.einsum" in ways[-1]
    for way in ways:
        right = way if ":" in way else f"{way}:"
        assert problems(head + f"  - {right}\n    from: [a, b]\n    name: y\n") == (), way


def test_products_of_matrices_of_each_row_are_no_products_of_all_rows():
    for shapes in ("a: [4, 5], b: [5, 6]", "a: [null, 5], b: [5, 6]"):
        assert told(f"modelspec: 1\ninputs: {{{shapes}}}\nlayers:\n  - ops.matmul:\n    from: [a, b]\n") == []


@pytest.mark.parametrize("join", ["Add", "Concatenate", "Dot: {axes: 1}", "ops.add"])
def test_nothing_follows_from_inputs_with_batches_of_two_sizes(join):
    step = join if ":" in join else f"{join}:"
    inputs = "inputs: {a: {shape: [4], batch_size: 2}, b: {shape: [4], batch_size: 3}}"
    assert [code for code, *_ in told(f"modelspec: 1\n{inputs}\nlayers:\n  - {step}\n    from: [a, b]\n")] == ["MS420"]
