"""Learning rates, batches of one, steps without end, weights that no loss moves; costs; kinds of numbers."""

import keras
import numpy as np
import pytest

from modelspec.checks import cost
from modelspec.pipeline import check_text
from modelspec.runtime.build.model import build_model
from tests.checks.told import problems, spec, told

OUT = "outputs: {y: {loss: mse}}"
DENSE = ["  - Dense: 1", "    name: y"]
NORMALIZED = ["  - Dense: 2", "  - BatchNormalization", "  - Dense: 1", "    name: y"]


def trained(optimizer):
    return spec(DENSE, OUT, f"train: {{optimizer: {optimizer}}}")


@pytest.mark.parametrize(
    ("optimizer", "column"),
    [
        ("{Adam: {learning_rate: 10}}", 43),
        ("{Adam: {learning_rate: 1e-12}}", 43),
        ("{SGD: {learning_rate: 1e30}}", 42),
        ("{Adam: 3}", 27),
        (
            "{SGD: {learning_rate: {ExponentialDecay: {initial_learning_rate: 1e6, decay_steps: 9, decay_rate: 0.9}}}}",
            84,
        ),
        ("{Adam: {learning_rate: {PiecewiseConstantDecay: {boundaries: [5], values: [0.0, 2]}}}}", 95),
        ("{LossScaleOptimizer: {inner_optimizer: {Adam: {learning_rate: 10}}}}", 82),
    ],
)
def test_a_learning_rate_that_cannot_train_is_told_at_its_number(optimizer, column):
    ((code, line, found),) = told(trained(optimizer))
    assert (code, line) == ("MS530", 7)
    assert found == column or trained(optimizer).split("\n")[6][found - 1 :].startswith(("1", "3", "[", "Adam"))


@pytest.mark.parametrize(
    "optimizer",
    [
        "adam",
        "{Adam: {learning_rate: 1e-5}}",
        "{Adam: {learning_rate: 1.0}}",
        "{Adadelta: {learning_rate: 1.0}}",
        "{SGD: {learning_rate: 10}}",
        "{Adam: {learning_rate: {CosineDecay: {initial_learning_rate: 0.0, decay_steps: 9, warmup_target: 1e-3}}}}",
    ],
)
def test_a_learning_rate_that_some_use_is_not_told(optimizer):
    assert told(trained(optimizer)) == []


@pytest.mark.parametrize(
    ("layers", "more", "line"),
    [
        (["  - TimeDistributed: {layer: BatchNormalization}"], "", 4),
        (["  - TimeDistributed: bn"], "shared: {bn: BatchNormalization}", 4),
        (["  - call: td"], "shared: {td: {TimeDistributed: {layer: BatchNormalization}}}", 8),
        (
            ["  - call: m"],
            "models: {m: {inputs: {z: [3, 4]}, layers: [{TimeDistributed: {layer: BatchNormalization}}]}}",
            8,
        ),
    ],
)
def test_a_normalization_in_a_wrapper_takes_each_step_by_itself(layers, more, line):
    def found(*rest):
        text = spec([*layers, "    name: y"], OUT, *rest, more, inputs="inputs: {x: [3, 4]}")
        return [(code, at) for code, at, _ in told(text) if code == "MS531"]

    assert found("train: {batch_size: 1}") == [("MS531", line)]
    assert found("train: {batch_size: 2}") == []


@pytest.mark.parametrize(
    "layer",
    [
        "BatchNormalization",
        "{TimeDistributed: {layer: {BatchNormalization: {trainable: false}}}}",
        "{TimeDistributed: {layer: LayerNormalization}}",
    ],
)
def test_a_normalization_over_several_numbers_of_a_row_may_have_batches_of_one(layer):
    text = spec(
        [f"  - {layer}", "  - Dense: 1", "    name: y"], OUT, "train: {batch_size: 1}", inputs="inputs: {x: [3, 4]}"
    )
    assert "MS531" not in [code for code, *_ in told(text)]


def test_a_normalization_that_a_pattern_freezes_keeps_its_statistics():
    text = spec(
        [NORMALIZED[0], f"{NORMALIZED[1]}: {{}}", "    name: bn", *NORMALIZED[2:]],
        OUT,
        "train: {batch_size: 1, freeze: [bn]}",
    )
    assert "MS531" not in [code for code, *_ in told(text)]


def test_batches_of_one_row_cannot_be_normalized():
    assert told(spec(NORMALIZED, OUT, "train: {batch_size: 1}")) == [("MS531", 5, 5)]
    assert told(spec(NORMALIZED, OUT, "train: {batch_size: 2}")) == []
    frozen = [NORMALIZED[0], "  - BatchNormalization: {trainable: false}", *NORMALIZED[2:]]
    assert told(spec(frozen, OUT, "train: {batch_size: 1}")) == []
    image = ["  - BatchNormalization", "  - Flatten", *DENSE]
    assert told(spec(image, OUT, "train: {batch_size: 1}", inputs="inputs: {x: [4, 4, 1]}")) == []


def test_batch_normalization_of_one_row_gives_every_row_the_same():
    layer = keras.layers.BatchNormalization()
    rows = [keras.ops.convert_to_numpy(layer(np.array([[number, -number]]), training=True)) for number in (1.0, 9.0)]
    assert np.array_equal(*rows)


def test_training_that_does_not_end_is_told():
    assert told(spec(DENSE, OUT, "train: {epochs: 100000, steps_per_epoch: 100000}")) == [("MS532", 7, 42)]
    assert told(spec(DENSE, OUT, "train: {epochs: 1000, steps_per_epoch: 10000}")) == []


def test_validation_that_no_epoch_gets_to_is_told():
    data = "data: {train: {synthetic: 8}, validation: {split: 0.5}}"
    assert told(spec(DENSE, OUT, "train: {epochs: 2, validation_freq: 3}", data)) == [("MS533", 7, 37)]
    assert told(spec(DENSE, OUT, "train: {epochs: 3, validation_freq: 3}", data)) == []


UNMOVED = {
    "nothing has weights": (["  - Dropout: 0.1", "    name: y"], "MS534"),
    "all weights are frozen": (["  - Dense: {units: 1, trainable: false}", "    name: y"], "MS534"),
    "the output is a whole number": (["  - Dense: 3", "  - ops.argmax: {axis: -1}", "    name: y"], "MS535"),
    "gradients are stopped": (["  - Dense: 3", "  - ops.stop_gradient:", "    name: y"], "MS535"),
    "a weight is behind what stops": (["  - Dense: 3", "  - ops.stop_gradient", "  - Dense: 1", "    name: y"], None),
}


@pytest.mark.parametrize("case", UNMOVED)
def test_a_loss_that_moves_no_weight_is_told_and_keras_refuses_it(case):
    layers, code = UNMOVED[case]
    text = spec(layers, OUT)
    network = check_text(text).network
    assert [found for found, *_ in told(text)] == ([] if code is None else [code])
    model = build_model(network).model
    rows = np.zeros((4, 4), "float32")
    targets = {"y": np.zeros(tuple(size or 4 for size in model.outputs[0].shape), "float32")}
    if code == "MS535":
        with pytest.raises(ValueError, match="No gradients"):
            model.fit({"x": rows}, targets, verbose=0)
    elif code is None:
        with pytest.warns(UserWarning, match="Gradients do not exist for variables"):
            model.fit({"x": rows}, targets, verbose=0)


def test_an_orthogonal_matrix_that_takes_hours_is_told_at_its_layer_or_argument():
    inputs = "inputs: {x: [4, 4]}"
    end = ["  - Dense: 1", "    name: y"]
    assert told(spec(["  - LSTM: 6000", *end], OUT, inputs=inputs)) == [("MS550", 4, 5)]
    written = "  - LSTM: {units: 6000, recurrent_initializer: orthogonal}"
    assert told(spec([written, *end], OUT, inputs=inputs)) == [("MS550", 4, 48)]
    other = "  - LSTM: {units: 6000, recurrent_initializer: glorot_uniform}"
    assert told(spec([other, *end], OUT, inputs=inputs)) == []
    assert told(spec(["  - LSTM: 1024", *end], OUT, inputs=inputs)) == []


def test_weights_that_this_machine_cannot_hold_are_told(monkeypatch):
    text = spec(["  - Dense: {units: 1000}", "    name: y"], OUT, "data: {train: {synthetic: 8}}")
    weights = 5000 * 4
    monkeypatch.setattr(cost, "machine_memory", lambda: weights * 3)
    assert told(text) == []
    monkeypatch.setattr(cost, "machine_memory", lambda: weights * 3 - 1)
    assert told(text) == [("MS603", 3, 1)]
    monkeypatch.setattr(cost, "machine_memory", lambda: None)
    assert told(text) == []


def test_an_embedding_of_floats_is_told():
    layers = ["  - Embedding: {input_dim: 10, output_dim: 2}", "    from: x", "  - Flatten", *DENSE]
    assert told(spec(layers, OUT)) == [("MS540", 4, 5)]
    assert told(spec(layers, OUT, inputs="inputs: {x: {shape: [4], dtype: int32}}")) == []


def test_indices_that_are_multiplied_are_told():
    inputs = "inputs: {x: {shape: [4], dtype: int32}}"
    looked = ["  - Embedding: {input_dim: 10, output_dim: 2}", "    from: x", "  - Flatten:", "    name: a"]
    layers = [*looked, "  - Dense: 8", "    from: x", "    name: b", "  - Add:", "    from: [a, b]", *DENSE]
    assert told(spec(layers, OUT, inputs=inputs)) == [("MS541", 8, 5)]
    assert told(spec(DENSE, OUT, inputs=inputs)) == []


def test_fractions_that_a_nested_model_cuts_off_are_told():
    model = "models: {m: {inputs: {a: {shape: [4], dtype: DTYPE}}, layers: [{Rescaling: 2.0}, {Dense: 1}]}}"
    call = ["  - {call: m, name: y}"]
    assert told(spec(call, OUT, model.replace("DTYPE", "int32"))) == [("MS542", 4, 12)]
    assert told(spec(call, OUT, model.replace("DTYPE", "float32"))) == []
    inner = keras.Input((2,), dtype="int32")
    outer = keras.Input((2,))
    cut = keras.Model(outer, keras.Model(inner, keras.layers.Identity()(inner))(outer))
    assert keras.ops.convert_to_numpy(cut(np.array([[0.9, 1.9]], "float32"))).tolist() == [[0, 1]]


@pytest.mark.parametrize(
    "layer",
    ["Dense: {units: 1, activation: softmax}", "Dense: {units: 1, activation: sparsemax}"],
)
def test_a_softmax_of_one_is_told_at_the_activation(layer):
    assert told(spec([f"  - {layer}", "    name: y"], OUT)) == [("MS506", 4, 35)]


def test_a_softmax_of_one_is_told_as_a_layer_and_as_an_op():
    for step in ("Activation: softmax", "Softmax:", "ops.softmax:"):
        text = spec(["  - Dense: 1", f"  - {step}", "    name: y"], OUT)
        assert [problem.code for problem in problems(text)] == ["MS506"], step
    assert told(spec(["  - Dense: {units: 2, activation: softmax}", "    name: y"], OUT)) == []
