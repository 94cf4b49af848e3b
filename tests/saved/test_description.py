"""Descriptions that are not Keras's, in every way that can be thought of: one problem each, and never a crash."""

import copy
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modelspec.pipeline import run
from modelspec.saved import SavedLimits, read_saved
from modelspec.saved.description import read_description, read_json
from modelspec.saved.located import document_of
from modelspec.saved.problem import SavedProblem
from modelspec.saved.translate import translate
from tests.saved.files import PLACE, entrance, functional, layer, op, problem, sequential, small, tensor, values, write

DEEP = "[" * 100_000


@pytest.mark.parametrize(
    ("config", "told"),
    [
        ("[]", "the whole is not a mapping"),
        ("", "not JSON"),
        ("{", "not JSON"),
        ("nul", "not JSON"),
        (b"\xff\xfe", "not JSON"),
        ("9" * 5000, "not JSON"),
        (DEEP, "levels deep"),
        ('{"a":' * 100_000, "levels deep"),
        ("[" * 300 + "]" * 300, "levels deep"),
        ('{"config": []}', "the `config` of the model"),
        ("{}", "the model has no `config`"),
        ('{"config": {"name": "m", "layers": []}}', "has no `class_name`"),
        ('{"class_name": "Functional", "config": {"name": NaN, "layers": []}}', "has no name"),
        ('{"class_name": "Functional", "module": "keras", "config": {"name": "m", "layers": []}}', "the outputs"),
        ('{"class_name": "Sequential", "module": "keras", "config": {"name": "m", "layers": []}}', "has no layers"),
    ],
)
def test_what_is_no_description_is_told(tmp_path, config, told):
    code, message = problem(write(tmp_path, members={"config.json": config}))
    assert code == "MS624"
    assert told in message
    assert len(message) < 500


def changed(change):
    """The small model after a change."""
    config = small()
    change(config["config"], config["config"]["layers"])
    return config


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda model, layers: layers.append(layers[1]), "'model' has two layers named 'd'"),
        (lambda model, layers: layers[1].update(name=float("nan")), "a layer of the class Dense has no name"),
        (lambda model, layers: layers[1].update(name=None), "a layer of the class Dense has no name"),
        (lambda model, layers: layers[1].pop("inbound_nodes"), "a layer of 'model' has no `inbound_nodes`"),
        (lambda model, layers: layers[1].update(inbound_nodes=[[["x", 0, 0, {}]]]), "a call of 'd' is not a mapping"),
        (lambda model, layers: model.update(output_layers=[["e", 0, 0]]), "has no layer 'e'"),
        (lambda model, layers: model.update(output_layers=[["d", 1, 0]]), "'d' has no call 1"),
        (lambda model, layers: model.update(output_layers=[["d", -1, 0]]), "is not counted as Keras counts"),
        (lambda model, layers: model.update(output_layers=[["d", True, 0]]), "is not counted as Keras counts"),
        (lambda model, layers: model.update(output_layers=[]), "the outputs of 'model' are missing"),
        (lambda model, layers: model.update(input_layers=[["d", 0, 0]]), "'d', an input of 'model', is not an input"),
        (lambda model, layers: layers.insert(0, entrance("y")) or layers[2].update(
            inbound_nodes=[{"args": [tensor("y")], "kwargs": {}}]), "'y' is not among the inputs"),
        (lambda model, layers: layers[1].update(inbound_nodes=[{"args": [tensor("d")], "kwargs": {}}]), "in a circle"),
    ],
)  # fmt: skip
def test_a_description_that_contradicts_itself_is_told(tmp_path, change, told):
    code, message = problem(write(tmp_path, changed(change)))
    assert code == "MS624"
    assert told in message


def test_a_circle_of_several_layers_is_told(tmp_path):
    layers = [entrance(), layer("a", "Dense", tensor("b"), units=4), layer("b", "Dense", tensor("a"), units=4)]
    assert "in a circle" in problem(write(tmp_path, functional(layers, [["x", 0, 0]], [["b", 0, 0]])))[1]


def test_a_class_of_the_users_own_says_nothing_of_its_layers(tmp_path):
    own = {"module": "vision", "class_name": "Vision", "config": {"dtype": "float32"}, "registered_name": "own>Vision"}
    code, message = problem(write(tmp_path, own))
    assert code == "MS626"
    assert "'Vision' is of the class own>Vision" in message


def test_a_sequential_model_that_was_never_called_has_no_shapes(tmp_path):
    code, message = problem(write(tmp_path, sequential(layer("d", units=2))))
    assert code == "MS626"
    assert "was never built" in message


def test_a_sequential_model_may_tell_its_input_in_either_way(tmp_path):
    named = values(write(tmp_path, sequential(entrance("first", 4), layer("d", units=2))))
    built = values(write(tmp_path, sequential(layer("d", units=2), build_input_shape=[None, 4])))
    assert named["inputs"] == {"first": {"shape": [4], "dtype": "float32"}}
    assert built["inputs"] == {"input_layer": {"shape": [4], "dtype": "float32"}}
    assert built["layers"] == [{"Dense": {"units": 2}, "from": "input_layer", "name": "d"}]


def test_a_chain_of_thousands_of_layers_is_read(tmp_path):
    layers = [entrance()]
    for count in range(5000):
        above = f"d{count - 1}" if count else "x"
        layers.insert(1, layer(f"d{count}", "Dense", tensor(above), units=4))  # the last first: no order to rely on
    found = values(write(tmp_path, functional(layers, [["x", 0, 0]], [["d4999", 0, 0]])))
    assert [step["name"] for step in found["layers"]] == [f"d{count}" for count in range(5000)]


LIMITS = SavedLimits()
SOURCE = functional(
    [
        entrance(),
        layer("e", "Embedding", tensor("x"), input_dim=5, output_dim=4, mask_zero=True),
        op("not_equal", "NotEqual", {"args": [tensor("x"), 0], "kwargs": {}}),
        layer("l", "LSTM", {"args": [tensor("e")], "kwargs": {"mask": tensor("not_equal"), "training": False}}, units=3,
              return_state=True),
        functional([entrance("i"), layer("k", "Dense", tensor("i"), tensor("k", 0), units=4)], [["i", 0, 0]],
                   {"b": ["k", 1, 0], "a": ["k", 0, 0]}, "inner", (tensor("x"), tensor("x"))),
        layer("t", "TimeDistributed", tensor("e"), layer={**layer("z", units=2, mark=7)}),
        layer("again", "TimeDistributed", tensor("e"), layer={**layer("z", units=2, mark=7)}),
        op("get_item", "GetItem", {"args": [tensor("e", shape=(None, 4, 4)),
           [{"class_name": "__slice__", "config": {"start": None, "stop": None, "step": None}},
            {"class_name": "__slice__", "config": {"start": 1, "stop": None, "step": 2}}]], "kwargs": {}}),
        op("stack", "Stack", [tensor("inner", 0, 1), tensor("inner", 1, 0)], axis=1),
    ],
    [["x", 0, 0]], {"p": ["l", 0, 1], "q": ["stack", 0, 0], "r": ["inner", 1, 1], "s": ["get_item", 0, 0]},
)  # fmt: skip


def test_the_model_that_is_changed_below_is_whole(tmp_path):
    assert set(values(write(tmp_path, SOURCE))["outputs"]) == {"p", "q", "r", "s"}


def places(value, path=()):
    """Every place in a description."""
    yield path
    for key, item in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield from places(item, (*path, key))


PLACES = [path for path in places(SOURCE) if path]
ODD = st.sampled_from([
    None, [], {}, -1, 0, 1, True, "", "x", "d", 3.5, 1e400, 2**70, "a" * 300, "../../x", [None], [1, 2, 3], {"a": 1},
    [["x", 0, 0]], {"class_name": "__lambda__", "config": {"value": "x"}}, {"class_name": 5, "config": {}},
    {"class_name": "Lambda", "config": {"name": "x"}, "module": "keras.layers"}, tensor("x"), tensor("e", 3), slice,
])  # fmt: skip


def outcome(config):
    """What becomes of a description: the translation, or the problem."""
    try:
        text = json.dumps(config).encode()
        model = read_description(read_json(text, "config.json", LIMITS), "config.json", LIMITS)
        return translate(model, "vision.keras", (), lambda group: None)
    except SavedProblem as refused:
        return refused


@given(
    st.lists(
        st.tuples(st.sampled_from(PLACES), ODD | st.sampled_from(PLACES).map(lambda path: ("at", path))), max_size=3
    )
)
def test_whatever_is_changed_in_a_description_it_is_read_or_refused_in_one_problem(changes):
    config = copy.deepcopy(SOURCE)
    for path, new in changes:
        holder = config
        try:
            for key in path[:-1]:
                holder = holder[key]
            if new is slice:
                del holder[path[-1]]
            elif isinstance(new, tuple):
                source = config
                for key in new[1]:
                    source = source[key]
                holder[path[-1]] = copy.deepcopy(source)
            else:
                holder[path[-1]] = copy.deepcopy(new)
        except (KeyError, IndexError, TypeError):
            continue  # an earlier change took this place away
    made = outcome(config)
    if isinstance(made, SavedProblem):
        assert made.code in ("MS624", "MS625", "MS626", "MS627")
        assert made.help
        return
    assert run(document_of(made.values, PLACE), "spec", "infer").network is not None


def test_a_problem_of_a_damaged_file_is_an_error_and_no_exception(tmp_path):
    saved, problems = read_saved(str(write(tmp_path, members={"config.json": DEEP})), PLACE)
    assert saved is None
    assert [found.code for found in problems] == ["MS624"]
