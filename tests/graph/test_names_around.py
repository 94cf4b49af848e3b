"""Names that stand around a nested model and are not called in it."""

import pytest

from modelspec.pipeline import check_text

SPEC = """\
modelspec: 1
inputs: {x: [4]}
shared: {y: {Dense: 4}}
models:
  inner:
    inputs: {z: [4]}
    layers:
%s
layers: [{call: inner}, {call: y, name: out}]
"""


def test_a_step_of_a_nested_model_may_be_called_like_a_shared_layer_around_it():
    checked = check_text(SPEC % "      - {Dense: 2, name: y}\n      - {Dense: 4, from: y}")
    assert checked.diagnostics == ()
    assert set(checked.network.weights) == {"y", "inner/y", "inner/dense"}


@pytest.mark.parametrize("name", ["y", "Y"])
def test_but_not_where_that_layer_is_called_in_it(name):
    checked = check_text(SPEC % f"      - {{Dense: 4, name: {name}}}\n      - {{call: y}}")
    assert "MS305" in {item.code for item in checked.diagnostics}
