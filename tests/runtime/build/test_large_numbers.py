"""Every number among the arguments of the catalogue, beyond those of float32: what Keras cannot build or train is told."""

import pytest

from modelspec.catalogue.kinds import KINDS, find
from modelspec.catalogue.ops import OPS, find_op
from modelspec.catalogue.ops.numbers import _CAST
from modelspec.catalogue.tensor import Refusal
from modelspec.manual import examples
from modelspec.manual.examples import example_of, made, sample_arguments
from modelspec.pipeline import check_text
from tests.runtime.fitted import fails

pytestmark = pytest.mark.filterwarnings("ignore")  # results are infinite
LARGE = 1e39
IN_PLACE = (
    "layer",
    "op",
    "regularizer",
    "initializer",
    "constraint",
    "activation",
    "schedule",
    "optimizer",
    "loss",
    "metric",
)
FAILS = {
    ("regularizer", "L1", "l1"), ("regularizer", "OrthogonalRegularizer", "factor"), ("initializer", "RandomUniform", "minval"),
    ("initializer", "RandomUniform", "maxval"), ("layer", "Normalization", "mean"), ("layer", "Normalization", "variance"),
    ("op", "kaiser", "beta"),
}  # fmt: skip
"""What the search below finds to fail."""


def numbers(kind):
    """Each argument of each class that takes the number, or two with it, and its value there."""
    for name in OPS if kind == "op" else KINDS[kind].classes:
        entry = find_op(name) if kind == "op" else find(kind, name)
        for field in entry.model_fields:
            for value in (LARGE, [0.0, LARGE]):
                if taken(entry, field, value):
                    yield name, field, value
                    break


def taken(entry, field, value):
    """Whether the class takes the value as this argument, as a number."""
    try:
        found = getattr(made(entry, {**sample_arguments(entry), field: value}), field)
    except Exception:
        return False
    return not isinstance(found, bool | str)


def spec(kind, name, field, value, monkeypatch):
    """The example of a class with that argument, trained where there is a loss; None where no input fits."""
    entry = find_op(name) if kind == "op" else find(kind, name)
    arguments = {**sample_arguments(entry), field: value}
    with monkeypatch.context() as patch:
        patch.setattr(examples, "sample_arguments", lambda _: arguments)
        try:
            text = example_of(kind, entry, f"ops.{name}" if kind == "op" else None).spec
        except (AssertionError, Refusal):
            return None
    return text if "outputs:" in text or kind in ("layer", "op") else f"{text}outputs:\n  dense: {{loss: mse}}\n"


def told(text):
    """The codes of the errors."""
    return {problem.code for problem in check_text(text).diagnostics if problem.severity == "error"}


@pytest.mark.slow
@pytest.mark.parametrize("kind", IN_PLACE)
def test_a_number_that_keras_cannot_take_is_told_and_others_are_not(kind, monkeypatch):
    wrong = []
    for name, field, value in numbers(kind):
        text = spec(kind, name, field, value, monkeypatch)
        if text is None or told(text) - {"MS405"}:
            continue
        refused = "MS405" in told(text)
        failed = None if refused else fails(check_text(text).network)
        expected = (kind, name, field) in FAILS or field in _CAST.get(name, ()) or name == "Constant"
        if failed or refused != expected:
            wrong.append((name, field, value, failed))
    assert wrong == []


@pytest.mark.parametrize(("kind", "name", "field"), sorted(FAILS))
@pytest.mark.parametrize("value", [LARGE, -LARGE, 1e-50, 3.4e38])
def test_what_keras_makes_a_float32_of_is_told_beyond_it(kind, name, field, value, monkeypatch):
    entry = find_op(name) if kind == "op" else find(kind, name)
    if not taken(entry, field, value):
        assert value < 0
        return
    text = spec(kind, name, field, value, monkeypatch)
    problems = [item for item in check_text(text).diagnostics if item.severity == "error"]
    assert [item.code for item in problems] == (["MS405"] if abs(value) == LARGE else [])


@pytest.mark.parametrize(
    ("layer", "at"),
    [
        ("Dense: {units: 3, kernel_regularizer: {L1: 1e39}}", (4, 48)),
        ("Dense: {units: 3, kernel_regularizer: {l1: {l1: 1e39}}}", (4, 53)),
        ("Dense: {units: 3, dtype: float64, kernel_initializer: {RandomUniform: {maxval: 1e39}}}", (4, 84)),
        ("RNN: {cell: [{GRUCell: {units: 3, kernel_initializer: {RandomUniform: {minval: -1e39}}}}]}", (4, 84)),
    ],
)
def test_it_is_told_at_the_number_in_whatever_it_stands(layer, at):
    text = f"modelspec: 1\ninputs: {{x: [3, 4]}}\nlayers:\n  - {layer}\n"
    problems = [item for item in check_text(text).diagnostics if item.severity == "error"]
    assert [(item.code, item.span.line, item.span.column) for item in problems] == [("MS405", *at)]


@pytest.mark.parametrize(
    "layer", ["Rescaling: 1e39", "ReLU: {max_value: 1e39}", "Dense: {units: 2, kernel_regularizer: {L2: 1e39}}"]
)
def test_what_keras_computes_with_is_allowed(layer):
    layers = f"layers:\n  - {layer}\n  - Dense: 1\n    name: y\n"
    checked = check_text(f"modelspec: 1\ninputs: {{x: [4]}}\n{layers}outputs: {{y: {{loss: mse}}}}\n")
    assert checked.diagnostics == ()
    assert fails(checked.network) is None
