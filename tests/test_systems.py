"""Every system of the guides: its numbers without TensorFlow, and the same numbers from the built Keras model."""

import json
from pathlib import Path

import pytest

import modelspec
from modelspec.cli.app import make_app
from tests.systems import SYSTEMS

SPECS = Path(__file__).parent.parent / "specs"


def _list(shape):
    return list(shape)


@pytest.mark.parametrize("system", SYSTEMS, ids=lambda system: system.spec)
def test_summary_and_keras_give_the_numbers_of_the_guides(system, cli):
    done = cli("summary", str(SPECS / f"{system.spec}.yaml"), "--format", "json", "--nested")
    assert done.code == 0, done.err
    told = json.loads(done.out)
    assert told["total_params"] == system.total
    assert told["trainable_params"] == system.trainable
    assert told["non_trainable_params"] == system.total - system.trainable
    assert told["inputs"] == {name: _list(shape) for name, shape in system.inputs.items()}
    assert told["outputs"] == {name: _list(shape) for name, shape in system.outputs.items()}
    assert {name: model["total_params"] for name, model in told["models"].items()} == system.models

    model = modelspec.build(SPECS / f"{system.spec}.yaml")
    assert model.count_params() == system.total
    assert sum(weight.shape.num_elements() for weight in model.trainable_weights) == system.trainable
    assert {name: tuple(tensor.shape) for name, tensor in model.input.items()} == system.inputs
    assert {name: tuple(tensor.shape) for name, tensor in model.output.items()} == system.outputs


def test_a_shared_layer_is_told_once_with_its_calls(cli):
    told = json.loads(cli("summary", str(SPECS / "nodes.yaml"), "--format", "json").out)
    layers = {layer["name"]: layer for layer in told["layers"]}
    assert layers["encoder"]["params"] == 36_992
    assert [node["output_shapes"] for node in layers["encoder"]["nodes"]] == [[[None, 32]], [[None, 32]]]
    assert layers["edges"]["params"] == 448
    assert [node["input_shapes"] for node in layers["edges"]["nodes"]] == [[[None, 32, 32, 3]], [[None, 64, 64, 3]]]
    assert [node["output_shapes"] for node in layers["edges"]["nodes"]] == [
        [[None, 32, 32, 16]],
        [[None, 64, 64, 16]],
    ]


def test_the_spec_of_keras_1_gets_an_error_for_each_old_name(cli):
    done = cli("validate", str(SPECS / "keras1.yaml"), "--format", "json")
    assert done.code == 1
    found = {(item["line"], item["help"]) for item in json.loads(done.out)["diagnostics"] if item["code"] == "MS213"}
    lines = (SPECS / "keras1.yaml").read_text().split("\n")
    for old, new in {
        "input": "`inputs`", "output": "`outputs`", "nb_filter": "`filters`", "nb_row": "`kernel_size`",
        "border_mode": "`padding`", "dim_ordering": "`data_format`", "nb_epoch": "`epochs`", "lr": "`learning_rate`",
        "init": "`kernel_initializer`", "output_dim": "`units`", "merge": "Concatenate",
    }.items():  # fmt: skip
        assert any(new in help and f"{old}:" in lines[line - 1] for line, help in found), (old, found)


def test_commands_are_the_ones_the_guide_lists():
    assert {command.name or command.callback.__name__ for command in make_app().registered_commands} >= {
        "validate", "summary", "init", "build", "train", "fit", "evaluate", "predict",
    }  # fmt: skip
