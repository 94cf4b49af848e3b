"""The class that wins, for outputs whose loss or last activation says that their numbers are those of classes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from modelspec.catalogue.losses.loss import Loss
from modelspec.catalogue.names import OVER_CLASSES
from modelspec.checks.outputs.endings import PROBABILITIES, Ending, ending_of
from modelspec.graph import GraphOutput, ShapedNetwork
from modelspec.graph.questions.outputs import losses

Choice = Callable[[Any], Any]
_WITHOUT_WINNER = ("CTC", "Circle")
"""Their targets are classes, and what is put out is not a number for each class of a row."""
_SIGNED = ("Hinge", "SquaredHinge")


def winners(network: ShapedNetwork, predicted: dict[str, Any]) -> dict[str, Any]:
    """The winning class of each row (and step, or pixel), by the name of the output.

    Of a number for each class, the place of the largest, the first of equal ones. Of a yes or no, 1 above a half (of
    logits, above 0), else 0; of a hinge loss, 1 above 0, else -1.
    """
    found = {}
    for output in network.outputs:
        choice = _choice(network, output)
        if choice is not None:
            found[output.name] = choice(predicted[output.name])
    return found


def _choice(network: ShapedNetwork, output: GraphOutput) -> Choice | None:
    loss = losses(network).get(output.name)
    ending = None if output.reference is None else ending_of(network, network.network.main, output.reference)
    name = type(loss).__name__
    if name in _WITHOUT_WINNER or _restores_an_input(network, output):
        return None
    if name in _SIGNED:
        return lambda values: np.where(values > 0, 1, -1)
    if isinstance(loss, Loss) and loss.class_axis is not None and loss.targets in ("classes", "one_hot"):
        return _largest(loss.class_axis)
    if ending is not None and ending.activation in OVER_CLASSES and ending.along_last:
        return _largest(-1)
    if isinstance(loss, Loss) and loss.targets == "binary":
        return _above(0.0 if getattr(loss, "from_logits", False) else 0.5)
    return _above(0.5) if loss is None and _is_yes_or_no(network, output, ending) else None


def _restores_an_input(network: ShapedNetwork, output: GraphOutput) -> bool:
    """Whether the output is trained on the rows of an input, as an autoencoder: its numbers are no classes then."""
    columns = (output.name,) if output.spec is None or output.spec.columns is None else output.spec.columns
    return any(columns == (item.columns or (item.name,)) for item in network.network.main.inputs)


def _is_yes_or_no(network: ShapedNetwork, output: GraphOutput, ending: Ending | None) -> bool:
    """Whether an output without a loss ends in the probability of one thing."""
    assert output.reference is not None
    tensor = network.tensor(network.main, output.reference)
    if ending is None or tensor is None or ending.activation not in PROBABILITIES - OVER_CLASSES:
        return False
    return tensor.shape[1:] in ((), (1,))


def _largest(axis: int) -> Choice:
    return lambda values: np.argmax(_comparable(values), axis=axis)


def _above(bound: float) -> Choice:
    return lambda values: (_comparable(values) > bound).astype(np.int64)


def _comparable(values: Any) -> Any:
    """numpy compares all numbers but those of bfloat16 by itself."""
    return values.astype(np.float32) if values.dtype.name == "bfloat16" else values
