"""Batches of a fixed size, and rows that stay in their order."""

import pytest

from modelspec.pipeline import check_text

LSTM = "LSTM: {units: 3, stateful: true}"


def told(inputs, layers=f"[{LSTM}]", train="{}", more=""):
    """What is said of a spec, and where."""
    checked = check_text(f"modelspec: 1\ninputs: {inputs}\n{more}layers: {layers}\ntrain: {train}\n")
    found = [item for item in checked.diagnostics if item.severity == "error"]
    return [(item.code, item.path) for item in found], checked


FIXED = "{x: {shape: [4, 2], batch_size: 8}}"


@pytest.mark.parametrize(
    ("train", "path"),
    [
        ("{batch_size: 4}", ("train", "batch_size")),
        ("{validation_batch_size: 4}", ("train", "validation_batch_size")),
        ("{stages: [{epochs: 1}, {batch_size: 4}]}", ("train", "stages", 1, "batch_size")),
    ],
)
def test_a_batch_of_another_size_is_told_where_it_is_written(train, path):
    assert told(FIXED, train=train)[0] == [("MS420", path)]


def test_two_inputs_that_disagree_are_told():
    inputs = "{x: {shape: [4, 2], batch_size: 8}, z: {shape: [4, 2], batch_size: 4}}"
    assert told(inputs, "[{Flatten: null, from: x}, {Flatten: null, from: z}]")[0] == [
        ("MS420", ("inputs", "z", "batch_size"))
    ]


def test_an_input_of_a_nested_model_needs_one_of_the_spec():
    models = f"models: {{m: {{inputs: {FIXED}, layers: [{LSTM}]}}}}\n"
    assert told("{x: [4, 2]}", "[call: m]", more=models)[0] == [("MS420", ("models", "m", "inputs", "x", "batch_size"))]
    assert told(FIXED, "[call: m]", more=models)[0] == []


@pytest.mark.parametrize("size", ["0", "-1", "1.5", "yes", "a", "true"])
def test_what_is_no_number_of_rows_is_told(size):
    codes, _ = told(f"{{x: {{shape: [4, 2], batch_size: {size}}}}}")
    assert [code for code, _ in codes] in (["MS203"], ["MS204"])


@pytest.mark.parametrize(
    "layer",
    [
        LSTM, "GRU: {units: 3, stateful: true}", "SimpleRNN: {units: 3, stateful: true}",
        "RNN: {cell: {GRUCell: 3}, stateful: true}", "Bidirectional: {layer: {GRU: {units: 3, stateful: true}}}",
    ],
)  # fmt: skip
def test_rows_stay_in_their_order_for_a_layer_that_keeps_states(layer):
    codes, checked = told(FIXED, f"[{layer}]")
    assert codes == []
    assert checked.network.train.shuffle is False
    assert checked.network.train.batch_size == 8
    assert told(FIXED, f"[{layer}]", "{shuffle: true}")[0] == [("MS421", ("train", "shuffle"))]
    assert told(FIXED, f"[{layer}]", "{shuffle: false}")[0] == []


def test_a_fixed_batch_alone_leaves_rows_shuffled():
    assert told(FIXED, "[Flatten]")[1].network.train.shuffle is True


def test_a_stateful_layer_without_a_fixed_batch_is_told_what_to_write():
    codes, checked = told("{x: [4, 2]}")
    (problem,) = checked.diagnostics
    assert codes == [("MS403", ("layers", 0, "LSTM", "stateful"))]
    assert "batch_size: 32" in problem.help
    assert told("{x: {shape: [10, 4], batch_size: 32}}")[0] == []
