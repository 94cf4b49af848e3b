"""The shared layers and models that a layer's arguments name."""

import pytest

from modelspec.draw.summary import summarize
from modelspec.graph.inferring.inside import model_inside, named_inside, shared_names
from modelspec.graph.questions.ownership import Ownership
from modelspec.pipeline import check_text
from modelspec.runtime.build.model import build_model

TEXT = """\
modelspec: 1
inputs: {x: [3, 5, 4]}
shared:
  dense: {Dense: 4}
  over: {TimeDistributed: dense}
  twice: {TimeDistributed: over}
models:
  inner:
    inputs: {a: [5, 4]}
    layers: [{Dense: 4}]
layers:
  - {call: twice, from: x, name: a}
  - TimeDistributed: inner
    name: b
  - TimeDistributed: {layer: {TimeDistributed: dense}}
    name: c
  - Dense: 4
    name: d
  - {call: dense, name: e}
"""


def uses():
    """The network, and what its steps use by their names."""
    checked = check_text(TEXT)
    assert checked.ok, checked.diagnostics
    network = checked.network.network
    return network, {vertex.name: vertex for vertex in checked.network.main.graph.vertices}


def names(network, vertex):
    return list(named_inside(network, network.use(vertex)))


def test_names_in_arguments_are_found_at_any_depth_and_through_shared_layers():
    network, vertices = uses()
    called = {vertex.target: vertex for vertex in vertices.values() if vertex.target}
    assert names(network, called["twice"]) == ["over", "dense"]
    assert names(network, vertices["b"]) == ["inner"]
    assert names(network, vertices["c"]) == ["dense"]
    assert names(network, vertices["d"]) == []
    assert names(network, called["dense"]) == []


def test_the_names_of_a_layer_itself_are_those_it_writes():
    network, vertices = uses()
    assert [item.name for item in shared_names(network.shared["twice"])] == ["over"]
    assert [item.name for item in shared_names(network.use(vertices["c"]))] == ["dense"]


def test_a_model_in_a_wrapper_is_found_and_a_shared_layer_is_none():
    network, vertices = uses()
    assert model_inside(network, vertices["b"]) == "inner"
    assert model_inside(network, vertices["c"]) is None
    assert model_inside(network, vertices["d"]) is None


CIRCLES = {
    "a -> a": "shared: {a: {TimeDistributed: a}}",
    "a -> b -> a": "shared: {a: {TimeDistributed: b}, b: {TimeDistributed: a}}",
    "b -> c -> b": "shared: {a: {TimeDistributed: b}, b: {TimeDistributed: c}, c: {TimeDistributed: b}}",
}


@pytest.mark.parametrize("called", ["{call: a, from: x}", "{TimeDistributed: a}", "{Dense: 3}"])
@pytest.mark.parametrize(("circle", "shared"), CIRCLES.items(), ids=CIRCLES)
def test_shared_layers_that_name_each_other_in_a_circle_are_told_once(circle, shared, called):
    checked = check_text(f"modelspec: 1\ninputs: {{x: [2, 2, 2, 3, 5, 4]}}\n{shared}\nlayers: [{called}]\n")
    errors = [problem for problem in checked.diagnostics if problem.severity == "error"]
    assert [problem.code for problem in errors] == ["MS308"]
    assert errors[0].message.endswith(f"is called inside itself: {circle}")
    for use in () if checked.network is None else checked.network.network.shared.values():
        assert set(named_inside(checked.network.network, use)) <= {"a", "b", "c"}


@pytest.mark.parametrize(
    "text", [TEXT, TEXT.replace("  dense: {Dense: 4}\n", "").replace("models:", "  dense: {Dense: 4}\nmodels:")]
)
def test_shared_wrappers_of_shared_wrappers_are_built_with_the_weights_that_are_counted(text):
    network = check_text(text).network
    model = build_model(network, compile=False).model
    assert model.count_params() == Ownership(network).parameters()
    assert [tensor.shape for tensor in network.main.tensors[-1]] == [model.output_shape]
    flops = {layer.name: layer.flops for layer in summarize(network).layers}
    assert flops["twice"] == 2 * 15 * 4 * 4
