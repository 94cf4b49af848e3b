"""The example of every name of the catalogue is a spec without a problem, and says what it does."""

import pytest

from modelspec.catalogue.kinds import KINDS, find
from modelspec.catalogue.ops import OPS, find_op
from modelspec.language.objects import Reader
from modelspec.manual.describe import describe
from modelspec.manual.examples import example_of
from modelspec.pipeline import check_text
from tests.manual.test_schema import document_of

NAMES = [(kind, name) for kind in KINDS if kind != "application" for name in KINDS[kind].classes]


@pytest.mark.parametrize(("kind", "name"), [*NAMES, *(("op", name) for name in OPS)], ids=lambda part: part)
def test_the_example_of_every_name_has_no_problem(kind, name):
    entry = find_op(name) if kind == "op" else find(kind, name)
    checked = check_text(example_of(kind, entry, f"ops.{name}" if kind == "op" else name).spec)
    assert [problem.message for problem in checked.diagnostics if problem.severity == "error"] == []
    if kind in ("layer", "op"):
        assert checked.diagnostics == ()


@pytest.mark.parametrize("name", KINDS["application"].classes)
def test_an_application_can_be_written_without_arguments(name):
    problems = []
    assert Reader(problems).object("application", document_of(f"x: {name}").place.get("x")) is not None
    assert problems == []
    assert name in describe(name, "application")[0].example.snippet


@pytest.mark.parametrize("name", KINDS["activation"].choices)
def test_an_activation_can_be_written(name):
    (found,) = describe(name, "activation")
    assert check_text(found.example.spec).diagnostics == ()


def test_an_example_shows_what_the_layer_makes_of_its_inputs():
    (found,) = describe("Conv2D", "layer")
    assert found.example.snippet == "inputs:\n  a: [28, 28, 3]\nlayers:\n  - Conv2D: {filters: 32, kernel_size: 3}\n"
    assert [tensor.shape for tensor in found.example.outputs] == [(None, 26, 26, 32)]
    assert [weight.shape for weight in found.example.weights] == [(3, 3, 3, 32), (32,)]
