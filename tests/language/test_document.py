"""The document as a whole: its keys, the user's own, anchors and merges, and the order of what is told."""

import pytest

from modelspec.pipeline import check_text
from tests.graph.telling import good, only, place, read, shapes, told

REST = "inputs: {x: [4]}\nlayers:\n  - Dense: 2\n"


def test_keys_that_begin_with_x_are_the_user_s_own():
    assert told("x-note: {anything: [1, {two: 3}]}\nx-: 5\n" + REST) == []


def test_any_other_key_is_told():
    error = only(REST + "layer: 3\n")
    assert place(error) == ("MS201", 5, 1)
    assert error.help.startswith("a spec has modelspec")  # `layers` is there already
    assert told(REST + "X-note: 3\n") == [("MS201", 5, 1)]


def test_x_keys_are_the_user_s_own_only_at_the_top():
    assert told("inputs: {x: [4]}\nlayers:\n  - Dense: 2\n    x-note: 3\n") == [("MS201", 5, 5)]


def test_a_problem_in_a_merged_value_is_told_where_it_stands():
    text = "x-base: &base {units: 2, unit: 3}\ninputs: {x: [4]}\nlayers:\n  - Dense: {<<: *base, units: 5}\n"
    assert [(code, line) for code, line, _ in told(text)] == [("MS201", 2)]


def test_merged_and_aliased_values_are_values():
    text = (
        "x-base: &base {units: 2, activation: relu}\ninputs: {x: &shape [4], z: *shape}\n"
        "layers:\n  - Dense: {<<: *base, units: 5}\n    from: x\n  - Dense: *base\n"
        "outputs: {y: }\n"
    )
    assert shapes(text) == {"y": (None, 2)}


def test_a_shape_conflict_of_an_aliased_layer_is_told():
    text = (
        "x-layer: &layer {filters: 2, kernel_size: 3}\ninputs: {x: [8, 3]}\nlayers:\n"
        "  - Conv1D: *layer\n  - Conv2D: *layer\n"
    )
    assert told(text) == [("MS401", 6, 5)]


def test_problems_are_sorted_by_place_and_each_is_told_once():
    text = "layers:\n  - Dense: {unit: 2}\n  - Dens: 2\ninputs: {x: [0], y: [a]}\nouputs: {}\n"
    found = [
        (item.span.line, item.span.column) for item in check_text("modelspec: 1\n" + text, "spec.yaml").diagnostics
    ]
    assert found == sorted(found)
    assert len(set(told(text))) == len(told(text))


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("inputs: {x: [4]}\nlayers:\n  - Dense: 2\n", "MS202", 1),
        ("modelspec: 2\ninputs: {x: [4]}\nlayers:\n  - Dense: 2\n", "MS212", 1),
        ("modelspec: '1'\ninputs: {x: [4]}\nlayers:\n  - Dense: 2\n", "MS212", 1),
        ("modelspec: true\ninputs: {x: [4]}\nlayers:\n  - Dense: 2\n", "MS212", 1),
        ("inputs: {x: [4]}\nmodelspec: 1\nlayers:\n  - Dense: 2\n", "MS212", 2),
    ],
)
def test_the_version_comes_first(text, code, line):
    (problem,) = check_text(text, "spec.yaml").diagnostics
    assert (problem.code, problem.span.line) == (code, line)


def test_a_spec_is_named_after_its_file_unless_it_says_otherwise():
    assert check_text("modelspec: 1\n" + REST, "a b/my spec.yaml").network.spec.name == "my-spec"
    assert read("name: other\n" + REST).name == "other"
    assert told("name: a b\n" + REST) == [("MS210", 2, 7)]


@pytest.mark.parametrize(
    ("step", "code", "column"),
    [
        ("5", "MS203", 5), ("null", "MS203", 5), ("[Dense]", "MS203", 5), ("{}", "MS203", 5), ("{name: a}", "MS209", 5),
        ("{Dense: 2, ReLU: }", "MS209", 16), ("{Dense: 2, units: 3}", "MS201", 16), ("{units: 3}", "MS206", 6),
        ("{Dense: 2, inputs: x}", "MS201", 16), ("{Dense: {units: 2, name: a}}", "MS201", 24), ("dense: 2", "MS206", 5),
    ],
)  # fmt: skip
def test_what_is_no_step_is_told_at_its_place(step, code, column):
    found = told(f"inputs: {{x: [4]}}\nlayers:\n  - {step}\n")
    assert found[0] == (code, 4, column), found
    assert len(found) == 1


def test_layers_must_be_a_list_of_steps():
    assert told("inputs: {x: [4]}\nlayers: {Dense: 2}\n") == [("MS203", 3, 9)]
    assert told("inputs: {x: [4]}\nlayers: []\n") == [("MS202", 3, 9)]
    assert told("inputs: {x: [4]}\n") == [("MS202", 1, 1)]


def test_a_step_may_be_a_name_alone():
    assert [vertex.type_name for vertex in good("inputs: {x: [4]}\nlayers:\n  - Flatten\n  - ops.abs\n  - ReLU:\n").main.graph.vertices] == [
        "input", "Flatten", "ops.abs", "ReLU",
    ]  # fmt: skip
