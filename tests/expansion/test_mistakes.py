"""Mistakes in variables, loops and blocks: what is told of each, and that nothing is told that only follows from it."""

import pytest

from modelspec.pipeline import check_text

HEAD = """\
modelspec: 1
inputs: {x: [4]}
vars: {depth: 2, sizes: [3, 4]}
blocks:
  wide:
    params: {units: 3}
    layers:
      - Dense: $units
  sum:
    inputs: [a, b]
    layers:
      - Add:
        from: [a, b]
layers:
  - Dense: {units: "$(sizes[0] + depth)"}
    name: first
"""


def told(layers):
    """Code, message and help of every error."""
    problems = check_text(HEAD + layers).diagnostics
    return [(problem.code, problem.message, problem.help or "") for problem in problems if problem.severity == "error"]


def only(layers):
    (found,) = told(layers)
    return found


@pytest.mark.parametrize(
    "step",
    [
        "  - Dense: {units: $(max(2, 3)), activation: relu}\n",
        "  - Dense: $k\n    for: {k: $(range(1, 3))}\n",
        "  - block: wide\n    with: {units: $(max(1, 3))}\n",
        "  - Reshape: [$(max(2, 1)), -1]\n",
        "  - Reshape: [-1, $(max(2, min(3, 4), 1)), 1]\n",
        "  - Dense: {units: $(max(depth, depth, 3))}\n",
    ],
)
def test_an_expression_that_a_comma_cuts_off_is_told_once(step):
    code, message, help = only(step)
    assert (code, message) == ("MS143", "the expression does not end")
    assert "needs quotes" in help


@pytest.mark.parametrize(
    "step",
    [
        '  - Dense: {units: "$(max(2, 3))", activation: relu}\n',
        '  - Dense: $k\n    for: {k: "$(range(1, 3))"}\n',
        "  - Dense: $(max(2, 3))\n",
        "  - Dense: {units: $(depth + 1), activation: relu}\n",
        "  - Dense: {units: $((depth + 1) * 2), activation: relu}\n",
    ],
)
def test_one_that_ends_is_told_nothing(step):
    assert told(step) == []


def test_brackets_in_a_flow_mapping_get_the_quotes_as_help():
    code, _, help = only("  - Dense: {units: $(sizes[0]), activation: relu}\n")
    assert code == "MS118"
    assert '`"$(sizes[0])"`' in help


@pytest.mark.parametrize(
    ("step", "code"),
    [
        ("  - Dense: $k\n    for: {k: $(range(3, 1, -1))}\n", "MS116"),
        ("  - Conv1D: {filters: $(max(1, depth)), kernel_size: $(max(2, depth))}\n", "MS108"),
    ],
)
def test_a_cut_off_expression_that_makes_no_good_key_gets_the_quotes_as_help(step, code):
    found, _, help = only(step)
    assert found == code
    assert '`"$(range(1, 3))"`' in help


def test_a_list_with_an_item_that_has_no_value_is_told_only_that():
    assert [code for code, _, _ in told("  - Reshape: [$unknown, 1]\n")] == ["MS142"]


@pytest.mark.parametrize("step", ["  - wide\n", "  - wide: {units: 4}\n", "  - wide: {units: 4}\n    repeat: 2\n"])
def test_a_block_written_as_a_layer_gets_the_right_form(step):
    code, message, help = only(step + "    name: w\n  - Dense: 1\n    from: w\n" if ":" in step else step)
    assert (code, message) == ("MS209", "'wide' is a block, not a layer")
    assert "`- block: wide`" in help


def test_a_computed_name_of_a_layer_gets_the_way_to_choose_one():
    code, _, help = only("  - $kind: 3\n")
    assert code == "MS206"
    assert "`when`" in help


def test_steps_below_a_loop_get_a_block_as_help():
    code, _, help = only("  - for: {k: [1, 2]}\n    layers:\n      - Dense: 3\n")
    assert code == "MS201"
    assert "`- block: name`" in help


@pytest.mark.parametrize(
    ("step", "help"),
    [
        ("    repeat: depth\n", "did you mean `$depth`?"),
        ("    when: depth\n", "did you mean `$depth`?"),
        ("    for: {k: sizes}\n", "did you mean `$sizes`?"),
        ('    when: "true"\n', "remove the quotes"),
    ],
)
def test_a_name_without_its_dollar_and_a_quoted_boolean_are_guessed(step, help):
    assert only("  - Dense: 3\n" + step)[2] == help


def test_repeating_a_block_of_two_inputs_is_told_at_repeat():
    layers = "  - Dense: 4\n    name: second\n  - block: sum\n    from: [x, second]\n    repeat: 2\n"
    code, message, help = only(layers)
    assert code == "MS151"
    assert message == "`repeat` gives each copy the output of the one before it, but the block 'sum' takes 2 inputs"
    assert "use `for`" in help


def test_a_mapping_for_the_one_input_without_a_name_is_told_once():
    code, message, _ = only("  - block: wide\n    from: {x: first}\n")
    assert (code, message) == ("MS151", "the block 'wide' takes one input, without a name; received a mapping")


def test_an_output_that_is_no_step_gets_help_of_its_own():
    text = HEAD.replace("    params: {units: 3}\n", "    params: {units: 3}\n    output: last\n") + "  - block: wide\n"
    (problem,) = check_text(text).diagnostics[:1]
    assert problem.code == "MS301"
    assert problem.help == "write the name of one of its steps"


@pytest.mark.parametrize("expression", ["max(depth)", "min([])", "max()"])
def test_the_largest_of_nothing_is_said_in_words(expression):
    code, message, _ = only(f"  - Dense: $({expression})\n")
    assert code == "MS143"
    assert message == f"{expression[:3]} takes several values, or one list of them"


def test_a_division_that_gives_no_whole_number_gets_the_one_that_does():
    code, message, help = only("  - Dense: $(depth / 1)\n")
    assert (code, message) == ("MS203", "Dense.units: expected an integer; received 2.0")
    assert "`//`" in help


EMPTY = """\
modelspec: 1
inputs: {x: [4]}
vars: {on: false, times: 0, none: []}
blocks: {maybe: {layers: [{Dense: 1, when: $on}]}}
"""


@pytest.mark.parametrize(
    ("layers", "left_out_by", "lines"),
    [
        ("layers:\n  - Dense: 1\n    when: $on\n", "`when`", [7]),
        (
            "layers:\n  - Dense: 1\n    when: $on\n  - Flatten\n".replace("Flatten", "block: maybe"),
            "`when` or `block`",
            [7, 8],
        ),
        ("layers:\n  - Dense: 1\n    repeat: $times\n", "`repeat`", [7]),
        ("layers:\n  - Dense: $k\n    for: {k: $none}\n", "`for`", [7]),
    ],
)
def test_layers_of_which_no_step_is_left_tell_what_left_them_out(layers, left_out_by, lines):
    (problem,) = check_text(EMPTY + layers + "outputs: {y: {loss: mse}}\n").diagnostics
    assert (problem.code, problem.span.line) == ("MS202", 6)
    assert problem.message == f"`layers` is empty: each of its steps is left out by its {left_out_by}"
    assert [note.span.line for note in problem.related] == lines


def test_a_nested_model_without_steps_is_told_once_though_it_is_called_and_followed():
    text = EMPTY.replace("inputs: {x", "models: {m: {inputs: {a: [4]}, layers: [{Dense: 1, when: $on}]}}\ninputs: {x")
    (problem,) = check_text(
        text + "layers:\n  - call: m\n  - Dense: 1\n    name: y\noutputs: {y: {loss: mse}}\n"
    ).diagnostics
    assert (problem.code, problem.span.line) == ("MS202", 2)
    (plain,) = check_text("modelspec: 1\ninputs: {x: [4]}\nlayers: []\noutputs: {y: {loss: mse}}\n").diagnostics
    assert (plain.code, plain.message) == ("MS202", "`layers` is empty")


@pytest.mark.parametrize(
    ("line", "code", "kind"),
    [
        ("outputs: {y: {loss: {$name: 4}}}", "MS207", "loss"),
        ("outputs: {y: {loss: mse, metrics: [{$name: 4}]}}", "MS207", "metric"),
        ("outputs: {y: {loss: mse}}\ntrain: {optimizer: {$name: 4}}", "MS207", "optimizer"),
    ],
)
def test_a_variable_as_the_name_of_an_object_is_told_as_that_alone(line, code, kind):
    text = "modelspec: 1\nvars: {name: Huber}\ninputs: {x: [4]}\nlayers:\n  - Dense: 1\n    name: y\n" + line + "\n"
    (problem,) = check_text(text).diagnostics
    assert (problem.code, problem.message) == (code, f"unknown {kind} '$name'")
    assert problem.help.startswith(f"keys cannot be computed: let the variable be the whole {kind}")
    whole = {"loss": "Huber: 2", "metric": "TopKCategoricalAccuracy: 1", "optimizer": "SGD: 0.1"}[kind]
    done = (
        text.replace("name: Huber}", f"name: {{{whole}}}}}")
        .replace("{$name: 4}", "$name")
        .replace("Dense: 1", "Dense: 3")
    )
    assert not [found for found in check_text(done).diagnostics if found.severity == "error"]
