"""The variables of a checkpoint are all that a step depends on: a model that is given them goes on bit for bit."""

import gc

import keras
import numpy as np
import pytest

import modelspec
from modelspec.catalogue.optimizers import OPTIMIZERS
from modelspec.runtime.build.model import build_model
from modelspec.runtime.state.variables import (
    DoesNotFit,
    assign,
    first_not_finite,
    trained_names,
    training_variables,
    values_of,
)
from tests.chosen import chosen
from tests.tiny import write

SPEC = """\
modelspec: 1
inputs: {{x: {shape}}}
layers:
{layers}
  - Flatten
  - Dense: 3
    name: y
outputs:
  y: {{loss: mse, metrics: [{metrics}]}}
train: {{optimizer: {optimizer}, seed: 3}}
"""
LAYERS = {
    "Dense": ("[8]", "Dense: 4"),
    "Dropout": ("[8]", "Dropout: 0.5"),
    "AlphaDropout": ("[8]", "AlphaDropout: 0.5"),
    "GaussianDropout": ("[8]", "GaussianDropout: 0.5"),
    "GaussianNoise": ("[8]", "GaussianNoise: 1.0"),
    "SpatialDropout1D": ("[4, 6]", "SpatialDropout1D: 0.5"),
    "BatchNormalization": ("[8]", "BatchNormalization"),
    "SpectralNormalization": ("[8]", "SpectralNormalization: {layer: {Dense: 4}}"),
    "LSTM": ("[4, 6]", "LSTM: {units: 4, dropout: 0.3, recurrent_dropout: 0.3}"),
    "GRU": ("[4, 6]", "GRU: {units: 4, dropout: 0.3, recurrent_dropout: 0.3}"),
    "SimpleRNN": ("[4, 6]", "SimpleRNN: {units: 4, dropout: 0.3, recurrent_dropout: 0.3}"),
    "Bidirectional": ("[4, 6]", "Bidirectional: {layer: {LSTM: {units: 4, dropout: 0.3}}}"),
    "ConvLSTM1D": ("[3, 6, 2]", "ConvLSTM1D: {filters: 2, kernel_size: 2, dropout: 0.3, recurrent_dropout: 0.3}"),
    "MultiHeadAttention": ("[4, 6]", "SelfAttention"),
    "RandomFlip": ("[8, 8, 3]", "RandomFlip"),
    "RandomRotation": ("[8, 8, 3]", "RandomRotation: 0.2"),
    "RandomZoom": ("[8, 8, 3]", "RandomZoom: 0.2"),
    "RandomTranslation": ("[8, 8, 3]", "RandomTranslation: {height_factor: 0.2, width_factor: 0.2}"),
    "RandomBrightness": ("[8, 8, 3]", "RandomBrightness: 0.2"),
    "RandomContrast": ("[8, 8, 3]", "RandomContrast: 0.2"),
    "RandomErasing": ("[8, 8, 3]", "RandomErasing"),
    "MixUp": ("[8, 8, 3]", "MixUp"),
    "CutMix": ("[8, 8, 3]", "CutMix"),
    "RandAugment": ("[8, 8, 3]", "RandAugment"),
    "AugMix": ("[8, 8, 3]", "AugMix"),
}
QUICK = ("Dropout", "BatchNormalization", "LSTM")
ARGUMENTS = {
    "LossScaleOptimizer": "{inner_optimizer: {Adam: 1e-2}, dynamic_growth_steps: 2}",
    "SGD": "{learning_rate: 1e-2, momentum: 0.9, use_ema: true, ema_overwrite_frequency: 3}",
    "Adam": "{learning_rate: 1e-2, amsgrad: true, gradient_accumulation_steps: 2}",
    "RMSprop": "{learning_rate: {ExponentialDecay: {initial_learning_rate: 1e-2, decay_steps: 2, decay_rate: 0.5}}, centered: true}",
}

METRICS = ["mae", "cosine_similarity", "{RootMeanSquaredError: {}}", "{R2Score: {}}"]


def built(tmp_path, shape="[8]", layer="Dense: 4", optimizer="{Adam: 1e-2}", metrics="mae"):
    text = SPEC.format(shape=shape, layers=f"  - {layer}", optimizer=optimizer, metrics=metrics)
    if layer == "SelfAttention":
        attention = "  - MultiHeadAttention: {num_heads: 2, key_dim: 4, dropout: 0.3}\n    from: {query: x, value: x}"
        text = SPEC.format(shape=shape, layers=attention, optimizer=optimizer, metrics=metrics)
    network = modelspec.load(write(tmp_path, text))
    made = build_model(network)
    made.model._symbolic_build(data_batch=batch(made.model, 0))
    made.model.make_train_function()
    return made.model


def batch(model, number):
    draw = np.random.default_rng(number)
    rows = draw.normal(size=(6, *model.inputs[0].shape[1:])).astype("float32")
    return ({"x": rows}, {"y": draw.normal(size=(6, 3)).astype("float32")})


def steps(model, *numbers):
    for number in numbers:
        logs = model.train_function(iter([batch(model, number)]))
    return {name: float(value) for name, value in logs.items()}


def contents(values):
    return {name: value.tobytes() for name, value in values.items()}


def goes_on_exactly(tmp_path, **spec):
    first = built(tmp_path, **spec)
    steps(first, 0, 1, 2)
    kept = values_of(first)
    logs = steps(first, 3, 4, 5)
    second = built(tmp_path, **spec)
    assign(second, kept)
    assert steps(second, 3, 4, 5) == logs
    assert contents(values_of(second)) == contents(values_of(first))
    return first, kept


@pytest.mark.parametrize("name", QUICK)
def test_layers_go_on_exactly(tmp_path, name):
    shape, layer = LAYERS[name]
    goes_on_exactly(tmp_path, shape=shape, layer=layer)


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(set(LAYERS) - set(QUICK)))
def test_all_layers_go_on_exactly(tmp_path, name):
    shape, layer = LAYERS[name]
    goes_on_exactly(tmp_path, shape=shape, layer=layer)


@pytest.mark.parametrize("name", ["Nadam", "LossScaleOptimizer", "SGD"])
def test_optimizers_go_on_exactly(tmp_path, name):
    goes_on_exactly(tmp_path, optimizer=f"{{{name}: {ARGUMENTS.get(name, '1e-2')}}}")


@pytest.mark.slow
@pytest.mark.parametrize("name", OPTIMIZERS)
def test_all_optimizers_go_on_exactly(tmp_path, name):
    goes_on_exactly(tmp_path, optimizer=f"{{{name}: {ARGUMENTS.get(name, '1e-2')}}}")


def kinds(variable=keras.Variable):
    """The classes of variables."""
    return {variable}.union(*(kinds(below) for below in variable.__subclasses__()))


def all_variables():
    """Every Keras variable that is alive, with its value."""
    gc.unfreeze()  # what other modules have left is looked through too
    classes = kinds()
    alive = [item for item in gc.get_objects() if type(item) in classes]
    return {id(item): (item, np.array(item.numpy())) for item in alive}


def nothing_else_changes(model):
    before = all_variables()
    steps(model, 0, 1, 2)
    known = {id(variable) for variable in training_variables(model).values()}
    changed = [
        variable.path
        for key, (variable, value) in all_variables().items()
        if key not in before or before[key][1].tobytes() != value.tobytes()
        if key not in known
    ]
    assert changed == []


@pytest.mark.parametrize("name", ["Nadam", "LossScaleOptimizer"])
def test_no_other_variable_changes_in_training(tmp_path, name):
    nothing_else_changes(built(tmp_path, optimizer=f"{{{name}: {ARGUMENTS.get(name, '1e-2')}}}"))


@pytest.mark.slow
@pytest.mark.parametrize("name", OPTIMIZERS)
def test_no_other_variable_of_any_optimizer_changes_in_training(tmp_path, name):
    nothing_else_changes(built(tmp_path, optimizer=f"{{{name}: {ARGUMENTS.get(name, '1e-2')}}}"))


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(LAYERS))
def test_no_other_variable_of_any_layer_changes_in_training(tmp_path, name):
    shape, layer = LAYERS[name]
    nothing_else_changes(built(tmp_path, shape=shape, layer=layer))


@pytest.mark.parametrize("metric", chosen(METRICS, METRICS[::3]))
def test_running_sums_are_kept(tmp_path, metric):
    first, kept = goes_on_exactly(tmp_path, metrics=metric)
    first.reset_metrics()
    assert contents(values_of(first)) != contents(kept)


@pytest.mark.parametrize("group", ["model", "optimizer", "metrics"])
def test_what_is_left_out_changes_the_end(tmp_path, group):
    spec = {"layer": "Dropout: 0.5"}
    first = built(tmp_path, **spec)
    steps(first, 0, 1, 2)
    kept = values_of(first)
    steps(first, 3, 4)
    second = built(tmp_path, **spec)
    fresh = values_of(second)
    assign(second, {name: fresh[name] if name.startswith(group) else value for name, value in kept.items()})
    steps(second, 3, 4)
    assert contents(values_of(second)) != contents(values_of(first))


def test_the_arrays_of_another_model_are_refused_and_nothing_is_assigned(tmp_path):
    model = built(tmp_path)
    before = contents(values_of(model))
    kept = values_of(built(tmp_path, layer="Dense: 5"))
    with pytest.raises(DoesNotFit, match=r"shape \(8, 5\), and the model's float32 of shape \(8, 4\)"):
        assign(model, kept)
    kept = values_of(built(tmp_path, layer="BatchNormalization"))
    with pytest.raises(DoesNotFit, match="variable"):
        assign(model, kept)
    assert contents(values_of(model)) == before


def test_values_are_copies(tmp_path):
    model = built(tmp_path)
    kept = values_of(model)
    before = contents(kept)
    steps(model, 0, 1, 2)
    assert contents(kept) == before


def test_a_weight_that_is_not_finite_is_found(tmp_path):
    model = built(tmp_path)
    assert first_not_finite(trained_names(model), values_of(model)) is None
    weight = model.trainable_variables[0]
    weight.assign(np.full(weight.shape, np.nan))
    assert first_not_finite(trained_names(model), values_of(model)) == weight.path
