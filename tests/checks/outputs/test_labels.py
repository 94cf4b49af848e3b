"""Labels of an output: nothing is said of them where the output itself is wrong."""

import pytest

from tests.checks.told import problems

SPEC = """\
modelspec: 1
inputs: {x: [4]}
layers:
  - Dense: {units: 3, activation: softmax}
    name: y
outputs: {y: {loss: sparse_categorical_crossentropy, labels: [a, b, c]}}
"""


def codes(text):
    return [problem.code for problem in problems(text)]


def test_a_label_for_each_class_is_asked_for():
    assert codes(SPEC) == []
    assert codes(SPEC.replace("a, b, c", "a, b")) == ["MS745"]
    assert codes(SPEC.replace("loss: sparse_categorical_crossentropy, ", "")) == ["MS745"]


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("[4]", "[99999999999999999999]", "MS204"),
        ("[4]", "[4, 0.5]", "MS203"),
        ("units: 3", "units: x", "MS203"),
        ("Dense", "Dens", "MS206"),
        ("inputs", "inputszq", "MS201"),
        ("crossentropy,", "crossentropyy,", "MS207"),
    ],
)
def test_labels_of_an_output_that_was_refused_are_not_looked_at(old, new, code):
    found = codes(SPEC.replace(old, new, 1).replace("a, b, c", "a, b"))
    assert code in found
    assert not {"MS600", "MS745"} & set(found)
