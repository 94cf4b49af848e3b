"""What outputs end in, through wrappers, models and steps that hand numbers on, against what their losses take."""

import pytest

from tests.checks.told import problems, spec

SHAPE = "inputs: {x: [6, 5]}"
LOSSES = ["categorical_crossentropy", "sparse_categorical_crossentropy", "categorical_focal_crossentropy"]
NO_DISTRIBUTION = ["relu", "softplus", "exponential", "sigmoid", "hard_sigmoid", "elu", "tanh", "selu", "linear", "log_softmax",
                   "leaky_relu", "gelu", "silu", "softsign", "relu6", "squareplus", "celu", "mish"]  # fmt: skip
ENDS = {
    "a layer": ["  - Dense: {units: 3, activation: ACT}"],
    "a layer of its own": ["  - Dense: 3", "  - Activation: ACT"],
    "dropped": ["  - Dense: {units: 3, activation: ACT}", "  - Dropout: 0.1"],
    "time distributed": ["  - TimeDistributed: {layer: {Dense: {units: 3, activation: ACT}}}"],
    "a shared layer inside": ["  - TimeDistributed: inside"],
    "a shared layer": ["  - {call: inside, from: x}"],
    "normed": ["  - SpectralNormalization: {layer: {Dense: {units: 3, activation: ACT}}}"],
    "a convolution": ["  - Conv1D: {filters: 3, kernel_size: 2, activation: ACT}"],
    "a model": ["  - {call: model, from: x}"],
    "a model inside": ["  - TimeDistributed: steps"],
    "reshaped": ["  - Dense: {units: 3, activation: ACT}", "  - Reshape: [6, 3]"],
    "recurrent": ["  - SimpleRNN: {units: 3, activation: ACT, return_sequences: true}"],
    "a cell": ["  - RNN: {cell: {SimpleRNNCell: {units: 3, activation: ACT}}, return_sequences: true}"],
}
MORE = (
    "shared: {inside: {Dense: {units: 3, activation: ACT}}}",
    "models:",
    "  model: {inputs: {a: [6, 5]}, layers: [{Dense: {units: 3, activation: ACT}}]}",
    "  steps: {inputs: {a: [5]}, layers: [{Dense: {units: 3, activation: ACT}}]}",
)


def told_of(end, activation, loss):
    text = spec([*ENDS[end], "    name: y"], f"outputs: {{y: {{loss: {loss}}}}}", *MORE, inputs=SHAPE)
    if end.startswith("a ") and "call" in ENDS[end][0]:
        text = text.replace(", from: x}\n    name: y", ", from: x, name: y}")
    found = problems(text.replace("ACT", activation))
    assert not [item for item in found if item.severity == "error"], found
    return [item for item in found if item.code == "MS505"]


@pytest.mark.parametrize("end", ENDS)
def test_what_sums_to_nothing_is_told_before_a_crossentropy_wherever_it_stands(end):
    for activation in NO_DISTRIBUTION:
        for loss in LOSSES:
            found = told_of(end, activation, loss)
            assert len(found) == 1, (activation, loss)
            assert "softmax" in found[0].help


@pytest.mark.parametrize("end", ENDS)
def test_a_softmax_before_a_crossentropy_is_right(end):
    for loss in LOSSES:
        assert told_of(end, "softmax", loss) == []


@pytest.mark.parametrize("layer", ["LSTM", "GRU"])
def test_gates_leave_no_distribution_and_the_help_is_a_step_of_its_own(layer):
    for activation in ("tanh", "relu"):
        text = spec([f"  - {layer}: {{units: 3, activation: {activation}}}", "    name: y"],
                    "outputs: {y: {loss: categorical_crossentropy}}", inputs=SHAPE)  # fmt: skip
        found = [item for item in problems(text) if item.code == "MS505"]
        assert "a step `Activation: softmax`" in found[0].help
        more = text.replace("    name: y", "  - Activation: softmax\n    name: y")
        assert [item for item in problems(more) if item.code == "MS505"] == []


@pytest.mark.parametrize(
    ("layer", "wrong"),
    [("Softmax: {axis: 1}", True), ("Softmax: {axis: 2}", False), ("Softmax", False), ("Softmax: {axis: -2}", True),
     ("ops.softmax: {axis: 1}", True), ("ops.softmax: {axis: 2}", False), ("TimeDistributed: {layer: {Softmax: {axis: 1}}}", False)],
)  # fmt: skip
def test_a_softmax_along_another_axis_than_the_classes_is_told(layer, wrong):
    text = spec([f"  - {layer}", "    name: y"], "outputs: {y: {loss: categorical_crossentropy}}", inputs=SHAPE)
    found = [item for item in problems(text) if item.code == "MS505"]
    assert bool(found) == wrong
    if wrong:
        right = found[0].help.split("`")[1]
        assert not [item for item in problems(text.replace(layer, right)) if item.code == "MS505"]


@pytest.mark.parametrize(
    ("loss", "activation", "told"),
    [("BinaryCrossentropy", "sigmoid", True), ("BinaryCrossentropy", "relu", True), ("BinaryCrossentropy", "log_sigmoid", True),
     ("BinaryCrossentropy", "linear", False), ("CategoricalCrossentropy", "softmax", True), ("CategoricalCrossentropy", "sigmoid", True),
     ("CategoricalCrossentropy", "log_softmax", False), ("CategoricalCrossentropy", "linear", False)],
)  # fmt: skip
def test_logits_have_no_activation(loss, activation, told):
    text = spec([f"  - Dense: {{units: 3, activation: {activation}}}", "    name: y"],
                f"outputs: {{y: {{loss: {{{loss}: {{from_logits: true}}}}}}}}", inputs=SHAPE)  # fmt: skip
    assert bool([item for item in problems(text) if item.code == "MS505"]) == told
