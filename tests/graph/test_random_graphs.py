"""Whole random specs against Keras built by hand: accepted by both with equal shapes and parameters, or refused by both."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
import yaml
from hypothesis import given, note, settings

from modelspec.diagnostics import Diagnostic
from modelspec.graph.questions.ownership import Ownership, count_parameters
from modelspec.pipeline import Checked, check_file, check_text
from modelspec.runs.resolved import resolved_spec
from modelspec.runtime.build.model import build_model
from modelspec.runtime.build.weights import weight_values
from modelspec.runtime.train.smoke import smoke_all
from tests.graph.direct import Direct
from tests.graph.drawing import specs

# Keras warns of masks that end somewhere, and takes seeds from `random` while the specs are drawn.
pytestmark = pytest.mark.filterwarnings("ignore")

TOLERATED = {"MS610", "MS611"}
"""No gradient, or one that is not finite, is what many a random model has."""
STRICTER = re.compile(
    r"MS405 Attention needs floating-point inputs|MS401 \w+Pooling\dD needs|MS412 .* masks with different numbers of axes"
    r"|MS407 the model '\w+' takes .* received \(.*, 1\)"
    r"|MS413 output '\w+' has shape .* for a batch of \d+ rows, which is not one row for each"
)
"""What is refused although Keras computes something.

Attention among whole numbers; pooling over other axes than it has, where TimeDistributed leaves out Keras's own check;
masks that do not fit each other, which do no harm as long as nothing looks at what they make; a last axis of 1 for a nested
model that declares another size, which Keras lets pass for the sake of targets; and an output that has no row for each row, which
Keras builds, but nobody can compare with targets or write beside the rows.
"""


def written(spec: dict[str, Any]) -> str:
    """The spec as YAML."""
    return yaml.safe_dump(spec, sort_keys=False, default_flow_style=None, width=120)


def keras_model(spec: dict[str, Any], on_data: bool = False) -> Any:
    """Keras's model, or the exception it raised; `on_data` also computes every tensor of it."""
    keras.backend.clear_session(free_memory=False)
    direct = Direct(spec)
    try:
        model = direct.build()
        if on_data:
            direct.run()
    except Exception as error:  # whatever Keras raises is its refusal
        return error
    return model


def facts(model: Any) -> dict[str, Any]:
    """What a model is, seen from outside."""
    return {
        "outputs": {name: (tuple(tensor.shape), tensor.dtype) for name, tensor in model.output.items()},
        "parameters": model.count_params(),
        "trainable": sum(weight.shape.num_elements() for weight in model.trainable_weights),
    }


def promised(checked: Checked) -> dict[str, Any]:
    """The same facts as the checker knows them, without Keras."""
    network = checked.network
    assert network is not None
    graph = network.main.graph
    outputs = {}
    for output in graph.outputs:
        assert output.reference is not None
        tensor = network.tensor(network.main, output.reference)
        assert tensor is not None
        outputs[output.name] = (tensor.shape, tensor.dtype)
    owned = Ownership(network)
    total, trainable = count_parameters(owned.weights(owned.by_graph(graph)))
    return {"outputs": outputs, "parameters": total, "trainable": trainable}


def assert_round_trip(checked: Checked) -> None:
    """The resolved spec is a spec, is its own resolved spec, and means the same layers and shapes."""
    assert checked.network is not None
    text = resolved_spec(checked.network)
    again = check_text(text, "resolved.yaml")
    assert again.ok, f"{errors(again)}\n{text}"
    assert again.network is not None
    assert resolved_spec(again.network) == text
    assert promised(again) == promised(checked), text
    assert again.network.weights == checked.network.weights, text


def assert_same_build(checked: Checked) -> None:
    """Built from the resolved spec, the model has the same weights by name, shape and value."""
    assert checked.network is not None
    again = check_text(resolved_spec(checked.network), "resolved.yaml")
    assert again.network is not None
    first, second = (weight_values(build_model(network)) for network in (checked.network, again.network))
    assert list(first) == list(second)
    for name, values in first.items():
        np.testing.assert_array_equal(values, second[name], err_msg=name)


def errors(checked: Checked) -> list[str]:
    """The errors as lines."""
    return [f"{item.code} {item.message}" for item in checked.diagnostics if item.severity == "error"]


def agree(spec: dict[str, Any]) -> Checked | None:
    """modelspec and Keras agree on the spec; what was checked, where both accept it."""
    keras.backend.clear_session(free_memory=False)  # what Keras keeps of the models before is of no use any more
    text = written(spec)
    note(text)
    checked, model = check_text(text, "random.yaml"), keras_model(spec)
    if isinstance(model, Exception):
        assert not checked.ok, f"Keras refuses: {type(model).__name__}: {model}\n{text}"
        return None
    if not checked.ok:
        if any(STRICTER.match(line) for line in errors(checked)):
            return None
        failure = keras_model(spec, on_data=True)
        assert isinstance(failure, Exception), f"Keras accepts: {errors(checked)}\n{text}"
        return None
    if promised(checked) != facts(model):
        # Keras infers some dtypes of nested models from the call's tensors, which are cast when the model runs.
        failure = keras_model(spec, on_data=True)
        assert isinstance(failure, Exception), f"{promised(checked)}\n{facts(model)}\n{text}"
        return None
    return checked


SPECS = Path(__file__).parent.parent.parent / "specs"
SHIPPED = sorted(SPECS.glob("*.yaml"))


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_a_shipped_spec_is_the_same_after_being_resolved(path):
    checked = check_file(str(path))
    assert checked.ok
    assert_round_trip(checked)


@pytest.mark.parametrize("name", ["digits", "headline", "nodes", "shared_vision", "residual"])
def test_a_shipped_spec_builds_alike_from_its_resolved_spec(name):
    assert_same_build(check_file(str(SPECS / f"{name}.yaml")))


def assert_smokes(checked: Checked) -> None:
    """The spec builds, compiles, takes two steps on random data, and comes back from a file as it was."""
    assert checked.network is not None
    for problem in smoke_all(checked.network):
        assert problem.code in TOLERATED or by_data(checked, problem), f"{problem}\n{checked.text}"


def by_data(checked: Checked, problem: Diagnostic) -> bool:
    """Whether a step may fail for the sizes of free axes, or for indices that are made on the way."""
    assert checked.network is not None
    free = any(None in item.shape for item in checked.network.main.graph.inputs)
    return problem.code == "MS614" and (free or "Embedding" in problem.message)


@given(specs())
def test_valid_by_construction(spec):
    checked = agree(spec)
    if checked is not None:
        assert_round_trip(checked)


@given(specs(wrong=True))
def test_with_one_thing_that_may_be_wrong(spec):
    checked = agree(spec)
    if checked is not None:
        assert_round_trip(checked)


@given(specs())
@settings(max_examples=max(15, settings.default.max_examples // 4))
def test_what_validates_builds_and_trains_and_builds_again_from_its_resolved_spec(spec):
    checked = agree(spec)
    if checked is not None:
        assert_smokes(checked)
        assert_same_build(checked)
