"""`repeat`, `for` and `when`: how often a step is written out, what each copy takes, and what it is called."""

import pytest

from tests.graph.telling import errors, good, notes, only, place, read, shapes, told, vertices

ONE = "inputs: {x: [4]}\nlayers:\n"
TWO = "inputs: {x: [4], z: [4]}\nlayers:\n"


def test_repeat_chains_copies():
    assert vertices(ONE + "  - Dense: 4\n    repeat: 3\n") == {"dense": "x", "dense_1": "dense", "dense_2": "dense_1"}


def test_from_feeds_the_first_copy_and_each_further_one_takes_the_one_before():
    text = TWO + "  - Dense: 4\n    from: z\n    repeat: 2\n    name: d\n"
    assert vertices(text) == {"d_1": "z", "d_2": "d_1"}


def test_repeat_binds_i_from_0():
    text = ONE + "  - Dense: $(8 // 2 ** i)\n    repeat: 3\noutputs: {y: }\n"
    assert [step.what.entry.units for step in read(text).model.steps] == [8, 4, 2]
    assert shapes(text) == {"y": (None, 2)}


def test_names_that_do_not_differ_get_numbers_and_the_bare_name_is_the_last_copy():
    text = ONE + "  - Dense: 4\n    repeat: 2\n    name: d\n  - Flatten\n  - Add:\n    from: [d, d_1]\n"
    assert vertices(text) == {"d_1": "x", "d_2": "d_1", "flatten": "d_2", "add": "d_2 d_1"}


def test_names_that_differ_by_themselves_stay():
    assert list(vertices(ONE + "  - Dense: 4\n    repeat: 2\n    name: d$(i + 5)\n")) == ["d5", "d6"]
    assert list(vertices(ONE + "  - Dense: 4\n    repeat: 1\n    name: d$i\n")) == ["d0"]


def test_one_copy_is_numbered_too_so_that_names_do_not_depend_on_the_count():
    assert vertices(ONE + "  - Dense: 4\n    repeat: 1\n    name: d\n  - Dense: 1\n    from: d\n") == {
        "d_1": "x", "dense": "d_1",
    }  # fmt: skip


def test_repeat_0_leaves_the_step_out():
    assert vertices(ONE + "  - Dense: 4\n    repeat: 0\n  - Dense: 1\n") == {"dense": "x"}


def test_for_with_from_makes_parallel_branches():
    text = (
        ONE + "  - Dense: $n\n    from: x\n    for: {n: [1, 2]}\n    name: b$n\n  - Concatenate:\n    from: [b1, b2]\n"
    )
    assert vertices(text) == {"b1": "x", "b2": "x", "concatenate": "b1 b2"}


def test_for_without_from_takes_the_step_above_as_if_written_by_hand():
    assert vertices(ONE + "  - Dense: $n\n    for: {n: [1, 2]}\n") == {"dense": "x", "dense_1": "dense"}


def test_several_names_are_stepped_through_together():
    text = ONE + "  - Dense: {units: $n, activation: $a}\n    for: {n: [1, 2], a: [relu, tanh]}\n"
    assert [(step.what.entry.units, step.what.entry.activation) for step in read(text).model.steps] == [
        (1, "relu"), (2, "tanh"),
    ]  # fmt: skip


def test_for_over_a_range_and_over_a_variable():
    assert len(vertices("vars: {sizes: [3, 4]}\n" + ONE + "  - Dense: $n\n    for: {n: $sizes}\n")) == 2
    assert len(vertices(ONE + '  - Dense: $(n + 1)\n    for: {n: "$(range(3))"}\n')) == 3


def test_for_and_repeat_together_repeat_each_value():
    text = ONE + "  - Dense: $n\n    for: {n: [3, 5], times: [1, 2]}\n    repeat: $times\n    name: s$n\n"
    assert vertices(text) == {"s3_1": "x", "s5_1": "s3_1", "s5_2": "s5_1"}


def test_for_and_repeat_with_a_fixed_name_number_both():
    text = ONE + "  - Dense: $n\n    for: {n: [3, 5]}\n    repeat: 2\n    name: d\n"
    assert list(vertices(text)) == ["d_1_1", "d_1_2", "d_2_1", "d_2_2"]


def test_a_call_can_be_repeated_and_every_call_has_its_number():
    text = "inputs: {x: [4]}\nshared: {s: {Dense: 4}}\nlayers:\n  - call: s\n    repeat: 3\n  - Add:\n    from: [s@0, s@2]\n"
    graph = good(text).main.graph
    assert [vertex.node for vertex in graph.vertices if vertex.target == "s"] == [0, 1, 2]
    assert [reference.vertex for reference in graph.vertices[-1].references()] == [1, 3]


@pytest.mark.parametrize(
    ("when", "there"), [("true", True), ("false", False), ("$(n > 2)", True), ("$(n == 2)", False)]
)
def test_when_leaves_a_step_out(when, there):
    text = f"vars: {{n: 3}}\n{ONE}  - Dense: $n\n    when: {when}\n  - Dense: 1\n"
    assert len(vertices(text)) == 1 + there


def test_when_is_looked_at_for_each_copy():
    text = ONE + "  - Dense: $(i + 1)\n    repeat: 4\n    when: $(i % 2 == 0)\n"
    assert [step.what.entry.units for step in read(text).model.steps] == [1, 3]
    assert vertices(text) == {"dense": "x", "dense_1": "dense"}


def test_either_of_two_steps_may_have_one_name():
    text = (
        "vars: {wide: true}\n" + ONE + "  - Dense: 8\n    name: d\n    when: $wide\n"
        "  - Dense: 2\n    name: d\n    when: $(not wide)\n  - Dense: 1\n    from: d\n"
    )
    assert vertices(text) == {"d": "x", "dense": "d"}
    assert vertices(text.replace("wide: true", "wide: false")) == {"d": "x", "dense": "d"}


def test_outputs_of_a_repeated_step_are_its_last_copy():
    text = ONE + "  - Dense: $(i + 1)\n    repeat: 3\n    name: d\n  - Flatten\noutputs: {d: , e: {from: d}, f: d}\n"
    assert shapes(text) == {"d": (None, 3), "e": (None, 3), "f": (None, 3)}


def test_outputs_of_a_nested_model_keep_the_names_that_are_written():
    text = (
        "inputs: {x: [4]}\nmodels:\n  m:\n    inputs: {a: [4]}\n    layers:\n      - Dense: $(i + 1)\n        repeat: 2\n"
        "        name: d\n    outputs: [d, d_1]\nlayers:\n  - {call: m, name: c}\n  - Concatenate:\n    from: [c.d, c.d_1]\n"
    )
    assert vertices(text) == {"c": "x", "concatenate": "c.d c.d_1"}


def test_a_problem_in_copies_is_told_once_with_the_first_of_them():
    error = only(ONE + "  - Dense: {unit: 3, units: 2}\n    repeat: 5\n")
    assert place(error) == ("MS201", 4, 13)
    assert notes(error) == [(5, 13, "in copy 1 of 5; the same in 4 more")]


def test_a_problem_of_one_copy_tells_which():
    error = only(ONE + "  - Dense: $(3 - i)\n    repeat: 4\n")
    assert place(error) == ("MS204", 4, 12)
    assert notes(error)[-1] == (5, 13, "in copy 4 of 4")


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        ("repeat: -1", ("MS149", 5, 13)), ("repeat: 1.5", ("MS149", 5, 13)), ("repeat: true", ("MS149", 5, 13)),
        ("repeat: [2]", ("MS149", 5, 13)), ("repeat: ", ("MS149", 5, 12)), ("repeat: many", ("MS149", 5, 13)),
        ("repeat: 1000000000", ("MS109", 5, 13)), ("repeat: $(10 ** 9)", ("MS109", 5, 13)),
        ("for: [1, 2]", ("MS203", 5, 10)), ("for: {}", ("MS203", 5, 10)), ("for: {n: 3}", ("MS203", 5, 14)),
        ("for: {a-b: [1]}", ("MS210", 5, 11)), ("for: {a: [1], b: [1, 2]}", ("MS148", 5, 10)),
        ("when: 1", ("MS147", 5, 11)), ("when: yes", ("MS147", 5, 11)), ("when: ", ("MS147", 5, 10)),
        ("when: $nothing", ("MS142", 5, 11)), ("repeat: $nothing", ("MS142", 5, 13)),
        ("for: {n: $nothing}", ("MS142", 5, 14)), ("with: {a: 3}", ("MS150", 5, 5)),
    ],
)  # fmt: skip
def test_a_mistake_is_told_once_and_nothing_follows_from_it(step, expected):
    text = f"{ONE}  - Dense: 4\n    {step}\n    name: d\n  - Dense: 1\n    from: d\noutputs: {{y: d}}\n"
    assert told(text) == [expected]


def test_a_step_that_is_left_out_cannot_be_referred_to():
    error = only(ONE + "  - Dense: 4\n    name: d\n    when: false\n  - Dense: 1\n    from: d\n")
    assert place(error) == ("MS152", 8, 11)
    assert notes(error) == [(6, 11, "left out here")]


def test_all_copies_together_are_bounded():
    text = ONE + '  - Dense: 4\n    for: {n: "$(range(100))"}\n    repeat: 100\n'
    assert [code for code, *_ in told(text)] == ["MS109"]


def test_copies_that_are_left_out_count():
    text = ONE + '  - Dense: 4\n    for: {n: "$(range(5000))"}\n    repeat: 5000\n    when: false\n'
    assert [code for code, *_ in told(text)] == ["MS109"]


def test_a_spec_as_if_by_hand_is_the_same_network():
    text = ONE + "  - Dense: {units: 8, activation: relu}\n    repeat: 2\n  - Dense: 1\n"
    by_hand = ONE + "  - Dense: {units: 8, activation: relu}\n  - Dense: {units: 8, activation: relu}\n  - Dense: 1\n"
    assert good(text).weights == good(by_hand).weights
    assert errors(by_hand) == []


@pytest.mark.parametrize(
    "step",
    ["Add:\n    from: [x, d_$i]", "MultiHeadAttention: {num_heads: 1, key_dim: 2}\n    from: {query: x, value: d_$i}",
     "Concatenate:\n    from: [d_0, d_$i]", "Subtract:\n    from: [x, d_1]"],
)  # fmt: skip
def test_a_source_that_copies_ignore_is_told_alone(step):
    layers = (
        f"  - Dense: 4\n    for: {{k: [0, 1]}}\n    name: d_$k\n    from: x\n  - {step}\n    repeat: 2\n    name: s\n"
    )
    text = "inputs: {x: [4, 4]}\nlayers:\n" + layers + "  - Dense: 3\n    from: s_2\n"
    assert [item.code for item in errors(text)] == ["MS156"]
