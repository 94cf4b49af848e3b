"""A mistake in a use of a block, or in a parameter's default, is told once, and nothing that only follows from it."""

from modelspec.pipeline import check_text

NESTED = """modelspec: 1
blocks:
  unit:
    params: {units: {type: integer}, activation: $(relu if units > 1 else 'tanh')}
    layers:
      - Dense: {units: $units, activation: $activation}
  two:
    layers:
      - {block: unit, with: {units: 3}}
      - {block: unit, with: {units: 4}}
inputs: {x: [4]}
layers:
  - {block: unit, with: {units: 2}}
  - block: two
"""


def test_a_default_without_a_value_is_told_for_the_first_of_all_uses():
    (problem,) = check_text(NESTED, "spec.yaml").diagnostics
    assert (problem.code, problem.span.line, problem.message) == ("MS142", 4, "no variable is named 'relu'")
    assert [(note.span.line, note.message) for note in problem.related] == [
        (13, "in the block 'unit', used here; the same in 2 more")
    ]


def test_a_key_like_with_is_told_and_not_the_parameters_that_stand_under_it():
    text = NESTED.replace("$(relu if units > 1 else 'tanh')", "relu").replace(
        "{block: unit, with: {units: 2}}", "{block: unit, wiht: {units: 2}}"
    )
    (problem,) = check_text(text, "spec.yaml").diagnostics
    assert (problem.code, problem.span.line, problem.help) == ("MS209", 13, "did you mean 'with'?")


def test_an_index_behind_the_end_of_a_string_says_string():
    text = NESTED.replace("$(relu if units > 1 else 'tanh')", "\"$('abc'[units])\"").replace("units: 2", "units: 9")
    messages = [problem.message for problem in check_text(text, "spec.yaml").diagnostics]
    assert "there is no item 9 in a string of 3 characters" in messages
