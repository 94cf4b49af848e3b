"""What is told of layers within wrappers and cells: the same as of these alone, at the argument that is to be changed."""

import json

import pytest

from modelspec.pipeline import check_text
from modelspec.plugins.settings import find_plugins

SEQUENCES = "modelspec: 1\ninputs: {x: [10, 4]}\n"
MANY = 9000
LONG = f"{{units: {MANY}, go_backwards: true}}"
ORTHOGONAL = "{Dense: {units: 9000, kernel_initializer: Orthogonal}}"
LARGE = {
    "GRU": (f"layers: [{{GRU: {MANY}}}]", ("layers", 0, "GRU")),
    "cell": (f"layers: [{{RNN: {{cell: {{GRUCell: {MANY}}}}}}}]", ("layers", 0, "RNN", "cell", "GRUCell")),
    "one of cells": (f"layers: [{{RNN: [{{GRUCell: 4}}, {{LSTMCell: {MANY}}}]}}]", ("layers", 0, "RNN", 1, "LSTMCell")),
    "one of cells by name": (
        f"layers: [{{RNN: {{cell: [{{GRUCell: 4}}, {{SimpleRNNCell: {{units: {MANY}}}}}]}}}}]",
        ("layers", 0, "RNN", "cell", 1, "SimpleRNNCell"),
    ),
    "stacked": (
        f"layers: [{{RNN: {{cell: {{StackedRNNCells: {{cells: [{{GRUCell: {MANY}}}]}}}}}}}}]",
        ("layers", 0, "RNN", "cell", "StackedRNNCells", "cells", 0, "GRUCell"),
    ),
    "both directions": (
        f"layers: [{{Bidirectional: {{layer: {{LSTM: {MANY}}}}}}}]",
        ("layers", 0, "Bidirectional", "layer", "LSTM"),
    ),
    "one direction": (
        f"layers: [{{Bidirectional: {{layer: {{LSTM: 4}}, backward_layer: {{LSTM: {LONG}}}}}}}]",
        ("layers", 0, "Bidirectional", "backward_layer", "LSTM"),
    ),
    "cell in both directions": (
        f"layers: [{{Bidirectional: {{layer: {{RNN: {{cell: {{GRUCell: {MANY}}}}}}}}}}}]",
        ("layers", 0, "Bidirectional", "layer", "RNN", "cell", "GRUCell"),
    ),
    "wrapper in a wrapper": (
        f"layers: [{{Reshape: [5, 2, 4]}}, {{TimeDistributed: {{layer: {{Bidirectional: {{layer: {{GRU: {MANY}}}}}}}}}}}]",
        ("layers", 1, "TimeDistributed", "layer", "Bidirectional", "layer", "GRU"),
    ),
    "written initializer": (
        f"layers: [{{Dense: 9000}}, {{SpectralNormalization: {{layer: {ORTHOGONAL}}}}}]",
        ("layers", 1, "SpectralNormalization", "layer", "Dense", "kernel_initializer"),
    ),
    "shared": (
        f"shared: {{d: {ORTHOGONAL}}}\nlayers: [{{Dense: 9000}}, {{TimeDistributed: d}}]",
        ("shared", "d", "Dense", "kernel_initializer"),
    ),
    "nested": (
        f"models: {{m: {{inputs: {{a: [10, 4]}}, layers: [{{GRU: {MANY}}}]}}}}\nlayers: [{{Reshape: [1, 10, 4]}}, {{TimeDistributed: m}}]",
        ("models", "m", "layers", 0, "GRU"),
    ),
}


@pytest.mark.parametrize(("text", "path"), LARGE.values(), ids=LARGE)
def test_a_large_orthogonal_matrix_within_wrappers_is_told_once_where_it_is_written(text, path):
    (problem,) = check_text(SEQUENCES + text).diagnostics
    assert (problem.code, problem.path) == ("MS550", path)


def test_nothing_is_told_of_cells_that_begin_otherwise():
    for initializer in ("glorot_uniform", "{Constant: 0.1}"):
        cell = f"{{GRUCell: {{units: {MANY}, recurrent_initializer: {initializer}}}}}"
        assert check_text(f"{SEQUENCES}layers: [{{RNN: {{cell: {cell}}}}}]").diagnostics == ()


WORDS = """\
modelspec: 1
inputs:
  words: {shape: [20], dtype: int32}
shared: {own: my>Scale, dense: {Dense: 4}}
layers:
  - Embedding: {input_dim: 100, output_dim: 8}
  - Flatten:
    name: vectors
  - Reshape: [4, 5, 1]
    from: words
"""
REST = "  - Flatten:\n    name: seen\n  - Concatenate:\n    from: [vectors, seen]\n"
WRAPPED = ("%s", "TimeDistributed: {layer: %s}", "TimeDistributed: {layer: {TimeDistributed: {layer: %s}}}")


@pytest.fixture
def plugins(tmp_path):
    """A package with a layer that may do anything with its numbers."""
    layer = {"kinds": ["layer"], "call": {"inputs": {}}, "output_shape": "same", "base_arguments": ["trainable"]}
    stub = {"modelspec_stub": 1, "package": "my", "objects": {"my>Scale": layer}, "left_out": {}}
    (tmp_path / "my.modelspec.json").write_text(json.dumps(stub))
    found, problems = find_plugins(["my"], str(tmp_path))
    assert problems == ()
    return found


def told(step, plugins, more=""):
    """The codes and messages about the step."""
    text = WORDS + f"  - {step}\n" + more + REST
    return [(item.code, item.message) for item in check_text(text, plugins=plugins).diagnostics if item.code != "MS504"]


@pytest.mark.parametrize("wrapper", WRAPPED)
def test_nothing_is_guessed_of_a_layer_of_a_package_within_wrappers(wrapper, plugins):
    assert told(wrapper % ("my>Scale" if wrapper == "%s" else "{my>Scale: {}}"), plugins) == []


@pytest.mark.parametrize("wrapper", WRAPPED)
def test_a_layer_of_keras_in_its_place_is_told(wrapper, plugins):
    (problem,) = told(wrapper % ("Dense: 4" if wrapper == "%s" else "{Dense: 4}"), plugins)
    assert problem[0] == "MS541"
    assert "Dense" in problem[1]


def test_what_a_layer_of_a_package_gives_is_no_index(plugins):
    assert told("TimeDistributed: my>Scale", plugins, "  - Dense: 3\n") == []


def test_shared_layers_within_wrappers_are_looked_into(plugins):
    assert told("TimeDistributed: own", plugins) == []
    assert [code for code, _ in told("TimeDistributed: dense", plugins)] == ["MS541"]
