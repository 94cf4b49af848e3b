"""Weights of classes: at one output, whose rows have one class each, of those that there are."""

import pytest
import yaml

from modelspec.pipeline import check_text
from tests.checks.told import problems

WEIGHTS = "{0: 1.0, 1: 5.0}"


def text(layers, outputs, train, shape="[4]"):
    steps = "".join(f"  - {layer}\n" for layer in layers)
    return f"modelspec: 1\ninputs: {{x: {shape}}}\nlayers:\n{steps}outputs: {outputs}\ntrain: {train}\n"


KIND = "{Dense: {units: 3, activation: softmax}, name: kind, from: x}"
PRICE = "{Dense: 1, name: price, from: x}"
SURE = "{Dense: {units: 1, activation: sigmoid}, name: sure, from: x}"
SEVERAL = "{Dense: {units: 3, activation: sigmoid}, name: sure, from: x}"
STEPS = "{LSTM: {units: 3, return_sequences: true, activation: softmax}, name: kind}"
BOTH = "{price: {loss: mse}, kind: {loss: sparse_categorical_crossentropy}}"
ONE = "{kind: {loss: LOSS}}"


def codes(written):
    return [problem.code for problem in problems(written)]


@pytest.mark.parametrize(
    ("layer", "loss"),
    [
        (KIND, "sparse_categorical_crossentropy"),
        (KIND, "categorical_crossentropy"),
        (KIND, "categorical_focal_crossentropy"),
        (KIND, "kl_divergence"),
        (KIND, "mse"),
        (SURE, "binary_crossentropy"),
        (SURE, "mse"),
        ("{Dense: 1, name: sure}", "{BinaryCrossentropy: {from_logits: true}}"),
        ("{Dense: {units: 1, activation: tanh}, name: sure}", "hinge"),
        ("{Dense: 3, name: kind}", "{SparseCategoricalCrossentropy: {from_logits: true}}"),
        ("{Dense: {units: 3, activation: softmax}, name: kind}", "{CategoricalCrossentropy: {axis: 1}}"),
    ],
)
def test_weights_of_classes_fit_every_loss_whose_rows_have_a_class(layer, loss):
    name = "kind" if "kind" in layer else "sure"
    at_train = text([layer], f"{{{name}: {{loss: {loss}}}}}", f"{{class_weight: {WEIGHTS}}}")
    at_output = text([layer], f"{{{name}: {{loss: {loss}, class_weight: {WEIGHTS}}}}}", "{}")
    assert codes(at_train) == codes(at_output) == []


def told_of_both(layers, output, name, shape="[4]"):
    """The one problem of weights under `train` and of the same at the output, each at its key; they say the same."""
    whole = problems(text(layers, f"{{{name}: {{{output}}}}}", f"{{class_weight: {WEIGHTS}}}", shape))
    own = problems(text(layers, f"{{{name}: {{{output}, class_weight: {WEIGHTS}}}}}", "{}", shape))
    (first,), (second,) = whole, own
    assert first.path[:2] == ("train", "class_weight")
    assert second.path[:3] == ("outputs", name, "class_weight")
    assert (first.code, first.message, first.help) == (second.code, second.message, second.help)
    return first


@pytest.mark.parametrize("loss", ["mse", "mae", "poisson", "huber", "log_cosh", "{MeanSquaredLogarithmicError: {}}"])
def test_a_regression_has_no_classes_to_weigh(loss):
    problem = told_of_both([PRICE], f"loss: {loss}", "price")
    assert problem.code == "MS545"
    assert "'price', which have no class" in problem.message
    fixed = text([PRICE], f"{{price: {{loss: {loss}, sample_weight: importance}}}}", "{}")
    assert codes(fixed) == []


@pytest.mark.parametrize(
    ("layer", "loss", "shape"),
    [
        (STEPS, "sparse_categorical_crossentropy", "[5, 4]"),
        (STEPS, "categorical_crossentropy", "[5, 4]"),
        (STEPS, "sparse_categorical_crossentropy", "[null, 4]"),
        ("{Conv2D: {filters: 1, kernel_size: 1, activation: sigmoid}, name: kind}", "binary_crossentropy", "[8, 8, 3]"),
        ("{Conv2D: {filters: 2, kernel_size: 1, activation: softmax}, name: kind}", "sparse_categorical_crossentropy", "[8, 8, 3]"),
    ],
)  # fmt: skip
def test_rows_of_many_classes_are_told_without_rows(layer, loss, shape):
    problem = told_of_both([layer], f"loss: {loss}", "kind", shape)
    assert problem.code == "MS757"
    assert "a row of output 'kind' has many" in problem.message


@pytest.mark.parametrize(("layer", "loss", "bad", "last"), [
    (KIND, "sparse_categorical_crossentropy", 3, 2), (KIND, "categorical_crossentropy", 7, 2), (SURE, "binary_crossentropy", 2, 1),
    (KIND, "mse", 3, 2),
])  # fmt: skip
def test_a_class_that_the_output_does_not_have_is_told_at_its_number(layer, loss, bad, last):
    name = "kind" if layer is KIND else "sure"
    (problem,) = problems(text([layer], f"{{{name}: {{loss: {loss}}}}}", f'{{class_weight: {{"0": 1, "{bad}": 2}}}}'))
    assert (problem.code, problem.path) == ("MS546", ("train", "class_weight", str(bad)))
    assert f"from 0 to {last}" in problem.message
    assert codes(text([layer], f"{{{name}: {{loss: {loss}}}}}", f'{{class_weight: {{"0": 1, "{last}": 2}}}}')) == []


def test_several_answers_a_row_are_warned_of():
    problem = told_of_both([SEVERAL], "loss: binary_crossentropy", "sure")
    assert (problem.code, problem.severity) == ("MS547", "warning")


def test_weights_under_train_for_several_outputs_are_told_and_the_help_writes_them_where_they_belong():
    (problem,) = problems(text([PRICE, KIND], BOTH, f"{{class_weight: {WEIGHTS}}}"))
    assert (problem.code, problem.path) == ("MS544", ("train", "class_weight"))
    assert problem.message.endswith("2 are trained: 'price', 'kind'")
    written = yaml.safe_load(problem.help.split("`")[1])
    assert written == {"kind": {"class_weight": {0: 1.0, 1: 5.0}}}
    outputs = BOTH.replace(
        "kind: {",
        f"kind: {{class_weight: {yaml.safe_dump(written['kind']['class_weight'], default_flow_style=True).strip()}, ",
    )
    assert codes(text([PRICE, KIND], outputs, "{}")) == []


def test_one_trained_output_beside_one_that_is_only_computed_takes_the_weights_of_train():
    outputs = BOTH.replace("price: {loss: mse}", "price: {loss: null}")
    assert codes(text([PRICE, KIND], outputs, f"{{class_weight: {WEIGHTS}}}")) == []


def test_weights_given_twice_are_told():
    outputs = ONE.replace("LOSS", f"sparse_categorical_crossentropy, class_weight: {WEIGHTS}")
    assert codes(text([KIND], outputs, f"{{class_weight: {WEIGHTS}}}")) == ["MS208"]


def test_each_stage_may_weigh_the_classes_of_the_only_output_and_a_mistake_is_told_in_it():
    stages = f'{{stages: [{{epochs: 1, class_weight: {WEIGHTS}}}, {{epochs: 1, class_weight: {{"5": 1}}}}]}}'
    (problem,) = problems(text([KIND], ONE.replace("LOSS", "sparse_categorical_crossentropy"), stages))
    assert (problem.code, problem.path) == ("MS546", ("train", "stages", 1, "class_weight", "5"))


def test_a_column_and_classes_cannot_both_weigh_an_output():
    outputs = ONE.replace("LOSS", f"sparse_categorical_crossentropy, sample_weight: w, class_weight: {WEIGHTS}")
    (problem,) = problems(text([KIND], outputs, "{}"))
    assert (problem.code, problem.path) == ("MS543", ("outputs", "kind", "sample_weight"))


def test_a_loss_that_is_one_number_for_the_batch_has_no_rows_to_weigh():
    problem = told_of_both([SURE], "loss: dice", "sure")
    assert problem.code == "MS543"


def test_weights_of_an_output_without_a_loss_do_nothing():
    outputs = f"{{kind: {{loss: null, class_weight: {WEIGHTS}}}, price: {{loss: mse}}}}"
    assert codes(text([PRICE, KIND], outputs, "{}")) == ["MS511"]


@pytest.mark.parametrize("data", ["{}", "{test: {synthetic: 8}}", "{validation: {csv: v.csv}, test: {csv: t.csv}}"])
def test_data_without_rows_to_train_on_is_told_without_rows(data):
    checked = check_text(text([PRICE], "{price: {loss: mse}}", "{}") + f"data: {data}\n")
    assert [(item.code, item.path) for item in checked.diagnostics] == [("MS750", ("data",))]
