"""What a description becomes in the language: names, sharing, inner models, references, and what is left out."""

import pytest

from modelspec.language.fields import _NAME, LONGEST_NAME
from modelspec.saved.naming import LONGEST, good_name
from tests.saved.files import (
    PLACE,
    entrance,
    functional,
    layer,
    op,
    problem,
    read,
    sequential,
    tensor,
    values,
    write,
)  # fmt: skip


def test_names_fit_the_language():
    assert LONGEST == LONGEST_NAME
    for name in ("a.b/c", "2nd", "é", " ", "x" * 100, "-a", "a-b_c", "", "..", "日本"):
        assert _NAME.match(good_name(name)), name
    assert good_name("block1_conv-2") == "block1_conv-2"


def chain(*names):
    """Dense layers one after the other."""
    above = ["x", *names]
    made = [layer(name, "Dense", tensor(before), units=4) for before, name in zip(above, names, strict=False)]
    return functional([entrance(), *made], [["x", 0, 0]], [[names[-1], 0, 0]])


def test_names_that_a_spec_refuses_are_changed_and_remembered(tmp_path):
    long, longer = "l" * (LONGEST + 1), "l" * (LONGEST + 2)
    path = write(tmp_path, chain("a.b", "a_b", "A_B", "2nd", long, longer, "plain"))
    names = [step["name"] for step in values(path)["layers"]]
    cut = "l" * LONGEST
    assert names == ["a_b", "a_b_1", "A_B_2", "_2nd", cut, f"{cut[:-2]}_1", "plain"]
    saved = read(path)
    given = ["a.b", "a_b", "A_B", "2nd", long, longer]
    assert saved.names == dict(zip(given, names, strict=False))
    assert saved.groups["a_b_1"] == "layers/dense_1"
    assert saved.groups["plain"] == "layers/dense_6"


def test_everything_stands_where_the_spec_names_the_model(tmp_path):
    def spans(node):
        yield node.span
        for item in getattr(node, "items", None) if isinstance(getattr(node, "items", None), tuple) else ():
            yield from spans(item)
        for item in getattr(node, "entries", {}).values():
            yield item.key
            yield from spans(item.value)

    saved = read(write(tmp_path))
    assert set(spans(saved.document.root)) == {PLACE.span}
    assert saved.document.file == "spec.yaml"


def test_a_layer_called_twice_is_shared_and_its_calls_are_counted(tmp_path):
    layers = [
        entrance("a"), entrance("b"), layer("d", "Dense", tensor("a"), tensor("b"), units=2),
        layer("sum", "Add", [tensor("d", 0), tensor("d", 1)]),
    ]  # fmt: skip
    model = functional(layers, [["a", 0, 0], ["b", 0, 0]], [["sum", 0, 0]])
    found = values(write(tmp_path, model))
    assert found["shared"] == {"d": {"Dense": {"units": 2}}}
    assert found["layers"] == [
        {"call": "d", "from": "a"},
        {"call": "d", "from": "b"},
        {"Add": None, "from": ["d@0", "d@1"], "name": "sum"},
    ]
    assert read(write(tmp_path, model)).groups == {"d": "layers/dense", "sum": "layers/add"}


def test_shared_layers_and_models_avoid_the_names_that_are_taken(tmp_path):
    inner = functional(
        [entrance("i"), layer("d", "Dense", tensor("i"), units=4)],
        [["i", 0, 0]],
        [["d", 0, 0]],
        "vision",
        (tensor("x"),),
    )
    shared = layer("d", "Dense", tensor("vision"), tensor("x"), units=4)
    model = functional([entrance(), inner, shared], [["x", 0, 0]], [["d", 0, 0], ["d", 1, 0]])
    found = values(write(tmp_path, model), taken={"Vision", "d"})
    assert list(found["models"]) == ["vision_1"]
    assert list(found["shared"]) == ["d_1"]
    assert found["models"]["vision_1"]["layers"][0]["name"] == "d_2", "neither taken outside nor by the shared layer"


def test_outputs_of_an_inner_model_are_counted_in_keras_order(tmp_path):
    inner = functional(
        [entrance("i"), layer("k", "Dense", tensor("i"), units=2), layer("l", "Dense", tensor("i"), units=3)],
        [["i", 0, 0]], {"second": ["k", 0, 0], "first": ["l", 0, 0]}, "inner", (tensor("x"),),
    )  # fmt: skip
    layers = [entrance(), inner, layer("m", "Dense", tensor("inner", 0, 1), units=1)]
    found = values(write(tmp_path, functional(layers, [["x", 0, 0]], {"a": ["inner", 1, 0], "b": ["m", 0, 0]})))
    assert found["models"]["inner"]["outputs"] == {"first": "l", "second": "k"}
    assert found["layers"][1]["from"] == "inner@0.1"
    assert found["outputs"] == {"a": "inner@0.0", "b": "m"}


def test_an_inner_model_is_called_by_the_names_of_its_inputs(tmp_path):
    inner = functional(
        [entrance("p"), entrance("q"), layer("s", "Add", [tensor("p"), tensor("q")])],
        {"q": ["q", 0, 0], "p": ["p", 0, 0]}, [["s", 0, 0]], "inner",
        ({"p": tensor("x"), "q": tensor("y")}, [tensor("y"), tensor("x")]),
    )  # fmt: skip
    layers = [entrance("x"), entrance("y"), inner]
    found = values(write(tmp_path, functional(layers, [["x", 0, 0], ["y", 0, 0]], [["inner", 1, 0], ["inner", 2, 0]])))
    first, second = found["layers"]
    assert first["from"] == {"p": "x", "q": "y"}
    assert second["from"] == {"p": "y", "q": "x"}, "a list fills the inputs by their sorted names"


def nested(name, shared, calls):
    """A nested model that puts its input through some layers."""
    above, made = "i", []
    for item in shared:
        made.append({**item, "inbound_nodes": [{"args": [tensor(above)], "kwargs": {}}]})
        above = item["name"]
    return functional([entrance("i"), *made], [["i", 0, 0]], [[above, 0, 0]], name, calls)


def two(first, second, *more):
    """A model that calls two nested models."""
    layers = [entrance(), nested("one", first, (tensor("x"),)), nested("two", second, (tensor("one"),)), *more]
    return functional(layers, [["x", 0, 0]], [["two", 1, 0]])


def test_a_layer_that_two_nested_models_share_is_one_layer(tmp_path):
    # Keras marks the second description of a layer; the first was copied before that.
    found = values(write(tmp_path, two([layer("d", units=4)], [layer("d", units=4, mark=7)])))
    assert found["shared"] == {"d": {"Dense": {"units": 4}}}
    assert found["models"]["one"]["layers"] == found["models"]["two"]["layers"] == [{"call": "d", "from": "i"}]
    assert read(write(tmp_path, two([layer("d", units=4)], [layer("d", units=4, mark=7)]))).groups == {
        "d": "layers/functional/layers/dense"
    }


def test_layers_of_two_models_with_one_name_are_two_layers(tmp_path):
    saved = read(write(tmp_path, two([layer("d", units=4)], [layer("d", units=4)])))
    assert saved.groups == {"one/d": "layers/functional/layers/dense", "two/d": "layers/functional_1/layers/dense"}


def test_a_mark_on_a_layer_with_other_arguments_is_of_another_layer(tmp_path):
    saved = read(write(tmp_path, two([layer("d", units=3)], [layer("d", units=4, mark=7)])))
    assert len(saved.groups) == 2


def test_which_layer_is_shared_is_asked_where_two_may_be_meant(tmp_path):
    third = nested("three", [layer("d", units=4, mark=7)], (tensor("two"),))
    model = two([layer("d", units=4)], [layer("d", units=4)], third)
    code, message = problem(write(tmp_path, model))
    assert code == "MS627"
    assert "'d' is used in several models" in message


def test_a_mark_that_came_from_a_later_use_is_no_sign_of_an_earlier_one(tmp_path):
    main = layer("e", "Dense", tensor("one"), units=4, mark=7)
    model = functional(
        [entrance(), nested("one", [layer("d", units=4)], (tensor("x"),)), main,
         nested("two", [layer("e", units=4, mark=7)], (tensor("e"),))],
        [["x", 0, 0]], [["two", 1, 0]],
    )  # fmt: skip
    found = values(write(tmp_path, model))
    assert found["shared"] == {"e": {"Dense": {"units": 4}}}
    assert found["models"]["one"]["layers"] == [{"Dense": {"units": 4}, "from": "i", "name": "d"}]


def test_a_shared_layer_inside_of_a_wrapper_goes_by_its_name(tmp_path):
    layers = [
        entrance("x", 3, 4), layer("d", "Dense", tensor("x"), units=4, mark=7),
        layer("t", "TimeDistributed", tensor("x"), layer=layer("d", units=4, mark=7)),
        layer("own", "TimeDistributed", tensor("x"), layer=layer("z", units=4)),
    ]  # fmt: skip
    found = values(write(tmp_path, functional(layers, [["x", 0, 0]], [["d", 0, 0], ["t", 0, 0], ["own", 0, 0]])))
    assert found["layers"][1] == {"TimeDistributed": {"layer": "d"}, "from": "x", "name": "t"}
    assert found["layers"][2]["TimeDistributed"] == {"layer": {"Dense": {"units": 4}}}


def test_a_part_that_other_wrappers_share_is_left_out(tmp_path):
    layers = [
        entrance("x", 3, 4), layer("r", "RNN", tensor("x"), cell=layer("c", "LSTMCell", units=4, mark=7)),
        layer("s", "RNN", tensor("x"), cell=layer("c", "LSTMCell", units=4, mark=7)),
    ]  # fmt: skip
    code, message = problem(write(tmp_path, functional(layers, [["x", 0, 0]], [["r", 0, 0], ["s", 0, 0]])))
    assert code == "MS625"
    assert "it shares 'c'" in message


def test_a_layer_twice_in_a_sequential_model_is_one(tmp_path):
    found = values(write(tmp_path, sequential(entrance(), layer("d", units=4, mark=7), layer("d", units=4, mark=7))))
    assert found["layers"] == [{"call": "d", "from": "x"}, {"call": "d", "from": "d@0"}]
    assert found["outputs"] == {"d": "d@1"}


def one(item, shape=(4,)):
    """A model of one layer."""
    return functional([entrance("x", *shape), item], [["x", 0, 0]], [[item["name"], 0, 0]])


@pytest.mark.parametrize(
    ("item", "why"),
    [
        (layer("l", "Lambda", tensor("x")), "it runs Python code that a spec cannot contain; use a `keras.ops` function"),
        (layer("l", "TFSMLayer", tensor("x")), "it runs code from a file at every call"),
        (layer("l", "Dens", tensor("x")), "Dens is not a layer that a spec has"),
        ({**layer("l", "Own", tensor("x")), "module": "own", "registered_name": "p>Own"}, "p>Own is a class of your own"),
        ({**layer("l", "Dense", tensor("x"), units=2), "registered_name": "p>D"}, "p>D is a class of your own"),
        ({**layer("l", "LayerScale", tensor("x")), "module": "keras.src.applications.convnext"}, "LayerScale is not a layer"),
        (layer("l", "Dense", tensor("x"), units=2, quantization_config={"a": 1}), "its argument `quantization_config`"),
        (layer("l", "Dense", tensor("x"), units=2, frobnicate=1), "its argument `frobnicate`"),
        (layer("l", "Dense", tensor("x"), units=2, dtype="int8_from_float32"), "its dtype is int8_from_float32"),
        (layer("l", "Dense", tensor("x"), units=2, activation={"class_name": "__lambda__", "config": {"value": ""}}),
         "its activation is a Python lambda"),
        (layer("l", "Dense", tensor("x"), units=2, activation={"class_name": "function", "config": "swoosh",
         "module": "own", "registered_name": "swoosh"}), "its activation is the Python function 'swoosh'"),
        (layer("l", "Dense", tensor("x"), units=2, kernel_initializer={"class_name": "Zeros", "config": {},
         "module": "own", "registered_name": "p>Zeros"}), "its initializer is an object of the class p>Zeros"),
        (layer("l", "Dense", tensor("x"), units=float("inf")), "`units` is inf, which is not a finite number"),
        (layer("l", "Dense", {"args": [tensor("x")], "kwargs": {"flag": 1}}, units=2), "with the argument `flag`"),
        (layer("l", "Dense", {"args": [tensor("x"), 1], "kwargs": {}}, units=2), "more arguments than a spec can give"),
        (layer("l", "Dense", {"args": [], "kwargs": {}}, units=2), "it is called without a tensor"),
        (layer("l", "Dense", {"args": [{"a": tensor("x")}], "kwargs": {}}, units=2), "that a spec cannot contain"),
        (op("l", "WhileLoop", tensor("x"), module="core"), "it runs Python code that a spec cannot contain"),
        (op("l", "Nope", tensor("x")), "Nope is not a function that a spec has"),
        (op("l", "Add", {"args": [tensor("x"), {"class_name": "__tensor__", "config": {"value": [1.0, 2.0]}}],
         "kwargs": {"y": 1}}), "its argument `y`"),
    ],
)  # fmt: skip
def test_what_a_spec_cannot_hold_is_told_with_its_reason(tmp_path, item, why):
    code, message = problem(write(tmp_path, one(item)))
    assert code == "MS625"
    assert "'l' cannot be in a spec: " in message
    assert why in message


def test_several_such_layers_are_one_problem(tmp_path):
    layers = [entrance(), *(layer(f"l{count}", "Lambda", tensor("x")) for count in range(3))]
    model = functional(layers, [["x", 0, 0]], [[f"l{count}", 0, 0] for count in range(3)])
    assert problem(write(tmp_path, model))[1].endswith("; nor can 2 others")


@pytest.mark.parametrize("flag", ["sparse", "ragged", "optional"])
def test_an_input_of_another_kind_is_told(tmp_path, flag):
    model = one(layer("d", "Dense", tensor("x"), units=2))
    model["config"]["layers"][0]["config"][flag] = True
    assert f"'x' cannot be in a spec: it is a {flag} input" in problem(write(tmp_path, model))[1]


def test_a_model_without_layers_is_told(tmp_path):
    assert "it has no layers" in problem(write(tmp_path, functional([entrance()], [["x", 0, 0]], [["x", 0, 0]])))[1]


def test_a_mask_that_follows_its_tensor_is_passed_where_a_spec_can(tmp_path):
    model = functional(
        [
            entrance(), layer("e", "Embedding", tensor("x"), input_dim=5, output_dim=4, mask_zero=True),
            op("not_equal", "NotEqual", {"args": [tensor("x"), 0], "kwargs": {}}),
            layer("l", "LSTM", {"args": [tensor("e")], "kwargs": {"mask": tensor("not_equal"), "training": False}}, units=3),
        ],
        [["x", 0, 0]], [["l", 0, 0]],
    )  # fmt: skip
    found = values(write(tmp_path, model))
    assert found["layers"][1:] == [
        {"ops.not_equal": {"x2": 0}, "from": {"x1": "x"}, "name": "not_equal"},
        {"LSTM": {"units": 3}, "from": {"sequences": "e", "mask": "not_equal"}, "name": "l"},
    ]


def masked(mask_zero, *more):
    """A nested model that is called with a mask, which a spec cannot say."""
    inner = functional(
        [entrance("i", 3, 4), layer("l", "LSTM", tensor("i"), units=3)], [["i", 0, 0]], [["l", 0, 0]], "inner"
    )
    inner["inbound_nodes"] = [{"args": [tensor("e")], "kwargs": {"mask": tensor("not_equal")}}]
    return functional(
        [
            entrance("x", 3), layer("e", "Embedding", tensor("x"), input_dim=5, output_dim=4, mask_zero=mask_zero),
            op("not_equal", "NotEqual", {"args": [tensor("x"), 0], "kwargs": {}}), inner,
        ],
        [["x", 0, 0]], [["inner", 1, 0], *more],
    )  # fmt: skip


def test_a_mask_that_follows_its_tensor_by_itself_is_left_to_it(tmp_path):
    found = values(write(tmp_path, masked(True)))
    assert [step.get("name") for step in found["layers"]] == ["e", None], "what only makes the mask is not needed"


@pytest.mark.parametrize("model", [masked(False), masked(True, ["not_equal", 0, 0])])
def test_a_mask_of_its_own_that_a_spec_cannot_give_is_told(tmp_path, model):
    code, message = problem(write(tmp_path, model))
    assert code == "MS625"
    assert "it is called with a mask of its own" in message


def picked(key, shape=(None, 6, 5)):
    """The steps of `x[key]`."""

    def plain(item):
        if isinstance(item, slice):
            config = {"start": item.start, "stop": item.stop, "step": item.step}
            return {"class_name": "__slice__", "config": config}
        return {"class_name": "__ellipsis__", "config": {}} if item is ... else item

    keys = [plain(item) for item in key] if isinstance(key, tuple) else plain(key)
    return one(op("g", "GetItem", {"args": [tensor("x", shape=shape), keys], "kwargs": {}}), shape[1:])


@pytest.mark.parametrize(
    ("key", "steps"),
    [
        ((slice(None), slice(1, 3)), [{"slice": {"start_indices": [0, 1, 0], "shape": [-1, 2, -1]}}]),
        ((slice(None), -1), [{"take": {"indices": -1, "axis": 1}}]),
        ((..., slice(None, None, -1)), [{"flip": {"axis": [2]}}]),
        ((..., slice(None, None, 2)), [{"take": {"indices": [0, 2, 4], "axis": 2}}]),
        ((..., None), [{"expand_dims": {"axis": 3}}]),
        ((slice(1, None), 0, None, slice(-2, None)), [
            {"slice": {"start_indices": [1, 0, 3], "shape": [-1, -1, 2]}}, {"take": {"indices": 0, "axis": 1}},
            {"expand_dims": {"axis": 1}}]),
        ((...,), [{"slice": {"start_indices": [0, 0, 0], "shape": [-1, -1, -1]}}]),
        (2, [{"get_item": {"key": 2}}]),
        ((2, -1), [{"get_item": {"key": [2, -1]}}]),
    ],
)  # fmt: skip
def test_picked_places_become_functions(tmp_path, key, steps):
    found = values(write(tmp_path, picked(key)))["layers"]
    assert [next(iter(step)).removeprefix("ops.") for step in found] == [next(iter(step)) for step in steps]
    assert [next(iter(step.values())) for step in found] == [next(iter(step.values())) for step in steps]
    assert found[-1]["name"] == "g"


@pytest.mark.parametrize(
    ("key", "why"),
    [
        ((slice(None), slice(None, 2)), "an axis whose size is known only at run time"),
        ((slice(None), slice(-2, None)), "an axis whose size is known only at run time"),
        ((..., ...), "in a way that a spec cannot"),
        ((0, 0, 0, 0), "more axes than there are"),
        ((slice(None), slice(None), slice(None, None, 0)), "steps of 0"),
        ((True,), "in a way that a spec cannot"),
        ((tensor("x"),), "known only at run time"),
    ],
)
def test_places_that_a_spec_cannot_pick_are_told(tmp_path, key, why):
    assert why in problem(write(tmp_path, picked(key, (None, None, 5))))[1]
