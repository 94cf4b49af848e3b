"""Shared layers: one layer however it is called; wrappers that take one by name."""

import pytest

from tests.graph.telling import errors, good, notes, only, place, shapes, told

SHARED = "inputs: {x: [5, 4], z: [7, 4]}\nshared:\n  enc: {LSTM: 3}\n"


def test_a_shared_layer_called_twice_has_one_set_of_weights():
    network = good(
        SHARED + "layers:\n  - {call: enc, from: x}\n  - {call: enc, from: z}\n  - Add:\n    from: [enc@0, enc@1]\n"
    )
    assert [weight.shape for weight in network.weights["enc"]] == [(4, 12), (3, 12), (12,)]
    assert set(network.weights) == {"enc"} | {path for path in network.weights if not network.weights[path]}


def test_a_shared_layer_in_two_models_and_outside_is_one_layer():
    text = (
        "inputs: {x: [4]}\nshared: {d: {Dense: 4}}\nmodels:\n  p: {inputs: {a: [4]}, layers: [{call: d}]}\n"
        "  q: {inputs: {a: [4]}, layers: [{call: d}]}\nlayers:\n  - call: p\n  - call: q\n  - call: d\n"
    )
    assert list(good(text).weights) == ["d"]


def test_two_steps_of_one_kind_are_two_layers():
    text = (
        "inputs: {x: [4]}\nmodels:\n  p: {inputs: {a: [4]}, layers: [{Dense: 4}]}\nlayers:\n  - call: p\n  - Dense: 4\n"
    )
    assert list(good(text).weights) == ["p/dense", "dense"]


def test_a_shared_layer_called_with_another_width_is_told_at_the_later_call():
    text = (
        "inputs: {x: [4], z: [6]}\nshared:\n  d: {Dense: 2}\nlayers:\n"
        "  - {call: d, from: x, name: p}\n  - {call: d, from: z, name: q}\n  - Add:\n"
        "    from: [p, q]\n"
    )
    error = only(text)
    assert place(error) == ("MS409", 7, 12)
    assert "(None, 4)" in error.message and "(None, 6)" in error.message
    assert (4, 3, "the shared layer 'd'") in notes(error)


def test_other_lengths_are_no_other_width():
    text = SHARED + (
        "layers:\n  - {call: enc, from: x, name: p}\n  - {call: enc, from: z, name: q}\noutputs: {p: , q: }\n"
    )
    assert shapes(text) == {"p": (None, 3), "q": (None, 3)}


@pytest.mark.parametrize(
    ("layer", "first", "second"),
    [("BatchNormalization", "[4]", "[3, 4]"), ("BatchNormalization", "[3, 4]", "[4]")],
)
def test_a_shared_layer_called_with_another_rank_is_told_where_keras_refuses_it(layer, first, second):
    text = (
        f"inputs: {{x: {first}, z: {second}}}\nshared: {{s: {layer}}}\nlayers:\n"
        f"  - {{call: s, from: x, name: p}}\n  - {{call: s, from: z, name: q}}\n"
        f"outputs: {{p: , q: }}\n"
    )
    assert [item.code for item in errors(text)] in (["MS409"], ["MS401"])


def test_a_wrapper_takes_a_shared_layer_by_name():
    text = "inputs: {x: [5, 4]}\nshared: {d: {Dense: 2}}\nlayers:\n  - TimeDistributed: d\n"
    network = good(text)
    assert shapes(text) == {"time_distributed": (None, 5, 2)}
    assert [weight.shape for weight in network.weights["d"]] == [(4, 2), (2,)]
    assert not network.weights["time_distributed"]


@pytest.mark.parametrize("written", ["vision", "{layer: vision}"])
def test_a_wrapper_takes_a_model_by_name(written):
    text = (
        f"inputs: {{clip: [6, 8, 8, 1]}}\n"
        f"models: {{vision: {{inputs: {{a: [8, 8, 1]}}, layers: [{{Conv2D: {{filters: 2, kernel_size: 3}}}}, Flatten]}}}}\n"
        f"layers:\n  - TimeDistributed: {written}\n"
    )
    assert shapes(text) == {"time_distributed": (None, 6, 72)}


def test_a_wrapper_takes_a_layer_written_in_place():
    assert shapes("inputs: {x: [5, 4]}\nlayers:\n  - TimeDistributed: {layer: {Dense: 3}}\n") == {
        "time_distributed": (None, 5, 3)
    }
    assert shapes("inputs: {x: [5, 4]}\nlayers:\n  - Bidirectional: {layer: {LSTM: 3}, merge_mode: sum}\n") == {
        "bidirectional": (None, 3)
    }


def test_a_wrapped_model_is_refused_at_the_wrapper_on_frames_of_another_shape():
    text = (
        "inputs: {clip: [6, 9, 8, 1]}\n"
        "models: {vision: {inputs: {a: [8, 8, 1]}, layers: [Flatten]}}\nlayers:\n"
        "  - TimeDistributed: vision\n"
    )
    assert told(text) == [("MS407", 5, 5)]


def test_a_wrapped_name_that_is_nothing_gets_the_closest_one():
    error = only(
        "inputs: {x: [5, 4]}\nshared: {encoder: {Dense: 2}}\nlayers:\n  - TimeDistributed: encodr\n  - call: encoder\n"
    )
    assert place(error) == ("MS206", 5, 22)


def test_a_shared_layer_that_was_refused_is_told_once_and_its_calls_are_quiet():
    text = (
        "inputs: {x: [4]}\nshared: {d: {Dense: {unit: 2}}}\nlayers:\n  - {call: d, name: p}\n"
        "  - Conv2D: {filters: 1, kernel_size: 3}\n    from: p\n"
    )
    # What the wrong argument was meant for is known, and so the shape that the calls give.
    assert [(item.code, item.span.line) for item in errors(text)] == [("MS201", 3), ("MS401", 6)]


def test_a_shared_op_is_no_layer():
    assert [code for code, _, _ in told("inputs: {x: [4]}\nshared: {d: {ops.abs: }}\nlayers:\n  - call: d\n")] == [
        "MS206"
    ]


def test_a_wrapper_gives_a_shared_layer_that_is_built_another_number_of_axes():
    text = (
        "inputs: {x: [5, 4]}\nshared: {norm: BatchNormalization}\nlayers:\n  - {call: norm, name: a}\n"
        "  - TimeDistributed: norm\n    from: x\n    name: b\n  - Add:\n    from: [a, b]\n"
    )
    assert shapes(text) == {"add": (None, 5, 4)}
