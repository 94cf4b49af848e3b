"""Which functions of `keras.ops` there are, and that their parameters are Keras's."""

from __future__ import annotations

import inspect
import json
import subprocess
import sys

import keras
import pytest
from pydantic_core import PydanticUndefined

from modelspec.catalogue.ops import OPS, find_op, op_names, ops_left_out
from modelspec.catalogue.ops.op import Op
from tests.seams.names import OP_NAMES, OPS_TABLE
from tests.seams.seam import program

PARAMETERS_LEFT_OUT = {
    "bincount": {"weights": "an array, which a spec cannot contain"},
    "einsum": {"kwargs": "nothing that Keras documents"},
    "layer_normalization": {"kwargs": "a deprecated switch that scales wrongly"},
    "multi_hot": {"kwargs": "an old name of num_classes"},
}


def public_functions():
    """The functions of keras.ops, and those that are only in one of its modules, as `image.resize`."""
    found = {name: value for name, value in vars(keras.ops).items() if callable(value) and not name.startswith("_")}
    for module in ("image", "linalg", "nn", "numpy"):
        for name, value in vars(getattr(keras.ops, module)).items():
            if callable(value) and not name.startswith("_") and found.get(name) is not value:
                found[f"{module}.{name}"] = value
    return found


def test_every_public_function_is_in_the_table_or_left_out_with_a_reason():
    assert set(public_functions()) == set(OPS) | set(ops_left_out())
    assert not set(OPS) & set(ops_left_out())
    assert all(reason.strip() for reason in ops_left_out().values())


@pytest.mark.parametrize("name", op_names())
def test_the_parameters_are_keras_own(name):
    kind, function = find_op(name), public_functions()[name]
    assert kind.__name__ == name.rpartition(".")[2]
    assert kind.keras_module == f"keras.ops{'.image' if name.startswith('image.') else ''}"
    theirs = inspect.signature(function).parameters
    theirs = {key: value for key, value in theirs.items() if key not in PARAMETERS_LEFT_OUT.get(name, {})}
    tensors = (*kind.tensor_parameters, *filter(None, [kind.list_parameter]))
    assert set(theirs) == {*tensors, *kind.model_fields}
    assert list(kind.model_fields) == [key for key in theirs if key in kind.model_fields]
    assert list(kind.tensor_parameters) == [key for key in theirs if key in kind.tensor_parameters]
    assert set(tensors) == set(inspect.signature(kind.infer).parameters) - {"self"}
    for key, field in kind.model_fields.items():
        expected = theirs[key].default
        if key in tensors and expected is inspect.Parameter.empty:
            expected = None
        default = inspect.Parameter.empty if field.default is PydanticUndefined else field.default
        assert default == expected, key
        assert type(default) is type(expected), key


def test_a_tensor_that_keras_requires_is_required():
    wrong = []
    for name in op_names():
        kind, function = find_op(name), public_functions()[name]
        ours = inspect.signature(kind.infer).parameters
        for key, parameter in inspect.signature(function).parameters.items():
            if key not in ours or parameter.kind is parameter.VAR_POSITIONAL:
                continue
            required = parameter.default is parameter.empty and key not in kind.model_fields
            if (ours[key].default is parameter.empty) != required:
                wrong.append((name, key))
    assert wrong == []


def test_a_function_has_one_class():
    assert find_op("relu") is find_op("relu")
    assert issubclass(find_op("relu"), Op)
    assert find_op("no_such_function") is None


def test_a_value_that_is_not_a_mapping_is_the_first_argument_without_a_tensor():
    assert find_op("multiply").positional({"x1"}) == "x2"
    assert find_op("mean").positional({"x"}) == "axis"
    assert find_op("concatenate").positional({"xs"}) == "axis"
    assert find_op("reshape").positional({"x"}) == "newshape"
    assert find_op("abs").positional({"x"}) is None


def test_a_constant_leaves_the_other_operand_to_the_tensor():
    assert find_op("subtract").open_parameters({"x1"}) == ("x2",)


def test_the_table_loads_without_keras_and_without_its_rules():
    code = program(
        "import json, sys; op_names();"
        "print(json.dumps([name for name in sys.modules if name.split('.')[0] in ('keras', 'tensorflow', 'numpy')"
        f" or name.startswith('{OPS_TABLE.path}.') and name != '{OPS_TABLE.path}.op']))",  # what all rules begin with
        OP_NAMES,
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert json.loads(run.stdout) == []


def test_every_argument_has_a_schema():
    for name in op_names():
        assert find_op(name).model_json_schema()["type"] == "object", name
