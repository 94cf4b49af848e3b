"""`outputs`: what each is by default, and its losses and metrics."""

import pytest

from tests.graph.telling import good, only, place, read, shapes, told

LAYERS = "inputs: {x: [4]}\nlayers:\n  - Dense: 2\n    name: small\n  - Dense: 3\n    name: large\n"


def output(written):
    return read(LAYERS + f"outputs: {{large: {written}}}\n").model.outputs[0]


def losses(text):
    from modelspec.graph.questions.outputs import losses as found

    return {name: type(loss).__name__ for name, loss in found(good(text)).items()}


def test_without_outputs_the_last_step_is_the_output():
    assert shapes(LAYERS) == {"large": (None, 3)}


def test_an_output_is_the_tensor_of_its_name_or_what_from_says():
    assert shapes(LAYERS + "outputs: {small: , other: {from: large}, short: small}\n") == {
        "small": (None, 2), "other": (None, 3), "short": (None, 2),
    }  # fmt: skip


def test_a_single_output_of_another_name_is_the_last_step():
    assert shapes(LAYERS + "outputs: {price: {loss: mse}}\n") == {"price": (None, 3)}


def test_one_of_several_outputs_needs_its_tensor():
    error = only(LAYERS + "outputs:\n  small: {loss: mse}\n  larg: {loss: mse}\n")
    assert place(error) == ("MS309", 10, 3)
    assert error.help == "did you mean 'large'?"


def test_an_unknown_reference_of_an_output_is_told_at_the_reference():
    assert told(LAYERS + "outputs: {y: {from: larg, loss: mse}}\n") == [("MS301", 8, 21)]
    assert told(LAYERS + "outputs: {y: larg}\n") == [("MS301", 8, 14)]


def test_an_input_may_be_an_output():
    assert shapes(LAYERS + "outputs: {large: , x: }\n") == {"large": (None, 3), "x": (None, 4)}


def test_one_call_of_a_shared_layer_is_an_output_by_its_node():
    text = (
        "inputs: {x: [4]}\nshared: {d: {Dense: 2}}\nlayers:\n  - call: d\n    from: x\n"
        "  - call: d\n    from: x\noutputs: {y: d@0}\n"
    )
    assert shapes(text) == {"y": (None, 2)}
    assert told(text.replace("y: d@0", "d: {loss: mse}, y: d@1")) == [("MS303", 9, 14)]


def test_each_output_has_its_loss_weight_metrics_and_columns():
    read_output = output(
        "{loss: mse, loss_weight: 0.5, metrics: [mae, {MeanSquaredError: }], weighted_metrics: mse, columns: [a, b, c]}"
    )
    assert type(read_output.loss).__name__ == "MeanSquaredError"
    assert read_output.loss_weight == 0.5
    assert len(read_output.metrics) == 2
    assert len(read_output.weighted_metrics) == 1
    assert read_output.columns == ("a", "b", "c")


def test_train_loss_is_the_loss_of_every_output_that_names_none():
    text = LAYERS + "outputs:\n  small:\n  large: {loss: mae}\ntrain: {loss: mse}\n"
    assert losses(text) == {"small": "MeanSquaredError", "large": "MeanAbsoluteError"}


def test_loss_null_is_no_loss_even_beside_one_for_all():
    text = LAYERS + "outputs:\n  small: {loss: null}\n  large:\ntrain: {loss: mse}\n"
    assert losses(text) == {"large": "MeanSquaredError"}


def test_no_loss_at_all_trains_nothing():
    assert losses(LAYERS) == {}


@pytest.mark.parametrize(
    ("written", "code", "column"),
    [
        ("{losses: mse}", "MS201", 19), ("{loss: mze}", "MS207", 25), ("{loss: 3}", "MS203", 25),
        ("{loss: mse, loss_weight: -1}", "MS204", 43), ("{loss: mse, loss_weight: a}", "MS203", 43),
        ("{loss: mse, metrics: [acuracy]}", "MS207", 40), ("[mse]", "MS203", 18), ("3", "MS203", 18),
        ("{from: [small]}", "MS203", 25), ("{loss: mse, column: a, columns: [b]}", "MS208", 41),
    ],
)  # fmt: skip
def test_what_is_no_output_is_told_at_its_place(written, code, column):
    assert told(LAYERS + f"outputs: {{large: {written}}}\n") == [(code, 8, column)]


def test_outputs_must_name_one():
    assert told(LAYERS + "outputs: {}\n") == [("MS202", 8, 10)]
    assert told(LAYERS + "outputs: [small]\n") == [("MS203", 8, 10)]


def test_an_output_of_several_tensors_is_told():
    text = (
        "inputs: {x: [5, 4]}\nlayers:\n  - LSTM: {units: 3, return_state: true}\n    name: y\n"
        "outputs: {y: {loss: mse}}\n"
    )
    assert [code for code, _, _ in told(text)] == ["MS304"]
