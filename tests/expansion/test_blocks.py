"""`blocks`: written out wherever they are used, with names, references and mistakes as a reader of the file expects."""

import itertools

import pytest

from modelspec.pipeline import check_text
from tests.graph.telling import errors, good, notes, only, place, read, shapes, told, vertices

RESIDUAL = """\
inputs: {x: [4]}
blocks:
  residual:
    params: {units: , activation: relu}
    inputs: [start]
    layers:
      - Dense: {units: $units, activation: $activation}
        name: wide
      - Dense: 4
      - Add:
        from: [start, wide]
layers:
"""
TWO_INPUTS = """\
inputs: {x: [4], z: [4]}
blocks:
  sum:
    inputs: [a, b]
    layers:
      - Add:
        from: [a, b]
layers:
"""


def test_the_layers_inside_take_the_name_of_the_use_as_prefix():
    text = RESIDUAL + "  - block: residual\n    with: {units: 4}\n    name: r\n  - Dense: 1\n"
    assert vertices(text) == {"r_wide": "x", "r_dense": "r_wide", "r_add": "x r_wide", "dense": "r_add"}


def test_a_use_without_a_name_is_named_after_the_block():
    text = RESIDUAL + "  - block: residual\n    with: {units: 4}\n    repeat: 2\n"
    assert list(vertices(text)) == [
        "residual_wide", "residual_dense", "residual_add", "residual_1_wide", "residual_1_dense", "residual_1_add",
    ]  # fmt: skip


def test_a_chain_of_blocks_takes_the_block_before():
    text = (
        RESIDUAL + "  - block: residual\n    with: {units: 4}\n    repeat: 2\n    name: r\n  - Dense: 1\n    from: r\n"
    )
    found = vertices(text)
    assert (found["r_2_wide"], found["r_2_add"], found["dense"]) == ("r_1_add", "r_1_add r_2_wide", "r_2_add")


def test_a_nameless_step_above_a_block_gets_its_automatic_name():
    text = RESIDUAL + "  - Dense: 4\n  - Dense: 4\n  - block: residual\n    with: {units: 4}\n    name: r\n"
    assert vertices(text)["r_add"] == "dense_1 r_wide"


def test_a_call_above_a_block_is_the_call_that_stands_there():
    text = RESIDUAL.replace("blocks:", "shared: {s: {Dense: 4}}\nblocks:") + (
        "  - call: s\n  - call: s\n  - block: residual\n    with: {units: 4}\n    name: r\n"
    )
    graph = good(text).main.graph
    add = next(vertex for vertex in graph.vertices if vertex.name == "r_add")
    assert next(reference.vertex for reference in add.references()) == 2


@pytest.mark.parametrize("wiring", ["[x, z]", "{a: x, b: z}", "{b: z, a: x}"])
def test_inputs_come_in_order_or_by_name(wiring):
    assert vertices(TWO_INPUTS + f"  - block: sum\n    from: {wiring}\n") == {"sum_add": "x z"}


def test_a_block_without_inputs_takes_one():
    text = "inputs: {x: [4]}\nblocks: {b: {layers: [{Dense: 2}, Flatten]}}\nlayers:\n  - block: b\n    from: x\n"
    assert vertices(text) == {"b_dense": "x", "b_flatten": "b_dense"}


def test_output_gives_another_step_than_the_last():
    text = (
        "inputs: {x: [4]}\nblocks:\n  b:\n    layers:\n      - Dense: 2\n        name: early\n      - Dense: 3\n    output: early\n"
        "layers:\n  - block: b\n    name: u\n  - Dense: 1\n  - Flatten\n    \noutputs: {y: dense, z: u}\n"
    ).replace("    \n", "")
    found = check_text("modelspec: 1\n" + text.replace("y: dense, ", "")).network
    assert found is not None
    assert shapes(text.replace("y: dense, ", "")) == {"z": (None, 2)}
    assert vertices(text.replace("y: dense, ", ""))["dense"] == "u_early"


def test_one_output_of_several_can_be_the_output():
    text = (
        "inputs: {x: [4, 3]}\nblocks:\n  b:\n    layers:\n      - LSTM: {units: 2, return_state: true}\n        name: l\n"
        "    output: l.1\nlayers:\n  - block: b\n    name: u\n  - Dense: 1\n    from: u\n"
    )
    assert vertices(text)["dense"] == "u_l.1"


def test_a_block_has_fresh_weights_at_each_use():
    text = RESIDUAL + "  - block: residual\n    with: {units: 4}\n    repeat: 3\n"
    assert sum(len(weights) for weights in good(text).weights.values()) == 12


def test_blocks_may_use_blocks():
    text = (
        "inputs: {x: [4]}\nblocks:\n  inner:\n    params: {n: 3}\n    layers: [{Dense: $n}]\n  outer:\n    params: {n: 5}\n"
        "    inputs: [a]\n    layers:\n      - block: inner\n        with: {n: $(n + 1)}\n      - block: inner\n        from: a\n"
        "      - Concatenate:\n        from: [inner, inner_1]\n        name: both\n      - block: inner\n        name: last\n"
        "layers:\n  - block: outer\n    name: o\n"
    ).replace("from: [inner, inner_1]", "from: [a, a]")
    assert vertices(text) == {
        "o_inner_dense": "x", "o_inner_1_dense": "x", "o_both": "x x", "o_last_dense": "o_both",
    }  # fmt: skip
    assert [step.what.entry.units for step in read(text).model.steps if step.what.type_name == "Dense"] == [6, 3, 3]


def test_a_block_sees_the_variables_and_not_the_loops_around_its_use():
    text = RESIDUAL.replace("blocks:", "vars: {i: 7}\nblocks:").replace("- Dense: 4", "- Dense: $(i - 3)")
    assert told(text + "  - block: residual\n    with: {units: 4}\n    repeat: 2\n") == []


def test_values_are_given_for_each_copy():
    text = (
        RESIDUAL
        + "  - block: residual\n    with: {units: $(4 * 1 ** i), activation: $a}\n    for: {a: [relu, tanh]}\n    repeat: 2\n"
    )
    found = [step.what.entry.activation for step in read(text).model.steps if step.name.endswith("wide")]
    assert found == ["relu", "relu", "tanh", "tanh"]


def test_a_default_may_use_the_parameters_above_it():
    text = (
        "inputs: {x: [4]}\nblocks:\n  b:\n    params: {n: 2, m: $(n * 2)}\n    layers: [{Dense: $m}]\n"
        "layers:\n  - block: b\n    with: {n: 5}\n"
    )
    assert read(text).model.steps[0].what.entry.units == 10


def test_layers_can_be_given_as_values():
    text = (
        "inputs: {x: [4, 3]}\nblocks:\n  b:\n    params: {cell: , how: null}\n    layers:\n      - Bidirectional: {layer: $cell}\n"
        "      - Dense: {units: 2, activation: $how}\nlayers:\n  - block: b\n    with: {cell: {LSTM: 5}}\n"
    ).replace("how: null", "how: {default: null}")
    assert shapes(text + "outputs: {y: }\n") == {"y": (None, 2)}


@pytest.mark.parametrize(
    ("value", "name"), [("{Dense: {units: 5}}", "dense"), ("Flatten", "flatten"), ("{Dense: 5}", "dense")]
)
def test_a_step_can_be_a_layer_that_is_given(value, name):
    text = (
        "inputs: {x: [4]}\nblocks:\n  b:\n    params: [layer]\n    layers:\n      - Dense: 3\n        name: first\n      - $layer\n"
        f"layers:\n  - block: b\n    with: {{layer: {value}}}\n    name: u\n  - Dense: 1\n    name: last\n"
    )
    assert vertices(text) == {"u_first": "x", f"u_{name}": "u_first", "last": f"u_{name}"}


@pytest.mark.parametrize("beside", ["name: mine", "from: x", "repeat: 2", "when: true", "block: b"])
@pytest.mark.parametrize("within", [True, False])
def test_a_layer_that_is_given_brings_nothing_that_stands_beside_layers(beside, within):
    block = "blocks:\n  b:\n    params: [layer]\n    layers: [$layer]\n" if within else ""
    use = f"block: b\n    with: {{layer: {{Dense: 5, {beside}}}}}" if within else "$layer"
    text = f"inputs: {{x: [4]}}\nvars: {{layer: {{Dense: 5, {beside}}}}}\n{block}layers:\n  - {use}\n"
    if within:
        text = text.replace(f"vars: {{layer: {{Dense: 5, {beside}}}}}\n", "")
    error = only(text)
    assert place(error)[0] == "MS209"
    assert f"`{beside.split(':')[0]}`" in error.message


@pytest.mark.parametrize(
    ("type", "good_value", "bad_value"),
    [
        ("integer", "3", "3.5"), ("integer", "3", "true"), ("number", "3.5", "abc"), ("number", "3", "[3]"),
        ("text", "relu", "3"), ("boolean", "true", "yes"), ("list", "[3, 4]", "3"),
    ],
)  # fmt: skip
def test_a_parameter_with_a_type_takes_only_that(type, good_value, bad_value):
    text = f"inputs: {{x: [4]}}\nblocks:\n  b:\n    params: {{p: {{type: {type}}}}}\n    layers: [Flatten]\nlayers:\n  - block: b\n    with: {{p: {good_value}}}\n"
    assert told(text) == []
    (error,) = errors(text.replace(f"{{p: {good_value}}}", f"{{p: {bad_value}}}"))
    assert place(error) == ("MS146", 9, 15)
    assert notes(error) == [(5, 17, "the parameter")]


@pytest.mark.parametrize(
    ("use", "expected"),
    [
        ("block: residul", ("MS144", 14, 12)), ("block: residual", ("MS150", 14, 12)), ("block: 3", ("MS203", 14, 12)),
        ("{block: residual, with: {units: 4, unit: 3}}", ("MS150", 14, 40)), ("{block: residual, with: [4]}", ("MS203", 14, 29)),
        ("{block: residual, with: {units: $nothing}}", ("MS142", 14, 37)),
        ("{block: residual, with: {units: 4}, from: [x, x]}", ("MS151", 14, 47)),
        ("{block: residual, with: {units: 4}, from: {begin: x}}", ("MS151", 14, 48)),
        ("{block: residual, with: {units: 4}, Dense: 3}", ("MS209", 14, 41)),
        ("{block: residual, with: {units: 4}, from: nothing}", ("MS301", 14, 47)),
    ],
)  # fmt: skip
def test_a_mistake_in_a_use_is_told_at_its_place_and_nothing_follows_from_it(use, expected):
    text = RESIDUAL + f"  - {use}\n  - Dense: 1\n    name: last\noutputs: {{y: last}}\n"
    found = told(text)
    assert found[:1] == [expected]
    assert {item[0] for item in found} == {expected[0]}


def test_a_problem_inside_names_the_line_of_the_block_and_that_of_its_use():
    text = (
        RESIDUAL.replace("- Dense: 4", "- Dense: {unit: 4}")
        + "  - block: residual\n    with: {units: 4}\n    repeat: 3\n"
    )
    found = errors(text)
    assert [place(item) for item in found] == [("MS201", 10, 17)]
    assert found[0].help == "did you mean 'units'?"
    assert notes(found[0]) == [
        (14, 12, "in the block 'residual', used here"),
        (16, 13, "in copy 1 of 3; the same in 2 more"),
    ]
    assert found[0].path == ("blocks", "residual", "layers", 1, "Dense", "unit")


def test_a_shape_that_does_not_fit_names_both_lines_as_well():
    error = only(RESIDUAL + "  - block: residual\n    with: {units: 5}\n")
    assert place(error)[:2] == ("MS402", 11)
    assert (14, 12, "in the block 'residual', used here") in notes(error)


def test_a_value_that_does_not_fit_names_the_parameter_s_place():
    error = only(RESIDUAL + "  - block: residual\n    with: {units: many}\n")
    assert place(error) == ("MS203", 8, 24)
    assert notes(error)[0] == (15, 19, "'units' is set here")


def test_a_block_refers_only_to_its_own():
    text = RESIDUAL.replace("from: [start, wide]", "from: [start, outside]") + (
        "  - Dense: 4\n    name: outside\n  - block: residual\n    with: {units: 4}\n"
    )
    error = only(text)
    assert place(error) == ("MS301", 12, 23)
    assert "start" in (error.help or "")


def test_a_block_refers_only_to_steps_above():
    text = RESIDUAL.replace("- Dense: 4", "- Dense: 4\n        from: late").replace(
        "from: [start, wide]", "from: [start, wide]\n        name: late"
    )
    assert told(text + "  - block: residual\n    with: {units: 4}\n") == [("MS302", 11, 15)]


@pytest.mark.parametrize(
    ("blocks", "expected"),
    [
        ("{a: {layers: [{block: a}]}}", ("MS145", 3, 31)),
        ("{a: {layers: [{block: b}]}, b: {layers: [{block: a}]}}", ("MS145", 3, 58)),
        ("{a: {layers: [{block: $(which)}]}}", ("MS145", 3, 31)),
    ],
)
def test_a_block_inside_itself_is_told_where_it_is_used(blocks, expected):
    text = f"inputs: {{x: [4]}}\nblocks: {blocks}\nvars: {{which: a}}\nlayers:\n  - block: a\n  - Dense: 1\n"
    assert told(text) == [expected]


@pytest.mark.parametrize(
    ("blocks", "expected"),
    [
        ("3", ("MS203", 3, 9)), ("{a: 3}", ("MS203", 3, 13)), ("{a: {}}", ("MS202", 3, 10)), ("{a: {layers: []}}", ("MS203", 3, 22)),
        ("{a: {layers: [Flatten], input: [x]}}", ("MS201", 3, 33)), ("{a: {layers: [Flatten], inputs: []}}", ("MS203", 3, 41)),
        ("{a: {layers: [Flatten], inputs: [x, x]}}", ("MS305", 3, 45)), ("{a: {layers: [Flatten], inputs: [3]}}", ("MS203", 3, 42)),
        ("{a: {layers: [Flatten], params: 3}}", ("MS203", 3, 41)), ("{a: {layers: [Flatten], params: {a-b: 3}}}", ("MS210", 3, 42)),
        ("{a: {layers: [Flatten], params: {p: {type: int}}}}", ("MS205", 3, 52)),
        ("{a: {layers: [Flatten], params: {p: {type: integer, default: x}}}}", ("MS146", 3, 70)),
        ("{'a b': {layers: [Flatten]}}", ("MS210", 3, 10)),
    ],
)  # fmt: skip
def test_a_mistake_in_a_definition_is_told_once(blocks, expected):
    text = f"inputs: {{x: [4]}}\nblocks: {blocks}\nlayers:\n  - block: a\n  - Dense: 1\n"
    found = [item for item in told(text) if item[0] != "MS144"]
    assert found == [expected]


def test_an_unused_block_is_a_warning():
    (warning,) = check_text(
        "modelspec: 1\ninputs: {x: [4]}\nblocks: {b: {layers: [Flatten]}}\nlayers:\n  - Dense: 1\n"
    ).diagnostics
    assert (warning.code, warning.severity) == ("MS504", "warning")


def test_blocks_of_blocks_of_blocks_are_bounded():
    names = "abcdefgh"
    blocks = "".join(
        f"  {n}:\n    layers:\n      - block: {m}\n        repeat: 10\n" for n, m in itertools.pairwise(names)
    )
    text = f"inputs: {{x: [4]}}\nblocks:\n{blocks}  h: {{layers: [{{Dense: 4}}]}}\nlayers:\n  - block: a\n"
    assert [code for code, *_ in told(text)] == ["MS109"]
