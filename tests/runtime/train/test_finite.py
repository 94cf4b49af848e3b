"""A loss that is no number is told by its output and its place."""

import pytest

from modelspec.diagnostics import SpecError
from modelspec.runtime.train.finite import check_finite

NAN, INF = float("nan"), float("inf")


@pytest.mark.parametrize(
    ("logs", "outputs", "step", "message"),
    [
        ({"loss": NAN}, ["y"], 3, "the loss of output 'y' is NaN in epoch 2, step 3"),
        ({"loss": INF, "accuracy": 1.0}, ["y"], 3, "the loss of output 'y' is infinite in epoch 2, step 3"),
        ({"loss": NAN, "a_loss": 1.0, "b_loss": NAN}, ["a", "b"], 1, "the loss of output 'b' is NaN in epoch 2, step 1"),
        ({"loss": NAN, "a_loss": INF, "b_loss": NAN}, ["a", "b"], 1, "the loss of output 'a' is infinite in epoch 2, step 1"),
        ({"loss": NAN, "a_loss": 1.0, "b_loss": 1.0}, ["a", "b"], 1, "the loss is NaN in epoch 2, step 1"),
        ({"loss": 1.0, "val_loss": NAN}, ["y"], None, "the validation loss of output 'y' is NaN in epoch 2"),
        (
            {"loss": 1.0, "val_loss": NAN, "val_a_loss": 1.0, "val_b_loss": NAN}, ["a", "b"], None,
            "the validation loss of output 'b' is NaN in epoch 2",
        ),
    ],
)  # fmt: skip
def test_the_first_bad_output_is_told(logs, outputs, step, message):
    with pytest.raises(SpecError) as raised:
        check_finite(logs, outputs, 1, step)
    (problem,) = raised.value.diagnostics
    assert (problem.code, problem.message) == ("MS764", message)


@pytest.mark.parametrize("logs", [{}, {"loss": 0.0}, {"loss": 1e38, "val_loss": 2.0}, {"loss": 1.0, "r2_score": NAN}])
def test_finite_losses_and_metrics_without_a_value_are_fine(logs):
    check_finite(logs, ["y"], 0, 1)
