"""What each class of the catalogue says that it does to its numbers, held against its weights and against Keras."""

import ast
from pathlib import Path

import keras
import numpy as np
import pytest

import modelspec
from modelspec.catalogue.kinds import find
from modelspec.catalogue.layers import LAYERS
from modelspec.catalogue.names import ACTIVATIONS
from modelspec.catalogue.ops import find_op, op_names, roles
from modelspec.manual.examples import example_of, made, sample_arguments
from modelspec.runtime.build.objects import to_keras

NAMES = tuple(LAYERS)


def layer(name):
    entry = find("layer", name)
    return made(entry, sample_arguments(entry))


@pytest.mark.parametrize("name", NAMES)
def test_what_has_a_kernel_multiplies_and_what_has_a_table_looks_up(name):
    made_there = example_of("layer", find("layer", name)).weights
    weights = [weight.name.rpartition("/")[2] for weight in made_there if weight.trainable]
    found = layer(name)
    assert found.weighs() == any("kernel" in weight for weight in weights)
    assert found.learns_indices() == any("embeddings" in weight for weight in weights)
    assert (found.known_indices() is not None) == (found.learns_indices() or name == "CategoryEncoding")


@pytest.mark.parametrize("name", NAMES)
def test_what_ends_in_an_activation_has_one_that_keras_knows(name):
    found = layer(name)
    if "activation" in type(found).model_fields:
        assert found.ends_in_activation and found.ending() in ACTIVATIONS
    assert found.ending() is None or found.ending() in ACTIVATIONS
    assert found.ending() is None or found.handing_on() is None


@pytest.mark.parametrize("name", [name for name in NAMES if layer(name).keeps_indices() or layer(name).handing_on()])
def test_what_hands_numbers_on_gives_those_it_was_given(name):
    example, random = example_of("layer", find("layer", name)), np.random.default_rng(0)
    given = [
        random.normal(size=[2 if size is None else size for size in item.shape]).astype("float32")
        for item in example.inputs
    ]
    if name == "RNN":
        pytest.skip("a cell is asked for")
    out = np.asarray(to_keras(layer(name))(given if len(given) > 1 else given[0]))
    known = np.unique(np.concatenate([item.ravel() for item in given] + [np.zeros(1, "float32")]))
    assert np.isin(out, known).all()
    if layer(name).handing_on() == "in place" and out.size:
        rows = {tuple(np.sort(row)) for item in given for row in item.reshape(-1, item.shape[-1])}
        cropped = out.shape[-1] != given[0].shape[-1]
        assert cropped or {tuple(np.sort(row)) for row in out.reshape(-1, out.shape[-1])} <= rows


@pytest.mark.parametrize("name", NAMES)
def test_what_takes_statistics_of_a_batch_keeps_moving_ones(name):
    example = example_of("layer", find("layer", name))
    weights = [weight.name.rpartition("/")[2] for weight in example.weights]
    shape = next((item.shape for item in example.inputs), (None, 2))
    assert (layer(name).numbers_per_statistic(shape) is not None) == ("moving_mean" in weights)


@pytest.mark.parametrize("name", NAMES)
def test_initializers_that_may_not_be_null_are_arguments_that_keras_calls_unasked(name):
    found = layer(name)
    example = example_of("layer", type(found))
    given = [np.zeros([2 if size is None else size for size in item.shape], "float32") for item in example.inputs]
    given = given if name.endswith(("Cell", "Attention")) else given[:1]
    for argument in found.never_null:
        assert argument in type(found).model_fields
        with pytest.raises((AttributeError, TypeError, ValueError)):
            to_keras(found.model_copy(update={argument: None}))(*given)


def _nested(name):
    """A layer as wrappers hold it: by itself, or inside as many as take it."""
    found = layer(name)
    around = find("layer", "TimeDistributed")
    try:
        return [found, around(layer=found), around(layer=around(layer=found))]
    except ValueError:
        return [found]


@pytest.mark.parametrize("name", NAMES)
def test_a_wrapper_says_of_itself_what_the_layer_inside_says(name):
    alone, *wrapped = _nested(name)
    for found in wrapped:
        assert found.weighs() == alone.weighs()
        assert found.learns_indices() == alone.learns_indices()
        assert found.known_indices() == alone.known_indices()
        assert found.keeps_indices() == alone.keeps_indices()
        assert found.handing_on() == alone.handing_on()
        assert found.ending() == alone.ending()
        assert found.chooses_ending() == alone.chooses_ending()
        assert found.leaves_size_open() == alone.leaves_size_open()
        outside = 2 if found.layer is not alone else 1
        shape = (None, *(7,) * outside, 3, 4, 5)
        assert found.numbers_per_statistic(shape) == alone.numbers_per_statistic((None, 3, 4, 5))
        assert not found.runs_on_ragged()


@pytest.mark.parametrize("package", ["graph", "checks", "data", "runs", "draw", "runtime"])
def test_no_package_beside_the_catalogue_has_a_table_of_layers(package):
    """What a layer does stands at its class: its name is nowhere else in code, as a whole text."""
    home = Path(modelspec.__file__).parent
    nodes = ((path, node) for path in (home / package).rglob("*.py") for node in ast.walk(ast.parse(path.read_text())))
    found = {(path.name, node.value) for path, node in nodes if isinstance(node, ast.Constant) and node.value in LAYERS}
    assert not found


@pytest.mark.parametrize("name", sorted(roles.PICKS | roles.IN_PLACE | roles.ELSEWHERE))
def test_functions_of_a_role_are_there_and_say_it(name):
    found = find_op(name)
    assert found is not None or name in ("rot90", "fliplr", "flipud")
    if found is not None:
        assert found.picks == (name in roles.PICKS)


def test_each_function_that_is_an_activation_ends_in_itself():
    for name in op_names():
        short = name.rpartition(".")[2]
        found = find_op(name).model_construct()
        assert (found.ending() == short) == (short in ACTIVATIONS), name


@pytest.mark.parametrize("name", sorted(roles.TAKES_ALL_AXES))
def test_functions_that_take_all_axes_do_so_in_keras(name):
    function = getattr(keras.ops, name)
    given = np.arange(24, dtype="float32").reshape((2, 12) if name == "norm" else (2, 3, 4)) % 7
    extra = {"percentile": (50,), "quantile": (0.5,), "nanpercentile": (50,), "nanquantile": (0.5,), "roll": (1,)}.get(
        name, ()
    )
    whole, one = np.asarray(function(given, *extra)), np.asarray(function(given[:1], *extra))
    if whole.ndim and whole.shape[0] == 2:
        assert not np.array_equal(whole[:1], one), "each row by itself"
