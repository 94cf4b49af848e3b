"""`vars`, `$name`, `$(…)`: types are kept, texts are joined, and what is wrong is told where it is written."""

import pytest

from modelspec.pipeline import check_text
from tests.graph.telling import errors, good, notes, only, place, read, shapes, told

ONE = "inputs: {x: [4]}\nlayers:\n"


def entry(text, index=-1):
    return read(text).model.steps[index].what.entry


@pytest.mark.parametrize(
    ("value", "written", "expected"),
    [
        ("8", "$units", 8),
        ("8", "$(units * 2)", 16),
        ("8", "$(units if units > 3 else 1)", 8),
        ("$(3 + 4)", "$units", 7),
        ("[3, 5]", '"$(units[1])"', 5),
        ("8", "'$units'", 8),
        ("8", '"$(max(units, 9))"', 9),
    ],
)
def test_a_value_that_is_only_a_variable_keeps_its_type(value, written, expected):
    assert entry(f"vars: {{units: {value}}}\n{ONE}  - Dense: {{units: {written}}}\n").units == expected


def test_a_list_and_a_mapping_stand_for_themselves():
    text = "vars: {kernel: [1, 7], act: {LeakyReLU: {negative_slope: 0.1}}}\ninputs: {x: [8, 8, 1]}\nlayers:\n"
    made = entry(text + "  - Conv2D: {filters: 2, kernel_size: $kernel, activation: relu}\n  - Activation: relu\n", 0)
    assert made.kernel_size == (1, 7)
    assert shapes(text + "  - Conv2D: {filters: 2, kernel_size: $kernel}\noutputs: {y: }\n") == {"y": (None, 8, 2, 2)}


def test_inside_a_longer_text_a_value_is_put_in_as_text():
    spec = read(
        "vars: {stage: 2, deep: true}\nname: stage_$(stage + 1)-$deep\n" + ONE + "  - Dense: 1\n    name: d_$stage\n"
    )
    assert (spec.name, spec.model.steps[0].name) == ("stage_3-true", "d_2")


def test_two_dollars_are_one():
    assert read("description: costs $$5, or $(2 + 3) $$\n" + ONE + "  - Dense: 1\n").description == "costs $5, or 5 $"
    assert read("description: a dollar before a digit is no name, $5\n" + ONE + "  - Dense: 1\n").description.endswith(
        "$5"
    )


def test_variables_may_stand_in_any_order_and_use_each_other():
    text = "vars: {c: $(a + b), b: $(a * 2), a: 3}\n" + ONE + "  - Dense: $c\n"
    assert entry(text).units == 9


def test_nested_models_and_shared_layers_see_the_variables():
    text = (
        "vars: {units: 3}\ninputs: {x: [4]}\nshared: {s: {Dense: $units}}\nmodels:\n  m:\n    inputs: {a: [$units]}\n"
        "    layers: [{Dense: $(units + 1)}]\nlayers:\n  - call: s\n  - {call: m, name: y}\noutputs: {y: }\n"
    )
    assert shapes(text) == {"y": (None, 4)}


def test_training_and_data_see_the_variables():
    spec = read(
        "vars: {rate: 0.01, epochs: 3, rows: 64}\n" + ONE + "  - Dense: 1\noutputs: {y: {loss: mse}}\n"
        "train: {optimizer: {Adam: $rate}, epochs: $epochs}\ndata: {train: {synthetic: $rows}}\n"
    )
    assert (spec.train.epochs, spec.train.optimizer.learning_rate, spec.data.sources["train"].entry.samples) == (
        3,
        0.01,
        64,
    )


def test_keys_of_the_user_s_own_are_left_alone():
    good("x-note: $nothing\n" + ONE + "  - Dense: 1\n")


def test_an_unknown_variable_is_told_at_its_place_with_a_guess():
    error = only("vars: {width: 3, kind: ones}\n" + ONE + "  - Dense: {units: $(2 * widht), bias_initializer: $kind}\n")
    assert place(error) == ("MS142", 5, 26)
    assert error.help == "did you mean 'width'?"


def test_what_does_not_fit_is_told_where_it_is_used_and_where_it_is_set():
    error = only("vars: {width: abc}\n" + ONE + "  - Dense: $width\n")
    assert place(error) == ("MS203", 5, 12)
    assert notes(error) == [(2, 15, "the variable 'width' is set here")]


def test_a_variable_that_is_computed_from_itself_is_told_once():
    assert told("vars: {a: $b, b: $(a + 1)}\n" + ONE + "  - Dense: $a\n  - Dense: $b\n") == [("MS143", 2, 20)]


def test_a_variable_without_a_value_is_told_once_however_often_it_is_used():
    text = "vars: {a: $(1 // 0), b: $(a + 1)}\n" + ONE + "  - Dense: $a\n  - Dense: {units: $(a * 2)}\n  - Dense: $b\n"
    assert told(text) == [("MS143", 2, 13)]


def test_other_mistakes_are_still_told():
    text = ONE + "  - Dense: $nothing\n  - Dense: {unit: 3}\n"
    assert [code for code, *_ in told(text)] == ["MS142", "MS201"]


@pytest.mark.parametrize("name", ["a-b", "min", "true", "if", "1a", "a b"])
def test_a_variable_has_a_name_that_expressions_can_use(name):
    assert told(f"vars: {{'{name}': 3}}\n" + ONE + "  - Dense: 1\n") == [("MS210", 2, 8)]


def test_vars_that_are_no_mapping_are_told():
    assert told("vars: [1, 2]\n" + ONE + "  - Dense: 1\n") == [("MS203", 2, 7)]


def test_an_unused_variable_is_a_warning():
    from modelspec.pipeline import check_text

    (warning,) = check_text("modelspec: 1\nvars: {used: 3, unused: 4}\n" + ONE + "  - Dense: $used\n").diagnostics
    assert (warning.code, warning.severity) == ("MS504", "warning")
    assert "unused" in warning.message


def test_templates_of_other_languages_are_told():
    (error,) = errors(ONE + "  - Dense: '${UNITS}'\n")
    assert place(error) == ("MS143", 4, 13)


def test_a_value_in_quotes_with_escapes_is_told_as_a_whole():
    error = only(ONE + '  - Dense: "\\u0024nothing"\n')
    assert place(error)[1:] == (4, 12)


def test_a_list_is_not_proposed_for_a_name_within_a_longer_text():
    text = "modelspec: 1\nvars: {sizes: [1, 2], width: 3}\ninputs: {x: [4]}\nlayers:\n  - Dense: 3\n    name: %s\n"
    for written, help in (
        ("a_$size", "set it under `vars`; a literal dollar sign is written `$$`"),
        ("$size", "did you mean '$sizes'?"),
        ("a_$widht", "did you mean '$width'?"),
    ):
        told = [item.help for item in check_text(text % written).diagnostics if item.code == "MS142"]
        assert told == [help], written
