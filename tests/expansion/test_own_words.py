"""What is wrong with an expression is told in words of modelspec: Python's own change with its version, and name its types."""

import pytest

from modelspec.pipeline import check_text

WRONG = {
    "1 < 'a'": "a number and a string have no order",
    "[1] >= 1": "a list and a number have no order",
    "1 in 2": "`in` needs a list or a string; received a number",
    "1 not in 'a1'": "only a string can be in a string; received a number",
    "min(1, 'a')": "min takes values that can be ordered: only numbers, or only strings",
    "max(['a', 1])": "max takes values that can be ordered: only numbers, or only strings",
    "range(1, 2, 0)": "the step of a range cannot be zero",
    "range(1.5)": "expected a whole number; received a number",
    "range()": "range takes 1 to 3 values; received 0",
    "range(1, 2, 3, 4)": "range takes 1 to 3 values; received 4",
    "int(1, 2)": "int takes 1 value; received 2",
    "len()": "len takes 1 value; received 0",
    "round(1.5, 'a')": "expected a whole number; received a string",
    "round(1, 2, 3)": "round takes 1 to 2 values; received 3",
    "x = 1": "the expression cannot be read: `=` sets a value, and `==` compares",
    "01": "the expression cannot be read: a whole number does not begin with 0",
    "1 2": "the expression cannot be read",
    "1__0": "the expression cannot be read",
    "*a": "the expression cannot be read",
    "[1] * 2.5": "a string or a list can only be repeated a whole number of times",
    "10.0 ** 400": "a number that is too large",
    "1 % 0": "a division by zero",
}


@pytest.mark.parametrize("wrong", WRONG)
def test_an_expression_is_told_in_words_of_our_own(wrong):
    spec = f"modelspec: 1\ninputs: {{x: [4]}}\nvars:\n  v: >-\n    $({wrong})\nlayers:\n  - Dense: $v\n"
    told = [problem.message for problem in check_text(spec, "spec.yaml").diagnostics if problem.code == "MS143"]
    assert told == [WRONG[wrong]]


@pytest.mark.parametrize("good", ["1 in [1, 2]", "'a' in 'ab'", "1 < 2.5", "'a' < 'b'", "[1] < [2]", "true < 2"])
def test_what_has_an_order_is_compared(good):
    spec = f"modelspec: 1\ninputs: {{x: [4]}}\nvars:\n  v: >-\n    $(4 if {good} else -1)\nlayers:\n  - Dense: $v\n"
    assert check_text(spec, "spec.yaml").diagnostics == ()
