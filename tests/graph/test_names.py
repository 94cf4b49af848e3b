"""Names: automatic ones, and those that the file gives."""

import pytest

from tests.graph.telling import good, notes, only, place, told, vertices

ONE = "inputs: {x: [8, 8, 3]}\nlayers:\n"


def names(text):
    return list(vertices(text))


def test_automatic_names_are_keras_s_snake_case_numbered_within_the_spec():
    text = ONE + (
        "  - Conv2D: {filters: 2, kernel_size: 3}\n  - Conv2D: {filters: 2, kernel_size: 3}\n"
        "  - ReLU\n  - Conv2DTranspose: {filters: 2, kernel_size: 3}\n"
        "  - GlobalAveragePooling2D\n  - Dense: 2\n  - ops.abs\n"
    )
    assert names(text) == [
        "conv2d",
        "conv2d_1",
        "re_lu",
        "conv2d_transpose",
        "global_average_pooling2d",
        "dense",
        "abs",
    ]


@pytest.mark.parametrize(
    "layer", ["LSTM", "GRU", "Conv1D", "BatchNormalization", "PReLU", "ELU", "SpatialDropout1D", "UnitNormalization"]
)
def test_the_snake_case_is_keras_s_own(layer):
    from keras.src.utils.naming import to_snake_case

    arguments = {"LSTM": ": 3", "GRU": ": 3", "Conv1D": ": {filters: 2, kernel_size: 1}", "SpatialDropout1D": ": 0.5"}
    text = f"inputs: {{x: [8, 3]}}\nlayers:\n  - {layer}{arguments.get(layer, '')}\n"
    assert names(text) == [to_snake_case(layer)]


def test_the_same_spec_has_the_same_names_every_time():
    text = ONE + "  - Flatten\n  - Dense: 2\n  - Dense: 2\n"
    assert names(text) == names(text) == ["flatten", "dense", "dense_1"]


def test_an_automatic_name_never_takes_one_that_the_file_gives_anywhere():
    text = (
        "inputs: {x: [4], dense_2: [4]}\nshared: {dense_1: {Dense: 4}}\nlayers:\n  - Dense: 4\n    from: x\n"
        "  - Dense: 4\n  - Dense: 4\n  - {call: dense_1}\n  - Dense: 4\n    name: dense\n"
        "  - Add:\n    from: [dense, dense_2]\n"
    )
    assert names(text) == ["dense_3", "dense_4", "dense_5", "dense_1", "dense", "add"]


def test_an_automatic_name_differs_from_given_ones_by_more_than_case():
    text = ONE + "  - Flatten\n  - Dense: 4\n  - Dense: 4\n    name: Dense\n"
    assert names(text) == ["flatten", "dense_1", "Dense"]


def test_each_model_numbers_its_own_names():
    text = (
        "inputs: {x: [4]}\nmodels: {m: {inputs: {a: [4]}, layers: [{Dense: 4}]}}\nlayers:\n  - call: m\n  - Dense: 4\n"
    )
    assert names(text) == ["m", "dense"]
    assert list(vertices(text, "m")) == ["dense"]


def test_a_name_given_twice_is_told_with_the_first_place():
    error = only(ONE + "  - Flatten:\n    name: same\n  - Dense: 2\n    name: same\n")
    assert place(error) == ("MS305", 7, 11)
    assert [note[:2] for note in notes(error)] == [(5, 5)] or notes(error)[0][0] == 5


def test_names_that_differ_only_in_case_are_told():
    error = only(ONE + "  - Flatten:\n    name: same\n  - Dense: 2\n    name: Same\n")
    assert place(error) == ("MS305", 7, 11)
    assert "differ only in case" in error.message


def test_a_step_may_not_have_the_name_of_an_input():
    assert told(ONE + "  - Flatten:\n    name: x\n") == [("MS305", 5, 11)]


def test_a_step_may_not_have_the_name_of_a_shared_layer_or_model():
    rest = (
        "inputs: {x: [4]}\nshared: {s: {Dense: 4}}\n"
        "models: {m: {inputs: {a: [4]}, layers: [{Dense: 4}]}}\nlayers:\n  - call: s\n"
        "  - call: m\n"
    )
    for name in ("s", "m"):
        error = only(rest + f"  - Dense: 2\n    name: {name}\n")
        assert place(error) == ("MS305", 9, 11)


def test_a_step_may_not_have_the_name_of_a_shared_layer_in_another_case():
    text = "inputs: {x: [4]}\nshared: {enc: {Dense: 4}}\nlayers:\n  - call: enc\n  - Dense: 2\n    name: Enc\n"
    assert told(text) == [("MS305", 7, 11)]


def test_an_input_may_not_have_the_name_of_a_shared_layer():
    text = "inputs: {enc: [4]}\nshared: {enc: {Dense: 4}}\nlayers:\n  - call: enc\n"
    assert [item[0] for item in told(text)] == ["MS305"]


def test_a_call_may_be_named_like_what_it_calls():
    assert names("inputs: {x: [4]}\nshared: {enc: {Dense: 4}}\nlayers:\n  - {call: enc, name: enc}\n") == ["enc"]


def test_a_shared_layer_and_a_model_may_not_have_one_name():
    text = (
        "inputs: {x: [4]}\nshared: {s: {Dense: 4}}\nmodels:\n"
        "  s: {inputs: {a: [4]}, layers: [{Dense: 4}]}\nlayers:\n  - call: s\n"
    )
    error = only(text)
    assert place(error) == ("MS305", 5, 3)


def test_shared_layers_and_models_may_not_differ_only_in_case():
    text = "inputs: {x: [4]}\nshared:\n  s: {Dense: 4}\n  S: {Dense: 4}\nlayers:\n  - call: s\n  - call: S\n"
    assert told(text) == [("MS305", 5, 3)]


@pytest.mark.parametrize("name", ["9a", "a b", "a.b", "a@0", "a/b", "ä", "'' ", "x" * 129])
def test_what_is_no_name_is_told(name):
    assert told(ONE + f"  - Flatten:\n    name: {name}\n") == [("MS210", 5, 11)]


@pytest.mark.parametrize("name", ["a", "_a", "A-b_9", "x" * 128])
def test_good_names(name):
    assert names(ONE + f"  - Flatten:\n    name: {name}\n") == [name]


def test_a_name_that_is_no_text_is_told():
    assert told(ONE + "  - Flatten:\n    name: 5\n") == [("MS203", 5, 11)]


def test_names_stand_in_the_layer_order():
    assert good(ONE + "  - Flatten\n").main.graph.vertices[0].name == "x"
