"""A name of another section: blocks are used, models and shared layers are called, steps stand where they are."""

import pytest

from modelspec.pipeline import check_text

TEXT = """\
modelspec: 1
inputs: {{x: [4]}}
blocks: {{att: {{inputs: [q], layers: [{{Dense: 3}}]}}}}
models: {{m: {{inputs: {{q: [4]}}, layers: [{{Dense: 3}}]}}}}
shared: {{enc: {{Dense: 4}}}}
layers:
  - {{Dense: 4, name: d}}
  - {{{step}, from: x}}
"""


def errors(step, text=TEXT):
    checked = check_text(text.format(step=step))
    return [problem for problem in checked.diagnostics if problem.severity == "error"]


@pytest.mark.parametrize(
    ("step", "code", "right"),
    [
        ("call: att", "MS307", "block: att"),
        ("block: m", "MS144", "call: m"),
        ("block: enc", "MS144", "call: enc"),
    ],
)
def test_a_name_that_another_section_defines_leads_to_the_right_key(step, code, right):
    [problem] = errors(step)
    assert (problem.code, problem.span.line) == (code, 8)
    assert problem.help.endswith(f"write `{right}`")
    assert errors(right) == []


def test_a_step_that_is_called_says_that_its_layer_can_be_shared():
    [problem] = errors("call: d")
    assert (problem.code, problem.span.line) == ("MS307", 8)
    assert "define its layer under `shared`" in problem.help


@pytest.mark.parametrize("step", ["TimeDistributed: encc", "TimeDistributed: {{layer: ecn}}", "Bidirectional: Enc"])
def test_a_misspelt_shared_layer_in_a_wrapper_gets_the_closest_one(step):
    [problem] = errors(step.replace("{{", "{").replace("}}", "}"))
    assert (problem.code, problem.span.line) == ("MS206", 8)
    assert problem.help == "did you mean 'enc'?" or step.endswith(": Enc")


def test_a_call_in_a_nested_model_sees_its_own_definitions():
    nested = TEXT.replace(
        "layers: [{{Dense: 3}}]}}}}\nshared", "shared: {{att: {{Dense: 2}}}}, layers: [{{call: att}}]}}}}\nshared"
    )
    assert errors("call: m", nested) == []
