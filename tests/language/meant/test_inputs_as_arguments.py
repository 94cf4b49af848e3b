"""The inputs of a step, written where its arguments go: what the help says to write is what was meant."""

import re

import pytest

from modelspec.catalogue.kinds import names
from modelspec.catalogue.ops import op_names
from modelspec.pipeline import check_text

NET = "modelspec: 1\ninputs: {x: [8, 8], z: [8, 8]}\nlayers:\n  - {Dense: 8, from: z, name: y}\n  - %s\noutputs: {t: %s, y: y}\n"
MERGING = ["Add", "Subtract", "Multiply", "Average", "Maximum", "Minimum", "Concatenate", "ops.add", "ops.matmul",
           "ops.maximum"]  # fmt: skip
FILLED = {"Dot": ("axes: …", "axes: 2")}


def problems_of(step, text):
    found = check_text(NET % (step, "y"), "spec.yaml").diagnostics
    return [problem for problem in found if problem.code == "MS203" and text in problem.message]


def written(problem):
    return re.search(r"`(\{.*\})`$", problem.help).group(1)


@pytest.mark.parametrize("name", [*MERGING, "Dot"])
@pytest.mark.parametrize("second", ["y", "z"])
def test_a_list_of_inputs_is_led_beside_the_layer(name, second):
    [problem] = problems_of(f"{name}: [x, {second}]", "a list of 2")
    step = written(problem).replace(*FILLED.get(name, ("", "")))
    text = NET % (step.replace("}, from", "}, name: t, from", 1), "t")
    assert not check_text(text, "spec.yaml").diagnostics, text


@pytest.mark.parametrize(("step", "right"), [
    ("Dense: x", "{Dense: {units: …}, from: x}"),
    ("Softmax: y", "{Softmax: {}, from: y}"),
    ("Dropout: [z]", "{Dropout: {rate: …}, from: [z]}"),
])  # fmt: skip
def test_one_input_is_led_beside_the_layer_too(step, right):
    assert written(problems_of(step, "expected")[0]) == right


@pytest.mark.parametrize(
    "step", ["Dense: relu", "Reshape: [a, b]", "Conv2D: same", "Concatenate: [x, w]", "Concatenate: [x, 3]"]
)
def test_other_words_are_no_inputs(step):
    found = check_text(NET % (step, "y"), "spec.yaml").diagnostics
    assert found
    assert all("go beside it" not in (problem.help or "") for problem in found)


@pytest.mark.parametrize("name", [*names("layer"), *(f"ops.{name}" for name in op_names())])
def test_no_layer_or_op_ends_in_a_bug_for_inputs_among_its_arguments(name):
    for given in ("[x, y]", "x"):
        found = check_text(NET % (f"{name}: {given}", "y"), "spec.yaml").diagnostics
        assert all(problem.code != "MS600" for problem in found), found
