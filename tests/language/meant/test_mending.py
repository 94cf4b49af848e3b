"""All at once: a wrong name does not hide what can be known without it, and nothing that only follows from it is told."""

import pytest

from tests.checks.told import told

OLD_CALLBACKS = """\
modelspec: 1
inputs: {x: [4]}
layers:
  - Dense: 1
    name: y
outputs: {y: {loss: mse, metrics: [mae]}}
train:
  callbacks:
    - ModelCheckpoint: {filepath: w.hdf5, period: 2, monitor: val_acc}
    - ReduceLROnPlateau: {epsilon: 0.1, monitor: val_foo}
    - EarlyStoping: {monitor: val_bar}
    - EarlyStopping: {monitor: val_bar, patience: -3}
    - EarlyStopping: {monitor: val_mae, patience: 3}
"""


def test_old_callbacks_are_told_in_one_run():
    assert told(OLD_CALLBACKS) == [
        ("MS208", 9, 35), ("MS213", 9, 43), ("MS520", 9, 63), ("MS213", 10, 27), ("MS520", 10, 50), ("MS207", 11, 7),
        ("MS204", 12, 51),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("callback", "expected"),
    [
        ("ModelCheckpoint: {flepath: w.hdf5, monitor: val_bar}", ["MS208", "MS201", "MS520"]),
        ("ModelCheckpoint: {path: w.hdf5, monitor: val_mae}", ["MS208", "MS201"]),
        ("ModelCheckpoint: {flepath: w.keras, save_weight_only: true}", ["MS208", "MS201", "MS201"]),
        ("TensorBoard: {profile_batches: [5, 2]}", ["MS208", "MS201"]),
    ],
)
def test_a_wrong_name_and_arguments_that_do_not_fit_are_told_of_one_callback(callback, expected):
    text = OLD_CALLBACKS.partition("    - ")[0] + f"    - {callback}\n"
    assert [code for code, *_ in told(text)] == expected


def with_first_layer(layer):
    return f"""\
modelspec: 1
inputs: {{x: [8, 8, 3]}}
layers:
  - {layer}
  - LSTM: 4
    name: y
outputs: {{y: {{loss: mse}}}}
"""


@pytest.mark.parametrize(
    "layer",
    [
        "Dense: {unit: 4}",
        "Dense: {units: 4, foo: 1}",
        "Dense: {output_dim: 4, init: uniform}",
        "Dense: {units: 4, activation: reluu}",
        "Dense: {units: 4, kernel_initializer: foo, kernel_regularizer: bar}",
        "Dense: {units: 4, kernel_initializer: {RandomNormal: {std: 1}}}",
        "Conv2D: {nb_filter: 4, kernel_size: 3, border_mode: same, dim_ordering: tf}",
        "Activation: reluu",
        "nn.Linear: {out_features: 4}",
        "Dropout: {p: 0.1}",
        "TimeDistributed: {layer: {Dense: {unit: 4}}}",
    ],
)
def test_a_wrong_argument_does_not_hide_a_wrong_shape(layer):
    codes = [(code, line) for code, line, _ in told(with_first_layer(layer))]
    assert ("MS401", 5) in codes
    assert {code for code, line in codes if line == 4} <= {"MS201", "MS207", "MS213", "MS206"}


@pytest.mark.parametrize("layer", ["Dense: {units: x}", "Foo: 4", "Conv2D: {filters: 3, kernel_sizes: 0}"])
def test_a_layer_of_which_nothing_is_known_causes_nothing_further(layer):
    assert {line for _, line, _ in told(with_first_layer(layer))} == {4}


def spec(outputs, train=""):
    return f"modelspec: 1\ninputs: {{x: [4]}}\nlayers:\n  - Dense: {{units: 3, activation: reluu}}\n    name: y\n{outputs}\n{train}\n"


def test_an_activation_that_is_not_known_is_not_taken_for_none():
    assert told(spec("outputs: {y: {loss: categorical_crossentropy}}")) == [("MS207", 4, 35)]


def test_a_metric_that_was_refused_may_give_any_number():
    train = "train: {callbacks: [{EarlyStopping: {monitor: val_mine, mode: min}}]}"
    assert [code for code, *_ in told(spec("outputs: {y: {loss: mse, metrics: [minee]}}", train))] == ["MS207", "MS207"]


def test_a_metric_known_by_its_other_name_gives_its_number():
    train = "train: {callbacks: [{EarlyStopping: {monitor: val_rmse, mode: min}}]}"
    codes = [code for code, *_ in told(spec("outputs: {y: {loss: mse, metrics: [rmse]}}", train))]
    assert codes == ["MS207", "MS207", "MS520"]


MONITORS = {
    ("accuracy", "val_acc"): "val_accuracy",
    ("AUC, accuracy", "val_acc"): "val_accuracy",
    ("acc", "val_accuracy"): "val_acc",
    ("RootMeanSquaredError", "val_rmse"): "val_root_mean_squared_error",
    ("binary_accuracy", "acc"): "binary_accuracy",
    ("AUC", "val_roc_auc"): "val_auc",
}


@pytest.mark.parametrize("case", MONITORS)
def test_a_monitor_by_another_name_of_its_metric_gets_the_name_of_the_history(case):
    from tests.checks.told import problems

    metrics, monitor = case
    text = "modelspec: 1\ninputs: {x: [4]}\nlayers:\n  - Dense: {units: 1, activation: sigmoid}\n    name: y\n"
    text += f"outputs: {{y: {{loss: bce, metrics: [{metrics}]}}}}\n"
    text += f"train: {{callbacks: [{{EarlyStopping: {{monitor: {monitor}, mode: max}}}}]}}\n"
    found = [item for item in problems(text) if item.code == "MS520"]
    assert found[0].help.startswith(f"did you mean '{MONITORS[case]}'?")
    assert not [item for item in problems(text.replace(monitor, MONITORS[case])) if item.code == "MS520"]


def test_with_several_outputs_the_monitor_gets_the_name_of_an_output():
    from tests.checks.told import problems

    text = "modelspec: 1\ninputs: {x: [4]}\nlayers:\n  - Dense: {units: 1, activation: sigmoid}\n    name: a\n"
    text += "  - Dense: {units: 1, activation: sigmoid}\n    name: b\n    from: x\n"
    text += "outputs: {a: {loss: bce, metrics: [accuracy]}, b: {loss: bce}}\n"
    text += "train: {callbacks: [{EarlyStopping: {monitor: val_acc, mode: max}}]}\n"
    assert next(item for item in problems(text) if item.code == "MS520").help.startswith(
        "did you mean 'val_a_accuracy'?"
    )
