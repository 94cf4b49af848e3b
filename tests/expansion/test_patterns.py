"""`from: branch_*`, lists made by `for` in an expression, and what copies of `repeat` would ignore."""

import pytest

from modelspec.expansion.values.expression import ExpressionError, evaluate
from tests.graph.telling import errors, good, only, place, read, told, vertices
from tests.patience import Stopwatch

ONE = "inputs: {x: [4]}\nlayers:\n"
BRANCHES = ONE + "  - Dense: 4\n    from: x\n    for: {k: [1, 2, 3]}\n    name: branch\n"


@pytest.mark.parametrize(
    ("written", "taken"),
    [
        ("branch_*", "branch_1 branch_2 branch_3"),
        ("[branch_*]", "branch_1 branch_2 branch_3"),
        ("[x, branch_*, x]", "x branch_1 branch_2 branch_3 x"),
        ('"*_2*"', "branch_2"),
        ('"b*_*3"', "branch_3"),
        ('["*"]', "x branch_1 branch_2 branch_3"),
        ("$([f'branch_{k}' for k in [3, 1]])", "branch_3 branch_1"),
        ("$(['x'] + [f'branch_{k}' for k in range(1, 4) if k != 2])", "x branch_1 branch_3"),
    ],
)  # fmt: skip
def test_a_pattern_is_a_list_of_the_names_above_in_their_order(written, taken):
    text = BRANCHES + f"  - Concatenate:\n    from: {written}\n    name: joined\n"
    assert vertices(text)["joined"] == taken


def test_the_name_of_the_last_copy_is_not_counted_twice():
    text = BRANCHES + '  - Add:\n    from: ["branch*"]\n    name: a\n'
    assert vertices(text)["a"] == "branch_1 branch_2 branch_3"


def test_patterns_take_one_of_several_outputs_arguments_and_lists_of_variables():
    text = (
        "vars: {both: [e_*.0]}\ninputs: {t: [5, 4]}\nlayers:\n  - LSTM: {units: 3, return_state: true}\n    from: t\n"
        "    for: {k: [0, 1]}\n    name: e_$k\n  - Add:\n    from: [e_*.1]\n    name: a\n  - Concatenate:\n    from: {inputs: e_*.0}\n"
        "    name: c\n  - Concatenate:\n    from: $both\n    name: d\n"
    )
    found = vertices(text)
    assert (found["a"], found["c"], found["d"]) == ("e_0.1 e_1.1", "e_0.0 e_1.0", "e_0.0 e_1.0")


def test_inside_a_block_a_pattern_means_the_steps_of_the_block():
    text = (
        "blocks:\n  wide:\n    inputs: [x]\n    layers:\n      - Dense: $k\n        from: x\n        for: {k: [2, 3]}\n"
        "        name: h$k\n      - Concatenate:\n        from: h*\n"
        + ONE
        + "  - Dense: 4\n    name: h9\n  - block: wide\n    repeat: 2\n    name: b\n"
    )
    found = vertices(text)
    assert found["b_1_concatenate"] == "b_1_h2 b_1_h3"
    assert found["b_2_concatenate"] == "b_2_h2 b_2_h3"


def test_copies_that_are_left_out_are_no_part_of_it():
    text = (
        ONE
        + "  - Dense: 4\n    from: x\n    for: {k: [1, 2, 3]}\n    name: b$k\n    when: $(k != 2)\n  - Add:\n    from: b*\n    name: a\n"
    )
    assert vertices(text)["a"] == "b1 b3"


def test_outputs_by_a_pattern_are_told_and_named_one_by_one():
    text = BRANCHES.replace("branch", "head") + 'outputs: {"head_*": {loss: mse, metrics: [mae]}}\n'
    spec = read(text)
    assert [output.name for output in spec.model.outputs] == ["head_1", "head_2", "head_3"]
    assert all(output.loss is not None for output in spec.model.outputs)
    wrong = only(text.replace("mae", "maee"))
    assert (wrong.code, wrong.span.line) == ("MS207", 8)


def test_a_nested_models_outputs_may_be_patterns():
    steps = "layers:\n      - Dense: 4\n        from: x\n        for: {k: [1, 2, 3]}\n        name: branch\n"
    text = f"models:\n  m:\n    inputs: {{x: [4]}}\n    {steps}    outputs: [branch_*]\ninputs: {{x: [4]}}\nlayers:\n  - {{call: m, name: m1}}\n"
    text += "  - Add:\n    from: [m1.branch_1, m1.branch_3]\n"
    assert [output.name for output in good(text).models["m"].graph.outputs] == ["branch_1", "branch_2", "branch_3"]


def test_a_pattern_that_fits_nothing_says_what_was_meant_and_that_fits():
    wrong = only(BRANCHES + "  - Add:\n    from: brunch_*\n")
    assert place(wrong) == ("MS301", 9, 11)
    assert wrong.help == "did you mean 'branch_*'?"
    assert told(BRANCHES + "  - Add:\n    from: branch_*\n") == []
    inside = only(BRANCHES + "  - Add:\n    from: [x, zzz*]\n")
    assert place(inside) == ("MS301", 9, 15)
    assert "branch_1" in inside.help


def test_a_pattern_for_steps_further_down_or_left_out_is_told():
    later = ONE + "  - Add:\n    from: branch_*\n  - Dense: 4\n    name: branch_1\n"
    assert told(later) == [("MS302", 5, 11)]
    out = ONE + "  - Dense: 4\n    when: false\n    name: deep_1\n  - Dense: 4\n    from: deep_*\n"
    assert told(out) == [("MS152", 8, 11)]


def test_an_output_by_a_pattern_that_fits_nothing_is_told_at_its_key():
    assert told(BRANCHES + 'outputs: {"haed*": {loss: mse}}\n') == [("MS301", 8, 11)]


# copies of `repeat`


def chain(source, rest=""):
    return (
        "inputs: {x: [4], t: [5, 4]}\nlayers:\n  - Dense: 4\n    from: x\n    for: {k: [0, 1]}\n    name: d_$k\n"
        f"  - {source}\n    repeat: 2\n{rest}"
    )


def test_a_from_with_the_counter_of_repeat_is_told_and_for_is_what_was_meant():
    wrong = only(chain("ops.square:\n    from: d_$(i)\n    name: s"))
    assert place(wrong) == ("MS156", 9, 11)
    assert "`for: {k: $(range(…))}`" in wrong.help
    meant = chain("ops.square:\n    from: d_$k\n    name: s").replace("repeat: 2", "for: {k: $(range(2))}")
    assert vertices(meant)["s_2"] == "d_1"


@pytest.mark.parametrize(
    ("step", "at"),
    [
        ("ops.square:\n    from: [d_$i]", ("MS156", 9, 12)),
        ("ops.square:\n    from: {x: d_$i}", ("MS156", 9, 15)),
        ("LSTM: {units: 4, return_sequences: true}\n    from: {sequences: t, initial_state: [d_0, d_1]}", ("MS156", 9, 26)),
        ("MultiHeadAttention: {num_heads: 2, key_dim: 2}\n    from: {query: t, value: t, use_causal_mask: true}", ("MS156", 9, 22)),
        ("LSTM: {units: 4, return_sequences: true}\n    from: {sequences: t, training: true}", ("MS156", 9, 26)),
    ],
)  # fmt: skip
def test_what_further_copies_do_not_take_is_told(step, at):
    assert at in told(chain(step))


def test_blocks_calls_and_loops_around_are_told_too():
    block = "blocks:\n  sq:\n    layers:\n      - ops.square\n"
    assert [place(item)[0] for item in errors(block + chain("block: sq\n    from: d_$i"))] == ["MS156"]
    outer = chain("ops.square:\n    from: d_$i\n    for: {j: [0, 1]}\n    name: s$j")
    assert [code for code, _, _ in told(outer)] == ["MS156"]


@pytest.mark.parametrize(
    "step",
    [
        "ops.square:\n    from: d_1",
        "Dense: 4\n    from: [d_1]",
        "ops.square:\n    from: d_$j\n    for: {j: [0, 1]}\n    name: s$j",
        "Dense: $(4 + i)\n    from: d_0\n    when: $(i > 0)",
    ],
)
def test_a_from_that_a_chain_begins_with_is_told_nothing(step):
    assert told(chain(step).replace("[d_1]", "d_1")) == []


def test_a_single_copy_ignores_nothing():
    assert told(chain("Add:\n    from: [d_0, d_1]").replace("repeat: 2", "repeat: 1")) == []


# lists made in an expression


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("[2 * k for k in sizes]", [2, 4, 6]),
        ("[k for k in sizes if k > 1]", [2, 3]),
        ("[10 * a + b for a in sizes for b in range(a)]", [10, 20, 21, 30, 31, 32]),
        ("[[k] * 2 for k in range(2)]", [[0, 0], [1, 1]]),
        ("max(k % 3 for k in sizes)", 2),
        ("[f'b{k}_{k + 1}' for k in range(2)]", ["b0_1", "b1_2"]),
        ("[a + b for a, b in [[1, 2], [3, 4]]]", [3, 7]),
        ("f'{sizes[0]}x'", "1x"),
        ("len([width for width in sizes])", 3),
    ],
)
def test_a_list_is_made_as_in_python(text, value):
    names = {"sizes": [1, 2, 3]}
    assert evaluate(text, names.__getitem__) == value == eval(text, {}, names)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[k for k in 3]", "needs a list"),
        ("[k for a, b in [[1]]]", "2 names"),
        ("[k for range in sizes]", "needs a name"),
        ("[unknown for k in sizes]", "unknown"),
        ("[1 for a in range(10000) for b in range(10000)]", "more than"),
        ("[range(10000) for a in range(10000)]", "more than"),
        ("[[0] * 10000] * 10000", "in all"),
        ("[['a' * 10000] * 10] * 10", "in all"),
        ("[sizes[0] for a in range(9999) for b in range(9999) if a < 0]", "steps"),
        ("f'{sizes}'", "fits into a string"),
        ("f'{sizes[0]:>1000000}'", "cannot have a format"),
        ("f'{sizes[0]!r}'", "cannot have a format"),
    ],
)
def test_a_list_is_bounded_before_it_is_made(text, message):
    names = {"sizes": [1, 2, 3]}

    def lookup(name):
        if name not in names:
            raise ExpressionError(f"no variable is named '{name}'")
        return names[name]

    with Stopwatch() as watch, pytest.raises(ExpressionError) as caught:
        evaluate(text, lookup)
    assert message in caught.value.message
    assert watch.seconds < 5
